"""The list of catalogs, each with its champion, its counts and the headline of its report."""

from collections.abc import Callable, Mapping, Sequence
from typing import NotRequired, TypedDict, cast

from doublebill.errors import NotFound
from doublebill.service.catalog import catalogs
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


def overview(objects: Objects, sees: Callable[[str], bool] = lambda _: True) -> Overview:
    """Returns every catalog that the caller `sees`, by name."""
    return {"catalogs": [_described(objects, name) for name in catalogs.names(objects) if sees(name)]}


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
