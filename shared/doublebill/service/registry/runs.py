"""Runs: each training as it happened, a job record in runs/<catalog>/<run>.json.

Beside the fields of every job record it has `run`, `catalog`, `created` and `generation`, that of its lease (see
`doublebill.service.registry.leases.lease`). A run that is queued or running without the lease of its catalog is `lost`;
without a generation it is of an earlier version, and lost after an hour. One that Lambda or Spark holds until its turn
is queued until `queued_until_ms`, while no other has taken the lease. As the run goes on, it also has `finished_ms`,
`forced`, `version`, `parent`, `promoted`, `why`, `report`, `data`, `window` (see
`doublebill.service.training.data_snapshot`), `platform`, `warnings` (numbers that fell since the run before, a search
that the clock cut) and `skipped` (damaged objects that were left out). A private run has `privacy`, an empty `data` and
no `window`: they would tell exact numbers. `privacy_card` is described in `doublebill.service.registry.privacy.card`.
"""

import datetime
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from doublebill.errors import NotFound, ObjectMissing, TrainingRunning
from doublebill.service.registry.leases.lease import Lease, read_lease
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.job_record import UNFINISHED, Fields, JobRecord, as_of
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order_or_missing

Record = Mapping[str, object]

EARLIER_ERROR = re.compile(r"± (\d+\.\d+)")
"""A standard error in the reasons of earlier records."""


def record_of(objects: Objects, catalog: str, run: str) -> JobRecord:
    """Returns the record of a run, to be read or written."""
    return JobRecord(objects, f"{_folder(catalog)}{run}.json", run, keeps=("run", "catalog", "created"))


def made(catalog: str, run: str, now_ms: int) -> Record:
    """Returns the fields with which the record of a run is made."""
    return {"run": run, "catalog": catalog, "created": iso(now_ms)}


def read(objects: Objects, catalog: str, run: str, now_ms: int) -> Record:
    """Returns the record of a run.

    Raises:
        NotFound: when there is no such run.
        StoreUnavailable: when its record cannot be read.
    """
    record, named = record_of(objects, catalog, run), {"run": run}  # a damaged record may lack it
    try:
        fields = {**named, **record.read()}
        lease = read_lease(objects, catalog) if fields.get("state") in UNFINISHED else Lease()
        if (shown := seen(fields, lease, now_ms))["state"] == "lost":
            fields = {**named, **record.read()}  # it may have ended, and given the lease back, in between
            shown = seen(fields, lease, now_ms)
    except ObjectMissing as missing:
        raise NotFound(f"catalog {catalog!r} has no training {run!r}") from missing
    return shown


def reason(record: Mapping[str, Any]) -> str:
    """Returns why a version was promoted or not, or why the run failed; empty where neither is recorded.

    Records of earlier code have a standard error after "±", which means half of a 95 % interval elsewhere.
    """
    return EARLIER_ERROR.sub(r"(standard error \1)", record.get("why") or record.get("error") or "")


def seen(fields: Fields, lease: Lease, now_ms: int) -> Fields:
    """Returns the fields of a record as they read while the lease of its catalog is this one."""
    if fields["state"] not in UNFINISHED or "generation" not in fields:
        return as_of(fields, fields["run"], now_ms)
    ours = lease.run == fields["run"]
    works = ours and lease.is_taken(now_ms)
    waits = ours and fields["state"] == "queued" and now_ms < fields.get("queued_until_ms", 0)
    return fields if works or waits else {**fields, "state": "lost"}


def succeeded(objects: Objects, catalog: str, run: str) -> Record | None:
    """Returns the record of a run that has succeeded; None where it has not, or there is no such run."""
    try:
        fields = record_of(objects, catalog, run).read()
    except ObjectMissing:
        return None
    return fields if fields.get("state") == "succeeded" else None


def refuse(objects: Objects, catalog: str, run: str, running: TrainingRunning) -> None:
    """Says in the record of a queued run that another one was at work when it was to begin."""
    if running.training_id != run:  # otherwise another attempt at this run, whose record this is
        never_began(objects, catalog, run, str(running))


def never_began(objects: Objects, catalog: str, run: str, error: str) -> None:
    """Says in the record of a run that is still queued why it did not begin."""

    def refused(data: bytes | None) -> bytes | None:
        fields = {} if data is None else json.loads(data)
        ended = {**fields, "state": "failed", "error": error}
        return json.dumps(ended).encode() if fields.get("state") == "queued" else None

    swap(objects, record_of(objects, catalog, run).key, refused)


def every(objects: Objects, catalog: str) -> Iterator[tuple[str, Record]]:
    """Yields every run with its record, newest first; the record of a damaged one is empty."""
    for key, data in in_order_or_missing(objects, reversed(list(objects.keys(_folder(catalog))))):
        try:
            record = json.loads(data or b"")
        except ValueError:
            record = {}
        yield key.rpartition("/")[2].removesuffix(".json"), record if isinstance(record, dict) else {}


def latest_of_version(objects: Objects, catalog: str, version: str) -> Record:
    """Returns the record of the latest run that made the version.

    Raises:
        NotFound: when no run did.
    """
    return _of_version(objects, catalog, version)[0]


def of_version(objects: Objects, catalog: str, version: str) -> Record:
    """Returns the record of the run that made the version and measured it on most splits, the latest of equals.

    Trainings that chose the same config of the same rows make the same version, and it has one headline: theirs are
    equal but where the clock of a machine cut the measurement short.

    Raises:
        NotFound: when no run did.
    """
    return max(_of_version(objects, catalog, version), key=splits)


def splits(record: Mapping[str, Any]) -> int:
    """Returns the number of splits on which a run has measured its version."""
    return int((record.get("report") or {}).get("split", {}).get("splits", 0))


def _of_version(objects: Objects, catalog: str, version: str) -> Sequence[Record]:
    """Returns the records of the runs that made the version, newest first; raises `NotFound` where none did."""
    found = [record for _, record in every(objects, catalog) if record.get("version") == version]
    if not found:
        raise NotFound(f"catalog {catalog!r} has no version {version!r} that a run has made")
    return found


def latest_generations(objects: Objects, catalog: str) -> Mapping[str, int]:
    """Returns the versions that runs have made, each with the generation of the latest one that succeeded."""
    found: dict[str, int] = {}
    for _, record in every(objects, catalog):
        if record.get("state") == "succeeded" and isinstance(generation := record.get("generation"), int):
            version = str(record.get("version"))
            found[version] = max(generation, found.get(version, 0))
    return found


def iso(now_ms: int) -> str:
    """Milliseconds of Unix time as ISO 8601, UTC."""
    return datetime.datetime.fromtimestamp(now_ms / 1000, datetime.UTC).isoformat(timespec="milliseconds")


def _folder(catalog: str) -> str:
    return f"runs/{catalog}/"
