"""Answers: what a caller gets for a history, an item or nothing at all."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import numpy.typing as npt

from doublebill.errors import NOTHING, InvalidInput, NotFound, Shown
from doublebill.events import ID_LENGTH, Event, counting
from doublebill.neighbours import top
from doublebill.recommender import Ranking, Recommender
from doublebill.schema import Bounds
from doublebill.service.warm import Serving
from doublebill.stores.histories import Histories

HISTORY_LENGTH = 1000
"""Newest events of a user that an answer reads."""

Id = Annotated[str, Bounds(min_length=1, max_length=ID_LENGTH)]
Count = Annotated[int, Bounds(minimum=1, maximum=500)]
Weight = Annotated[float, Bounds(minimum=-1e9, maximum=1e9)]
Stars = Annotated[float, Bounds(minimum=0, maximum=1e9)]
Seconds = Annotated[float, Bounds(minimum=0, maximum=1e11)]


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One entry of a history sent with a request."""

    item_id: Id
    weight: Weight = 1.0
    timestamp: Seconds | None = None
    rating: Stars | None = None


@dataclass(frozen=True)
class RecommendationOptions:
    """What a caller may say about the recommendations themselves."""

    n: Count = 10
    exclude: Annotated[tuple[Id, ...], Bounds(max_length=HISTORY_LENGTH)] = ()
    exclude_seen: bool | None = None
    explain: bool = False


@dataclass(frozen=True)
class RecommendationRequest(RecommendationOptions):
    """The same, and for whom; either a user or a history."""

    user_id: Id | None = None
    history: Annotated[tuple[Id | HistoryItem, ...], Bounds(max_length=HISTORY_LENGTH)] | None = None


@dataclass(frozen=True)
class ListRequest:
    """What a caller may say when asking for neighbours or popular items."""

    n: Count = 10


@dataclass(frozen=True)
class UserHistories:
    """The stored histories, found by user id."""

    histories: Histories
    pseudonym_of: Callable[[str], str]

    def of(self, catalog: str, user_id: str, now_seconds: int) -> list[HistoryItem]:
        """The user's history, oldest first; unknown users have an empty one."""
        newest = self.histories.newest(
            catalog, self.pseudonym_of(user_id), HISTORY_LENGTH, now_seconds, consistent=True
        )
        return [_entry(event) for event in counting(newest)]


def _entry(event: Event) -> HistoryItem:
    rating = event.value if event.kind == "rate" else None
    return HistoryItem(event.item_id, event.weight, event.timestamp / 1000, rating)


@dataclass(frozen=True, eq=False)
class Known:
    """What of a history the model knows, one place per item in order of first appearance."""

    items: npt.NDArray[np.int32]
    """[known] item numbers, distinct."""
    weights: npt.NDArray[np.float64]
    """[known] summed, not saturated."""
    timestamps: npt.NDArray[np.float64]
    """[known] seconds of the newest entry, 0 where no time is known."""
    ratings: npt.NDArray[np.float64]
    """[known] newest rating in stars, NaN where there is none."""
    unknown: list[str]
    """The item ids that the model does not know, each once."""


def history_of(
    request: RecommendationRequest, catalog: str, histories: UserHistories, now_ms: int
) -> list[HistoryItem]:
    """The history that was sent, or the stored one of the user who was named, oldest first.

    Raises:
        InvalidInput: when the request names both a user and a history, or neither.
    """
    if (request.history is None) == (request.user_id is None):
        found = NOTHING if request.history is None else Shown("both")
        raise InvalidInput.one("user_id", found, "either user_id or history")
    if request.user_id is not None:
        return histories.of(catalog, request.user_id, now_ms // 1000)
    sent = request.history or ()
    return [entry if isinstance(entry, HistoryItem) else HistoryItem(entry) for entry in sent]


def recommend(
    catalog: str, serving: Serving, history: Sequence[HistoryItem], options: RecommendationOptions, now_ms: int
) -> dict[str, object]:
    """The recommendations for a history, in the shape of the API; what counts against never comes back."""
    model = serving.recommender
    known = _known(model, history)
    items, weights = known.items, model.config.weigh(known.weights, known.timestamps)
    exclude_seen = model.config.exclude_seen if options.exclude_seen is None else options.exclude_seen
    seen = items if exclude_seen else items[known.weights < 0]
    ranking = model.recommend(items, weights, options.n, np.concatenate([_numbers(model, options.exclude), seen]))
    entries = _entries(model, ranking)
    if model.ratings is not None:
        given = ~np.isnan(known.ratings)
        predicted = model.ratings.predict(items[given], known.ratings[given], ranking.items)
        for entry, stars in zip(entries, predicted.tolist(), strict=True):
            entry["predicted_rating"] = stars
    if options.explain and not ranking.cold:
        for entry, parts in zip(entries, model.contributions(items, weights, ranking.items), strict=True):
            entry["contributions"] = _explained(model, items, parts)
    return {
        **_headed(catalog, serving),
        "recommendation_id": f"{serving.version}-{now_ms:x}",
        "cold": ranking.cold,
        "unknown_items": known.unknown,
        "recommendations": entries,
    }


def neighbours(catalog: str, serving: Serving, item_id: str, request: ListRequest) -> dict[str, object]:
    """The items most similar to one, most similar first.

    Raises:
        NotFound: when the model does not know the item.
    """
    model = serving.recommender
    item = model.catalog.find(item_id)
    if item < 0:
        raise NotFound(f"catalog {catalog!r} has no item {item_id!r}")
    targets, similarities = model.neighbours.around(item)
    alike = similarities > 0
    targets, similarities = targets[alike], similarities[alike]
    best = top(targets, similarities, request.n)
    ranking = Ranking(targets[best], similarities[best], cold=False)
    return {**_headed(catalog, serving), "item_id": item_id, "neighbours": _entries(model, ranking)}


def popular(catalog: str, serving: Serving, request: ListRequest) -> dict[str, object]:
    """The items that most users have, with their share of users as score."""
    model = serving.recommender
    items = model.most_popular(request.n, np.zeros(0, np.int32))
    ranking = Ranking(items, model.popularity[items].astype(np.float64), cold=True)
    return {**_headed(catalog, serving), "popular": _entries(model, ranking)}


def _headed(catalog: str, serving: Serving) -> dict[str, object]:
    return {"catalog": catalog, "model_version": serving.version, "degraded": serving.degraded or False}


def _known(model: Recommender, history: Sequence[HistoryItem]) -> Known:
    weights: dict[int, float] = {}
    newest: dict[int, float] = {}
    ratings: dict[int, tuple[float, float]] = {}
    unknown: dict[str, None] = {}
    for entry in history:
        item = model.catalog.find(entry.item_id)
        if item < 0:
            unknown[entry.item_id] = None
            continue
        time = entry.timestamp or 0.0
        weights[item] = weights.get(item, 0.0) + entry.weight
        newest[item] = max(newest.get(item, 0.0), time)
        if entry.rating is not None and (item not in ratings or time >= ratings[item][0]):
            ratings[item] = time, entry.rating
    stars = [ratings[item][1] if item in ratings else math.nan for item in weights]
    return Known(
        items=np.fromiter(weights, np.int32),
        weights=np.fromiter(weights.values(), np.float64),
        timestamps=np.fromiter(newest.values(), np.float64),
        ratings=np.array(stars, np.float64),
        unknown=list(unknown),
    )


def _numbers(model: Recommender, item_ids: Iterable[str]) -> npt.NDArray[np.int32]:
    found = (model.catalog.find(item_id) for item_id in item_ids)
    return np.fromiter((item for item in found if item >= 0), np.int32)


def _entries(model: Recommender, ranking: Ranking) -> list[dict[str, object]]:
    return [
        _titled(model, item, {"score": score})
        for item, score in zip(ranking.items.tolist(), ranking.scores.tolist(), strict=True)
    ]


def _titled(model: Recommender, item: int, fields: dict[str, object]) -> dict[str, object]:
    title = model.catalog.title(item)
    return {"item_id": model.catalog.item_ids[item], **fields, **({"title": title} if title else {})}


def _explained(
    model: Recommender, items: npt.NDArray[np.int32], parts: npt.NDArray[np.float64]
) -> list[dict[str, object]]:
    """The history items that add something, the largest part first; they sum to the score."""
    total = np.abs(parts).sum()
    order = [place for place in np.argsort(-np.abs(parts), kind="stable").tolist() if parts[place]]
    return [
        _titled(
            model, int(items[place]), {"contribution": float(parts[place]), "share": float(abs(parts[place]) / total)}
        )
        for place in order
    ]
