"""A data report: the kinds, values and times in many events, gathered table by table in bounded memory.

kinds       kind → events
values      of each kind whose values differ: `counts` (value → events), or of more than `SHOWN_VALUES` values the
            `bins`, each [from, below, events], see `value_bins`; their `range` [lowest, highest] where no user is
            hidden; and `hidden`, the fewest users of a bin: 0 where each counts
times       `first`, `last`, `days` with an event, `longest_gap` (the most days without one in between: `days`, and
            the days `after` and `before`), `without` (events of unknown time)

Of a catalog with `minimum_users` kinds and single values of fewer users are left out, with the smallest other one where
all of these are of fewer users together; bins of fewer are joined with their neighbours, and the first and the last one
are open: `null` stands for their ends. Bins of records without `hidden` are of earlier code: of one width, closed where
so many users have values at or beyond, which count in the first and the last one, and without those of fewer users.
"""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from doublebill.arrays import Floats, Integers, Ints, Reals
from doublebill.event_table import EventTable
from doublebill.service.catalog.imported.holders import AT_ONCE, Holders
from doublebill.service.catalog.imported.value_bins import binned, joined, rounded_down

SHOWN_VALUES = 20
KEPT_VALUES = 2_000
"""Different values of one kind that are counted one by one; beyond, values are rounded down to two digits."""

DAY_MILLISECONDS = 86_400_000


@dataclass
class DataReport:
    """The facts about the events so far."""

    kinds: Counter[str] = field(default_factory=Counter)
    values: dict[str, Counter[float]] = field(default_factory=dict)
    ends: dict[str, tuple[float, float]] = field(default_factory=dict)
    """The lowest and the highest value of each kind whose values are rounded."""
    days: Counter[int] = field(default_factory=Counter)
    """Day since 1970 → events."""
    first: int = 0
    """Milliseconds; 0 where no event has a time."""
    last: int = 0
    without_time: int = 0
    holders: Holders | None = None
    """Given where few users have to be left out; then no user may have events in two tables."""
    n_users: int = 0
    """Users of the tables before."""

    def note(self, table: EventTable) -> None:
        """Takes more events."""
        names = table.kinds.names()
        users: Integers = table.users.codes
        if self.holders:
            users = users.astype(np.int64) + self.n_users
            self.n_users += len(table.users.distinct)
            self.holders.note(names, table.kinds.codes, users)
        counts = np.bincount(table.kinds.codes, minlength=len(names)).tolist()
        for code, (name, count) in enumerate(zip(names, counts, strict=True)):
            if count:
                self.kinds[name] += count
                rows = slice(None) if count == len(table) else table.kinds.codes == code
                self._note_values(name, table.values[rows], users[rows])
        self._note_times(table.timestamps)

    def to_json(self, pauses: int = 0) -> dict[str, object]:
        """Returns the report as JSON; `pauses` is how many a training found in the times."""
        kinds = self._shown_kinds()
        differing = [name for name in kinds if len(self.values[name]) > 1 or 1.0 not in self.values[name]]
        return {
            "kinds": {name: self.kinds[name] for name in kinds},
            "values": {
                name: histogram(self.values[name], self.holders, name, self.ends.get(name)) for name in differing
            },
            "times": {**self._times(), **({"pauses": pauses} if pauses else {})},
        }

    def _shown_kinds(self) -> list[str]:
        kinds = sorted(self.kinds)
        if self.holders is None:
            return kinds
        places = self.holders.shown([[kind] for kind in kinds], [self.kinds[kind] for kind in kinds])
        return [kinds[place] for place in places]

    def _note_values(self, kind: str, values: Floats, users: Integers) -> None:
        counts = self.values.setdefault(kind, Counter())
        distinct, rows = np.unique(values, return_counts=True)
        shown = distinct.tolist()
        if len(distinct) + len(counts) > KEPT_VALUES:
            self._note_ends(kind, shown if kind in self.ends else [*counts, *shown])
            shown = list(map(rounded_down, shown))
        elif kind in self.ends:
            self._note_ends(kind, shown)
        for value, count in zip(shown, rows.tolist(), strict=True):
            counts[value] += count
        if self.holders:
            note_values(self.holders, kind, distinct, shown, values, users)

    def _note_ends(self, kind: str, values: Sequence[float]) -> None:
        self.ends[kind] = min((*values, *self.ends.get(kind, ()))), max((*values, *self.ends.get(kind, ())))

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


def note_values(
    holders: Holders,
    name: str,
    distinct: Floats | Reals,
    shown: Sequence[float],
    values: Floats | Reals,
    users: Integers,
) -> None:
    """Notes the users of values, which are `distinct` and counted as `shown`."""
    for start in range(0, len(values), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        holders.note([(name, value) for value in shown], np.searchsorted(distinct, values[some]), users[some])


def histogram(
    counts: Counter[float], holders: Holders | None = None, name: str = "", ends: tuple[float, float] | None = None
) -> dict[str, object]:
    """Returns the values with their counts, or in bins where there are many or they are rounded; few users are hidden.

    `holders` have the users of each value under this name; `ends` are the exact lowest and highest value of counts
    whose values are rounded down.
    """
    values = sorted(counts)
    if len(values) <= SHOWN_VALUES and ends is None:
        if holders:
            places = holders.shown([[(name, value)] for value in values], [counts[value] for value in values])
            values = [values[place] for place in places]
        return {"counts": {f"{value:g}": counts[value] for value in values}}
    bins = binned(values, rounded=ends is not None)
    if holders:
        bins = joined(bins, holders, name)
    rows = [[low, high, sum(counts[value] for value in of_bin)] for low, high, of_bin in bins]
    if holders is None:
        return {"bins": rows, "range": [*(ends or (values[0], values[-1]))], "hidden": 0}
    return {"bins": _open(rows), "hidden": holders.enough}


def _open(rows: Sequence[Sequence[float]]) -> list[list[float | None]]:
    """Returns bins without the lowest and the highest edge; none where there is one alone, which would say nothing."""
    bins: list[list[float | None]] = [[*one] for one in rows]
    if len(bins) < 2:
        return []
    bins[0][0] = bins[-1][1] = None
    return bins


def _moment(milliseconds: int) -> str:
    moment = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
