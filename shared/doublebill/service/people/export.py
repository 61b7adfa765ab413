"""Export: everything that a catalog stores of one user.

Events come in pages, by the time at which they arrived; the first page has all the rest.
"""

import sys
from collections.abc import Iterator, Sequence
from typing import Annotated, NotRequired, TypedDict

from msgspec import Meta

from doublebill.errors import InvalidInput, ObjectDamaged, StoreUnavailable, Unsatisfiable
from doublebill.event_table import EventTable
from doublebill.events import ID_LENGTH
from doublebill.pseudonyms import PSEUDONYM
from doublebill.schema import Input, whole
from doublebill.service.catalog import catalog_record
from doublebill.service.catalog.erased.tombstones import Tombstones
from doublebill.service.ingesting.ingest import Intake
from doublebill.service.ingesting.rebuilding import past_history
from doublebill.service.ingesting.rebuilding.past_history import LONG_STEPS
from doublebill.service.people.batch_answers import BatchAnswer, batch_answers
from doublebill.service.people.holding_versions import VersionWithUser, versions_with
from doublebill.service.people.person import UserMerge, merges_of, persons
from doublebill.service.people.stored_rows import StoredRows, stored_rows
from doublebill.service.recommending.history import History, StoredHistory, read_as_one
from doublebill.service.recommending.history_list import HistoryEntry, HistoryOptions, history_list
from doublebill.service.registry import runs

SupportId = Annotated[
    str,
    Meta(
        pattern=whole(PSEUDONYM),
        description="the pseudonym of a user, as exports and receipts name it",
    ),
]

MOST_EVENTS = 5_000
"""Events of one page."""


class ExportOptions(Input, frozen=True):
    """The page of the events."""

    n: Annotated[int, Meta(ge=1, le=MOST_EVENTS, description="number of events, 1 to 5,000")] = 1_000
    cursor: Annotated[int, Meta(ge=0, description="the next_cursor of an earlier answer")] = 0


class ExportRequest(ExportOptions, frozen=True, kw_only=True):
    """The same, and the user, by an id that a path cannot carry or by the support id."""

    EXACTLY_ONE_OF = ("user_id", "support_id")

    user_id: Annotated[str, Meta(min_length=1, max_length=ID_LENGTH)] | None = None
    support_id: SupportId | None = None


class ExportedEvent(TypedDict):
    """One stored event."""

    support_id: str
    """The pseudonym that it was received under."""
    item_id: str
    kind: str
    value: float
    timestamp: NotRequired[float]
    """Unix time in seconds, where it is known."""
    event_id: NotRequired[str]
    recommendation_id: NotRequired[str]
    received: NotRequired[str]
    """When it arrived, ISO 8601; missing where that is unknown."""
    import_id: NotRequired[str]
    """The file that it came with; missing for events that came by request."""


class UserExport(TypedDict):
    """Everything that is stored of one user; pages after the first have events only."""

    catalog: str
    support_id: str
    """The pseudonym under which the user is stored."""
    merges: Sequence[UserMerge]
    history: Sequence[HistoryEntry]
    """The items that recommendations build on, newest first."""
    older: int
    """Number of items further back, which only count as seen or disliked; their ids are not kept."""
    batches: Sequence[BatchAnswer]
    versions: Sequence[VersionWithUser]
    """Versions that were trained on events of the user."""
    events: Sequence[ExportedEvent]
    n_events: int
    """Number of all events of the user."""
    next_cursor: NotRequired[int]


def pseudonyms_of(intake: Intake, catalog: str, user_id: str | None, support_id: str | None) -> list[str]:
    """Returns the pseudonyms of the user whom a request names in one of two ways, the newest first.

    The keys are read again for it, since a user may be stored under one that was put a moment ago.

    Raises:
        InvalidInput: when it names the user in both, or in none.
        StoreUnavailable: when the keys cannot be read.
    """
    if (user_id is None) == (support_id is None):
        problem = "missing" if user_id is None else "given beside support_id"
        raise InvalidInput.one("user_id", problem, "give user_id or support_id")
    if user_id is None:
        return [str(support_id)]
    intake.pseudonyms.read_again()
    return intake.pseudonyms.every(catalog, user_id)


def export(intake: Intake, catalog: str, users: Sequence[str], options: ExportOptions, now_ms: int) -> UserExport:
    """Returns a page of everything that is stored of the user with these pseudonyms, the newest first.

    Raises:
        NotFound: when there is no such catalog.
        StoreUnavailable: when something stored cannot be read.
        Unsatisfiable: when the cursor is past the last event.
    """
    kinds = catalog_record.read(intake.objects, catalog).kinds
    people = persons(intake.objects, catalog, users)
    pseudonyms = frozenset[str]().union(*(person.pseudonyms for person in people))
    rows = stored_rows(intake.objects, catalog, pseudonyms, Tombstones.of_now(intake.objects, catalog))
    if options.cursor > len(rows):
        raise Unsatisfiable.of_value("cursor", options.cursor, "the next_cursor of an earlier answer")
    events = list(_events(rows))[options.cursor : options.cursor + options.n]
    page = UserExport(
        catalog=catalog,
        support_id=users[0],
        merges=[],
        history=[],
        older=0,
        batches=[],
        versions=[],
        events=events,
        n_events=len(rows),
    )
    if (end := options.cursor + len(events)) < len(rows):
        page["next_cursor"] = end
    if options.cursor:
        return page
    names = list(dict.fromkeys([*users, *(name for person in people for name in sorted(person.names))]))
    stored = read_as_one(intake.histories, catalog, names, now_ms // 1000)
    history = History(stored=StoredHistory.of(stored, now_ms // 1000))
    listed = history_list(catalog, history, kinds, HistoryOptions(n=500))
    page["history"], page["older"] = listed["items"], listed["older"]
    while cursor := listed.get("next_cursor"):
        listed = history_list(catalog, history, kinds, HistoryOptions(n=500, cursor=cursor))
        page["history"] = [*page["history"], *listed["items"]]
    page["merges"] = merges_of(people)
    page["batches"] = list(batch_answers(intake.objects, catalog, pseudonyms))
    page["versions"] = versions_with(intake.objects, catalog, rows)
    return page


def export_for_request(
    intake: Intake, catalog: str, users: Sequence[str], options: ExportOptions, now_ms: int
) -> UserExport:
    """Returns the same where the log is short enough for one request.

    Raises:
        InvalidInput: when the log is too long; else as `export`.
    """
    try:
        past_history.check_length(intake.objects, catalog, LONG_STEPS, "user_id", "export-user CATALOG USER")
    except ObjectDamaged as wrong:
        raise StoreUnavailable(str(wrong)) from wrong
    return export(intake, catalog, users, options, now_ms)


def whole_export(intake: Intake, catalog: str, users: Sequence[str], now_ms: int) -> UserExport:
    """Returns everything that is stored of the user in one document."""
    return export(intake, catalog, users, ExportOptions(n=sys.maxsize), now_ms)  # in one reading of the log


def _events(rows: StoredRows) -> Iterator[ExportedEvent]:
    """Yields the events by the time of their arrival, then by import, time and item."""
    arrived: list[tuple[int, str, ExportedEvent]] = []
    for import_id, table in (("", rows.live), *rows.imports.items()):
        imported_ms = rows.imported_ms.get(import_id, 0)
        arrived += [(ms or imported_ms, import_id, one) for ms, one in _of_table(table)]
    arrived.sort(key=lambda one: (*one[:2], one[2].get("timestamp", 0), one[2]["item_id"], one[2]["kind"]))
    for ms, import_id, event in arrived:
        if ms:
            event["received"] = runs.iso(ms)
        if import_id:
            event["import_id"] = import_id
        yield event


def _of_table(table: EventTable) -> Iterator[tuple[int, ExportedEvent]]:
    """Yields the time of receipt, 0 in files, and the event of each row."""
    for ms, event in zip(table.received.tolist(), table.events(), strict=True):
        exported = ExportedEvent(support_id=event.user, item_id=event.item_id, kind=event.kind, value=event.value)
        if event.timestamp:
            exported["timestamp"] = event.timestamp / 1000
        if event.event_id:
            exported["event_id"] = event.event_id
        if event.recommendation_id:
            exported["recommendation_id"] = event.recommendation_id
        yield ms, exported
