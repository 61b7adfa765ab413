"""The runs of a catalog: each training in short, whether it made a version or not."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NotRequired, TypedDict

from msgspec import Meta

from doublebill.errors import NotFound
from doublebill.schema import Input
from doublebill.service.catalog import catalogs
from doublebill.service.catalog.imported.skipped import SkippedObject
from doublebill.service.registry import runs
from doublebill.service.registry.leases.lease import read_lease
from doublebill.service.registry.model_list import RunCursor
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order_or_missing

HEADLINE = ("recall@20", "ndcg@100")
"""Metrics by which runs are told apart at a glance."""


class RunListOptions(Input, frozen=True):
    """A page of the list of runs."""

    n: Annotated[int, Meta(ge=1, le=500)] = 50
    cursor: RunCursor | None = None


class Headline(TypedDict):
    """A metric on the test users of a run, with the ends of its interval where they are recorded."""

    mean: float
    low: float | None
    high: float | None


class RunEntry(TypedDict):
    """One training in short."""

    run: str
    created: str
    state: str
    """queued, running, succeeded, failed or lost"""
    seconds: float | None
    """From the start to the end; null where it has not ended."""
    version: str | None
    promoted: bool
    why: str
    """The reason why it was promoted or not, or why it failed."""
    headline: Mapping[str, Headline]
    """Empty where nothing was evaluated."""
    tried: int
    """Number of configs that were tried."""
    of: int
    """Number of configs there were to try."""
    restricted: bool
    """Whether the search was restricted to configs that were sent with it."""
    warnings: Sequence[str]


class RunList(TypedDict):
    """The newest runs of a catalog, newest first."""

    catalog: str
    runs: list[RunEntry]
    more: int
    """Number of older runs."""
    next_cursor: NotRequired[str]
    """Of the next page, where there are older runs."""
    skipped: NotRequired[Sequence[SkippedObject]]
    """Runs whose record cannot be read."""


def run_list(objects: Objects, catalog: str, options: RunListOptions, now_ms: int) -> RunList:
    """Returns the newest runs of the catalog, newest first.

    Raises:
        NotFound: when there is no such catalog.
    """
    catalogs.settings(objects, catalog)
    keys = list(objects.keys(f"runs/{catalog}/"))
    if options.cursor is not None:
        keys = [key for key in keys if key < f"runs/{catalog}/{options.cursor}.json"]
    newest = keys[: -options.n - 1 : -1]
    entries: list[RunEntry] = []
    skipped: list[SkippedObject] = []
    lease = read_lease(objects, catalog)
    for key, data in in_order_or_missing(objects, newest):
        run = key.rpartition("/")[2].removesuffix(".json")
        try:
            entries.append(entry(runs.seen(json.loads(data or b""), lease, now_ms)))
        except (ValueError, TypeError, KeyError, AttributeError):
            skipped.append({"name": run, "problem": f"{key} cannot be read"})
    listed = RunList(catalog=catalog, runs=entries, more=len(keys) - len(newest))
    if listed["more"]:
        listed["next_cursor"] = newest[-1].rpartition("/")[2].removesuffix(".json")
    if skipped:
        listed["skipped"] = skipped
    return listed


def find(objects: Objects, catalog: str, wanted: str, now_ms: int) -> runs.Record:
    """Returns the record of a run, or of the latest run that made the version `wanted`.

    Raises:
        NotFound: when there is no such catalog, or no such run or version.
    """
    catalogs.settings(objects, catalog)
    try:
        return runs.read(objects, catalog, wanted, now_ms)
    except NotFound:
        return runs.of_version(objects, catalog, wanted)


def entry(record: Mapping[str, Any]) -> RunEntry:
    """Returns the record of a run in short."""
    report = record.get("report") or {}
    ended = "started_ms" in record and "finished_ms" in record
    return RunEntry(
        run=record["run"],
        created=record["created"],
        state=record["state"],
        seconds=(record["finished_ms"] - record["started_ms"]) / 1000 if ended else None,
        version=record.get("version"),
        promoted=bool(record.get("promoted")),
        why=runs.reason(record),
        headline=headline(report),
        tried=int(report.get("tried", 0)),
        of=int(report.get("of", 0)),
        restricted=bool(report.get("restricted")),
        warnings=list(record.get("warnings", [])),
    )


def headline(report: Mapping[str, Any]) -> dict[str, Headline]:
    """Returns the headline metrics of a report that has them; earlier reports have no intervals."""
    metrics, intervals = report.get("metrics") or {}, report.get("intervals") or {}
    return {
        name: Headline(mean=metrics[name], low=ends[0], high=ends[1])
        for name in HEADLINE
        if name in metrics
        for ends in [intervals.get(name) or (None, None)]
    }
