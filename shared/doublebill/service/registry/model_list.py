"""The models of a catalog: its versions with their reports, and the card of one."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NotRequired, TypedDict, cast

from msgspec import Meta

from doublebill.errors import NotFound, StoreUnavailable
from doublebill.model.artifact import MANIFEST
from doublebill.schema import Input, whole
from doublebill.service.catalog import catalogs
from doublebill.service.catalog.imported.skipped import SkippedObject
from doublebill.service.registry import champions, click_through, runs, versions
from doublebill.service.registry.privacy.card import PrivacyCard
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order_or_missing
from doublebill.stores.records import Records

UNLISTED = (
    "baselines",
    "candidates",
    "champion",
    "left_out",
    "over_champion",
    "over_popularity",
    "refined",
    "segments",
    "temporal",
)
"""Parts of a report that only the card of a version has: nine tenths of it."""

RunCursor = Annotated[str, Meta(pattern=whole("[0-9]{13}-[a-z0-9-]{1,32}"), description="the next_cursor of a page")]
"""A run; the next page begins with those before it."""


class ModelListOptions(Input, frozen=True):
    """A page of the list of versions."""

    n: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: RunCursor | None = None


FIRST_PAGE = ModelListOptions()


class ModelEntry(TypedDict):
    """One version, and the run that made it and measured it on most splits, the latest of equals."""

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
    """`metrics` are means over test users, and `intervals` the ends of their 95 % intervals, by bootstrap. Fields that
    begin with `over` are paired differences, this version less the other: `difference`, its `standard_error`, and the
    ends `low` and `high` of its 95 % interval."""
    warnings: Sequence[str]
    """Of that run: numbers that fell, and others that a person should see."""
    baseline: NotRequired[str]
    """The baseline that was published because no model beats it."""
    online: NotRequired[click_through.Online]
    """Where the version has served any request."""
    refused: NotRequired[bool]
    """True for a version that was trained on users who were erased since: it serves no more."""
    privacy: NotRequired[Mapping[str, object]]
    """Of a version with differential privacy: its claim, the noise, and the budget."""


class ModelList(TypedDict):
    """The versions of a catalog, newest first."""

    catalog: str
    champion: str | None
    challenger: str | None
    share: float
    """Of the users, whom the challenger serves; 0 without one."""
    models: list[ModelEntry]
    next_cursor: NotRequired[str]
    """Of the next page, where there are older versions."""
    skipped: NotRequired[Sequence[SkippedObject]]
    """Runs whose record cannot be read."""


class ModelCard(ModelEntry):
    """One version with its manifest's config."""

    config: Mapping[str, object]
    format: int
    size_bytes: int
    privacy_card: NotRequired[PrivacyCard]
    """What was collected, how users are protected, and what is not covered; missing for versions of earlier code."""


class PrivacyAnswer(TypedDict):
    """The privacy card of one version."""

    catalog: str
    version: str
    champion: bool
    privacy_card: PrivacyCard


def models(
    objects: Objects,
    catalog: str,
    records: Records | None = None,
    now: int = 0,
    page: ModelListOptions = FIRST_PAGE,
) -> ModelList:
    """Returns a page of the versions of a catalog, newest first, with the report of the run that measured each best.

    Of the reports it has what fits a list; the card of a version has all.

    `records` have the click-through at `now` (Unix seconds), which is left out where they cannot be read.

    Raises:
        NotFound: when there is no such catalog.
    """
    catalogs.settings(objects, catalog)
    champion = champions.read_champion(objects, catalog)
    listing = _Listing(page, champion, _online(records, catalog, now))
    listing.read(objects, catalog)
    answer = ModelList(
        catalog=catalog,
        champion=champion.version if champion else None,
        challenger=champion.challenger or None if champion else None,
        share=champion.share if champion else 0.0,
        models=listing.entries,
    )
    if listing.more:
        answer["next_cursor"] = listing.entries[-1]["run"]
    if listing.skipped:
        answer["skipped"] = listing.skipped
    return answer


def model(objects: Objects, catalog: str, version: str, records: Records | None = None, now: int = 0) -> ModelCard:
    """Returns the model card of a version: its manifest's config and the record of the run that measured it best.

    Raises:
        NotFound: when there is no such catalog, or it has no such version.
    """
    catalogs.settings(objects, catalog)
    versions.check_published(objects, catalog, version)
    try:
        record = runs.of_version(objects, catalog, version)
        found = _entry(record, champions.read_champion(objects, catalog))
    except KeyError as unfinished:
        raise NotFound(f"catalog {catalog!r} has no version {version!r}") from unfinished
    if online := _online(records, catalog, now).get(version):
        found["online"] = online
    manifest = json.loads(objects.get(versions.artifact_key(catalog, version, MANIFEST)).data)
    size_bytes = sum(array["size_bytes"] for array in manifest["arrays"].values())
    facts = {**found, "config": manifest["config"], "format": manifest["format"], "size_bytes": size_bytes}
    if "privacy_card" in record:
        facts["privacy_card"] = record["privacy_card"]
    return cast(ModelCard, facts)


def privacy_of(objects: Objects, catalog: str, version: str = "") -> PrivacyAnswer:
    """Returns the privacy card of a version, of the champion where none is named.

    Raises:
        NotFound: when there is no such catalog, version or champion, or the version was made before there were cards.
    """
    champion = champions.read_champion(objects, catalog)
    if not version and champion is None:
        catalogs.settings(objects, catalog)
        raise NotFound(f"catalog {catalog!r} has no champion; train it, or name a version")
    wanted = version or (champion.version if champion else "")
    found = model(objects, catalog, wanted)
    if "privacy_card" not in found:
        raise NotFound(f"version {wanted!r} was made before there were privacy cards; train the catalog again")
    return PrivacyAnswer(
        catalog=catalog, version=wanted, champion=found["champion"], privacy_card=found["privacy_card"]
    )


def _online(records: Records | None, catalog: str, now: int) -> dict[str, click_through.Online]:
    """Returns the click-through of each version, or nothing where it cannot be read."""
    if records is None:
        return {}
    try:
        return click_through.online(records, catalog, now)
    except StoreUnavailable:
        return {}


class _Listing:
    """Reads the records of runs, newest first, until a page of versions is full."""

    def __init__(
        self,
        page: ModelListOptions,
        champion: champions.Champion | None,
        online: Mapping[str, click_through.Online],
    ) -> None:
        self.entries: list[ModelEntry] = []
        self.skipped: list[SkippedObject] = []
        self.more = False
        """Whether there are versions that the page has no room for."""
        self._page = page
        self._champion = champion
        self._online = online
        self._met: set[str] = set()
        """Versions that a later run made, also those of the pages before."""

    def read(self, objects: Objects, catalog: str) -> None:
        """Reads the records of a catalog."""
        keys = list(objects.keys(f"runs/{catalog}/"))
        for key, data in in_order_or_missing(objects, reversed(keys)):
            run = key.rpartition("/")[2].removesuffix(".json")
            try:
                self._note(run, self._measured(objects, catalog, json.loads(data or b"")))
            except (ValueError, TypeError, KeyError, AttributeError):
                if self._is_due(run):
                    self.skipped.append({"name": run, "problem": f"{key} cannot be read"})
            if self.more:
                return

    def _measured(self, objects: Objects, catalog: str, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """Returns the record of a run, or that of an earlier one where the clock cut its measurements short."""
        if record.get("version") in self._met or "splits_planned" not in record.get("report", {}).get("split", {}):
            return record
        return runs.of_version(objects, catalog, record["version"])

    def _is_due(self, run: str) -> bool:
        return self._page.cursor is None or run < self._page.cursor

    def _note(self, run: str, record: Mapping[str, Any]) -> None:
        version = record.get("version")
        if not version or version in self._met:
            return
        entry = _entry(record, self._champion)
        self._met.add(version)
        if not self._is_due(run):
            return
        self.more = len(self.entries) == self._page.n
        if not self.more:
            entry["report"] = {name: part for name, part in entry["report"].items() if name not in UNLISTED}
            if version in self._online:
                entry["online"] = self._online[version]
            self.entries.append(entry)


def _entry(record: Mapping[str, Any], champion: champions.Champion | None) -> ModelEntry:
    version = record["version"]
    entry = ModelEntry(
        version=version,
        champion=champion is not None and champion.version == version,
        challenger=champion is not None and champion.challenger == version,
        created=record["created"],
        run=record["run"],
        promoted=record.get("promoted", False),
        why=runs.reason(record) or "the run has not ended",
        parent=record["parent"],
        data=record["data"],
        platform=record["platform"],
        report=record["report"],
        warnings=list(record.get("warnings", [])),
    )
    if record["report"].get("baseline"):
        entry["baseline"] = record["report"]["baseline"]
    if champion is not None and version in champion.refused:
        entry["refused"] = True
    if "privacy" in record:
        entry["privacy"] = record["privacy"]
    return entry
