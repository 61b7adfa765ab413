"""Reading: the pages and the tail of a user, merged into the items that an answer needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Floats, Ints
from doublebill.history.folding import EMPTY, TailEvent, added
from doublebill.history.item_entries import ItemEntry, Verdict, merged
from doublebill.history.page import NAMED_ITEMS, OLDER, Page, hash_of
from doublebill.values.event_kinds import EventKinds

NO_HASHES = np.zeros(0, np.int64)

LIVE = "live"
"""The source of events that came by request; every other source is an import."""


@dataclass(frozen=True, slots=True)
class Met:
    """One item of a history."""

    item_id: str
    weight: float
    """Sum over the events that count."""
    count: int
    """Number of the events that count."""
    first: int
    """Time of the oldest of them in milliseconds, 0 where it is not known."""
    last: int
    """Time of the newest of them in milliseconds, 0 where it is not known."""
    verdict: Verdict | None
    """The newest verdict on it."""
    kinds: Mapping[str, int]
    """Number of the events that count, by kind."""


@dataclass(frozen=True, eq=False)
class Older:
    """Items further back in a history than those that it names."""

    hashes: Ints
    """[older] CRC-32 of the item ids, as in the item table of a model."""
    weights: Floats
    """[older] sums over the events that count; below 0 the item counts against."""


NONE_OLDER = Older(NO_HASHES, np.zeros(0))


@dataclass(frozen=True, eq=False)
class HistoryContent:
    """The items of a history, each once."""

    items: Sequence[Met]
    """The newest `NAMED_ITEMS`, in order of their first events."""
    older: Older


def read(pages: Mapping[str, Page], tail: Sequence[TailEvent], kinds: EventKinds, now: int) -> HistoryContent:
    """Returns the history that the pages by source and the tail, oldest event first, add up to at `now` (Unix seconds).

    Entries that have expired are left out. An item of several sources is one.
    """
    shared = _shared_hashes(list(pages.values()), tail)
    marks = {mark for page in pages.values() for mark in page.marks()} if tail else set()
    found: list[Entries] = []
    older: list[Older] = []
    for source, page in (pages if LIVE in pages else {**pages, LIVE: EMPTY}).items():
        apart = np.isin(page.columns.hashes, shared, invert=True)
        untouched = np.flatnonzero(apart) + len(page.columns.item_ids)
        places = sorted({*range(len(page))} - {*untouched.tolist()}) if len(page) else []
        found.append(added(page, tail if source == LIVE else (), kinds, marks, now, places))
        older.append(_older(page, untouched[page.columns.expires[untouched] > now], kinds))
    entries = _merged(found)
    return _content(entries, older, kinds)


type Entries = dict[str | int, ItemEntry]


def _shared_hashes(pages: Sequence[Page], tail: Sequence[TailEvent]) -> Ints:
    """Returns the hashes of items that more than one source may have."""
    several = len(pages) > 1
    names = {one.event.item_id for one in tail}.union(*(page.columns.item_ids for page in pages if several))
    hashes, times = np.unique(np.concatenate([NO_HASHES, *(page.columns.hashes for page in pages)]), return_counts=True)
    return np.concatenate([hashes[times > 1], np.array([hash_of(name) for name in names], np.int64)])


def _merged(sources: Sequence[Entries]) -> Entries:
    """Returns the entries of all sources; one by hash is that of the item id with that hash, where one names it."""
    if len(sources) == 1:
        return sources[0]
    names = {hash_of(item): item for entries in sources for item in entries if isinstance(item, str)}
    together: Entries = {}
    for entries in sources:
        for item, entry in entries.items():
            name = item if isinstance(item, str) else names.get(item, item)
            together[name] = merged(together[name], entry) if name in together else entry
    return together


def _older(page: Page, places: Ints, kinds: EventKinds) -> Older:
    """Returns the items at some places, which are past those with an item id."""
    columns = page.columns
    weights = np.array([kinds.weights.get(kind, 0.0) for kind in page.kinds] or [0.0])
    silencing = np.array([kind in kinds.silencing for kind in page.kinds] or [False])
    judged = columns.verdict_kinds >= 0
    silenced = judged & silencing[columns.verdict_kinds]
    owners = np.repeat(np.arange(len(page)), np.diff(columns.bounds))
    gone = silenced[owners] & (columns.tally_kinds >= OLDER)
    parts = np.where(gone, 0.0, weights[columns.tally_kinds % OLDER] * columns.values)
    sums = np.bincount(owners, parts, minlength=len(page))
    sums = sums + np.where(judged, weights[columns.verdict_kinds] * columns.verdict_values, 0.0)
    return Older(columns.hashes[places - len(columns.item_ids)], sums[places])


def _content(entries: Entries, older: Sequence[Older], kinds: EventKinds) -> HistoryContent:
    """Returns the newest entries by name, and the others by hash."""
    names = [item for item in entries if isinstance(item, str)]
    if len(names) > NAMED_ITEMS:
        newest = {*sorted(names, key=lambda item: entries[item].newest)[-NAMED_ITEMS:]}
        names = [item for item in names if item in newest]
    met = sorted((_met(item, entries.pop(item), kinds) for item in names), key=lambda one: one.first)
    hashes = [item if isinstance(item, int) else hash_of(item) for item in entries]
    weights = [entry.weight(kinds) for entry in entries.values()]
    rest = Older(np.array(hashes, np.int64), np.array(weights, np.float64))
    every = [*older, rest]
    return HistoryContent(
        met, Older(np.concatenate([one.hashes for one in every]), np.concatenate([one.weights for one in every]))
    )


def _met(item_id: str, entry: ItemEntry, kinds: EventKinds) -> Met:
    first, last = entry.times(kinds)
    counts = entry.counts(kinds)
    return Met(item_id, entry.weight(kinds), sum(counts.values()), first, last, entry.verdict, counts)
