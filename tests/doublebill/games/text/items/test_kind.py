import re

import pytest

from checkers.items import faults
from doublebill.errors import InvalidInput, Unsatisfiable
from doublebill.games.spec_list import SpecList
from doublebill.games.text import shipped_lists
from doublebill.games.text.items.kind import ITEMS, ItemsSpec
from doublebill.games.text.items.treasures import name_parts
from doublebill.games.text.texts import batch
from doublebill.schema import read

OWN = [
    {"name": "Red Hat of Luck", "rarity": "rare", "weight": 3, "value": 90},
    {"name": "Blue Coat", "rarity": "common", "weight": 20, "value": 7},
]


def made(count=20, **asked):
    made = batch(ITEMS, SpecList([read(ItemsSpec, asked, "spec")] * count), 1)
    texts, repeats = made.texts, made.repeats
    return [one.as_json() for one in texts], repeats


def test_items_are_new_and_not_repeated():
    items, repeats = made(100)
    known = [name for name, *_ in shipped_lists.TREASURES]
    assert [faults(item, known) for item in items] == [[]] * 100
    assert repeats == 0
    assert all(item["novel"] for item in items)


def test_materials_fit_the_things_that_they_stand_before():
    items, _ = made(200)
    names = [item["text"] for item in items]
    assert not [name for name in names if re.match(r"(Wool|Oak|Yew) (Sword|Gem|Potion|Ring|Key)", name)]
    assert not [name for name in names if re.match(r"(Iron|Steel|Tin) (Cloak|Scroll|Potion|Gem)", name)]
    early = [one.text.text for one in batch(ITEMS.earlier, SpecList([ItemsSpec()] * 200), 1).texts]
    assert any(name.startswith(("Iron Cloak", "Steel Cloak", "Oak Gem", "Wool Sword", "Tin Gem")) for name in early)


def test_words_of_a_name_do_not_make_it_worth_less():
    items, _ = made(200)
    rare = [item for item in items if item["text"].startswith("Obsidian ") or item["text"].endswith(" of the Raven")]
    assert rare
    assert {item["rarity"] for item in rare} <= {"rare", "legendary"}
    assert min(item["value"] for item in rare) >= 380  # the least value of a rare treasure of the list


@pytest.mark.parametrize("asked", [{"rarity": "rare"}, {"value": [100, 200]}, {"weight": 7, "rarity": "legendary"}])
def test_every_control_is_kept(asked):
    items, _ = made(40, **asked)
    assert [faults(item, [name for name, *_ in shipped_lists.TREASURES]) for item in items] == [[]] * 40


def test_a_name_is_parted_where_its_joint_stands():
    parts = name_parts("Old Grey Ring of Drops of Rain")
    assert (parts.before, parts.head, parts.after) == ("Old Grey", "Ring", " of Drops of Rain")
    assert parts.name == "Old Grey Ring of Drops of Rain"
    assert name_parts("Ring").name == "Ring"


def test_items_are_made_of_the_words_of_the_list():
    items, repeats = made(12, examples=OWN)
    assert {item["text"] for item in items} <= {
        f"{before} {head}" for before in ("Red", "Blue") for head in ("Hat", "Coat", "Hat of Luck", "Coat of Luck")
    }
    assert repeats == 12 - len({item["text"] for item in items}) > 0


TYPED = [
    {"name": "Red Hat of Luck", "weight": 0.5, "type": "head", "effect": "lucky"},
    {"name": "Blue Coat of Frost", "weight": 2, "value": 1.5, "type": "body", "effect": "cold"},
    {"name": "Old Ring", "rarity": "very rare", "weight": 0.25, "type": "ring"},
]


def test_an_item_has_the_type_of_its_thing_and_the_effect_of_the_words_after_it():
    items, _ = made(20, examples=TYPED)
    assert [faults(item, [one["name"] for one in TYPED]) for item in items] == [[]] * 20
    types = {"Hat": "head", "Coat": "body", "Ring": "ring"}
    for item in items:
        assert item["type"] == next(types[word] for word in item["text"].split(" ") if word in types)
        assert "of Luck" not in item["text"] or item["effect"] == "lucky"
        assert "of Frost" not in item["text"] or item["effect"] == "cold"
    assert {item["weight"] for item in items} <= {0.25, 0.5, 2}


def test_whole_numbers_are_met_by_lists_with_decimals():
    items, _ = made(9, examples=TYPED, weight=[1, 2], value=1)
    assert [faults(item, [one["name"] for one in TYPED]) for item in items] == [[]] * 9


def test_a_list_that_makes_nothing_new_gives_its_own_and_says_so():
    items, _ = made(3, examples=OWN[:1])
    assert [(item["text"], item["novel"]) for item in items] == [("Red Hat of Luck", False)] * 3
    assert [faults(item, ["Red Hat of Luck"]) for item in items] == [[]] * 3


def test_a_rarity_that_the_list_has_not_is_refused():
    with pytest.raises(Unsatisfiable) as refused:
        made(1, examples=OWN, rarity="legendary")
    assert [one.field for one in refused.value.complaints] == ["spec.rarity", "spec.examples"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"rarity": "odd"}, "spec.rarity"),
        ({"value": -1}, "spec.value"),
        ({"examples": []}, "spec.examples"),
        ({"examples": [{"name": ""}]}, "spec.examples[0].name"),
        ({"examples": [{"name": "a  b"}]}, "spec.examples[0].name"),
        ({"examples": [{"name": "a", "weight": 2**63}]}, "spec.examples[0].weight"),
    ],
)
def test_bad_input_is_refused_naming_the_field(asked, field):
    with pytest.raises(InvalidInput) as refused:
        made(1, **asked)
    assert [one.field for one in refused.value.complaints] == [field]
