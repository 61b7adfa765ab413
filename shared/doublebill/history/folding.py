"""Folding: adds events to a page, each once however often it comes."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from doublebill.events import Event
from doublebill.history.item_entries import ItemEntry
from doublebill.history.page import MARK_BYTES, MARKS, Marked, Page, PageWriter, hash_of, mark
from doublebill.values.event_kinds import EventKinds

GROUP = MARKS // 8
"""Largest number of marks up to which groups are put together."""


@dataclass(frozen=True, slots=True)
class TailEvent:
    """An event as the tail of a history has it."""

    event: Event
    key: str
    """Sort key of its row."""
    expires: int
    """Unix seconds."""


EMPTY = PageWriter().page(())


def fold(page: Page | None, tail: Sequence[TailEvent], kinds: EventKinds, now: int = 0) -> Page:
    """Returns the page with the events of the tail in it, without entries and events that expired at `now`.

    The tail is oldest first. Folding events in that the page has already changes no entry: their marks say so.
    """
    page = page or EMPTY
    entries = added(page, tail, kinds, page.marks(), now, range(len(page)))
    ordered = sorted(entries.items(), key=lambda pair: pair[1].newest)[::-1]
    marked, forgotten = _marked(page, tail)
    began = page.began or (hashlib.sha256(tail[0].key.encode()).hexdigest()[:8] if tail else "")
    return PageWriter().page(ordered, marked, forgotten, began)


def added(
    page: Page, tail: Iterable[TailEvent], kinds: EventKinds, marks: Collection[bytes], now: int, places: Sequence[int]
) -> dict[str | int, ItemEntry]:
    """Returns the living entries at some places of the page with the events of the tail in them, oldest first.

    An event that has one of the `marks` was added before. One so old that it may have lost its mark counts only where
    its entry has no event of its kind around its time (`ItemEntry.has`).
    """
    items, skipped, expires = page.items, set(marks), page.columns.expires.tolist()
    alive = [place for place in reversed(places) if expires[place] > now]
    entries = {items[place]: entry for place, entry in zip(alive, page.entries(alive), strict=True)}
    for one in tail:
        marked = mark(one.event)
        if one.expires > now and marked not in skipped:
            _add(entries, one, kinds, page.forgotten)
        skipped.add(marked)
    return entries


def _add(entries: dict[str | int, ItemEntry], one: TailEvent, kinds: EventKinds, forgotten: int) -> None:
    event = one.event
    hashed = entries.pop(hash_of(event.item_id), None)
    entry = hashed or entries.get(event.item_id) or ItemEntry(one.expires)
    entries[event.item_id] = entry
    if event.timestamp <= forgotten and entry.has(event):
        entry.expires = max(entry.expires, one.expires)
        return
    entry.add(event, kinds, one.expires)


def _marked(page: Page, tail: Sequence[TailEvent]) -> tuple[Sequence[Marked], int]:
    """Returns the marks to keep and the new `forgotten`.

    Those of the whole tail are kept, since its events stay there until they have been removed one by one.
    """
    here = dict.fromkeys(mark(one.event) for one in tail)
    newest = max((one.event.timestamp for one in tail), default=0)
    groups = [Marked(some.newest, b"".join(one for one in some.marks if one not in here)) for some in page.marked]
    groups, forgotten = [*groups, Marked(newest, b"".join(here))], page.forgotten
    while len(groups) > 1 and sum(len(some.joined) for some in groups[1:]) >= MARKS * MARK_BYTES:
        forgotten = max(forgotten, groups.pop(0).newest)
    return _joined([some for some in groups if some.joined]), forgotten


def _joined(groups: Sequence[Marked]) -> list[Marked]:
    """Returns the groups, small neighbours put together, so that a page has few."""
    joined: list[Marked] = []
    for some in groups:
        if joined and len(joined[-1].joined) + len(some.joined) <= GROUP * MARK_BYTES:
            last = joined.pop()
            joined.append(Marked(max(last.newest, some.newest), last.joined + some.joined))
        else:
            joined.append(some)
    return joined
