"""Receipts of erasures: what was erased and when, which versions had it, and until when copies stay.

A receipt is sealed by an HMAC-SHA-256 of its other fields (JSON with sorted keys and no spaces, as UTF-8) under a key
that is derived from the pseudonym key. So everybody who holds that key can check that a receipt is genuine and whole.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict, cast

from doublebill.pseudonyms import Pseudonyms
from doublebill.service.people.holding_versions import VersionWithUser
from doublebill.service.people.person import UserMerge
from doublebill.service.registry import runs
from doublebill.times.retention import DAY_MS

PURPOSE = "receipts of erasures"

FORMAT = 2
"""Receipts of format 1 were sealed when a training without the users had been started, however it ended."""


class Remains(TypedDict):
    """A place where copies of erased rows stay for a while."""

    place: str
    until: str
    """ISO 8601, or how that is decided."""


class Receipt(TypedDict):
    """The amounts that were erased."""

    format: int
    catalog: str
    erasure_id: str
    support_ids: Sequence[str]
    """The pseudonyms that were erased, with those that were merged into them."""
    erased: str
    """From then on nothing that arrived before counts. ISO 8601."""
    completed: str
    """From then on nothing of it is stored but in the places under `remains`. ISO 8601."""
    events: int
    """Stored events that were dropped."""
    merges: int
    """Merges of users that were cancelled."""
    merged: NotRequired[Sequence[UserMerge]]
    """These merges."""
    versions: Sequence[VersionWithUser]
    """Versions that were trained on the events: they serve no more."""
    champion: NotRequired[str | None]
    """The version without them that served by then; null where the catalog had no model."""
    training_id: NotRequired[str]
    """The training that made this champion without them, where one was needed."""
    remains: Sequence[Remains]
    seal: str


@dataclass(frozen=True)
class CopiesKept:
    """For how long copies of what was deleted stay."""

    recovery_days: float | None = 0.0
    """Of versions of objects and of the table's recovery to any second; 0 where there are none, None if unknown."""
    versioned: bool = False
    """Whether objects lie in a bucket, which keeps what was deleted for a day at least."""


def receipt(
    pseudonyms: Pseudonyms, record: Mapping[str, Any], champion: str | None, completed_ms: int, copies: CopiesKept
) -> Receipt:
    """Returns the sealed receipt of an erasure that is complete, while this version is champion.

    `training_id` of the record is that of the training which made the champion; empty where none was needed.
    """
    fields: dict[str, Any] = {
        "format": FORMAT,
        "catalog": record["catalog"],
        "erasure_id": record["erasure_id"],
        "support_ids": record["pseudonyms"],
        "erased": runs.iso(record["erased_ms"]),
        "completed": runs.iso(completed_ms),
        "events": record["events"],
        "merges": len(record.get("merged", record["merges"])),
        "versions": record["versions"],
        "champion": champion,
        "remains": _remains(completed_ms, copies, bool(record["versions"])),
        **{name: record[name] for name in ("training_id", "merged") if record.get(name, "") != ""},
    }
    return cast(Receipt, {**fields, "seal": pseudonyms.seal(PURPOSE, _content(fields))})


def is_genuine(pseudonyms: Pseudonyms, document: Mapping[str, Any]) -> bool:
    """Checks whether a receipt was sealed under one of these keys and has not been changed since."""
    fields = {name: value for name, value in document.items() if name != "seal"}
    return pseudonyms.sealed(PURPOSE, _content(fields), str(document.get("seal", "")))


def _content(fields: Mapping[str, Any]) -> bytes:
    """Returns the bytes that are sealed."""
    content = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return content.encode("utf-8", "surrogatepass")


def _remains(completed_ms: int, copies: CopiesKept, with_versions: bool) -> list[Remains]:
    found: list[Remains] = []
    if with_versions:
        found.append(Remains(place="refused versions", until="the daily sweep deletes them, about a week after this"))
    if copies.versioned:
        found.append(Remains(place="earlier versions of objects", until=_until(completed_ms, copies, least=1.0)))
    if copies.versioned and copies.recovery_days != 0:
        found.append(Remains(place="recovery of the table to any second", until=_until(completed_ms, copies)))
    backups = "deleted by those who made them; restoring one asks for the list of erasures, and erases again"
    return [*found, Remains(place="backups", until=backups)]


def _until(completed_ms: int, copies: CopiesKept, least: float = 0.0) -> str:
    """Returns when the last copy goes."""
    if copies.recovery_days is None:
        return "as many days after this as the parameter RecoveryDays of the stack says, and one at least"
    return runs.iso(round(completed_ms + max(least, copies.recovery_days) * DAY_MS))
