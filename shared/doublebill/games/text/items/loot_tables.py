"""Loot tables of a request: entries with weights and quantities, tables within tables, and sets without repeats.

A quantity is a number, a range, or dice as games write them (2d6+1). Rolling a table draws so many of its entries as
its `rolls` say; an entry gives its quantity of an item, or rolls another table as often as its quantity says.
"""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from doublebill.errors import Complaint, InvalidInput, Unsatisfiable, wrong_value
from doublebill.games.dice import Dice
from doublebill.games.step_budget import spend
from doublebill.schema import Input, Pair

FIELD = "spec.tables"

NAME_LENGTH, TABLES, ENTRIES = 80, 50, 200

MOST = 10**6
"""The largest number, of a quantity or a weight."""

MOST_DICE = 100

MOST_ROLLS = 2_000
"""Entries that one result may draw and tables that it may roll within others, together."""

DEEPEST = 8
"""Tables within tables."""

DICE = re.compile(r"(\d{1,3})?d(\d{1,6})(?:([+-])(\d{1,6}))?")
"""How games write dice: how many, their sides, and what is added."""

QUANTITY = 'a number from 0, a range [min, max], or dice such as "2d6" or "d4+1"'
Count = Annotated[int, Meta(ge=0, le=MOST)]
Quantity = Annotated[
    Count | Pair[Count] | Annotated[str, Meta(min_length=2, max_length=20)], Meta(description=QUANTITY)
]
Name = Annotated[str, Meta(min_length=1, max_length=NAME_LENGTH)]


class LootEntry(Input, frozen=True):
    """An entry of a table: an item, or another table that is rolled in its place, or neither, which is nothing."""

    item: Name | None = None
    table: Name | None = None
    """The name of another table."""
    weight: Annotated[int, Meta(ge=1, le=MOST)] = 1
    """How likely it is, beside the other entries."""
    quantity: Quantity = 1


class LootTable(Input, frozen=True):
    """A table of entries, of which some are drawn."""

    entries: Annotated[tuple[LootEntry, ...], Meta(min_length=1, max_length=ENTRIES)]
    rolls: Quantity = 1
    """How many entries are drawn."""
    repeats: bool = True
    """Whether an entry can be drawn again: false makes a set."""


Tables = Annotated[
    dict[Name, LootTable],
    Meta(min_length=1, max_length=TABLES, description="your own tables by name; the first is rolled"),
]


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity that was read: so many dice of so many sides, and a number that is added."""

    dice: int
    sides: int
    more: int

    @property
    def least(self) -> int:
        """The lowest number, never below 0."""
        return max(self.dice + self.more, 0)

    @property
    def most(self) -> int:
        """The highest number."""
        return max(self.dice * self.sides + self.more, 0)

    def roll(self, dice: Dice) -> int:
        """Throws the dice."""
        spend(self.dice)
        return max(sum(dice.between(1, self.sides) for _ in range(self.dice)) + self.more, 0)


@dataclass(frozen=True, slots=True)
class RolledItem:
    """So many of an item, and the tables that gave it."""

    name: str
    quantity: int
    tables: tuple[str, ...]
    """From the table that was rolled first to the one that has the item."""


@functools.lru_cache(maxsize=512)
def read_amount(quantity: int | tuple[int, ...] | str, field: str) -> Amount:
    """Returns a quantity as dice and a number.

    Raises:
        InvalidInput: for a text that is no dice, or a range that ends before it starts.
    """
    if isinstance(quantity, int):
        return Amount(0, 1, quantity)
    if isinstance(quantity, tuple):
        low, high = quantity
        if low > high:
            raise InvalidInput.one(field, f"{low} is above the end", f"use at most {high}")
        return Amount(1, high - low + 1, low - 1)
    found = DICE.fullmatch(quantity.replace(" ", ""))
    number, sides = (int(found[1] or 1), int(found[2])) if found else (0, 0)
    if found is None or not 1 <= number <= MOST_DICE or not sides:
        raise InvalidInput.of_value(field, quantity, f"{QUANTITY}, with 1 to {MOST_DICE} dice")
    return Amount(number, sides, int(found[4] or 0) * (-1 if found[3] == "-" else 1))


def check_tables(tables: Mapping[str, LootTable]) -> None:
    """Checks that tables can be rolled and come to an end.

    Raises:
        InvalidInput: naming the table and the entry that is wrong.
        Unsatisfiable: when a set has fewer entries than rolls, or a result could draw too many entries.
    """
    complaints = [complaint for name in tables for complaint in _complaints(tables, name)]
    if complaints:
        raise InvalidInput(complaints)
    _check_cycles(tables)
    for name, table in tables.items():
        rolls, sides = read_amount(table.rolls, f"{FIELD}.{name}.rolls"), len(table.entries)
        if not table.repeats and rolls.most > sides:
            field = f"{FIELD}.{name}.rolls"
            raise Unsatisfiable.one(
                field, f"up to {rolls.most} of {sides} entries, without repeats", f"at most {sides}"
            )
    most = most_rolls(tables, next(iter(tables)))
    if most > MOST_ROLLS:
        first = next(iter(tables))
        detail = f"it can draw {most} entries and tables within it"
        raise Unsatisfiable.one(f"{FIELD}.{first}", detail, f"lower rolls and quantities, to at most {MOST_ROLLS}")


def _complaints(tables: Mapping[str, LootTable], name: str) -> Iterator[Complaint]:
    field = f"{FIELD}.{name}"
    if not name.strip() or not name.isprintable():
        yield wrong_value(FIELD, name, "names that can be read")
    table = tables[name]
    yield from _amount_complaints(table.rolls, f"{field}.rolls")
    for number, entry in enumerate(table.entries):
        place = f"{field}.entries[{number}]"
        if entry.item is not None and entry.table is not None:
            yield Complaint(place, "it has an item and a table", "keep one of them")
        if entry.table is not None and entry.table not in tables:
            yield wrong_value(f"{place}.table", entry.table, "one of " + ", ".join(tables))
        if entry.item is not None and (not entry.item.strip() or not entry.item.isprintable()):
            yield wrong_value(f"{place}.item", entry.item, "a name that can be read")
        yield from _amount_complaints(entry.quantity, f"{place}.quantity")


def _amount_complaints(quantity: int | tuple[int, ...] | str, field: str) -> Iterator[Complaint]:
    try:
        read_amount(quantity, field)
    except InvalidInput as error:
        yield from error.complaints


def _check_cycles(tables: Mapping[str, LootTable]) -> None:
    """Checks that no table is within itself, and none within too many others."""
    depths: dict[str, int] = {}

    def depth(name: str, way: Sequence[str]) -> int:
        """Returns the tables that stand one within the other in a table, itself included."""
        deepest = 1
        for number, entry in enumerate(tables[name].entries):
            field = f"{FIELD}.{name}.entries[{number}].table"
            if entry.table in (*way, name):
                circle = " → ".join([*way, name, entry.table or ""])
                raise InvalidInput.one(field, f"{entry.table!r} is within itself: {circle}", "name another table")
            if entry.table is not None:
                within = depths.get(entry.table) or depth(entry.table, (*way, name))
                deepest = max(deepest, 1 + within)
                if deepest > DEEPEST:
                    raise InvalidInput.one(field, f"more than {DEEPEST} tables stand one in another", "nest fewer")
        depths[name] = deepest
        return deepest

    for name in tables:
        depth(name, ())


def most_rolls(tables: Mapping[str, LootTable], name: str) -> int:
    """Returns the most entries that rolling a table can draw, with the tables within it and those of their entries."""
    found: dict[str, int] = {}

    def most_of(name: str) -> int:
        if name not in found:
            table = tables[name]
            within = [
                1 if entry.table is None else 1 + read_amount(entry.quantity, "").most * (1 + most_of(entry.table))
                for entry in table.entries
            ]
            found[name] = read_amount(table.rolls, "").most * max(within)
        return found[name]

    return most_of(name)


def rolled(tables: Mapping[str, LootTable], name: str, dice: Dice, way: tuple[str, ...] = ()) -> Iterator[RolledItem]:
    """Rolls a table, and yields each item that it gives."""
    table, tables_on_the_way = tables[name], (*way, name)
    spend(4)
    left = list(table.entries)
    for _ in range(read_amount(table.rolls, "").roll(dice)):
        spend(4 + len(left) // 4)
        place = dice.weighted([entry.weight for entry in left])
        entry = left[place] if table.repeats else left.pop(place)
        quantity = read_amount(entry.quantity, "").roll(dice)
        if entry.table is not None:
            for _ in range(quantity):
                yield from rolled(tables, entry.table, dice, tables_on_the_way)
        elif entry.item is not None and quantity:
            yield RolledItem(entry.item, quantity, tables_on_the_way)


def gathered(items: Iterator[RolledItem]) -> list[RolledItem]:
    """Returns items with the quantities of equal ones from the same tables added, in the order of their first."""
    found: dict[tuple[str, tuple[str, ...]], int] = {}
    for one in items:
        key = one.name, one.tables
        found[key] = found.get(key, 0) + one.quantity
    return [RolledItem(name, quantity, tables) for (name, tables), quantity in found.items()]
