"""The models of a catalog: its versions with their reports, and the card of one."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

from doublebill.errors import NotFound, StoreUnavailable
from doublebill.model.artifact import MANIFEST
from doublebill.service.catalog import catalogs
from doublebill.service.catalog.imported.skipped import SkippedObject
from doublebill.service.registry import champions, click_through, versions
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order_or_missing
from doublebill.stores.records import Records


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
    warnings: Sequence[str]
    """Of that run: numbers that fell, and others that a person should see."""
    baseline: NotRequired[str]
    """The baseline that was published because no model beats it."""
    online: NotRequired[click_through.Online]
    """Where the version has served any request."""


class ModelList(TypedDict):
    """The versions of a catalog, newest first."""

    catalog: str
    champion: str | None
    challenger: str | None
    share: float
    """Of the users, whom the challenger serves; 0 without one."""
    models: list[ModelEntry]
    skipped: NotRequired[Sequence[SkippedObject]]
    """Runs whose record cannot be read."""


class ModelCard(ModelEntry):
    """One version with its manifest's config."""

    config: Mapping[str, object]
    format: int
    size_bytes: int


def models(objects: Objects, catalog: str, records: Records | None = None, now: int = 0) -> ModelList:
    """Returns every version of the catalog that a run has made, newest first, with the report of its latest run.

    `records` have the click-through at `now` (Unix seconds), which is left out where they cannot be read.

    Raises:
        NotFound: when there is no such catalog.
    """
    catalogs.settings(objects, catalog)
    champion = champions.read_champion(objects, catalog)
    skipped: list[SkippedObject] = []
    entries = _entries(objects, catalog, champion, _online(records, catalog, now), skipped)
    answer = ModelList(
        catalog=catalog,
        champion=champion.version if champion else None,
        challenger=champion.challenger or None if champion else None,
        share=champion.share if champion else 0.0,
        models=entries,
    )
    if skipped:
        answer["skipped"] = skipped
    return answer


def model(objects: Objects, catalog: str, version: str, records: Records | None = None, now: int = 0) -> ModelCard:
    """Returns the model card of a version: its manifest's config and the record of the latest run that made it.

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
    """Returns the click-through of each version, or nothing where it cannot be read."""
    if records is None:
        return {}
    try:
        return click_through.online(records, catalog, now)
    except StoreUnavailable:
        return {}


def _entries(
    objects: Objects,
    catalog: str,
    champion: champions.Champion | None,
    online: Mapping[str, click_through.Online],
    skipped: list[SkippedObject],
) -> list[ModelEntry]:
    by_version: dict[str, ModelEntry] = {}
    for key, data in in_order_or_missing(objects, list(objects.keys(f"runs/{catalog}/"))):
        try:
            record = json.loads(data or b"")
            entry = _entry(record, champion) if record.get("version") else None
        except (ValueError, TypeError, KeyError, AttributeError):
            name = key.rpartition("/")[2].removesuffix(".json")
            skipped.append({"name": name, "problem": f"{key} cannot be read"})
            continue
        if entry is not None:
            by_version.pop(entry["version"], None)  # so that its latest run decides its place
            by_version[entry["version"]] = entry
            if entry["version"] in online:
                entry["online"] = online[entry["version"]]
    return list(reversed(by_version.values()))


def _entry(record: Mapping[str, Any], champion: champions.Champion | None) -> ModelEntry:
    version = record["version"]
    entry = ModelEntry(
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
        warnings=list(record.get("warnings", [])),
    )
    if record["report"].get("baseline"):
        entry["baseline"] = record["report"]["baseline"]
    return entry
