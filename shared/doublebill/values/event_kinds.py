"""Event kinds: the sorts of events that a catalog has, as data of the catalog.

A catalog has the seven kinds of `DEFAULT_KINDS`, and may change how they count and add kinds of its own. A kind never
goes away, since stored events may have it: one that should no longer count gets the weight 0.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from doublebill.errors import Complaint, InvalidInput, unknown_fields, wrong_value

NAME = "[a-z][a-z0-9._-]{0,63}"
"""Pattern of the name of a kind."""

LARGEST_WEIGHT = 1000.0
"""Largest weight of a kind, and the lowest with a minus."""

MOST_KINDS = 100
"""Most kinds that a catalog may add or change."""

KIND_FIELDS = ("weight", "verdict", "repeats")

RATE = "rate"
"""The kind whose value is a rating; it is a verdict in every catalog."""

VIEW = "view"
"""The kind of an event that says no more than that a user met an item."""


class Weighable(Protocol):
    """An event, as far as it takes one to weigh it."""

    @property
    def kind(self) -> str: ...
    @property
    def value(self) -> float: ...


@dataclass(frozen=True, slots=True)
class EventKind:
    """One sort of event."""

    name: str
    weight: float
    """The weight of one event per unit of its value; below 0 it counts against the item."""
    verdict: bool = False
    """Whether the user judges the item by it. Only the newest verdict on an item counts."""
    repeats: bool = False
    """Whether users do it again with the same item."""

    @property
    def silences(self) -> bool:
        """Returns whether it also takes away whatever the user did with the item before, as a dislike does."""
        return self.verdict and self.weight < 0

    def to_json(self) -> dict[str, object]:
        """Returns the kind without its name, as the record of a catalog has it."""
        return {"weight": self.weight, "verdict": self.verdict, "repeats": self.repeats}


@dataclass(frozen=True)
class EventKinds:
    """The kinds of one catalog, by name."""

    by_name: Mapping[str, EventKind]

    @classmethod
    def of(cls, kinds: Iterable[EventKind]) -> "EventKinds":
        """Returns the kinds in this order; a later one replaces an earlier one of its name."""
        return cls({kind.name: kind for kind in kinds})

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_name)

    def weight(self, event: Weighable) -> float:
        """Returns how much an event counts for its user and item; 0 for a kind that the catalog does not have."""
        return self.weights.get(event.kind, 0.0) * event.value

    @cached_property
    def weights(self) -> Mapping[str, float]:
        """The weight of each kind per unit of the value."""
        return {kind.name: kind.weight for kind in self.by_name.values()}

    @cached_property
    def verdicts(self) -> frozenset[str]:
        """Kinds by which users judge an item: only the newest of them counts."""
        return frozenset(kind.name for kind in self.by_name.values() if kind.verdict)

    @cached_property
    def silencing(self) -> frozenset[str]:
        """Verdicts that also take away what was before them."""
        return frozenset(kind.name for kind in self.by_name.values() if kind.silences)

    @cached_property
    def repeated(self) -> frozenset[str]:
        """Kinds that users do again with the same item."""
        return frozenset(kind.name for kind in self.by_name.values() if kind.repeats)

    @property
    def words(self) -> str:
        """Returns the names as a message lists them."""
        return ", ".join(self.by_name)

    def added(self, raw: object, field: str = "kinds") -> "EventKinds":
        """Returns these kinds with those that `raw` describes: an object of name to `weight`, `verdict`, `repeats`.

        A field that is left out keeps its value; a new kind weighs 1, is no verdict and is not repeated.

        Raises:
            InvalidInput: with a complaint for each kind that is wrong.
        """
        if not isinstance(raw, Mapping) or len(raw) > MOST_KINDS:
            raise InvalidInput.of_value(field, raw, f"an object of at most {MOST_KINDS} kinds, each by its name")
        complaints: list[Complaint] = []
        changed = [self._changed(name, one, f"{field}.{name}", complaints) for name, one in raw.items()]
        if len({*self.by_name, *raw}) > MOST_KINDS:
            complaints.append(Complaint(field, f"the catalog would have more than {MOST_KINDS}", "add fewer kinds"))
        if complaints:
            raise InvalidInput(complaints)
        return EventKinds.of([*self.by_name.values(), *changed])

    def changes(self) -> dict[str, dict[str, object]]:
        """Returns the kinds that differ from the default ones, as the record of a catalog has them."""
        return {name: kind.to_json() for name, kind in self.by_name.items() if kind != DEFAULT_KINDS.by_name.get(name)}

    def to_json(self) -> dict[str, dict[str, object]]:
        """Returns all kinds by name."""
        return {name: kind.to_json() for name, kind in self.by_name.items()}

    def _changed(self, name: object, raw: object, field: str, complaints: list[Complaint]) -> EventKind:
        before = self.by_name.get(str(name), EventKind(str(name), 1.0))
        if not isinstance(name, str) or not re.fullmatch(NAME, name):
            allowed = "a name of 1 to 64 small letters, digits, dots, underscores and hyphens that begins with a letter"
            complaints.append(wrong_value(field, name, allowed))
            return before
        if not isinstance(raw, Mapping):
            complaints.append(wrong_value(field, raw, "an object with weight, verdict and repeats"))
            return before
        unknown = sorted(raw.keys() - set(KIND_FIELDS))
        complaints += unknown_fields([f"{field}.{one}" for one in unknown], KIND_FIELDS)
        weight = raw.get("weight", before.weight)
        number = isinstance(weight, int | float) and not isinstance(weight, bool)
        if not number or not -LARGEST_WEIGHT <= weight <= LARGEST_WEIGHT:
            allowed = f"a number from {-LARGEST_WEIGHT:g} to {LARGEST_WEIGHT:g}"
            complaints.append(wrong_value(f"{field}.weight", weight, allowed))
            return before
        verdict, repeats = raw.get("verdict", before.verdict), raw.get("repeats", before.repeats)
        for flag, found in (("verdict", verdict), ("repeats", repeats)):
            if not isinstance(found, bool):
                complaints.append(wrong_value(f"{field}.{flag}", found, "true or false"))
        if name == RATE and verdict is False:
            complaints.append(Complaint(f"{field}.verdict", "a rating is always a verdict", "leave it out"))
        return EventKind(name, float(weight), bool(verdict), bool(repeats))


DEFAULT_KINDS = EventKinds.of(
    (
        EventKind("play", 1.0, repeats=True),
        EventKind(VIEW, 1.0),
        EventKind("like", 2.0, verdict=True),
        EventKind("purchase", 3.0),
        EventKind(RATE, 1.0, verdict=True),
        EventKind("skip", -0.5),
        EventKind("dislike", -2.0, verdict=True),
    )
)
"""The kinds of a catalog that has said nothing about them."""
