"""What callers are answered: each answer as a typed dictionary, which is its type and its JSON Schema."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict


class Contribution(TypedDict):
    """What one history item adds to a score; all of them sum to it."""

    item_id: str
    title: NotRequired[str]
    contribution: float
    share: float
    """Its size over the sum of the sizes of all."""


class ListEntry(TypedDict):
    """One item of a list."""

    item_id: str
    score: float
    title: NotRequired[str]


class Recommendation(ListEntry):
    """One recommended or ranked item."""

    predicted_rating: NotRequired[float]
    promoted: NotRequired[bool]
    contributions: NotRequired[Sequence[Contribution]]
    reason: NotRequired[str]
    """The contributions in words."""


class Headed(TypedDict):
    """What every recommending answer says."""

    catalog: str
    model_version: str
    degraded: bool | str
    """False, or why the answer is not as good as it could be."""


class Recommendations(Headed):
    """Recommended or ranked items."""

    recommendation_id: str
    cold: bool
    unknown_items: Sequence[str]
    recommendations: Sequence[Recommendation]
    next_cursor: NotRequired[str]


class Row(TypedDict):
    """Because of one item of the history."""

    source: "Source"
    items: Sequence[Recommendation]


class Source(TypedDict):
    """An item of the history."""

    item_id: str
    title: NotRequired[str]


class Rows(Headed):
    """Rows of items, no item twice."""

    recommendation_id: str
    cold: bool
    unknown_items: Sequence[str]
    rows: Sequence[Row]


class NeighbourList(Headed):
    """The items most similar to one."""

    item_id: str
    neighbours: Sequence[ListEntry]


class Popular(Headed):
    """The items that most users have."""

    popular: Sequence[ListEntry]


class Trending(Headed):
    """The items that most users met of late."""

    trending: Sequence[ListEntry]
