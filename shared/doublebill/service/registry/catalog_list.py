"""The list of catalogs, each with its champion, its counts and the headline of its report."""

from collections.abc import Callable, Mapping, Sequence
from typing import NotRequired, TypedDict, cast

from doublebill.errors import NotFound, StoreUnavailable
from doublebill.service.catalog import catalogs
from doublebill.service.catalog.imported.skipped import SkippedObject
from doublebill.service.registry import champions, runs
from doublebill.stores.objects import Objects

HEADLINE = ("recall@20", "ndcg@100")


class Measured(TypedDict):
    """One metric of a champion, beside that of popularity."""

    model: float
    popularity: float


class CatalogSummary(TypedDict):
    """One catalog."""

    catalog: str
    champion: str | None
    counts: NotRequired[Mapping[str, object] | None]
    headline: NotRequired[Mapping[str, Measured] | None]


class Overview(TypedDict):
    """The catalogs, by name."""

    catalogs: Sequence[CatalogSummary]
    skipped: NotRequired[Sequence[SkippedObject]]
    """Catalogs of which an object cannot be read."""


def overview(objects: Objects, sees: Callable[[str], bool] = lambda _: True) -> Overview:
    """Returns every catalog that the caller `sees`, by name."""
    found: list[CatalogSummary] = []
    skipped: list[SkippedObject] = []
    for name in filter(sees, catalogs.names(objects)):
        try:
            catalogs.settings(objects, name)
            found.append(_described(objects, name))
        except StoreUnavailable as damaged:
            skipped.append({"name": name, "problem": str(damaged)})
        except NotFound:  # it is being removed
            continue
    answer = Overview(catalogs=found)
    if skipped:
        answer["skipped"] = skipped
    return answer


def _described(objects: Objects, catalog: str) -> CatalogSummary:
    champion = champions.read_champion(objects, catalog)
    if champion is None:
        return {"catalog": catalog, "champion": None}
    try:
        record = runs.of_version(objects, catalog, champion.version)
    except NotFound:  # not written yet
        record = {}
    return {
        "catalog": catalog,
        "champion": champion.version,
        "counts": cast(Mapping[str, object] | None, record.get("data")),
        "headline": _headline(record),
    }


def _headline(record: Mapping[str, object]) -> dict[str, Measured] | None:
    report = record.get("report")
    if not isinstance(report, dict) or not report.get("evaluated"):
        return None
    return {name: {"model": report["metrics"][name], "popularity": report["popularity"][name]} for name in HEADLINE}
