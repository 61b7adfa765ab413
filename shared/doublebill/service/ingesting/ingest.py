"""Ingesting events: each is validated and pseudonymised, then stored in the log and in the histories."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Annotated, Any, NotRequired, TypedDict

from msgspec import Meta

from doublebill.concurrency import clock
from doublebill.errors import Complaint, InvalidInput, NoValidEvents, StoreUnavailable
from doublebill.events import Event, parse
from doublebill.pseudonyms import Pseudonyms
from doublebill.schema import Input, described_by
from doublebill.service.catalog import catalogs, event_log
from doublebill.service.catalog.catalog_record import CatalogRecord
from doublebill.service.catalog.warm_records import WarmRecords
from doublebill.service.ingesting.earlier_names import Names, join_earlier_names
from doublebill.service.ingesting.fold_tail import fold_tail, users_due
from doublebill.service.ingesting.imported_histories import ImportedHistories
from doublebill.service.registry import click_through
from doublebill.stores.histories import Histories
from doublebill.stores.objects import Objects
from doublebill.stores.records import Records
from doublebill.times.retention import DAY_MS, kept_since_ms
from doublebill.values.event_kinds import EventKinds


@dataclass(frozen=True)
class Intake:
    """The stores that events go to, and the pseudonyms of their users."""

    objects: Objects
    histories: Histories
    pseudonyms: Pseudonyms
    retention_seconds: int
    """Lifetime of an event after it was received."""
    records: Records | None = None
    """The counters of clicks; None where clicks are not counted."""
    refresh_seconds: float = 5.0
    """The records of catalogs are read again at most so often."""
    _made: set[str] = field(default_factory=set)
    """Catalogs that are there: a warm function looks once for each, and again where the record has gone since."""

    @cached_property
    def catalog_records(self) -> WarmRecords:
        """The records of catalogs, kept for some seconds."""
        return WarmRecords(self.objects, clock.SYSTEM, self.refresh_seconds)

    def settings(self, catalog: str, raw_events: Sequence[object]) -> CatalogRecord:
        """Returns the settings of the catalog, the newest ones where an event is of an unknown kind."""
        settings = self.catalog_records.of(catalog)
        named = (raw["kind"] for raw in raw_events if isinstance(raw, Mapping) and isinstance(raw.get("kind"), str))
        every = all(kind in settings.kinds for kind in named)
        return settings if every else self.catalog_records.newest(catalog)

    def ensure(self, catalog: str) -> None:
        """Makes the catalog where it is missing."""
        if catalog in self._made:
            record = self.catalog_records.of(catalog)
            if record.fields and not record.removed:
                return
        catalogs.ensure(self.objects, catalog)
        self._made.add(catalog)

    def remember(self, catalog: str, events: Sequence[Event], now_ms: int) -> None:
        """Puts the events into their users' histories, and folds the tails that are due."""
        now = now_ms // 1000
        self.histories.add(catalog, events, self.expires(now_ms))
        for user in sorted(users_due(events)):
            with contextlib.suppress(StoreUnavailable):  # the events are there; a later request folds them
                fold_tail(self.histories, catalog, user, self.catalog_records.of(catalog).kinds, now)

    def expires(self, received_ms: int) -> int:
        """Returns the time at which events that were received then leave the histories, in Unix seconds."""
        return received_ms // 1000 + self.retention_seconds

    def kept_since_ms(self, now_ms: int) -> int:
        """Returns the time before which stored events have expired."""
        return kept_since_ms(now_ms, self.retention_seconds * 1000 / DAY_MS)

    def remember_import(
        self, catalog: str, import_id: str, imported: ImportedHistories, kinds: EventKinds, now_ms: int
    ) -> None:
        """Puts the events of an import into their users' histories: a page a user, written over by the same import."""
        self.histories.put_pages(catalog, imported.pages(import_id, kinds, self.expires(now_ms)))


class EventsRequest(Input, frozen=True):
    """Up to 1,000 events; each is accepted or rejected by itself."""

    events: Annotated[tuple[Annotated[Any, described_by("Event")], ...], Meta(min_length=1, max_length=1000)]


REASON_LENGTH = 500
"""Longest reason for rejecting an event, in characters."""

Rejected = tuple[int, Sequence[Complaint]]
"""The index of a bad event in its request, and the complaints about it."""


@dataclass(frozen=True)
class Ingested:
    """The outcome of a request."""

    accepted: int
    rejected: Sequence[Rejected]
    clicks: Mapping[str, int]
    """Clicks by version, whether or not they could be counted."""
    item_ids: Sequence[str] = ()
    """Of the accepted events."""
    degraded: str = ""
    """Why answers do not heed the events yet; empty where they do."""


class Rejection(TypedDict):
    """One event that was not accepted."""

    index: int
    """Index in the request."""
    reason: str


class Accepted(TypedDict):
    """The numbers of accepted and the list of rejected events."""

    accepted: int
    rejected: Sequence[Rejection]
    unknown_items: NotRequired[int]
    """Accepted events of items that the catalog does not have; missing where it has no metadata, or that is unknown."""
    degraded: NotRequired[str]
    """Why the next answers do not heed the events; the log has them, so they must not be sent again."""


def response_of(ingested: Ingested, unknown_items: int | None = None) -> Accepted:
    """Returns the response that reports the outcome."""
    rejected: list[Rejection] = [
        {"index": index, "reason": "; ".join(map(str, complaints))[:REASON_LENGTH]}
        for index, complaints in ingested.rejected
    ]
    response: Accepted = {"accepted": ingested.accepted, "rejected": rejected}
    if unknown_items is not None:
        response["unknown_items"] = unknown_items
    if ingested.degraded:
        response["degraded"] = ingested.degraded
    return response


def ingest(intake: Intake, catalog: str, raw_events: Sequence[object], now_ms: int) -> Ingested:
    """Stores the valid events, in the log first, and counts the clicks that they report.

    Once the log has them they are accepted, whatever else fails: sent again, events without an id would count twice.

    Raises:
        NoValidEvents: when none is valid.
        StoreUnavailable: when the log did not take them.
    """
    settings, names = intake.settings(catalog, raw_events), Names(intake.pseudonyms, catalog)
    events, rejected = _validated(raw_events, names, now_ms, settings)
    if not events:
        wrong = (_inside(index, one) for index, complaints in rejected for one in complaints)
        raise NoValidEvents(wrong, len(rejected))
    intake.ensure(catalog)
    join_earlier_names(intake.objects, intake.histories, names, now_ms)
    event_log.append(intake.objects, catalog, events, now_ms)
    degraded = ""
    try:
        intake.remember(catalog, events, now_ms)
    except StoreUnavailable as failed:
        degraded = f"the histories did not take the events: {failed}"
    clicked = click_through.of(events, settings.kinds)
    if clicked and intake.records is not None:
        with contextlib.suppress(StoreUnavailable):  # the log has them too
            click_through.count(intake.records, catalog, clicked, now_ms // 1000)
    return Ingested(len(events), rejected, clicked, [event.item_id for event in events], degraded)


def _validated(
    raw_events: Sequence[object], names: Names, now_ms: int, settings: CatalogRecord
) -> tuple[list[Event], list[Rejected]]:
    events: list[Event] = []
    rejected: list[Rejected] = []
    for index, raw in enumerate(raw_events):
        try:
            if not isinstance(raw, Mapping):
                raise InvalidInput.of_value("", raw, "an object")
            kinds, scale = settings.kinds, settings.scale
            events.append(parse(raw, names.of, received=now_ms, kinds=kinds, scale=scale))
        except InvalidInput as wrong:
            rejected.append((index, wrong.complaints))
    return events, rejected


def _inside(index: int, one: Complaint) -> Complaint:
    place = f"events[{index}]"
    return replace(one, field=f"{place}.{one.field}" if one.field else place)
