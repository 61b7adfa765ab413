"""Requests for recommendations: each class is the type, the validator and the JSON Schema of a request."""

from typing import Annotated, Literal

from msgspec import Meta

from doublebill.events import HISTORY_LENGTH, ID_LENGTH
from doublebill.schema import Input, described_by, whole

BATCH_USERS = "users.txt.gz"
"""The object of a batch that has the pseudonyms of its users, in their order."""

QUERY_LENGTH = 128
"""Characters of the longest search."""

CURSOR_LENGTH = 5335
"""Characters of the longest cursor; see `doublebill.service.recommending.cursor`."""

CURSOR = r"A[Q-Za-f](?:[A-Za-z0-9_-]{16})*(?:[A-Za-z0-9_-]{5}|[A-Za-z0-9_-]{10})?"
"""One byte, then four for each item, in base64url."""

Id = Annotated[str, Meta(min_length=1, max_length=ID_LENGTH)]
Count = Annotated[int, Meta(ge=1, le=500)]
Weight = Annotated[float, Meta(ge=-1e9, le=1e9)]
Stars = Annotated[float, Meta(ge=-1e9, le=1e9)]
Seconds = Annotated[float, Meta(ge=0, le=1e11)]
Direction = Literal["both", "from", "to"]
Share = Annotated[float, Meta(ge=0, le=1)]
Filter = Annotated[object, described_by("Filter")]
"""A condition on items; see `doublebill.filtering.filters`."""
Cursor = Annotated[
    str, Meta(max_length=CURSOR_LENGTH, pattern=whole(CURSOR), description="the next_cursor of an earlier answer")
]
Fields = Annotated[
    tuple[Annotated[str, Meta(min_length=1, max_length=32)], ...],
    Meta(max_length=20),
]
"""Names of metadata to return with each item: title, tags, year and attributes of the catalog."""
MaxPer = Annotated[dict[str, Annotated[int, Meta(ge=1, le=500)]], Meta(max_length=10)]


class HistoryItem(Input, frozen=True):
    """One entry of a history sent with a request."""

    item_id: Id
    weight: Weight = 1.0
    timestamp: Seconds | None = None
    rating: Stars | None = None


History = Annotated[tuple[Id | HistoryItem, ...], Meta(max_length=HISTORY_LENGTH)]
ItemIds = Annotated[tuple[Id, ...], Meta(max_length=HISTORY_LENGTH)]


class Promotion(Input, frozen=True):
    """Items that get at least `share` of the places of an answer, if there are enough."""

    filter: Filter
    share: Share


class RecommendationOptions(Input, frozen=True):
    """Options of recommendations."""

    n: Count = 10
    cursor: Cursor | None = None
    exclude: ItemIds = ()
    exclude_seen: bool | None = None
    filter: Filter | None = None
    max_per: MaxPer | None = None
    promote: Promotion | None = None
    diversity: Share = 0.0
    explain: bool = False
    fields: Fields = ()


class RecommendationRequest(RecommendationOptions, frozen=True):
    """Options of recommendations, and a user or a history to make them for."""

    EXACTLY_ONE_OF = ("user_id", "history")

    user_id: Id | None = None
    history: History | None = None


class VersionRequest(RecommendationOptions, frozen=True, kw_only=True):
    """Options of recommendations by a version that need not serve, and the history to make them for."""

    history: History


class RankingRequest(Input, frozen=True):
    """Items to order for a user or a history."""

    EXACTLY_ONE_OF = ("user_id", "history")

    items: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=HISTORY_LENGTH)]
    user_id: Id | None = None
    history: History | None = None
    explain: bool = False
    fields: Fields = ()


class RowsOptions(Input, frozen=True):
    """Options of rows: their number, and the number of items in each."""

    rows: Annotated[int, Meta(ge=1, le=50)] = 5
    n: Annotated[int, Meta(ge=1, le=100)] = 10
    exclude_seen: bool | None = None
    filter: Filter | None = None
    explain: bool = False
    fields: Fields = ()


class ListOptions(Input, frozen=True):
    """Options of popular and trending items."""

    n: Count = 10
    filter: Filter | None = None
    fields: Fields = ()


class NeighbourOptions(ListOptions, frozen=True, kw_only=True):
    """Options of neighbours."""

    direction: Annotated[
        Direction, Meta(description="from: what the item leads to; to: what leads to it; both: the mean of the two")
    ] = "both"


class MapOptions(Input, frozen=True):
    """Options of a map."""

    n: Annotated[int, Meta(ge=1, le=1000, description="1 to 1000 items, the most popular first")] = 1000
    filter: Filter | None = None
    fields: Fields = ()


class ItemSearchOptions(ListOptions, frozen=True, kw_only=True):
    """Options of a search."""

    q: Annotated[
        str, Meta(min_length=1, max_length=QUERY_LENGTH, description="words, the last one typed to its end or not")
    ]
