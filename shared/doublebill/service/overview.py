"""The overview: every catalog with its champion, its counts and the headline of its report."""

import json
from collections.abc import Mapping

from doublebill.errors import ObjectMissing
from doublebill.service import catalogs, publish
from doublebill.stores.objects import Objects

HEADLINE = ("recall@20", "ndcg@100")


def overview(objects: Objects) -> dict[str, object]:
    """Every catalog, by name."""
    return {"catalogs": [_described(objects, name) for name in catalogs.names(objects)]}


def _described(objects: Objects, catalog: str) -> dict[str, object]:
    champion = publish.read_champion(objects, catalog)
    if champion is None:
        return {"catalog": catalog, "champion": None}
    record = _run(objects, catalog, champion.version)
    return {
        "catalog": catalog,
        "champion": champion.version,
        "counts": record.get("data"),
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


def _headline(record: Mapping[str, object]) -> dict[str, object] | None:
    report = record.get("report")
    if not isinstance(report, dict) or not report.get("evaluated"):
        return None
    return {name: {"model": report["metrics"][name], "popularity": report["popularity"][name]} for name in HEADLINE}
