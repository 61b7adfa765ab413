"""Coded events: event tables as columns of numbers, and each of their events once."""

from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Floats, Ints, Ints32, Mask, Places
from doublebill.columns.text_column import Texts
from doublebill.event_table import EventTable


@dataclass(frozen=True, eq=False)
class CodedEvents:
    """Events as numbers, [rows] each."""

    pairs: Ints
    """One number for each user and item; the items of a user are in the order of their ids."""
    users: Ints32
    items: Ints32
    """Places of the item ids in their order."""
    kinds: Ints32
    """Places of the kinds in their order."""
    values: Floats
    timestamps: Ints

    @classmethod
    def of(cls, table: EventTable) -> "CodedEvents":
        """Returns the events of a table."""
        items = table.items.ranks()[table.items.codes]
        return cls(
            pairs=table.users.codes.astype(np.int64) * len(table.items.distinct) + items,
            users=table.users.codes,
            items=items,
            kinds=table.kinds.ranks()[table.kinds.codes],
            values=table.values,
            timestamps=table.timestamps,
        )

    def take(self, rows: Places | Mask) -> "CodedEvents":
        """Returns some rows, given by place or by mask."""
        if rows.dtype == np.bool_ and rows.all():
            return self
        return CodedEvents(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    def __len__(self) -> int:
        return len(self.pairs)


def distinct(table: EventTable) -> CodedEvents:
    """Returns each event of a table once, ordered by content; the rows are copied once, at the end.

    Events of one user with the same event id are one event; without an event id, so are events with equal content.
    """
    rows, ids = CodedEvents.of(table), _event_ids(table.event_ids)
    order = np.lexsort((rows.values, rows.kinds, rows.timestamps, rows.pairs))
    named = ids[order] != 0
    if not named.any():
        return rows.take(order[~_repeats(rows, order)])
    kept = np.zeros(len(order), np.bool_)
    unnamed, places = np.flatnonzero(~named), np.flatnonzero(named)
    kept[unnamed[~_repeats(rows, order[unnamed])]] = True
    kept[places[_firsts(rows.users[order[places]], ids[order[places]])]] = True
    return rows.take(order[kept])


def of_kinds(rows: CodedEvents, names: list[str], wanted: frozenset[str]) -> Mask:
    """Returns [rows] which rows are of one of the wanted kinds; `names` are those of the kinds in their order."""
    return np.array([name in wanted for name in names], np.bool_)[rows.kinds]


def _event_ids(column: Texts) -> Ints32:
    """Returns [rows] a number for each event id, 0 for none."""
    empty = column.distinct.lengths() == 0
    numbers = np.arange(1, len(empty) + 1, dtype=np.int32)
    numbers[empty] = 0
    return np.asarray(numbers[column.codes])


def _firsts(users: Ints32, ids: Ints32) -> Places | slice:
    """Returns the places of the first row of each user and event id."""
    if np.bincount(ids).max() == 1:  # no id repeats
        return slice(None)
    _, first = np.unique(users.astype(np.int64) * (int(ids.max()) + 1) + ids, return_index=True)
    return np.asarray(first)


def _repeats(rows: CodedEvents, order: Places) -> Mask:
    """Returns [order] which rows, in this order, have the same content as the one before."""
    same = np.ones(len(order), np.bool_)
    same[:1] = False
    for column in (rows.pairs, rows.timestamps, rows.kinds, rows.values):
        ordered = column[order]
        same[1:] &= ordered[1:] == ordered[:-1]
    return same
