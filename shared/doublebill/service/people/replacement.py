"""Replacing the versions that were trained on erased users: a training without them, and then nobody serves these.

A training is started while the champion had the users. One that fails, or is not promoted, is followed by another: the
first at once, the later ones after an hour, two, four, and so on, a day at most. When a champion without the users
stands, and by the deadline at the latest, all versions with them are refused.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from doublebill.errors import NotFound, StoreUnavailable, TrainingRunning
from doublebill.service.people import erasure_record
from doublebill.service.people.erasure_record import Fields
from doublebill.service.registry import runs
from doublebill.service.registry.champions import Champion
from doublebill.service.registry.leases.lease import Trigger, read_lease
from doublebill.service.registry.privacy.refused import refuse
from doublebill.service.training import start
from doublebill.stores.job_record import INTERRUPTED_REASON, UNFINISHED, new_id
from doublebill.stores.jobs import Jobs
from doublebill.stores.objects import Objects
from doublebill.times.retention import DAY_MS

HOUR_MS = 3_600_000


def is_complete(objects: Objects, catalog: str, record: Fields, now_ms: int) -> bool:
    """Refuses the versions with the users where that is due, and returns whether none of them is champion.

    Raises:
        Conflict, StoreUnavailable: as `swap`; call it again.
    """
    due = now_ms >= record.get("refuse_ms", erasure_record.due_ms(record))
    return refuse(objects, catalog, _versions_with(objects, catalog, record), record["generation"], champion_too=due)


@dataclass(frozen=True)
class Standing:
    """The state of the trainings without the users of an erasure, as it is now."""

    at_work: bool
    """Whether a training of the catalog is queued or running."""
    words: str
    """Empty where none was started yet, or the latest one made the champion."""


def standing(objects: Objects, catalog: str, record: Fields, now_ms: int) -> Standing:
    """Returns the state of the trainings without the users of an erasure; starts and writes nothing."""
    lease = read_lease(objects, catalog)
    if lease.is_taken(now_ms):
        state = (
            "is running"
            if lease.begun
            else f"is queued; if it has not begun by {runs.iso(lease.expires_ms)}, it is lost"
        )
        return Standing(True, f"training {lease.run} {state}")
    if "training_id" not in record:
        return Standing(False, "")
    fields = _run_as_of(objects, catalog, record["training_id"], now_ms)
    if fields["state"] in UNFINISHED:
        return Standing(True, f"training {record['training_id']} is {fields['state']}")
    if fields.get("promoted"):
        return Standing(False, "")
    return Standing(False, f"training {record['training_id']} {_ended(fields)}")


def run_without(objects: Objects, catalog: str, record: Fields, champion: Champion | None) -> str:
    """Returns the run that made a champion without the users; empty where none was needed, or its record is gone."""
    if champion is None or not record["versions"]:
        return ""
    made = (run for run, fields in runs.every(objects, catalog) if fields.get("version") == champion.version)
    return champion.run or next(made, "")


def start_training(objects: Objects, jobs: Jobs, catalog: str, record: Fields, now_ms: int) -> Fields:
    """Starts a training without the users, unless one is at work or the next one has to wait; returns the record.

    The record says as `reason` why no champion without them stands yet.
    """
    erasure_id, attempts = record["erasure_id"], record.get("attempts", int("training_id" in record))
    ended = record.get("ended", 0)
    if attempts:
        fields = _run_as_of(objects, catalog, record["training_id"], now_ms)
        if reason := _reason_to_wait(record, fields, attempts - ended, now_ms):
            return erasure_record.change(objects, catalog, erasure_id, reason=reason)
        ended += _was_ended(fields)
    digest = hashlib.sha256(f"erasure {erasure_id}{f' {attempts}' if attempts else ''}".encode()).hexdigest()[:32]
    run = new_id(now_ms, digest[:8])
    try:
        queued = start.queue(objects, jobs, catalog, run, now_ms, trigger=Trigger(digest))
    except TrainingRunning as other:
        return erasure_record.change(objects, catalog, erasure_id, reason=_joined(other))
    except StoreUnavailable as later:
        return erasure_record.change(objects, catalog, erasure_id, reason=str(later))
    started = {"training_id": str(queued["run"]), "attempts": attempts + 1, "attempted_ms": now_ms}
    reason = f"training {queued['run']} is {queued['state']}"
    started |= {"ended": ended} if ended else {}
    return erasure_record.change(objects, catalog, erasure_id, **started, reason=reason)


def _joined(other: TrainingRunning) -> str:
    """Returns the reason of an erasure that comes while a training is queued or at work."""
    return f"training {other.training_id} is under way and will have none of them; where it fails, another follows"


def _versions_with(objects: Objects, catalog: str, record: Fields) -> frozenset[str]:
    """Returns the versions that were trained on the users, without those that a later training made again."""
    versions = frozenset(str(one["version"]) for one in record["versions"])
    if not versions:
        return versions
    later = (fields for _, fields in runs.every(objects, catalog) if _generation(fields) > record["generation"])
    return versions.difference(str(fields.get("version")) for fields in later)


def _generation(fields: Mapping[str, Any]) -> int:
    """Returns the generation of a run; 0 in records of earlier versions."""
    return int(fields.get("generation", 0))


def _reason_to_wait(record: Fields, fields: Mapping[str, Any], failures: int, now_ms: int) -> str:
    """Returns why the training after this one does not begin now; empty where it does."""
    run = record["training_id"]
    if fields["state"] in UNFINISHED:
        return f"training {run} is {fields['state']}"
    wait_ms = 0 if failures == 1 or _was_ended(fields) else min(DAY_MS, HOUR_MS << (failures - 2))
    attempted_ms: int = record["attempted_ms" if "attempted_ms" in record else "erased_ms"]
    next_ms = attempted_ms + wait_ms
    return "" if now_ms >= next_ms else f"training {run} {_ended(fields)}; the next begins after {runs.iso(next_ms)}"


def _run_as_of(objects: Objects, catalog: str, run: str, now_ms: int) -> Mapping[str, Any]:
    """Returns the fields of a run as they read now; one whose record is gone is lost."""
    try:
        return runs.read(objects, catalog, run, now_ms)
    except NotFound:
        return {"state": "lost", "started_ms": 0}


def _was_ended(fields: Mapping[str, Any]) -> bool:
    """Checks whether a training never began to work, or was ended from outside: the next one may well succeed."""
    if fields["state"] == "succeeded":
        return False
    return "started_ms" not in fields or fields.get("error") == INTERRUPTED_REASON


def _ended(fields: Mapping[str, Any]) -> str:
    """Returns the words for how a training ended."""
    if fields["state"] != "succeeded":
        never = "never began" if "started_ms" not in fields else "died"
        return f"failed: {fields['error']}" if "error" in fields else never
    return "was promoted, and another version since" if fields["promoted"] else f"was not promoted: {fields['why']}"
