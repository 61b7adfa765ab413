"""Pages in bulk: folds many events of many users at once, by columns.

The pages equal those of `doublebill.history.folding.fold` for each user, but for marks, which they have none of: a page
made in bulk is made anew from all of its events, never added to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Floats, Integers, Ints, Mask, Places
from doublebill.history.page import KEPT_ITEMS, OLDER, Page, PageColumns, hash_of, named_items
from doublebill.values.event_kinds import EventKinds


@dataclass(frozen=True, eq=False)
class NumberedEvents:
    """Events as columns, in any order, some perhaps several times."""

    users: Integers
    """[events] numbers of users."""
    items: Integers
    """[events] places in `item_ids`."""
    kinds: Integers
    """[events] places in `kind_names`."""
    values: Floats
    """[events]"""
    timestamps: Ints
    """[events] milliseconds."""
    event_ids: Integers
    """[events] number of the event id, -1 where there is none."""
    item_ids: Sequence[str]
    kind_names: Sequence[str]


def pages(events: NumberedEvents, kinds: EventKinds, expires: Ints) -> Iterator[tuple[int, Page]]:
    """Yields the number and the page of each user; `expires` [events] is the end of each event in Unix seconds."""
    if not len(events.users):
        return
    rows = _ordered(events, expires)
    pairs = _pairs(rows)
    folded = _fold(rows, pairs, kinds)
    yield from _cut(folded, events)


@dataclass(frozen=True, eq=False)
class _Rows:
    """Distinct events, ordered by user, item, time, kind and value; [events] each."""

    users: Integers
    items: Integers
    kinds: Integers
    """Places in the names of the kinds in alphabetical order."""
    values: Floats
    timestamps: Ints
    expires: Ints
    names: Sequence[str]
    """Names of the kinds in that order."""

    def take(self, places: Places | Mask) -> "_Rows":
        return _Rows(
            self.users[places],
            self.items[places],
            self.kinds[places],
            self.values[places],
            self.timestamps[places],
            self.expires[places],
            self.names,
        )


def _ordered(events: NumberedEvents, expires: Ints) -> _Rows:
    """Returns each event once, in order."""
    names = sorted(events.kind_names)
    rank = np.array([names.index(name) for name in events.kind_names], np.int16)
    item_rank = np.empty(len(events.item_ids), np.int64)
    item_rank[np.array(sorted(range(len(events.item_ids)), key=events.item_ids.__getitem__), np.int64)] = np.arange(
        len(events.item_ids)
    )
    items, kinds = item_rank[events.items], rank[events.kinds]
    order = np.lexsort((events.values, kinds, events.timestamps, items, events.users))
    rows = _Rows(events.users, items, kinds, events.values, events.timestamps, expires, names).take(order)
    ids = events.event_ids[order]
    columns = (rows.users, rows.items, rows.timestamps, rows.kinds, rows.values, ids)
    same = np.ones(len(order) - 1, np.bool_)
    for column in columns:
        same &= column[1:] == column[:-1]
    kept = np.concatenate([[True], ~same])
    if (ids >= 0).any():
        kept &= _first_of_id(rows, ids)
    return rows.take(kept)


def _first_of_id(rows: _Rows, ids: Integers) -> Mask:
    """Returns [events] False for events whose id an older event of the user has."""
    named = np.flatnonzero(ids >= 0)
    order = named[np.lexsort((rows.timestamps[named], ids[named], rows.users[named]))]
    again = (rows.users[order][1:] == rows.users[order][:-1]) & (ids[order][1:] == ids[order][:-1])
    first = np.ones(len(ids), np.bool_)
    first[order[1:][again]] = False
    return first


def _pairs(rows: _Rows) -> Places:
    """Returns [pairs] where the events of each pair of user and item begin."""
    new = (rows.users[1:] != rows.users[:-1]) | (rows.items[1:] != rows.items[:-1])
    return np.concatenate([[0], np.flatnonzero(new) + 1])


@dataclass(frozen=True, eq=False)
class _Folded:
    """The pairs of all users, by user and newest first, with their tallies; names as in `PageColumns`."""

    users: Integers
    items: Integers
    newest: Ints
    expires: Ints
    verdict_kinds: Ints
    verdict_times: Ints
    verdict_values: Floats
    bounds: Ints
    tally_kinds: Ints
    counts: Ints
    values: Floats
    first: Ints
    last: Ints
    names: Sequence[str]


def _fold(rows: _Rows, starts: Places, kinds: EventKinds) -> _Folded:
    """Adds up the events of each pair."""
    judging = np.array([name in kinds.verdicts for name in rows.names], np.bool_)[rows.kinds]
    owners = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(rows.users))))
    places = np.where(judging, np.arange(len(judging)), -1)
    verdicts = np.maximum.reduceat(places, starts)  # the last one is the newest
    judged = verdicts >= 0
    verdict_times = np.where(judged, rows.timestamps[verdicts], 0)
    newest = np.maximum.reduceat(rows.timestamps, starts)
    order = np.lexsort((-rows.items[starts], -newest, rows.users[starts]))
    moved = np.empty(len(order), np.int64)
    moved[order] = np.arange(len(order))

    plain = rows.take(~judging)
    owner = owners[~judging]
    older = judged[owner] & (plain.timestamps < verdict_times[owner])
    codes = plain.kinds + np.where(older, OLDER, 0)
    by_tally = np.lexsort((plain.timestamps, codes % OLDER, ~older, moved[owner]))
    plain, owner, codes = plain.take(by_tally), moved[owner][by_tally], codes[by_tally]
    changes = (owner[1:] != owner[:-1]) | (codes[1:] != codes[:-1])
    first = np.concatenate([[0], np.flatnonzero(changes) + 1]) if len(owner) else np.zeros(0, np.int64)
    group = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(owner))))
    tallies = np.bincount(owner[first], minlength=len(order))
    return _Folded(
        users=rows.users[starts][order],
        items=rows.items[starts][order],
        newest=newest[order],
        expires=np.maximum.reduceat(rows.expires, starts)[order],
        verdict_kinds=np.where(judged, rows.kinds[verdicts], -1)[order].astype(np.int64),
        verdict_times=verdict_times[order],
        verdict_values=np.where(judged, rows.values[verdicts], 0.0)[order],
        bounds=np.concatenate([[0], np.cumsum(tallies)]).astype(np.int64),
        tally_kinds=codes[first].astype(np.int64),
        counts=np.diff(np.append(first, len(owner))),
        values=np.bincount(group, plain.values, minlength=len(first)),
        first=plain.timestamps[first],
        last=plain.timestamps[np.append(first[1:], len(owner)) - 1] if len(first) else np.zeros(0, np.int64),
        names=rows.names,
    )


def _cut(folded: _Folded, events: NumberedEvents) -> Iterator[tuple[int, Page]]:
    """Yields the page of each user."""
    names = sorted(events.item_ids)
    starts = np.concatenate([[0], np.flatnonzero(np.diff(folded.users)) + 1])
    ends = np.append(starts[1:], len(folded.users))
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        stop = min(end, start + KEPT_ITEMS)
        yield int(folded.users[start]), Page(_columns(folded, names, start, stop), folded.names)


def _columns(folded: _Folded, names: Sequence[str], start: int, stop: int) -> PageColumns:
    item_ids = [names[item] for item in folded.items[start:stop].tolist()]
    named = named_items(item_ids)
    low, high = int(folded.bounds[start]), int(folded.bounds[stop])
    return PageColumns(
        item_ids=item_ids[:named],
        hashes=np.array([hash_of(item_id) for item_id in item_ids[named:]], np.int64),
        expires=folded.expires[start:stop],
        verdict_kinds=folded.verdict_kinds[start:stop],
        verdict_times=folded.verdict_times[start:stop],
        verdict_values=folded.verdict_values[start:stop],
        bounds=folded.bounds[start : stop + 1] - low,
        tally_kinds=folded.tally_kinds[low:high],
        counts=folded.counts[low:high],
        values=folded.values[low:high],
        first=folded.first[low:high],
        last=folded.last[low:high],
    )
