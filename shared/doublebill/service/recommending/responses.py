"""Responses with recommendations: each typed dictionary is the type and the JSON Schema of a response."""

from collections.abc import Mapping, Sequence
from typing import Literal, NotRequired, TypedDict

from doublebill.model.config import Config


class Contributor(TypedDict):
    """A history item, the prior, or all history items that were taken down."""

    item_id: NotRequired[str]
    """The history item."""
    title: NotRequired[str]
    prior: NotRequired[Literal["recent"]]
    """Instead of `item_id`: recent popularity."""
    available: NotRequired[bool]
    """False instead of `item_id`: history items that were taken down, and are not named."""


class Contribution(Contributor):
    """The part of a score that one history item adds, or the prior does; all parts sum to the score."""

    contribution: float
    share: float
    """Its absolute value over the sum of all absolute values."""


class ListEntry(TypedDict):
    """One item of a list."""

    item_id: str
    score: float
    title: NotRequired[str]
    attributes: NotRequired[Mapping[str, bool | float | str | Sequence[str]]]
    """The metadata that `fields` of the request names, where the item has them."""
    available: NotRequired[bool]
    """False in rankings for an item that would not be recommended now."""


class Recommendation(ListEntry):
    """One recommended or ranked item."""

    predicted_rating: NotRequired[float]
    promoted: NotRequired[bool]
    contributions: NotRequired[Sequence[Contribution]]
    reason: NotRequired[str]
    """The largest contributions in words."""


class UnknownTag(TypedDict):
    """A tag that a filter of the request names, and no item of the catalog has."""

    tag: str
    nearest: NotRequired[str]
    """The tag of the catalog that is most like it."""


class Headed(TypedDict):
    """The fields that all responses with recommendations have."""

    catalog: str
    model_version: str
    degraded: bool | str
    """False, or the reason why the answer is not as good as it could be."""
    baseline: NotRequired[str]
    """The baseline that answers where no model beats it: `popularity`, `recent popularity` or `item-kNN`."""
    unknown_fields: NotRequired[Sequence[str]]
    """Names in `fields` that no item of the catalog has."""
    unknown_tags: NotRequired[Sequence[UnknownTag]]
    """Tags in filters of the request that no item of the catalog has; of many the first ten."""


def name_baseline(response: Headed, config: Config) -> None:
    """Names the baseline in a response where the config is none of a model."""
    if config.baseline:
        response["baseline"] = config.baseline


class VersionRecommendations(Headed):
    """Items that a version recommends to people who compare; no event refers to them, and they are not counted."""

    prior: NotRequired[str]
    """Digest of the recent popularity that is part of the scores; absent where none is."""
    cold: bool
    unknown_items: Sequence[str]
    recommendations: Sequence[Recommendation]
    next_cursor: NotRequired[str]


class Recommendations(VersionRecommendations):
    """Recommended or ranked items."""

    recommendation_id: str


class Row(TypedDict):
    """Items recommended because of one item of the history."""

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


class PlacedItem(ListEntry):
    """An item on a map; its score is its popularity."""

    x: int
    """From the left, 0 to 999."""
    y: int
    """From above, 0 to 999."""


class PlacedItems(Headed):
    """Items in two dimensions: those that lead to each other lie near each other."""

    items: Sequence[PlacedItem]


class SearchResults(Headed):
    """The items that are like a query."""

    items: Sequence[ListEntry]


class Trending(Headed):
    """The items that most users turned to recently."""

    trending: Sequence[ListEntry]
