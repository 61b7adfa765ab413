"""Rebuilding histories from the log, which is the truth: after damage, and where events were taken away or moved.

    1. the revision of each user's page and the names of their pages are noted
    2. the log is read: it has every event that these pages have, since events are logged before they are folded
    3. pages are written; that of events by request only over the noted revision, so that one which took up further
       events meanwhile stays, and its user begins again at 1
    4. pages of which the log has nothing are removed, and events of the tails that the pages have by now

Events that arrive meanwhile stay in the tail. A rebuild that died on the way is completed by the next one.
"""

import contextlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from doublebill.errors import StoreUnavailable
from doublebill.event_table import EventTable
from doublebill.history.folding import EMPTY
from doublebill.history.moved_pages import MERGED
from doublebill.history.page import from_bytes, to_bytes
from doublebill.history.reading import LIVE
from doublebill.service.catalog import catalog_record, event_log
from doublebill.service.ingesting.imported_histories import ImportedHistories
from doublebill.service.ingesting.ingest import Intake
from doublebill.service.ingesting.rebuilding import user_log
from doublebill.service.ingesting.rebuilding.user_log import UserLog
from doublebill.stores.histories import StoredPage, page_key
from doublebill.values.event_kinds import EventKinds

TRIES = 8
"""Readings of the log for users who send events all the time."""

LONGEST_TAIL = 10_000_000

LATE_SECONDS = 60
"""Longer than a request works between logging an event and adding it to a tail, or the other way round."""

IMPORT_SECONDS = 3600
"""Longer than an import works between writing its pages and its record."""


@dataclass(frozen=True)
class Rebuilt:
    """The outcome of rebuilding the histories of a catalog."""

    catalog: str
    users: int
    events: int
    """Stored events that were read, some perhaps twice."""


@dataclass(frozen=True)
class _Before:
    """The pages of a user before the log was read."""

    revision: int
    """That of the page of events by request; 0 where there is none."""
    settled: Set[str]
    """Sources of all pages but those of an import that may be under way."""


def rebuild(intake: Intake, catalog: str, now_ms: int, users: Collection[str] | None = None) -> Rebuilt:
    """Makes the histories of some users, or of all, again from the log, and returns the numbers of users and events.

    `users` are pseudonyms; of one that was merged into another, name the other too. A user of whom the log has nothing
    gets an empty history. Call it after the log has changed: once a removal, an alias or an erasure is stored. The
    events of imports expire as they were imported, or as if imported now where the time is unknown.

    Raises:
        NotFound: when there is no such catalog.
        DataDamaged: when an object of the log is damaged; nothing was changed.
        StoreUnavailable: also when a user kept sending events; call it again.
    """
    kinds = catalog_record.read(intake.objects, catalog).kinds
    since_ms = intake.kept_since_ms(now_ms)
    everybody = user_log.read(intake.objects, catalog, None, since_ms) if users is None else None
    waiting = set(users or ()) if everybody is None else everybody.users
    touched, events = len(waiting), len(everybody or ())
    for attempt in range(TRIES):
        before = {user: _before(intake, catalog, user, now_ms // 1000) for user in sorted(waiting)}
        log = user_log.read(intake.objects, catalog, waiting, since_ms)
        events = len(log) if attempt == 0 and everybody is None else events
        waiting -= _rewrite(intake, catalog, log, before, kinds, now_ms)
        if not waiting:
            break
    else:
        raise StoreUnavailable(f"{len(waiting)} users kept sending events while their histories were rebuilt")
    for user in sorted(set(everybody.merged_away) - everybody.users) if everybody else ():
        intake.histories.forget(catalog, user)
    return Rebuilt(catalog, touched, events)


def _before(intake: Intake, catalog: str, user: str, now: int) -> _Before:
    histories = intake.histories
    revision = histories.foldable(catalog, user, LIVE, 1).revision
    pages = histories.read(catalog, user, 0, 0, consistent=True).pages
    latest = now - IMPORT_SECONDS + intake.retention_seconds
    settled = {name for name, page in pages.items() if name == LIVE or MERGED in name or _expires(page) < latest}
    return _Before(revision, settled)


def _expires(page: bytes) -> int:
    """Returns the end of a page in Unix seconds, 0 where it is damaged."""
    with contextlib.suppress(StoreUnavailable):
        return from_bytes(page).expires
    return 0


def _rewrite(
    intake: Intake, catalog: str, log: UserLog, before: Mapping[str, _Before], kinds: EventKinds, now_ms: int
) -> set[str]:
    """Writes the histories of users as the log has them; returns those whose page nobody changed since `before`."""
    histories, sources = intake.histories, {user: set[str]() for user in before}
    for source, table in log.imports.items():
        imported = ImportedHistories()
        imported.note(table)
        expires = intake.expires(log.imported_ms.get(source) or now_ms)
        histories.put_pages(catalog, _noted(imported.pages(source, kinds, expires), sources))
    _remove_pages_of_removed(intake, catalog, log.imports, sources)
    live = dict(user_log.by_user(log.live))
    written: set[str] = set()
    for user, one in before.items():
        page = _live_page(intake, user, live.get(user), kinds, now_ms)
        unneeded = page is None and not one.revision
        if unneeded or histories.swap_page(catalog, page or _empty(user, now_ms), one.revision):
            written.add(user)
    kept = {user: {LIVE, *sources[user]} for user in written}
    _clean(intake, catalog, log, {user: before[user].settled - names for user, names in kept.items()}, now_ms // 1000)
    return written


def _live_page(
    intake: Intake, user: str, events: EventTable | None, kinds: EventKinds, now_ms: int
) -> StoredPage | None:
    """Returns the page of the events that a user sent, None where none of them counts any more."""
    page = user_log.folded(user_log.tail_of(intake, events, now_ms), kinds, now_ms // 1000) if events else EMPTY
    return StoredPage(user, LIVE, to_bytes(page), page.expires) if len(page) else None


def _empty(user: str, now_ms: int) -> StoredPage:
    """Returns a page without entries, which has expired: unlike a removal it is refused where events were folded in."""
    return StoredPage(user, LIVE, to_bytes(EMPTY), now_ms // 1000)


def _noted(pages: Iterable[StoredPage], sources: Mapping[str, set[str]]) -> Iterator[StoredPage]:
    """Yields the pages, and notes which sources each user has."""
    for page in pages:
        sources[page.user].add(page.source)
        yield page


def _remove_pages_of_removed(
    intake: Intake, catalog: str, imports: Iterable[str], sources: Mapping[str, set[str]]
) -> None:
    """Removes the pages just written of imports that were removed since the log was read."""
    counting = {one.import_id for one in event_log.committed_imports(intake.objects, catalog, [])}
    gone = set(imports) - counting
    rows = [(user, page_key(source)) for user, names in sources.items() for source in names & gone]
    intake.histories.remove(catalog, rows)


def _clean(intake: Intake, catalog: str, log: UserLog, gone: Mapping[str, Collection[str]], now: int) -> None:
    """Removes these pages of the users, and the events of their tails that are not newer than the log."""
    tails: dict[str, set[str]] = {}
    for user, sources in gone.items():
        tail = intake.histories.read(catalog, user, LONGEST_TAIL, 0, consistent=True).tail
        fresh = {one.key for one in tail if one.expires - intake.retention_seconds >= now - LATE_SECONDS}
        rows = [*map(page_key, sources), *(one.key for one in tail if one.key not in fresh)]
        intake.histories.remove(catalog, [(user, key) for key in rows])
        if fresh:
            tails[user] = fresh
    for table in (log.live, *log.imports.values()) if tails else ():
        keys = user_log.keyed(table, tails)
        intake.histories.remove(catalog, [(user, key) for user, key in keys if key in tails[user]])
