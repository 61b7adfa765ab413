from collections import Counter

import pytest

from checkers.rolls import faults
from doublebill.errors import InvalidInput, Unsatisfiable
from doublebill.games.content_kind import GenerationRequest
from doublebill.games.dice import Dice
from doublebill.games.step_budget import StepBudget, counted
from doublebill.games.text.items.loot import LOOT
from doublebill.games.text.items.loot_tables import LootEntry, LootTable, read_amount, rolled

CHEST = {
    "chest": {
        "rolls": 3,
        "repeats": False,
        "entries": [
            {"item": "coin", "quantity": "2d6+1", "weight": 9},
            {"item": "gem", "quantity": [2, 4]},
            {"table": "weapon", "quantity": 2},
            {},
        ],
    },
    "weapon": {"entries": [{"item": "sword", "weight": 3}, {"item": "bow"}]},
}


def made(tables, count=40, seed=1, **beside):
    batch = LOOT.generate(GenerationRequest({"tables": tables, **beside}, seed, count))
    assert batch.summary["repeats"] == 0
    return batch.items


def test_loot_is_what_the_tables_give():
    items = made(CHEST)
    assert [faults(item, CHEST) for item in items] == [[]] * 40
    assert {one["name"] for item in items for one in item["loot"]} == {"coin", "gem", "sword", "bow"}


def test_entries_come_as_often_as_they_weigh():
    items = made({"pot": {"entries": [{"item": "a", "weight": 3}, {"item": "b"}]}}, 100)
    counts = Counter(item["text"] for item in items)
    assert 60 <= counts["1 × a"] <= 90
    assert counts["1 × a"] + counts["1 × b"] == 100


def test_a_table_draws_as_many_entries_as_it_rolls_and_each_gives_its_quantity():
    inner = {"rolls": 2, "entries": [{"item": "x", "quantity": 5}, {"item": "y", "quantity": "d1+4"}]}
    tables = {"outer": {"rolls": [2, 4], "entries": [{"table": "inner", "quantity": 3}]}, "inner": inner}
    drawn = [sum(one["quantity"] for one in item["loot"]) for item in made(tables)]
    assert set(drawn) == {rolls * 3 * 2 * 5 for rolls in (2, 3, 4)}


def test_a_set_has_no_entry_twice():
    tables = {"set": {"rolls": 3, "repeats": False, "entries": [{"item": name} for name in "abc"]}}
    assert all(sorted(one["name"] for one in item["loot"]) == ["a", "b", "c"] for item in made(tables, 9))


@pytest.mark.parametrize(
    ("quantity", "bounds"),
    [(3, (3, 3)), ((2, 5), (2, 5)), ("2d6", (2, 12)), ("d4", (1, 4)), ("3d4+2", (5, 14)), ("1d6-3", (0, 3))],
)
def test_quantities_are_numbers_ranges_or_dice(quantity, bounds):
    amount = read_amount(quantity, "quantity")
    assert (amount.least, amount.most) == bounds


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({"table": "vault"}, "table"),
        ({"table": "chest"}, "table"),
        ({"item": "a", "table": "b"}, ""),
        ({"item": "a", "quantity": "many"}, "quantity"),
        ({"item": "a", "quantity": "0d6"}, "quantity"),
        ({"item": "a", "quantity": [4, 2]}, "quantity"),
        ({"item": "a", "weight": 0}, "weight"),
        ({"item": "\n"}, "item"),
    ],
)
def test_an_entry_that_is_wrong_is_named(entry, field):
    with pytest.raises(InvalidInput) as refused:
        made({"chest": {"entries": [{"item": "x"}, entry]}, "b": {"entries": [{"item": "y"}]}})
    assert [one.field for one in refused.value.complaints] == [f"spec.tables.chest.entries[1].{field}".rstrip(".")]


def test_a_table_within_itself_is_refused():
    with pytest.raises(InvalidInput, match="a → b → a"):
        made({"a": {"entries": [{"table": "b"}]}, "b": {"entries": [{"table": "a"}]}})


@pytest.mark.parametrize(
    ("table", "field"),
    [
        ({"rolls": 2, "repeats": False, "entries": [{"item": "x"}]}, "spec.tables.a.rolls"),
        ({"rolls": 10**6, "entries": [{"item": "x"}]}, "spec.tables.a"),
        ({"entries": [{"table": "none", "quantity": 2000}]}, "spec.tables.a"),
    ],
)
def test_what_cannot_be_drawn_is_refused(table, field):
    with pytest.raises(Unsatisfiable) as refused:
        made({"a": table, "none": {"rolls": 0, "entries": [{"item": "x"}]}})
    assert [one.field for one in refused.value.complaints] == [field]


def test_a_table_that_draws_nothing_takes_steps_all_the_same():
    with counted(StepBudget()) as budget:
        assert not list(rolled({"a": LootTable((LootEntry("x"),), rolls=0)}, "a", Dice(1, "loot", 1)))
    assert budget.spent > 0


def test_controls_of_made_tables_are_refused_beside_tables():
    with pytest.raises(InvalidInput) as refused:
        made(CHEST, drops=4)
    assert [one.field for one in refused.value.complaints] == ["spec.drops"]
