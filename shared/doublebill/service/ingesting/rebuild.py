"""Rebuilding histories from the log, which is the truth: after damage, and where events were taken away or moved.

Pages are written first, each over the one of its user and source; then what the log does not have is removed, and the
events of tails that it has, which are in a page now. Events that arrive meanwhile stay in the tail. A rebuild that died
on the way is completed by the next one.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import batched

import numpy as np

from doublebill.errors import DataDamaged, ObjectDamaged
from doublebill.event_table import EventTable, concat
from doublebill.history.folding import TailEvent, fold
from doublebill.history.page import to_bytes
from doublebill.history.reading import LIVE
from doublebill.service.catalog import catalog_record, stored_events, user_aliases
from doublebill.service.catalog.log_snapshot import LogSnapshot
from doublebill.service.ingesting.fold_tail import FOLDED_AT_ONCE
from doublebill.service.ingesting.imported_histories import ImportedHistories
from doublebill.service.ingesting.ingest import Intake
from doublebill.stores.histories import StoredPage, page_key, sort_key
from doublebill.stores.objects import Objects
from doublebill.values.event_kinds import EventKinds

LONGEST_TAIL = 10_000_000

LATE_SECONDS = 60
"""Longer than a request works between logging an event and adding it to a tail, or the other way round."""


@dataclass(frozen=True)
class Rebuilt:
    """The outcome of rebuilding the histories of a catalog."""

    catalog: str
    users: int
    events: int
    """Stored events that were read, some perhaps twice."""


@dataclass(frozen=True, eq=False)
class _Log:
    """The stored events of some users, under the owner of each pseudonym."""

    live: EventTable
    imports: Mapping[str, EventTable]
    merged_away: Collection[str]
    """Pseudonyms that belong to others now."""

    @property
    def users(self) -> set[str]:
        """Returns the users that have events."""
        return {user for table in (self.live, *self.imports.values()) for user in table.users.compact().names()}


def rebuild(intake: Intake, catalog: str, now_ms: int, users: Collection[str] | None = None) -> Rebuilt:
    """Makes the histories of some users, or of all, again from the log, and returns the numbers of users and events.

    The events of imports expire as if imported now, since no import says when it was made.

    Raises:
        NotFound: when there is no such catalog.
        DataDamaged: when an object of the log is damaged; nothing was changed.
    """
    kinds = catalog_record.read(intake.objects, catalog).kinds
    log = _read(intake.objects, catalog, users)
    touched = log.users | set(users or ())
    histories, sources = intake.histories, {user: set[str]() for user in touched}
    for source, table in log.imports.items():
        imported = ImportedHistories()
        imported.note(table)
        histories.put_pages(catalog, _noted(imported.pages(source, kinds, intake.expires(now_ms)), sources))
    histories.put_pages(catalog, _noted(_live_pages(intake, log.live, kinds, now_ms), sources), revision=now_ms)
    _clean(intake, catalog, log, sources, now_ms // 1000)
    if users is None:
        for user in sorted(set(log.merged_away) - touched):
            histories.forget(catalog, user)
    return Rebuilt(catalog, len(touched), sum(map(len, (log.live, *log.imports.values()))))


def _read(objects: Objects, catalog: str, users: Collection[str] | None) -> _Log:
    damaged: list[ObjectDamaged] = []
    owners = user_aliases.read(objects, list(objects.keys(user_aliases.prefix(catalog))), damaged)
    log = LogSnapshot.of_now(objects, catalog)
    live = _of_users([log.of_requests(log.requests, []).read(objects, damaged)], owners, users)
    imports = {
        one.import_id: _of_users(stored_events.import_tables(objects, one, damaged), owners, users)
        for one in log.imports
    }
    if damaged:
        raise DataDamaged(damaged, "Put them back from a backup (in S3, an earlier version of the object)")
    return _Log(live, imports, owners.keys())


def _of_users(tables: Iterable[EventTable], owners: Mapping[str, str], users: Collection[str] | None) -> EventTable:
    attributed = (user_aliases.attributed(table, owners) for table in tables)
    if users is None:
        return concat(list(attributed))
    wanted = set(users)
    kept = []
    for table in attributed:
        ours = np.array([user in wanted for user in table.users.names()] or [False])
        kept.append(table.take(ours[table.users.codes]))
    return concat(kept)


def _live_pages(intake: Intake, live: EventTable, kinds: EventKinds, now_ms: int) -> Iterator[StoredPage]:
    """Yields the page of each user who sent events, folded as those events would have been."""
    for user, events in _by_user(live):
        tail = sorted(_tail(intake, events, now_ms), key=lambda one: one.key)
        page = None
        for some in batched(tail, FOLDED_AT_ONCE):
            page = fold(page, some, kinds, now_ms // 1000)
        if page is not None and len(page):
            yield StoredPage(user, LIVE, to_bytes(page), page.expires)


def _tail(intake: Intake, events: EventTable, now_ms: int) -> Iterator[TailEvent]:
    for event, received in zip(events.events(), events.received.tolist(), strict=True):
        yield TailEvent(event, sort_key(event), intake.expires(received or now_ms))


def _by_user(table: EventTable) -> Iterator[tuple[str, EventTable]]:
    """Yields the events of one user after the other."""
    codes, names = table.users.codes, table.users.names()
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    for rows in np.split(order, starts[1:]) if len(order) else ():
        yield names[codes[rows[0]]], table.take(rows)


def _noted(pages: Iterable[StoredPage], sources: Mapping[str, set[str]]) -> Iterator[StoredPage]:
    """Yields the pages, and notes which sources each user has."""
    for page in pages:
        sources[page.user].add(page.source)
        yield page


def _clean(intake: Intake, catalog: str, log: _Log, sources: Mapping[str, set[str]], now: int) -> None:
    """Removes pages of sources that the log does not have, and the events of tails that are not newer than the log."""
    tails: dict[str, set[str]] = {}
    for user, kept in sources.items():
        stored = intake.histories.read(catalog, user, LONGEST_TAIL, 0, consistent=True)
        fresh = {one.key for one in stored.tail if one.expires - intake.retention_seconds >= now - LATE_SECONDS}
        gone = [page_key(name) for name in stored.pages if name not in kept]
        gone += [one.key for one in stored.tail if one.key not in fresh]
        intake.histories.remove(catalog, [(user, key) for key in gone])
        if fresh:
            tails[user] = fresh
    for table in (log.live, *log.imports.values()) if tails else ():
        waiting = np.array([user in tails for user in table.users.names()] or [False])
        ours = table.take(waiting[table.users.codes])
        keys = ((event.user, sort_key(event)) for event in ours.events())
        intake.histories.remove(catalog, [(user, key) for user, key in keys if key in tails[user]])
