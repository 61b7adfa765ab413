import pytest

from doublebill.games.text.articles import with_article


@pytest.mark.parametrize(
    "phrase",
    ["an elf", "an Ogre", "an hour", "an heirloom", "an uncommon ring", "an uninvited guest", "an urn", "an usher",
     "an élan", "an Æon", "an 8-sided die", "an 80", "an 18", "an NPC", "an HP potion", "an X", 'an "orc"'],
)  # fmt: skip
def test_words_that_sound_like_a_vowel_first_have_an(phrase):
    assert with_article(phrase[3:]) == phrase


@pytest.mark.parametrize(
    "phrase",
    ["a key", "a unicorn", "a unique ring", "a European", "a ewe", "a one-eyed ogre", "a UFO", "a user", "a utensil",
     "a house", "a 110", "a SWORD", "a NORTH", "a "],
)  # fmt: skip
def test_words_that_sound_like_a_consonant_first_have_a(phrase):
    assert with_article(phrase[2:]) == phrase
