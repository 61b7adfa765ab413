"""The stored events of some users, each under the owner of its pseudonym, and the histories that they add up to."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import batched

import numpy as np

from doublebill.errors import DataDamaged, ObjectDamaged
from doublebill.event_table import EventTable, drained
from doublebill.history.folding import EMPTY, TailEvent, fold
from doublebill.history.page import Page
from doublebill.service.catalog import user_aliases
from doublebill.service.catalog.log_snapshot import REQUESTS, LogSnapshot
from doublebill.service.catalog.stored_events import received_ms
from doublebill.service.ingesting.fold_tail import FOLDED_AT_ONCE
from doublebill.service.ingesting.ingest import Intake
from doublebill.stores.histories import sort_key
from doublebill.stores.objects import Objects
from doublebill.times.moments import LATEST_MILLISECONDS
from doublebill.values.event_kinds import EventKinds


@dataclass(frozen=True, eq=False)
class UserLog:
    """The stored events of some users."""

    live: EventTable
    """Events that came by request."""
    imports: Mapping[str, EventTable]
    """Events of files, by import id."""
    merged_away: Collection[str]
    """Pseudonyms of the catalog that belong to others now."""
    imported_ms: Mapping[str, int]
    """When each import was made, in milliseconds; 0 where that is unknown."""

    @property
    def users(self) -> set[str]:
        """Returns the users that have events."""
        return {user for table in (self.live, *self.imports.values()) for user in table.users.compact().names()}

    def __len__(self) -> int:
        return sum(map(len, (self.live, *self.imports.values())))


def read(
    objects: Objects,
    catalog: str,
    users: Collection[str] | None,
    since_ms: int,
    until_ms: int = LATEST_MILLISECONDS,
) -> UserLog:
    """Returns the stored events of the users with these pseudonyms, or of all, received and merged by `until_ms`.

    What was stored before `since_ms` has expired, and is left out.

    Raises:
        DataDamaged: when an object of the log is damaged.
    """
    damaged: list[ObjectDamaged] = []
    aliases = [key for key in objects.keys(user_aliases.prefix(catalog)) if received_ms(key) <= until_ms]
    everything = LogSnapshot.of_now(objects, catalog, since_ms)
    owners = user_aliases.read(objects, aliases, damaged, everything.tombstones)
    requests = [key for key in everything.requests if received_ms(key) <= until_ms]
    log = everything.of_requests(requests, [one for one in everything.imports if one.imported_ms <= until_ms])
    events = {source: _of_users(drained(tables), owners, users) for source, tables in log.sources(objects, damaged)}
    if damaged:
        raise DataDamaged(damaged, "Put them back from a backup (in S3, an earlier version of the object)")
    imported_ms = {one.import_id: one.imported_ms for one in log.imports}
    return UserLog(events.pop(REQUESTS), events, owners.keys(), imported_ms)


def folded(tail: Iterable[TailEvent], kinds: EventKinds, now: int) -> Page:
    """Returns the page that the events would have made one by one, without those that expired at `now`."""
    page = EMPTY
    for some in batched(sorted(tail, key=lambda one: one.key), FOLDED_AT_ONCE):
        page = fold(page, some, kinds, now)
    return page


def tail_of(intake: Intake, events: EventTable, now_ms: int) -> Iterator[TailEvent]:
    """Yields events as the tail had them, to expire as they were received, or at `now_ms` where that is unknown."""
    for event, received in zip(events.events(), events.received.tolist(), strict=True):
        yield TailEvent(event, sort_key(event), intake.expires(received or now_ms))


def by_user(table: EventTable) -> Iterator[tuple[str, EventTable]]:
    """Yields the events of one user after the other."""
    codes, names = table.users.codes, table.users.names()
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    for rows in np.split(order, starts[1:]) if len(order) else ():
        yield names[codes[rows[0]]], table.take(rows)


def keyed(table: EventTable, users: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yields the user and the sort key of each event of these users."""
    wanted = np.array([user in users for user in table.users.names()] or [False])
    ours = table.take(wanted[table.users.codes])
    return ((event.user, sort_key(event)) for event in ours.events())


def _of_users(table: EventTable, owners: Mapping[str, str], users: Collection[str] | None) -> EventTable:
    attributed = user_aliases.attributed(table, owners)
    if users is None:
        return attributed
    wanted = set(users)
    ours = np.array([user in wanted for user in attributed.users.names()] or [False])
    return attributed.take(ours[attributed.users.codes])
