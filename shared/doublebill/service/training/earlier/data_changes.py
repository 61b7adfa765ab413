"""Changes of the data since earlier trainings: events that are missing, and numbers that fell."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from doublebill.errors import ObjectMissing
from doublebill.service.catalog import event_log, removals
from doublebill.service.training.prepare import Prepared
from doublebill.stores.objects import Objects
from doublebill.times.retention import DAY_MS, has_expired

FALL = 0.1
"""Share by which a number may fall between two trainings without a warning."""

COMPARED = ("events", "users", "items")
"""Numbers that are compared with those of the latest run."""

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
            if record.get("state") != "succeeded" or not record.get("data"):  # of private runs it is empty
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


def missing_events(objects: Objects, catalog: str, earlier: EarlierRuns, data: Data, window: Data) -> str:
    """Returns a complaint where events are missing that the latest promoted run read and no removal accounts for.

    Requests and each import are compared by themselves, so that new events stand for no lost ones. An import that is
    gone is accounted for by a record of its removal, by the import that replaced it, or by its age; requests by the
    days of their receipt. Of erasures count those whose records the promoted run did not find. `window` is the snapshot
    that this run read.
    """
    before = earlier.promoted
    if before is None:
        return ""
    sources = before.get("window", {}).get("rows")
    if sources is None:  # of an earlier version, which recorded no numbers by source
        removed = removals.events_since(objects, catalog, int(before["started_ms"]))
        missing = rows(before["data"]) - removed - rows(data)
    else:
        missing, removed = _missing_by_source(objects, catalog, before["window"], window)
    if missing <= 0:
        return ""
    return (
        f"{missing} events are missing: {rows(data)} were read, {rows(before['data'])} by the promoted run "
        f"{before['run']}, and {removed} were removed since; put them back, or promote the version by hand"
    )


def _missing_by_source(objects: Objects, catalog: str, before: Data, now: Data) -> tuple[int, int]:
    """Returns the numbers of events that are missing and that were removed since a run, given by its window."""
    settled_ms, seen, rows = int(before["settled_ms"]), set(before["removals"]["recent"]), now["rows"]
    since = removals.since(objects, catalog, settled_ms)
    gone = {name for name in before["rows"]["imports"] if name not in rows["imports"]}
    erasures = [record for key, record in since.items() if record["reason"] == "erasure" and key not in seen]
    named = {str(record["name"]) for record in since.values() if record["reason"] != "erasure" and record["name"]}
    named |= event_log.replaced_imports(objects, catalog) | _expired_imports(before, now)
    removed = sum(before["rows"]["imports"][name] for name in gone & named)
    erased = sum(int(record["events"]) for record in erasures)
    erased += _expired_requests(before, now)
    missing = max(0, before["rows"]["requests"] - rows["requests"]) + sum(
        max(0, count - rows["imports"].get(name, 0))
        for name, count in before["rows"]["imports"].items()
        if name not in gone & named
    )
    return missing - erased, removed + erased


def _expired_imports(before: Data, now: Data) -> set[str]:
    """Returns the imports that a run read, given by its window, and that had expired for this one."""
    since_ms = int(now.get("since_ms", 0))
    return {name for name, stored_ms in before.get("imported_ms", {}).items() if has_expired(stored_ms, since_ms)}


def _expired_requests(before: Data, now: Data) -> int:
    """Returns the number of events by request that a run read on days that have begun to expire since."""
    days: Mapping[str, int] = before["rows"].get("days", {})
    return sum(rows for day, rows in days.items() if has_expired(int(day) * DAY_MS, int(now.get("since_ms", 0))))


def reported(described: Data, prepared: Prepared, earlier: EarlierRuns) -> Data:
    """Returns the size of the data with the data report, and in this the drift since the latest run."""
    data = {**described, "rows": prepared.rows, "report": prepared.report}
    return {**data, "report": {**prepared.report, "drift": _drift(earlier, data)}}


def _drift(earlier: EarlierRuns, data: Data) -> dict[str, object] | None:
    """Returns by how much the numbers changed since the latest run, as shares; None where there was none.

    `kinds` is the total variation distance between the shares of the kinds: 0 for the same, 1 for others altogether.
    Where one of the reports leaves out kinds, those that both have are compared; without any there is no `kinds`.
    """
    if earlier.latest is None:
        return None
    before: Data = earlier.latest["data"]
    changes: dict[str, object] = {
        name: round(data[name] / before[name] - 1, 4) for name in COMPARED if before.get(name)
    }
    kinds = [dict[str, int](one.get("report", {}).get("kinds", {})) for one in (before, data)]
    if any(sum(counts.values()) < rows(one) for counts, one in zip(kinds, (before, data), strict=True)):
        kinds = [{name: counts[name] for name in counts if all(name in one for one in kinds)} for counts in kinds]
    return {"run": earlier.latest["run"], **changes} | ({"kinds": _distance(*kinds)} if all(kinds) else {})


def _distance(one: Mapping[str, int], other: Mapping[str, int]) -> float:
    """Returns half of the sum of the differences between two distributions, given as counts."""
    shares = [{name: count / sum(counts.values()) for name, count in counts.items()} for counts in (one, other)]
    return round(sum(abs(shares[0].get(name, 0.0) - shares[1].get(name, 0.0)) for name in {*one, *other}) / 2, 4)


def warnings(earlier: EarlierRuns, data: Data) -> list[str]:
    """Returns a sentence for each number that fell by more than `FALL` since the latest run."""
    if earlier.latest is None:
        return []
    run, before = earlier.latest["run"], earlier.latest["data"]
    return [
        f"{name} fell from {before[name]} to {data[name]} since run {run} (-{1 - data[name] / before[name]:.0%})"
        for name in COMPARED
        if data[name] < before.get(name, 0) * (1 - FALL)
    ]
