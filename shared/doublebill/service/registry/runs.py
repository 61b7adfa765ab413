"""Runs: each training as it happened, a job record in runs/<catalog>/<run>.json.

Beside the fields of every job record it has `run`, `catalog` and `created`; as the run goes on, also `finished_ms`,
`forced`, `version`, `parent`, `promoted`, `why`, `report`, `data`, `window` (see
`doublebill.service.training.data_snapshot`), `platform`, `warnings` (numbers that fell since the run before) and
`skipped` (damaged objects that were left out).
"""

import datetime
import json
from collections.abc import Mapping

from doublebill.errors import NotFound, ObjectMissing
from doublebill.stores.job_record import JobRecord
from doublebill.stores.objects import Objects

Record = Mapping[str, object]


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
    """
    try:
        return record_of(objects, catalog, run).read(now_ms)
    except ObjectMissing as missing:
        raise NotFound(f"catalog {catalog!r} has no training {run!r}") from missing


def of_version(objects: Objects, catalog: str, version: str) -> Record:
    """Returns the record of the latest run that made the version.

    Raises:
        NotFound: when no run did.
    """
    for key in reversed(list(objects.keys(_folder(catalog)))):
        try:
            record: Record = json.loads(objects.get(key).data)
        except (ObjectMissing, ValueError):  # one that is damaged is of no version
            continue
        if isinstance(record, dict) and record.get("version") == version:
            return record
    raise NotFound(f"catalog {catalog!r} has no version {version!r} that a run has made")


def iso(now_ms: int) -> str:
    """Milliseconds of Unix time as ISO 8601, UTC."""
    return datetime.datetime.fromtimestamp(now_ms / 1000, datetime.UTC).isoformat(timespec="milliseconds")


def _folder(catalog: str) -> str:
    return f"runs/{catalog}/"
