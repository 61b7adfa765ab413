"""Plurals, articles and the past tense."""

import pytest

from doublebill.games.text.english import past_tense, plural, regular_plural, with_article


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("ogre", "ogres"),
        ("enemy", "enemies"),
        ("boy", "boys"),
        ("torch", "torches"),
        ("box", "boxes"),
        ("wolf", "wolves"),
        ("grim wolf", "grim wolves"),
        ("dwarf", "dwarves"),
        ("guardsman", "guardsmen"),
        ("shaman", "shamans"),
        ("stairs", "stairs"),
        ("spikes", "spikes"),
        ("gold", "gold"),
        ("crate on goal", "crates on goal"),
        ("elf of the north", "elves of the north"),
        ("pipe left", "left pipes"),
        (" on ", " on s"),
        ("s", "ses"),
    ],
)
def test_things_have_the_plural_that_english_has(one, many):
    assert plural(one) == many


@pytest.mark.parametrize(
    ("change", "text", "changed"),
    [
        (regular_plural, "wolf", "wolfs"),
        (regular_plural, "berry", "berries"),
        (with_article, "elf", "an elf"),
        (with_article, "Ogre", "an Ogre"),
        (with_article, "key", "a key"),
        (with_article, "", "a "),
        (past_tense, "bake", "baked"),
        (past_tense, "cry", "cried"),
        (past_tense, "play", "played"),
        (past_tense, "walk", "walked"),
    ],
)
def test_modifiers_are_regular_as_in_tracery(change, text, changed):
    assert change(text) == changed
