"""A data report: the kinds, values and times in many events, gathered table by table in bounded memory.

kinds       kind → events
values      of each kind whose values differ: `counts` (value → events), or of more than `SHOWN_VALUES` values the
            `bins`, each [from, to, events]
times       `first`, `last`, `days` with an event, `longest_gap` (the most days without one in between: `days`, and
            the days `after` and `before`), `without` (events of unknown time)

Of a catalog with `minimum_users` kinds, values and bins of fewer users are left out, with the smallest other one where
all of these are of fewer users together, and the first and the last bin begin and end where so many users have values
at or beyond.
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

    def to_json(self) -> dict[str, object]:
        """Returns the report as JSON."""
        kinds = self._shown_kinds()
        differing = {
            name: self.values[name] for name in kinds if len(self.values[name]) > 1 or 1.0 not in self.values[name]
        }
        return {
            "kinds": {name: self.kinds[name] for name in kinds},
            "values": {name: histogram(counts, self.holders, name) for name, counts in differing.items()},
            "times": self._times(),
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
            shown = [float(f"{value:.{DIGITS - 1}e}") for value in shown]
        for value, count in zip(shown, rows.tolist(), strict=True):
            counts[value] += count
        if self.holders:
            note_values(self.holders, kind, distinct, shown, values, users)

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


def histogram(counts: Counter[float], holders: Holders | None = None, name: str = "") -> dict[str, object]:
    """Returns the values with their counts, or in bins of one width where there are many; without those of few users.

    `holders` have the users of each value under this name.
    """
    values = sorted(counts)
    if len(values) <= SHOWN_VALUES:
        if holders:
            places = holders.shown([[(name, value)] for value in values], [counts[value] for value in values])
            values = [values[place] for place in places]
        return {"counts": {f"{value:g}": counts[value] for value in values}}
    ends = [0, len(values) - 1]
    if holders:
        cells = [(name, value) for value in values]
        ends = [holders.fewest(cells) - 1, len(values) - holders.fewest(cells[::-1])]
    low, high = values[min(ends)], values[max(ends)]
    kept = np.clip(values, low, high)
    rows, edges = np.histogram(kept, BINS, (low, high), weights=[counts[value] for value in values])
    bins = [[*one] for one in zip(edges[:-1].tolist(), edges[1:].tolist(), rows.astype(int).tolist(), strict=True)]
    if holders is None:
        return {"bins": bins}
    of_bins = np.clip(np.searchsorted(edges, kept, "right") - 1, 0, BINS - 1)
    cells_of = [[cell for cell, place in zip(cells, of_bins, strict=True) if place == number] for number in range(BINS)]
    return {"bins": [bins[place] for place in holders.shown(cells_of, [events for *_, events in bins])]}


def _moment(milliseconds: int) -> str:
    moment = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
