"""What callers may ask for: each request as a frozen dataclass, its type, its validator and its JSON Schema at once."""

from dataclasses import dataclass
from typing import Annotated

from doublebill.events import HISTORY_LENGTH, ID_LENGTH
from doublebill.schema import Bounds

CURSOR_LENGTH = 5335
"""Characters of the longest cursor; see `doublebill.service.recommending.cursor`."""

CURSOR = r"A[Q-Za-f](?:[A-Za-z0-9_-]{16})*(?:[A-Za-z0-9_-]{5}|[A-Za-z0-9_-]{10})?"
"""One byte, then four for each item, in base64url."""

Id = Annotated[str, Bounds(min_length=1, max_length=ID_LENGTH)]
Count = Annotated[int, Bounds(minimum=1, maximum=500)]
Weight = Annotated[float, Bounds(minimum=-1e9, maximum=1e9)]
Stars = Annotated[float, Bounds(minimum=0, maximum=1e9)]
Seconds = Annotated[float, Bounds(minimum=0, maximum=1e11)]
Share = Annotated[float, Bounds(minimum=0, maximum=1)]
Filter = Annotated[object, Bounds(ref="Filter")]
"""What an item must be; see `doublebill.filtering.filters`."""
Cursor = Annotated[
    str, Bounds(max_length=CURSOR_LENGTH, pattern=CURSOR, description="the next_cursor of an earlier answer")
]
MaxPer = Annotated[dict[str, Annotated[int, Bounds(minimum=1, maximum=500)]], Bounds(max_length=10)]


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One entry of a history sent with a request."""

    item_id: Id
    weight: Weight = 1.0
    timestamp: Seconds | None = None
    rating: Stars | None = None


History = Annotated[tuple[Id | HistoryItem, ...], Bounds(max_length=HISTORY_LENGTH)]
ItemIds = Annotated[tuple[Id, ...], Bounds(max_length=HISTORY_LENGTH)]


@dataclass(frozen=True)
class Promotion:
    """Items to be shown more than they would be: at least `share` of an answer, where there are enough."""

    filter: Filter
    share: Share


@dataclass(frozen=True)
class RecommendationOptions:
    """What a caller may say about the recommendations themselves."""

    n: Count = 10
    cursor: Cursor | None = None
    exclude: ItemIds = ()
    exclude_seen: bool | None = None
    filter: Filter | None = None
    max_per: MaxPer | None = None
    promote: Promotion | None = None
    diversity: Share = 0.0
    explain: bool = False


@dataclass(frozen=True)
class RecommendationRequest(RecommendationOptions):
    """The same, and for whom; either a user or a history."""

    EXACTLY_ONE_OF = ("user_id", "history")

    user_id: Id | None = None
    history: History | None = None


@dataclass(frozen=True)
class RankingRequest:
    """Items to be put in order for a user or a history."""

    EXACTLY_ONE_OF = ("user_id", "history")

    items: Annotated[tuple[Id, ...], Bounds(min_length=1, max_length=HISTORY_LENGTH)]
    user_id: Id | None = None
    history: History | None = None
    explain: bool = False


@dataclass(frozen=True)
class RowsOptions:
    """How many rows of how many items, for a user's newest history items."""

    rows: Annotated[int, Bounds(minimum=1, maximum=50)] = 5
    n: Annotated[int, Bounds(minimum=1, maximum=100)] = 10
    exclude_seen: bool | None = None
    filter: Filter | None = None
    explain: bool = False


@dataclass(frozen=True)
class ListOptions:
    """What a caller may say when asking for neighbours, popular or trending items."""

    n: Count = 10
    filter: Filter | None = None
