"""What a filter says, as values that compare and hash: a condition, or several joined by every, some and not."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Every:
    """All of the parts hold; of no parts that is true."""

    parts: "tuple[Filter, ...]"


@dataclass(frozen=True, slots=True)
class Some:
    """One of the parts, at least one, holds, or several do."""

    parts: "tuple[Filter, ...]"


@dataclass(frozen=True, slots=True)
class Inverse:
    """The part does not hold."""

    part: "Filter"


@dataclass(frozen=True, slots=True)
class Tagged:
    """The item has one of the tags."""

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FromYears:
    """The year is known and within both bounds."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Titled:
    """The title is exactly that."""

    title: str


@dataclass(frozen=True, slots=True)
class Among:
    """The item is one of these."""

    item_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Available:
    """Whether the item may be recommended is as wanted."""

    wanted: bool


@dataclass(frozen=True, slots=True)
class InHistory:
    """Whether the item is in the history is as wanted."""

    wanted: bool


@dataclass(frozen=True, slots=True)
class Holding:
    """The attribute has one of the values; kinds stand apart because true is not 1."""

    name: str
    truths: tuple[bool, ...]
    numbers: tuple[float, ...]
    texts: tuple[str, ...]
    place: str = field(compare=False)
    """Where in the request the attribute is named, should the catalog not have it."""


@dataclass(frozen=True, slots=True)
class Between:
    """The attribute has a number within both bounds."""

    name: str
    low: float
    high: float
    place: str = field(compare=False)
    """As of `Holding`."""


type Filter = Every | Some | Inverse | Tagged | FromYears | Titled | Among | Available | InHistory | Holding | Between


def changes(condition: Filter) -> bool:
    """Whether its answer may change while the model stays: it asks for the history or for what is available now."""
    if isinstance(condition, (Every, Some)):
        return any(map(changes, condition.parts))
    if isinstance(condition, Inverse):
        return changes(condition.part)
    return isinstance(condition, (Available, InHistory))
