"""Verifying a version: it is trained again from the data that its run read, and compared byte for byte."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from doublebill.errors import InvalidInput, NotFound, ObjectMissing
from doublebill.fit.clean import Cleaned, Cleaning
from doublebill.fit.fit_recommender import fit
from doublebill.fit.ratings.rating_errors import fit_reported
from doublebill.fit.selection.select import select_again
from doublebill.fit.selection.study import SEED, Study
from doublebill.model import artifact
from doublebill.model.artifact import MANIFEST, Artifact
from doublebill.model.catalog import check_catalog_name
from doublebill.model.config import Config
from doublebill.service.catalog import catalogs
from doublebill.service.registry import runs
from doublebill.service.registry.versions import artifact_key
from doublebill.service.training import data_snapshot, provenance
from doublebill.stores.objects import Objects
from doublebill.values.event_kinds import DEFAULT_KINDS
from doublebill.values.rating_scale import RatingScale

Tell = Callable[[str], None]


Outcome = Literal["same", "different", "not repeatable"]


@dataclass(frozen=True)
class Verified:
    """The outcome of training a version again."""

    catalog: str
    version: str
    run: str
    """The run that was repeated."""
    outcome: Outcome
    """`not repeatable` where some data of the run is gone or has changed."""
    differences: Sequence[str]
    """Files, data and results that differ."""
    platform: Sequence[str]
    """Differences of this platform; equal bytes are promised on equal platforms only."""


def catalog_of(objects: Objects, version: str) -> str:
    """Returns the catalog that has the version.

    Raises:
        NotFound: when none has.
        InvalidInput: when several have, trained on the same.
    """
    having = [name for name in catalogs.names(objects) if _has(objects, name, version)]
    if not having:
        raise NotFound(f"no catalog has a version {version!r}")
    if len(having) > 1:
        raise InvalidInput.one("--catalog", "several catalogs have this version", f"use one of {', '.join(having)}")
    return having[0]


def _has(objects: Objects, catalog: str, version: str) -> bool:
    return next(objects.keys(artifact_key(catalog, version, MANIFEST)), None) is not None


def verify(objects: Objects, catalog: str, version: str, tell: Tell = lambda _: None) -> Verified:
    """Trains the version again and compares it with the stored one; writes nothing.

    The latest run that made it says which data to read and which configs to try, so neither later events nor the clock
    nor a newer list of candidates changes the result.

    Raises:
        NotFound: when there is no such catalog, or no run of it made the version.
    """
    catalogs.settings(objects, check_catalog_name(catalog))
    record: Mapping[str, Any] = runs.latest_of_version(objects, catalog, version)
    manifest, differences = _stored(objects, catalog, version)
    outcome: Outcome = "not repeatable"
    try:
        tell("reading the data of the run")
        cleaned = _read_again(objects, catalog, record)
        dumped = _trained_again(cleaned, record["report"], tell)
        differences += _compared(manifest, json.loads(dumped.files[MANIFEST])) if manifest else []
        outcome = "same" if dumped.version == version and not differences else "different"
    except _NotRepeatable as changed:
        differences += changed.reasons
    return Verified(catalog, version, record["run"], outcome, differences, provenance.elsewhere(record["platform"]))


class _NotRepeatable(Exception):
    """The data or the configs of a run are not all there any more."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def _stored(objects: Objects, catalog: str, version: str) -> tuple[Mapping[str, Any], list[str]]:
    """Returns the stored manifest, and the stored files that are gone or have changed."""
    written, broken = _file(objects, catalog, version, MANIFEST), []
    if written is None or artifact.version_of(written) != version:
        broken.append(f"stored {MANIFEST}: {'is gone' if written is None else 'its bytes have changed'}")
    try:
        manifest: dict[str, Any] = json.loads(written or b"")
        arrays = {f"{name}.npy": str(one["sha256"]) for name, one in manifest["arrays"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}, broken
    for name, wanted in arrays.items():
        data = _file(objects, catalog, version, name)
        if data is None or hashlib.sha256(data).hexdigest() != wanted:
            broken.append(f"stored {name}: {'is gone' if data is None else 'its bytes have changed'}")
    return manifest, broken


def _file(objects: Objects, catalog: str, version: str, name: str) -> bytes | None:
    try:
        return objects.get(artifact_key(catalog, version, name)).data
    except ObjectMissing:
        return None


def _read_again(objects: Objects, catalog: str, record: Mapping[str, Any]) -> Cleaned:
    if "privacy" in record:
        raise _NotRepeatable(["the noise of a private run is secret and was drawn for it alone"])
    if "window" not in record:
        raise _NotRepeatable(["the run did not record what it read"])
    snapshot, changed = data_snapshot.restore(objects, catalog, record["window"])
    scale = record.get("rating_scale") and RatingScale.of_json(record["rating_scale"])
    kinds = DEFAULT_KINDS.added(record.get("kinds") or {})
    cleaning, read = snapshot.read_into(objects, lambda items: Cleaning(items, kinds, scale), skip_damaged=True)
    skipped = {one["object"] for one in record.get("skipped", [])}
    changed += [str(one) for one in read.damaged if one.name not in skipped]
    cleaned = cleaning.cleaned()
    found, wanted = provenance.described(cleaned), record["data"]
    changed += [
        f"{name} of the data: {wanted[name]} then, {found[name]} now"
        for name in found
        if name in wanted and found[name] != wanted[name]
    ]
    if changed:
        raise _NotRepeatable(changed)
    return cleaned


def _trained_again(cleaned: Cleaned, report: Mapping[str, Any], tell: Tell) -> Artifact:
    try:
        configs = [Config.from_json(one["config"]) for one in report["candidates"]]
    except (KeyError, TypeError, ValueError, AttributeError) as unknown:
        raise _NotRepeatable([f"the configs that the run tried are not understood: {unknown!r}"]) from unknown
    seed = report["split"]["seed"] if report["evaluated"] else SEED
    decided = report["split"].get("question", "random") if report["evaluated"] else ""
    study = Study.of(cleaned.catalog, cleaned.timeline, seed, tell, decides=decided)
    config = select_again(study, configs, report)
    tell("fitting the chosen config on all users")
    rating_model, _ = fit_reported(cleaned.ratings, report.get("ratings"), config.minimum_users)
    return artifact.dump(
        fit(cleaned.catalog, cleaned.interactions, config, rating_model, recent=cleaned.recent(config))
    )


def _compared(stored: Mapping[str, Any], trained: Mapping[str, Any]) -> list[str]:
    """Returns the differences between the stored manifest and that of the version trained again."""
    differing = []
    for part in sorted({*stored, *trained}):
        found, wanted = trained.get(part), stored.get(part)
        if found == wanted:
            continue
        if isinstance(found, dict) and isinstance(wanted, dict):
            names = [name for name in sorted({*found, *wanted}) if found.get(name) != wanted.get(name)]
            values = [f"{name} ({wanted.get(name)} stored, {found.get(name)} trained)" for name in names]
            differing.append(f"{part}: {', '.join(names if part == 'arrays' else values)}")
        else:
            differing.append(f"{part}: another than stored")
    return differing
