import numpy as np
import pytest

from doublebill.errors import InvalidInput
from doublebill.games.spec_list import SpecList
from doublebill.games.text import shipped_lists
from doublebill.games.text.items.kind import ITEMS, ItemsSpec
from doublebill.games.text.items.learner import ITEMS_LEARNER, LOOT_LEARNER
from doublebill.games.text.items.loot import LOOT, LootSpec
from doublebill.games.text.texts import batch
from doublebill.schema import read

ROWS = [dict(zip(("name", "rarity", "weight", "value"), one, strict=True)) for one in shipped_lists.TREASURES]

CASES = [(ITEMS_LEARNER, ITEMS, ItemsSpec()), (ITEMS_LEARNER, ITEMS, ItemsSpec(rarity="rare", value=(100, 900))),
         (LOOT_LEARNER, LOOT, LootSpec(nothing=(5, 20)))]  # fmt: skip


@pytest.mark.parametrize(("learner", "kind", "spec"), CASES)
def test_what_was_learned_of_a_list_gives_what_the_list_gives(learner, kind, spec):
    known = learner.learn(learner.read(ROWS, None, "examples"))
    learned = learner.generator(known.arrays, known.config)
    assert batch(learned, SpecList([spec] * 30), 3) == batch(kind, SpecList([spec] * 30), 3)


def test_types_effects_and_decimals_are_kept_where_there_are_any():
    rows = [
        {"name": "Red Hat of Luck", "rarity": "very rare", "weight": 0.25, "value": 90, "type": "head"},
        {"name": "Blue Coat of Frost", "weight": 20, "value": 7, "type": "body", "effect": "cold"},
    ]
    known = ITEMS_LEARNER.learn(ITEMS_LEARNER.read(rows, None, "examples"))
    learned = ITEMS_LEARNER.generator(known.arrays, known.config)
    brought = SpecList([read(ItemsSpec, {"examples": rows}, "spec")] * 9)
    assert batch(learned, SpecList([ItemsSpec()] * 9), 3) == batch(ITEMS, brought, 3)
    assert known.config == {"treasures": 2, "weight_decimals": 2}
    assert not {"types", "effects"} & set(ITEMS_LEARNER.learn(ITEMS_LEARNER.read(ROWS, None, "examples")).arrays)


def test_the_report_tells_what_there_is():
    report = ITEMS_LEARNER.learn(ITEMS_LEARNER.read([*ROWS, ROWS[0]], None, "examples")).report
    assert (report["treasures"], report["distinct"]) == (len(ROWS) + 1, len(ROWS))
    assert sum(report["rarities"].values()) == len(ROWS)
    assert report["heads"] == len({"Dagger", "Sword", "Axe", "Staff", "Bow", "Boots", "Cloak", "Shield", "Ring",
        "Amulet", "Potion", "Scroll", "Lantern", "Flute", "Mask", "Key", "Gem"})  # fmt: skip


@pytest.mark.parametrize(
    ("examples", "field"),
    [
        ([], "examples"),
        ([{"name": "a"}] * 5001, "examples"),
        ([{"name": "a"}, "b"], "examples[1]"),
        ([{"name": "a"}, {}], "examples[1].name"),
        ([{"name": "a  b"}], "examples[0].name"),
        ([{"name": "a", "rarity": "odd"}], "examples[0].rarity"),
        ([{"name": "a", "value": -1}], "examples[0].value"),
        ([{"name": "a", "weight": 0.0001}], "examples[0].weight"),
        ([{"name": "a", "type": "a\nb"}], "examples[0].type"),
        ([{"name": "a", "colour": "red"}], "examples[0].colour"),
    ],
)
def test_what_is_no_treasure_is_refused_naming_it(examples, field):
    with pytest.raises(InvalidInput) as refused:
        ITEMS_LEARNER.read(examples, None, "examples")
    assert [one.field for one in refused.value.complaints] == [field]


@pytest.mark.parametrize(
    "broken",
    [
        {"rarities": np.full(len(ROWS), 99, np.uint8)},
        {"weights": np.full(len(ROWS), -1)},
        {"values": np.zeros(3, np.int64)},
        {"names_ends": np.zeros(3, np.uint32)},
    ],
)
def test_arrays_that_are_no_list_are_refused(broken):
    known = ITEMS_LEARNER.learn(ITEMS_LEARNER.read(ROWS, None, "examples"))
    with pytest.raises(ValueError, match=r"found|expected|unpack|length|argument|range"):
        ITEMS_LEARNER.generator({**known.arrays, **broken}, known.config)
