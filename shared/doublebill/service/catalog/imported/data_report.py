"""A data report: the kinds, values and times in many events, gathered table by table in bounded memory.

kinds       kind → events
values      of each kind whose values differ: `counts` (value → events), or of more than `SHOWN_VALUES` values the
            `bins`, each [from, to, events]
times       `first`, `last`, `days` with an event, `longest_gap` (the most days without one in between: `days`, and
            the days `after` and `before`), `without` (events of unknown time)
"""

import datetime
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from doublebill.arrays import Floats, Ints
from doublebill.event_table import EventTable

SHOWN_VALUES = 20
BINS = 10
KEPT_VALUES = 2_000
"""Different values of one kind that are counted one by one; beyond, values are rounded to `DIGITS`."""
DIGITS = 2

DAY_MILLISECONDS = 86_400_000


@dataclass
class DataReport:
    """The facts about the events so far."""

    kinds: Counter[str] = field(default_factory=Counter)
    values: dict[str, Counter[float]] = field(default_factory=dict)
    days: Counter[int] = field(default_factory=Counter)
    """Day since 1970 → events."""
    first: int = 0
    """Milliseconds; 0 where no event has a time."""
    last: int = 0
    without_time: int = 0

    def note(self, table: EventTable) -> None:
        """Takes more events."""
        names = table.kinds.names()
        counts = np.bincount(table.kinds.codes, minlength=len(names)).tolist()
        for code, (name, count) in enumerate(zip(names, counts, strict=True)):
            if count:
                self.kinds[name] += count
                self._note_values(
                    name, table.values if count == len(table) else table.values[table.kinds.codes == code]
                )
        self._note_times(table.timestamps)

    def to_json(self) -> dict[str, object]:
        """Returns the report as JSON."""
        differing = {
            name: counts for name, counts in sorted(self.values.items()) if len(counts) > 1 or 1.0 not in counts
        }
        return {
            "kinds": dict(sorted(self.kinds.items())),
            "values": {name: histogram(counts) for name, counts in differing.items()},
            "times": self._times(),
        }

    def _note_values(self, kind: str, values: Floats) -> None:
        counts = self.values.setdefault(kind, Counter())
        distinct, rows = np.unique(values, return_counts=True)
        if len(distinct) + len(counts) > KEPT_VALUES:
            distinct = np.array([float(f"{value:.{DIGITS - 1}e}") for value in distinct.tolist()])
        for value, count in zip(distinct.tolist(), rows.tolist(), strict=True):
            counts[value] += count

    def _note_times(self, timestamps: Ints) -> None:
        present = timestamps[timestamps > 0]
        self.without_time += len(timestamps) - len(present)
        if len(present):
            first, last = int(present.min()), int(present.max())
            self.first, self.last = min(self.first or first, first), max(self.last, last)
            days, counts = np.unique(present // DAY_MILLISECONDS, return_counts=True)
            self.days.update(dict(zip(days.tolist(), counts.tolist(), strict=True)))

    def _times(self) -> dict[str, object]:
        if not self.days:
            return {"without": self.without_time}
        gap = max(pairwise(sorted(self.days)), key=lambda days: days[1] - days[0], default=None)
        facts = {"first": _moment(self.first), "last": _moment(self.last), "days": len(self.days)}
        if gap and gap[1] - gap[0] > 1:
            after, before = (_moment(day * DAY_MILLISECONDS)[:10] for day in gap)
            facts |= {"longest_gap": {"days": gap[1] - gap[0] - 1, "after": after, "before": before}}
        return {**facts, "without": self.without_time}


def histogram(counts: Counter[float]) -> dict[str, object]:
    """Returns the values with their counts, or in bins of one width where there are many."""
    values = np.array(sorted(counts))
    if len(values) <= SHOWN_VALUES:
        return {"counts": {f"{value:g}": counts[value] for value in values.tolist()}}
    rows, edges = np.histogram(values, BINS, weights=[counts[value] for value in values.tolist()])
    bounds = zip(edges[:-1].tolist(), edges[1:].tolist(), rows.astype(np.int64).tolist(), strict=True)
    return {"bins": [list(one) for one in bounds]}


def _moment(milliseconds: int) -> str:
    moment = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
