"""Changes of the data since earlier trainings: events that are missing, and numbers that fell."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from doublebill.errors import ObjectMissing
from doublebill.service.catalog import removals
from doublebill.stores.objects import Objects

FALL = 0.1
"""Share by which a number may fall between two trainings without a warning."""

Data = Mapping[str, Any]
"""The size of the data of a run, as its record has it under `data`."""


@dataclass(frozen=True)
class EarlierRuns:
    """The records of a catalog's latest successful training and of its latest promoted one, before this one."""

    latest: Mapping[str, Any] | None
    promoted: Mapping[str, Any] | None

    @classmethod
    def of(cls, objects: Objects, catalog: str, run: str) -> "EarlierRuns":
        """Returns the runs before `run`; the ids of runs sort by time."""
        latest = None
        for key in reversed(list(objects.keys(f"runs/{catalog}/"))):
            if key >= f"runs/{catalog}/{run}.json":
                continue
            record = _record(objects, key)
            if record.get("state") != "succeeded" or "data" not in record:
                continue
            latest = latest or record
            if record.get("promoted"):
                return cls(latest, record)
        return cls(latest, None)


def _record(objects: Objects, key: str) -> Mapping[str, Any]:
    """Returns the record of a run, empty where it is gone or cannot be read."""
    try:
        record = json.loads(objects.get(key).data)
    except (ObjectMissing, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def rows(data: Data) -> int:
    """Returns the number of events that a run read, with repetitions; earlier versions counted no removed items."""
    return int(data["rows"]) if "rows" in data else int(data["events"]) + int(data["duplicates"])


def missing_events(objects: Objects, catalog: str, earlier: EarlierRuns, data: Data) -> str:
    """Returns a complaint where fewer events were read than the latest promoted run read and removals account for."""
    before = earlier.promoted
    if before is None or rows(data) >= rows(before["data"]):
        return ""
    removed = removals.events_since(objects, catalog, int(before["started_ms"]))
    missing = rows(before["data"]) - removed - rows(data)
    if missing <= 0:
        return ""
    return (
        f"{missing} events are missing: {rows(data)} were read, {rows(before['data'])} by the promoted run "
        f"{before['run']}, and {removed} were removed since; put them back, or promote the version by hand"
    )


def warnings(earlier: EarlierRuns, data: Data) -> list[str]:
    """Returns a sentence for each number that fell by more than `FALL` since the latest run."""
    if earlier.latest is None:
        return []
    run, before = earlier.latest["run"], earlier.latest["data"]
    return [
        f"{name} fell from {before[name]} to {data[name]} since run {run} (-{1 - data[name] / before[name]:.0%})"
        for name in ("events", "users", "items")
        if data[name] < before.get(name, 0) * (1 - FALL)
    ]
