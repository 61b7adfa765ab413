"""The overview: every catalog with its champion, its counts and the headline of its report."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import NotRequired, TypedDict, cast

from doublebill.errors import ObjectMissing
from doublebill.service.catalog import catalogs
from doublebill.service.registry import champions
from doublebill.stores.objects import Objects

HEADLINE = ("recall@20", "ndcg@100")


class Measured(TypedDict):
    """One metric of a champion, beside what popularity reaches."""

    model: float
    popularity: float


class CatalogTold(TypedDict):
    """One catalog."""

    catalog: str
    champion: str | None
    counts: NotRequired[Mapping[str, object] | None]
    headline: NotRequired[Mapping[str, Measured] | None]


class Overview(TypedDict):
    """The catalogs, by name."""

    catalogs: Sequence[CatalogTold]


def overview(objects: Objects, sees: Callable[[str], bool] = lambda _: True) -> Overview:
    """Every catalog that the caller `sees`, by name."""
    return {"catalogs": [_described(objects, name) for name in catalogs.names(objects) if sees(name)]}


def _described(objects: Objects, catalog: str) -> CatalogTold:
    champion = champions.read_champion(objects, catalog)
    if champion is None:
        return {"catalog": catalog, "champion": None}
    record = _run(objects, catalog, champion.version)
    return {
        "catalog": catalog,
        "champion": champion.version,
        "counts": cast(Mapping[str, object] | None, record.get("data")),
        "headline": _headline(record),
    }


def _run(objects: Objects, catalog: str, version: str) -> Mapping[str, object]:
    """The latest run that made the version; empty where its record is not written yet."""
    for key in reversed(list(objects.keys(f"runs/{catalog}/"))):
        try:
            record: Mapping[str, object] = json.loads(objects.get(key).data)
        except ObjectMissing:
            continue
        if record.get("version") == version:
            return record
    return {}


def _headline(record: Mapping[str, object]) -> dict[str, Measured] | None:
    report = record.get("report")
    if not isinstance(report, dict) or not report.get("evaluated"):
        return None
    return {name: {"model": report["metrics"][name], "popularity": report["popularity"][name]} for name in HEADLINE}
