"""Runs: each training as it happened, in `runs/<catalog>/<run>.json`.

A record has `run`, `catalog`, `created` and `state` (queued, running, succeeded, failed); as the run goes on, also
`started_ms`, `finished_ms`, `forced`, `version`, `parent`, `promoted`, `why`, `report`, `data`, `window` (see
`doublebill.service.window`), `platform` or `error`. Once its job has started only the run itself writes its record.
"""

import contextlib
import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from doublebill.artifact import MANIFEST
from doublebill.errors import NotFound, ObjectMissing, StoreUnavailable
from doublebill.schema import Bounds
from doublebill.service import catalogs, publish
from doublebill.stores.jobs import Jobs
from doublebill.stores.objects import Objects

Record = Mapping[str, object]

RUN_ID = re.compile(r"[0-9]{13}-[a-z0-9-]{1,32}")

LOST_AFTER_MS = 3600 * 1000
"""A run that has said nothing for so long is dead: no trainer works that long."""


@dataclass(frozen=True)
class TrainingRequest:
    """How to train; `force` promotes the result whatever the gate says."""

    force: bool = False
    budget_seconds: (
        Annotated[float, Bounds(minimum=0, description="a number from 0, of seconds; all it has by default")] | None
    ) = None


def run_id(now_ms: int, entropy: str) -> str:
    """A name for a run that sorts by time."""
    return f"{now_ms:013d}-{entropy}"


def write(objects: Objects, catalog: str, run: str, now_ms: int, **fields: object) -> Record:
    """Adds `fields` to the record of the run and gives it back whole; a run that starts again forgets how it ended."""
    try:
        record = dict(_read(objects, catalog, run))
        if fields.get("state") == "running":
            record = {name: record[name] for name in ("run", "catalog", "created")}
    except ObjectMissing:
        record = {"run": run, "catalog": catalog, "created": iso(now_ms)}
    record |= fields
    objects.put(_key(catalog, run), json.dumps(record).encode())
    return record


def queue(
    objects: Objects,
    jobs: Jobs,
    catalog: str,
    run: str,
    now_ms: int,
    force: bool = False,
    budget_seconds: float | None = None,
) -> Record:
    """Starts a training of the catalog as a job and gives its record.

    Raises:
        NotFound: when there is no such catalog.
    """
    catalogs.settings(objects, catalog)
    record = write(objects, catalog, run, now_ms, state="queued")
    budget = {} if budget_seconds is None else {"budget_seconds": budget_seconds}
    try:
        jobs.start({"catalog": catalog, "run": run, "force": force, **budget})
    except StoreUnavailable as failed:
        if _read(objects, catalog, run)["state"] == "queued":  # the job may have started although the answer was lost
            write(objects, catalog, run, now_ms, state="failed", error=str(failed))
        raise
    return record


def queue_all(objects: Objects, jobs: Jobs, now_ms: int, entropy: str) -> list[Record]:
    """Starts a training of every catalog; the record of one that cannot be started says `failed`."""
    run = run_id(now_ms, entropy)
    records = []
    for catalog in catalogs.names(objects):
        with contextlib.suppress(StoreUnavailable):
            queue(objects, jobs, catalog, run, now_ms)
        records.append(_read(objects, catalog, run))
    return records


def read(objects: Objects, catalog: str, run: str, now_ms: int) -> Record:
    """The record of a run.

    Raises:
        NotFound: when there is no such run.
    """
    try:
        record = _read(objects, catalog, run)
    except ObjectMissing as missing:
        raise NotFound(f"catalog {catalog!r} has no training {run!r}") from missing
    silent = record["state"] in ("queued", "running") and now_ms - int(run.partition("-")[0]) > LOST_AFTER_MS
    return {**record, "state": "lost"} if silent else record


def models(objects: Objects, catalog: str) -> dict[str, object]:
    """Every version of the catalog that a run has made, newest first, each with the report of its latest run."""
    catalogs.settings(objects, catalog)
    champion = publish.read_champion(objects, catalog)
    version = champion.version if champion else None
    return {"catalog": catalog, "champion": version, "models": _entries(objects, catalog, champion)}


def _entries(objects: Objects, catalog: str, champion: publish.Champion | None) -> list[dict[str, object]]:
    by_version: dict[object, dict[str, object]] = {}
    for key in objects.keys(f"runs/{catalog}/"):
        record = json.loads(objects.get(key).data)
        if "version" in record:
            by_version.pop(record["version"], None)  # so that its latest run decides its place
            by_version[record["version"]] = _entry(record, champion)
    return list(reversed(by_version.values()))


def model(objects: Objects, catalog: str, version: str) -> dict[str, object]:
    """The model card of a version: its manifest's config and the record of the latest run that made it.

    Raises:
        NotFound: when there is no such catalog, or it has no such version.
    """
    catalogs.settings(objects, catalog)
    entries = _entries(objects, catalog, publish.read_champion(objects, catalog))
    found = next((entry for entry in entries if entry["version"] == version), None)
    if found is None:
        raise NotFound(f"catalog {catalog!r} has no version {version!r}")
    manifest = json.loads(objects.get(publish.artifact_key(catalog, version, MANIFEST)).data)
    size_bytes = sum(array["size_bytes"] for array in manifest["arrays"].values())
    return {**found, "config": manifest["config"], "format": manifest["format"], "size_bytes": size_bytes}


def _entry(record: Record, champion: publish.Champion | None) -> dict[str, object]:
    return {
        "version": record["version"],
        "champion": champion is not None and champion.version == record["version"],
        "created": record["created"],
        "run": record["run"],
        "promoted": record.get("promoted", False),
        "why": record.get("why") or record.get("error") or "the run has not ended",
        "parent": record["parent"],
        "data": record["data"],
        "platform": record["platform"],
        "report": record["report"],
    }


def of_version(objects: Objects, catalog: str, version: str) -> Record:
    """The record of the latest run that made the version.

    Raises:
        NotFound: when no run did.
    """
    for key in reversed(list(objects.keys(f"runs/{catalog}/"))):
        record: Record = json.loads(objects.get(key).data)
        if record.get("version") == version:
            return record
    raise NotFound(f"catalog {catalog!r} has no version {version!r} that a run has made")


def iso(now_ms: int) -> str:
    """Milliseconds of Unix time as ISO 8601, UTC."""
    return datetime.datetime.fromtimestamp(now_ms / 1000, datetime.UTC).isoformat(timespec="milliseconds")


def _read(objects: Objects, catalog: str, run: str) -> Record:
    record: Record = json.loads(objects.get(_key(catalog, run)).data)
    return record


def _key(catalog: str, run: str) -> str:
    if not RUN_ID.fullmatch(run):
        raise ObjectMissing(run)
    return f"runs/{catalog}/{run}.json"
