"""Replacing the versions that were trained on erased users: a training without them, and then nobody serves these.

A training is started while the champion had the users. One that fails, or is not promoted, is followed by another: the
first at once, the later ones after an hour, two, four, and so on, a day at most. When a champion without the users
stands, and by the deadline at the latest, all versions with them are refused.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from doublebill.errors import NotFound, StoreUnavailable, TrainingRunning
from doublebill.service.people import erasure_record
from doublebill.service.people.erasure_record import Fields
from doublebill.service.registry import runs
from doublebill.service.registry.leases.lease import Trigger
from doublebill.service.registry.privacy.refused import refuse
from doublebill.service.training import start
from doublebill.stores.job_record import UNFINISHED, new_id
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


def start_training(objects: Objects, jobs: Jobs, catalog: str, record: Fields, now_ms: int) -> Fields:
    """Starts a training without the users, unless one is at work or the next one has to wait; returns the record.

    The record says as `reason` why no champion without them stands yet.
    """
    erasure_id, attempts = record["erasure_id"], record.get("attempts", int("training_id" in record))
    if attempts and (reason := _reason_to_wait(objects, catalog, record, attempts, now_ms)):
        return erasure_record.change(objects, catalog, erasure_id, reason=reason)
    digest = hashlib.sha256(f"erasure {erasure_id}{f' {attempts}' if attempts else ''}".encode()).hexdigest()[:32]
    run = new_id(now_ms, digest[:8])
    try:
        queued = start.queue(objects, jobs, catalog, run, now_ms, trigger=Trigger(digest))
    except (TrainingRunning, StoreUnavailable) as later:
        return erasure_record.change(objects, catalog, erasure_id, reason=str(later))
    started = {"training_id": str(queued["run"]), "attempts": attempts + 1, "attempted_ms": now_ms}
    reason = f"training {queued['run']} is {queued['state']}"
    return erasure_record.change(objects, catalog, erasure_id, **started, reason=reason)


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


def _reason_to_wait(objects: Objects, catalog: str, record: Fields, attempts: int, now_ms: int) -> str:
    """Returns why the next training does not begin now; empty where it does."""
    run = record["training_id"]
    try:
        fields: Mapping[str, Any] = runs.read(objects, catalog, run, now_ms)
    except NotFound:
        fields = {"state": "lost"}
    if fields["state"] in UNFINISHED:
        return f"training {run} is {fields['state']}"
    wait_ms = 0 if attempts == 1 else min(DAY_MS, HOUR_MS << (attempts - 2))
    attempted_ms: int = record["attempted_ms" if "attempted_ms" in record else "erased_ms"]
    next_ms = attempted_ms + wait_ms
    return "" if now_ms >= next_ms else f"training {run} {_ended(fields)}; the next begins after {runs.iso(next_ms)}"


def _ended(fields: Mapping[str, Any]) -> str:
    """Returns the words for how a training ended."""
    if fields["state"] != "succeeded":
        return f"failed: {fields['error']}" if "error" in fields else "died"
    return "was promoted, and another version since" if fields["promoted"] else f"was not promoted: {fields['why']}"
