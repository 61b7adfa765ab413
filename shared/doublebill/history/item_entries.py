"""Entries: the events of one user with one item, added up.

An entry keeps sums per kind, not weights, so that a catalog may change how much a kind counts without any history being
written again. Only which kinds are verdicts is decided when an event is folded in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from doublebill.events import Event
from doublebill.values.event_kinds import EventKinds


@dataclass(slots=True)
class Tally:
    """Events of one kind that are no verdicts, added up."""

    count: int
    value: float
    """Sum of the values."""
    first: int
    """Time of the oldest in milliseconds."""
    last: int
    """Time of the newest in milliseconds."""

    def add(self, value: float, timestamp: int) -> None:
        """Adds one event."""
        self.count += 1
        self.value += value
        self.first = min(self.first, timestamp)
        self.last = max(self.last, timestamp)


type Tallies = dict[str, Tally]
"""Tallies by kind."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The newest event by which the user judged the item; of equal times the later kind, then the larger value."""

    timestamp: int
    kind: str
    value: float

    @property
    def order(self) -> tuple[int, str, float]:
        """Returns the key by which the newest of several verdicts is found."""
        return self.timestamp, self.kind, self.value


@dataclass(slots=True)
class ItemEntry:
    """The events of one user with one item."""

    expires: int
    """Unix seconds of its end: that of the event that lives longest."""
    verdict: Verdict | None = None
    before: Tallies = field(default_factory=dict)
    """Events older than the verdict."""
    since: Tallies = field(default_factory=dict)
    """Events not older than the verdict; all where there is none."""

    def add(self, event: Event, kinds: EventKinds, expires: int) -> None:
        """Adds an event that was not added before."""
        self.expires = max(self.expires, expires)
        if event.kind in kinds.verdicts:
            self._judge(Verdict(event.timestamp, event.kind, event.value))
            return
        older = self.verdict is not None and event.timestamp < self.verdict.timestamp
        tallies = self.before if older else self.since
        tally = tallies.get(event.kind)
        if tally is None:
            tallies[event.kind] = Tally(1, event.value, event.timestamp, event.timestamp)
        else:
            tally.add(event.value, event.timestamp)

    def has(self, event: Event) -> bool:
        """Returns whether the event may be one of those added: an event of its kind at its time, or on both sides."""
        if self.verdict and (event.timestamp, event.kind, event.value) == self.verdict.order:
            return True
        spans = (tallies.get(event.kind) for tallies in (self.before, self.since))
        return any(span is not None and span.first <= event.timestamp <= span.last for span in spans)

    def counting(self, kinds: EventKinds) -> list[Tallies]:
        """Returns the tallies that count, older ones first: a verdict may take away those before it."""
        if self.verdict and self.verdict.kind in kinds.silencing:
            return [self.since]
        return [self.before, self.since]

    def weight(self, kinds: EventKinds) -> float:
        """Returns how much the events that count add up to."""
        parts = [kinds.weights.get(k, 0.0) * one.value for some in self.counting(kinds) for k, one in some.items()]
        if self.verdict:
            parts.append(kinds.weights.get(self.verdict.kind, 0.0) * self.verdict.value)
        return sum(parts, 0.0)

    def counts(self, kinds: EventKinds) -> dict[str, int]:
        """Returns the number of events that count, by kind."""
        counts = {self.verdict.kind: 1} if self.verdict else {}
        for tallies in self.counting(kinds):
            for kind, one in tallies.items():
                counts[kind] = counts.get(kind, 0) + one.count
        return counts

    def times(self, kinds: EventKinds) -> tuple[int, int]:
        """Returns the times of the oldest and of the newest event that counts, in milliseconds."""
        tallies = [one for some in self.counting(kinds) for one in some.values()]
        judged = [self.verdict.timestamp] if self.verdict else []
        return min([*judged, *(one.first for one in tallies)]), max([*judged, *(one.last for one in tallies)])

    @property
    def newest(self) -> int:
        """Returns the time of the newest event, whether or not it counts."""
        tallies = [*self.before.values(), *self.since.values()]
        return max([self.verdict.timestamp if self.verdict else 0, *(one.last for one in tallies)])

    def _judge(self, verdict: Verdict) -> None:
        if self.verdict is None or verdict.order > self.verdict.order:
            self.verdict = verdict
            older, newer = split(self.since, verdict.timestamp)
            self.before, self.since = _joined([self.before, older]), newer


def split(tallies: Tallies, timestamp: int) -> tuple[Tallies, Tallies]:
    """Returns the tallies of the events before a time, and of those from then on.

    Of a tally with events on both sides only the two outermost times are known. Up to two events are told apart
    exactly; of more, the newest alone counts as later, with the mean value.
    """
    older: Tallies = {}
    newer: Tallies = {}
    for kind, one in tallies.items():
        if one.last < timestamp:
            older[kind] = one
        elif one.first >= timestamp:
            newer[kind] = one
        else:
            mean = one.value / one.count
            before = one.first if one.count == 2 else timestamp - 1
            older[kind] = Tally(one.count - 1, one.value - mean, one.first, before)
            newer[kind] = Tally(1, mean, one.last, one.last)
    return older, newer


def merged(one: ItemEntry, other: ItemEntry) -> ItemEntry:
    """Returns the entry of all events of two sources on one item; events that both have count once where they show.

    An event that came by two sources shows where both begin or end with it (`_united`).
    """
    judged = [entry for entry in (one, other) if entry.verdict]
    if not judged:
        since = _united(one.since, other.since)
        return ItemEntry(max(one.expires, other.expires), None, {}, since)
    first = max(judged, key=lambda entry: entry.verdict.order if entry.verdict else (0, "", 0.0))
    second = other if first is one else one
    assert first.verdict is not None  # noqa: S101  # by its choice, for the type checker
    older, newer = split(_joined([second.before, second.since]), first.verdict.timestamp)
    return ItemEntry(
        max(one.expires, other.expires),
        first.verdict,
        _united(first.before, older),
        _united(first.since, newer),
    )


def _joined(parts: Iterable[Mapping[str, Tally]]) -> Tallies:
    """Returns the sums of tallies that have no event in common."""
    sums: Tallies = {}
    for tallies in parts:
        for kind, one in tallies.items():
            sums[kind] = _sum(sums[kind], one) if kind in sums else one
    return sums


def _sum(one: Tally, other: Tally) -> Tally:
    return Tally(
        one.count + other.count,
        one.value + other.value,
        min(one.first, other.first),
        max(one.last, other.last),
    )


def _united(one: Tallies, other: Tallies) -> Tallies:
    """Returns the tallies of two sources together.

    Where both begin at the same millisecond, or both end there, they have events in common, and the larger counts;
    unless both are single events with different values, which are two events.
    """
    united = dict(one)
    for kind, second in other.items():
        first = united.get(kind)
        if first is None:
            united[kind] = second
            continue
        common = first.first == second.first or first.last == second.last
        two_events = first.count == second.count == 1 and first.value != second.value
        if common and not two_events:
            united[kind] = max(first, second, key=lambda tally: (tally.count, tally.value))
        else:
            united[kind] = _sum(first, second)
    return united


def copy(entry: ItemEntry) -> ItemEntry:
    """Returns an entry that can be added to without changing `entry`."""
    return ItemEntry(entry.expires, entry.verdict, _copied(entry.before), _copied(entry.since))


def _copied(tallies: Mapping[str, Tally]) -> Tallies:
    return {kind: replace(tally) for kind, tally in tallies.items()}
