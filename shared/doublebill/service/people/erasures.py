"""Erasures as callers start them and read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, NotRequired, TypedDict

from msgspec import Meta

from doublebill.errors import DoublebillError, InvalidInput, StoreUnavailable
from doublebill.events import ID_LENGTH
from doublebill.schema import Input
from doublebill.service.catalog import catalog_record, catalogs
from doublebill.service.ingesting.ingest import Intake
from doublebill.service.people import erase, erasure_record
from doublebill.service.people.erase import ErasingStores
from doublebill.service.people.erasure_record import Fields
from doublebill.service.people.export import SupportId
from doublebill.service.people.holding_versions import VersionWithUser
from doublebill.service.people.receipt import Receipt
from doublebill.service.registry import runs

MOST_USERS = 1_000

UserIds = Annotated[
    tuple[Annotated[str, Meta(min_length=1, max_length=ID_LENGTH)], ...],
    Meta(max_length=MOST_USERS, description="up to 1,000 ids"),
]


class ErasureRequest(Input, frozen=True):
    """The users to erase at once, by their ids, by support ids, or some by these and some by those."""

    user_ids: UserIds = ()
    support_ids: Annotated[tuple[SupportId, ...], Meta(max_length=MOST_USERS, description="up to 1,000")] = ()


class Erasure(TypedDict):
    """An erasure and its state."""

    catalog: str
    erasure_id: str
    state: str
    """erasing; sweeping, for the minute in which requests may still be on their way; training, until a champion without
    the users stands; complete"""
    support_ids: Sequence[str]
    """The pseudonyms that are erased, with those that were merged into them."""
    erased: str
    """From then on nothing that arrived before counts. ISO 8601."""
    due: str
    """By then versions that were trained on the users serve no more, whatever has become of trainings. ISO 8601."""
    reason: NotRequired[str]
    """Why no champion without the users stands yet."""
    events: NotRequired[int]
    """Stored events of the users, once they are counted."""
    versions: NotRequired[Sequence[VersionWithUser]]
    """Versions that were trained on these events."""
    training_id: NotRequired[str]
    """The latest training without the users that was started, where the champion had them."""
    receipt: NotRequired[Receipt]
    """Missing until the erasure is complete."""


class ErasureSummary(TypedDict):
    """One erasure of a list."""

    erasure_id: str
    state: str
    erased: str
    due: str
    """ISO 8601."""
    users: int
    """Number of pseudonyms."""


class ErasureList(TypedDict):
    """The erasures of a catalog, newest first."""

    catalog: str
    erasures: Sequence[ErasureSummary]


def pseudonyms_of(intake: Intake, catalog: str, request: ErasureRequest) -> list[str]:
    """Returns the pseudonyms of the users whom a request names, under keys that are read again for it.

    Raises:
        InvalidInput: when it names none.
        StoreUnavailable: when the keys cannot be read.
    """
    if not request.user_ids and not request.support_ids:
        raise InvalidInput.one("user_ids", "missing", "name at least one user by user_ids or support_ids")
    if request.user_ids:
        intake.pseudonyms.read_again()
    named = [name for user_id in request.user_ids for name in intake.pseudonyms.every(catalog, user_id)]
    return [*named, *request.support_ids]


def start(stores: ErasingStores, catalog: str, users: Sequence[str], now_ms: int, entropy: str) -> Erasure:
    """Erases users, given by pseudonym, as far as that goes at once."""
    record = erase.begin(stores, catalog, users, now_ms, entropy)
    return _shown(erase.proceed(stores, catalog, record["erasure_id"], now_ms))


def show(stores: ErasingStores, catalog: str, erasure_id: str, now_ms: int) -> Erasure:
    """Returns an erasure, after everything that can be done by now was done.

    Raises:
        NotFound: when there is no such catalog or erasure.
        StoreUnavailable, Conflict: as `proceed`.
    """
    catalog_record.read(stores.objects, catalog)
    return _shown(erase.proceed(stores, catalog, erasure_id, now_ms))


def every(stores: ErasingStores, catalog: str) -> ErasureList:
    """Returns the erasures of a catalog.

    Raises:
        NotFound: when there is no such catalog.
    """
    catalog_record.read(stores.objects, catalog)
    listed = [
        ErasureSummary(
            erasure_id=record["erasure_id"],
            state=record["state"],
            erased=runs.iso(record["erased_ms"]),
            due=runs.iso(erasure_record.due_ms(record)),
            users=len(record["pseudonyms"]),
        )
        for record in erasure_record.every(stores.objects, catalog)
    ]
    return ErasureList(catalog=catalog, erasures=listed)


@dataclass(frozen=True)
class Progress:
    """The erasures of all catalogs after they went on."""

    unfinished: int
    """Erasures that are not complete."""
    close: int
    """Of these, those that are near their deadline or past it."""
    failed: Mapping[str, str]
    """Erasures that could not go on, with the reasons."""

    def check(self) -> None:
        """Raises `StoreUnavailable` with those that could not go on."""
        if self.failed:
            reasons = "; ".join(f"{name}: {why}" for name, why in self.failed.items())
            raise StoreUnavailable(f"{len(self.failed)} erasures could not go on: {reasons}")


def proceed_all(stores: ErasingStores, now_ms: int) -> Progress:
    """Goes on with every erasure that is not complete; one that cannot go on keeps no other from it."""
    unfinished, failed = list[Fields](), dict[str, str]()
    for catalog in catalogs.names(stores.objects):
        for record in list(erasure_record.every(stores.objects, catalog, failed)):
            after = record
            try:
                after = _gone_on(stores, record, now_ms)
            except Exception as wrong:  # noqa: BLE001  # whatever it is, the others go on
                name = f"{catalog}/{record['erasure_id']}"
                failed[name] = str(wrong) if isinstance(wrong, DoublebillError) else repr(type(wrong))
            if after["state"] != erasure_record.COMPLETE:
                unfinished.append(after)
    close = sum(erasure_record.is_close(one, now_ms) for one in unfinished)
    return Progress(len(unfinished), close, failed)


def _gone_on(stores: ErasingStores, record: Fields, now_ms: int) -> Fields:
    """Goes on with an erasure that is not complete, and returns its record."""
    if record["state"] == erasure_record.COMPLETE:
        return record
    return erase.proceed(stores, record["catalog"], record["erasure_id"], now_ms)


def _shown(record: Fields) -> Erasure:
    shown = Erasure(
        catalog=record["catalog"],
        erasure_id=record["erasure_id"],
        state=record["state"],
        support_ids=record["pseudonyms"],
        erased=runs.iso(record["erased_ms"]),
        due=runs.iso(erasure_record.due_ms(record)),
    )
    for name in ("reason", "events", "versions", "training_id", "receipt"):
        if record.get(name, "") != "":
            shown[name] = record[name]
    return shown
