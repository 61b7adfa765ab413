"""The conditions of a filter, as values that compare and hash: one, or several joined by every, some and not."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Every:
    """Holds if all parts hold; without parts it holds."""

    parts: "tuple[Filter, ...]"


@dataclass(frozen=True, slots=True)
class Some:
    """Holds if at least one of the parts holds."""

    parts: "tuple[Filter, ...]"


@dataclass(frozen=True, slots=True)
class Inverse:
    """Holds if the part does not."""

    part: "Filter"


@dataclass(frozen=True, slots=True)
class Tagged:
    """Holds if the item has one of the tags."""

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FromYears:
    """Holds if the item has a year, and it is within both bounds."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Titled:
    """Holds if the title is exactly that."""

    title: str


@dataclass(frozen=True, slots=True)
class Among:
    """Holds if the item is one of these."""

    item_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Available:
    """Holds if the item's availability is the wanted one."""

    wanted: bool


@dataclass(frozen=True, slots=True)
class InHistory:
    """Holds if the item is in the history, or is not, as wanted."""

    wanted: bool


@dataclass(frozen=True, slots=True)
class Holding:
    """Holds if the attribute has one of the values; types are kept apart because true is not 1."""

    name: str
    truths: tuple[bool, ...]
    numbers: tuple[float, ...]
    texts: tuple[str, ...]
    place: str = field(compare=False)
    """The place in the request that names the attribute, for the error if the catalog does not have it."""


@dataclass(frozen=True, slots=True)
class Between:
    """Holds if the attribute is a number within both bounds."""

    name: str
    low: float
    high: float
    place: str = field(compare=False)
    """As in `Holding`."""


@dataclass(frozen=True, slots=True)
class Dated:
    """Holds if the attribute is a date within both bounds, in milliseconds since 1970."""

    name: str
    low: float
    high: float
    passing: bool
    """Whether a bound is the present moment, so that no other request has the same."""
    place: str = field(compare=False)
    """As in `Holding`."""


type OfAttribute = Holding | Between | Dated

type Filter = Every | Some | Inverse | Tagged | FromYears | Titled | Among | Available | InHistory | OfAttribute


def changes(condition: Filter) -> bool:
    """Checks whether its result can change while the model stays: by the history, the availability or the moment."""
    if isinstance(condition, (Every, Some)):
        return any(map(changes, condition.parts))
    if isinstance(condition, Inverse):
        return changes(condition.part)
    if isinstance(condition, Dated):
        return condition.passing
    return isinstance(condition, (Available, InHistory))
