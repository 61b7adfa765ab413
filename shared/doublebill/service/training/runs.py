"""Runs: each training as it happened, in `runs/<catalog>/<run>.json`.

A record has `run`, `catalog`, `created` and `state` (queued, running, succeeded, failed); as the run goes on, also
`started_ms`, `finished_ms`, `forced`, `version`, `parent`, `promoted`, `why`, `report`, `data`, `window` (see
`doublebill.service.training.data_snapshot`), `platform` or `error`. Once its job has started only the run itself writes
its record.
"""

import contextlib
import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, NotRequired, TypedDict, cast

from doublebill.errors import NotFound, ObjectMissing, StoreUnavailable
from doublebill.model.artifact import MANIFEST
from doublebill.schema import Bounds
from doublebill.service.catalog import catalogs
from doublebill.service.registry import champions, click_through, versions
from doublebill.stores.jobs import Jobs
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order
from doublebill.stores.records import Records

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


class Started(TypedDict):
    """A training that was started."""

    training_id: str


class Training(TypedDict):
    """How a training went, or how far it is."""

    training_id: str
    run: str
    catalog: str
    created: str
    state: str
    """queued, running, succeeded, failed or lost"""
    started_ms: NotRequired[int]
    finished_ms: NotRequired[int]
    forced: NotRequired[bool]
    version: NotRequired[str]
    parent: NotRequired[str | None]
    promoted: NotRequired[bool]
    why: NotRequired[str]
    report: NotRequired[Mapping[str, object]]
    data: NotRequired[Mapping[str, object]]
    window: NotRequired[Mapping[str, object]]
    platform: NotRequired[Mapping[str, object]]
    error: NotRequired[str]


class ModelEntry(TypedDict):
    """One version, and the latest run that made it."""

    version: str
    champion: bool
    challenger: bool
    created: str
    run: str
    promoted: bool
    why: str
    parent: str | None
    data: Mapping[str, object]
    platform: Mapping[str, object]
    report: Mapping[str, object]
    online: NotRequired[click_through.Online]
    """Where it has answered anybody."""


class ModelList(TypedDict):
    """The versions of a catalog, newest first."""

    catalog: str
    champion: str | None
    challenger: str | None
    share: float
    """Of the users, whom the challenger answers; 0 without one."""
    models: list[ModelEntry]


class ModelCard(ModelEntry):
    """One version with its manifest's config."""

    config: Mapping[str, object]
    format: int
    size_bytes: int


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


def training(objects: Objects, catalog: str, training_id: str, now_ms: int) -> Training:
    """How a training went, or how far it is.

    Raises:
        NotFound: when there is no such catalog or training.
    """
    catalogs.settings(objects, catalog)
    return cast(Training, {"training_id": training_id, **read(objects, catalog, training_id, now_ms)})


def models(objects: Objects, catalog: str, records: Records | None = None, now: int = 0) -> ModelList:
    """Every version of the catalog that a run has made, newest first, each with the report of its latest run.

    What `records` count at `now` (Unix seconds) tells how each does online; where they do not answer nothing does.

    Raises:
        NotFound: when there is no such catalog.
    """
    catalogs.settings(objects, catalog)
    champion = champions.read_champion(objects, catalog)
    return ModelList(
        catalog=catalog,
        champion=champion.version if champion else None,
        challenger=champion.challenger or None if champion else None,
        share=champion.share if champion else 0.0,
        models=_entries(objects, catalog, champion, _online(records, catalog, now)),
    )


def model(objects: Objects, catalog: str, version: str, records: Records | None = None, now: int = 0) -> ModelCard:
    """The model card of a version: its manifest's config and the record of the latest run that made it.

    Raises:
        NotFound: when there is no such catalog, or it has no such version.
    """
    entries = models(objects, catalog, records, now)["models"]
    found = next((entry for entry in entries if entry["version"] == version), None)
    if found is None:
        raise NotFound(f"catalog {catalog!r} has no version {version!r}")
    manifest = json.loads(objects.get(versions.artifact_key(catalog, version, MANIFEST)).data)
    size_bytes = sum(array["size_bytes"] for array in manifest["arrays"].values())
    return ModelCard(**found, config=manifest["config"], format=manifest["format"], size_bytes=size_bytes)


def _online(records: Records | None, catalog: str, now: int) -> dict[str, click_through.Online]:
    """How each version does online, as far as it can be told."""
    if records is None:
        return {}
    try:
        return click_through.online(records, catalog, now)
    except StoreUnavailable:
        return {}


def _entries(
    objects: Objects, catalog: str, champion: champions.Champion | None, online: Mapping[str, click_through.Online]
) -> list[ModelEntry]:
    by_version: dict[str, ModelEntry] = {}
    for data in in_order(objects, objects.keys(f"runs/{catalog}/")):
        record = json.loads(data)
        version = record.get("version")
        if version:
            by_version.pop(version, None)  # so that its latest run decides its place
            by_version[version] = _entry(record, champion)
            if version in online:
                by_version[version]["online"] = online[version]
    return list(reversed(by_version.values()))


def _entry(record: Mapping[str, Any], champion: champions.Champion | None) -> ModelEntry:
    version = record["version"]
    return ModelEntry(
        version=version,
        champion=champion is not None and champion.version == version,
        challenger=champion is not None and champion.challenger == version,
        created=record["created"],
        run=record["run"],
        promoted=record.get("promoted", False),
        why=record.get("why") or record.get("error") or "the run has not ended",
        parent=record["parent"],
        data=record["data"],
        platform=record["platform"],
        report=record["report"],
    )


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
