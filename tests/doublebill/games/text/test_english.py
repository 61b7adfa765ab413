"""Plurals of things."""

import pytest

from doublebill.games.text.english import plural, regular_plural


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("ogre", "ogres"), ("enemy", "enemies"), ("boy", "boys"), ("torch", "torches"), ("box", "boxes"),
        ("wolf", "wolves"), ("grim wolf", "grim wolves"), ("dwarf", "dwarves"), ("guardsman", "guardsmen"),
        ("swordswoman", "swordswomen"), ("shaman", "shamans"), ("omen", "omens"), ("stairs", "stairs"),
        ("spikes", "spikes"), ("gold", "gold"), ("elf", "elves"), ("dark-elf", "dark-elves"), ("knife", "knives"),
        ("werewolf", "werewolves"), ("mongoose", "mongooses"), ("slice", "slices"), ("oasis", "oases"),
        ("portcullis", "portcullises"), ("boss", "bosses"), ("cactus", "cacti"), ("lens", "lenses"),
        ("monarch", "monarchs"), ("lich", "liches"), ("swordfish", "swordfish"), ("crate on goal", "crates on goal"),
        ("elf of the north", "elves of the north"), ("man-at-arms", "men-at-arms"),
        ("king of thieves", "kings of thieves"),
        ("pipe left", "left pipes"), (" on ", " on s"), ("s", "ses"),
    ],
)  # fmt: skip
def test_things_have_the_plural_that_english_has(one, many):
    assert plural(one) == many


@pytest.mark.parametrize("many", ["goblins", "elves", "men", "thieves", "mice", "dark elves", "guardsmen", "Bandits"])
def test_a_plural_stays(many):
    assert plural(many) == many


@pytest.mark.parametrize(("one", "many"), [("Elf", "Elves"), ("Grim Knife", "Grim Knives"), ("OGRE", "OGRES")])
def test_plurals_have_the_capitals_of_the_word(one, many):
    assert plural(one) == many


@pytest.mark.parametrize(("one", "many"), [("oaf", "oafs"), ("berry", "berries"), ("waltz", "waltzes")])
def test_regular_plurals_end_in_s_es_or_ies(one, many):
    assert regular_plural(one) == many
