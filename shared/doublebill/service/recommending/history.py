"""Histories: what somebody met, as sent or as stored, and what of it the model knows."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from doublebill.arrays import Floats, Ints32, Mask
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import NOTHING, InvalidInput, Shown, StoreUnavailable
from doublebill.events import HISTORY_LENGTH, Event, counting
from doublebill.model.recommender import Recommender
from doublebill.service.recommending.requests import HistoryItem
from doublebill.stores.histories import Histories

UNREAD = "the history could not be read"


@dataclass(frozen=True)
class History:
    """What somebody met, oldest first."""

    items: Sequence[HistoryItem]
    user: str | None = None
    """The pseudonym, where it is somebody's stored history and the key could be read."""
    degraded: str | None = None
    """Why it is not the whole history."""


class ForSomebody(Protocol):
    """A request that names a user or brings a history."""

    @property
    def user_id(self) -> str | None: ...
    @property
    def history(self) -> Sequence[str | HistoryItem] | None: ...


@dataclass(frozen=True)
class UserHistories:
    """The stored histories, found by user id."""

    histories: Histories
    pseudonym_of: Callable[[str], str]

    def of(self, catalog: str, user_id: str, now_ms: int, deadline: Deadline) -> History:
        """The user's history; empty for an unknown user, and where the store does not answer, which it then tells."""
        return self._read(catalog, lambda: self.pseudonym_of(user_id), now_ms, deadline)

    def of_pseudonym(self, catalog: str, user: str, now_ms: int, deadline: Deadline) -> History:
        """The same of a user who is known by the pseudonym."""
        return self._read(catalog, lambda: user, now_ms, deadline)

    def _read(self, catalog: str, pseudonym: Callable[[], str], now_ms: int, deadline: Deadline) -> History:
        def read() -> tuple[str, list[Event]]:
            user = pseudonym()
            return user, self.histories.newest(catalog, user, HISTORY_LENGTH, now_ms // 1000, consistent=True)

        try:
            user, newest = deadline.bounded("the history", read)
        except StoreUnavailable:
            return History((), degraded=UNREAD)
        return History([_entry(event) for event in counting(newest)], user)

    def of_request(self, catalog: str, request: ForSomebody, now_ms: int, deadline: Deadline) -> History:
        """The history that was sent, or the stored one of the user who was named.

        Raises:
            InvalidInput: when the request names both a user and a history, or neither.
        """
        if (request.history is None) == (request.user_id is None):
            found = NOTHING if request.history is None else Shown("both")
            raise InvalidInput.one("user_id", found, "either user_id or history")
        if request.user_id is not None:
            return self.of(catalog, request.user_id, now_ms, deadline)
        sent = request.history or ()
        return History([entry if isinstance(entry, HistoryItem) else HistoryItem(entry) for entry in sent])


def _entry(event: Event) -> HistoryItem:
    rating = event.value if event.kind == "rate" else None
    return HistoryItem(event.item_id, event.weight, event.timestamp / 1000, rating)


@dataclass(frozen=True, eq=False)
class Known:
    """What of a history the model knows, one place per item in order of first appearance."""

    items: Ints32
    """[known] item numbers, distinct."""
    weights: Floats
    """[known] summed, as the model counts them: saturated and aged."""
    liked: Mask
    """[known] False where the sum counts against."""
    timestamps: Floats
    """[known] seconds of the newest entry, 0 where no time is known."""
    ratings: Floats
    """[known] newest rating in stars, NaN where there is none."""
    unknown: list[str]
    """The item ids that the model does not know, each once."""

    @classmethod
    def of(cls, model: Recommender, history: Sequence[HistoryItem]) -> "Known":
        """What `model` knows of `history`."""
        weights: dict[int, float] = {}
        newest: dict[int, float] = {}
        ratings: dict[int, tuple[float, float]] = {}
        unknown: dict[str, None] = {}
        numbers = model.catalog.find_all([entry.item_id for entry in history]).tolist()
        for entry, item in zip(history, numbers, strict=True):
            if item < 0:
                unknown[entry.item_id] = None
                continue
            time = entry.timestamp or 0.0
            weights[item] = weights.get(item, 0.0) + entry.weight
            newest[item] = max(newest.get(item, 0.0), time)
            if entry.rating is not None and (item not in ratings or time >= ratings[item][0]):
                ratings[item] = time, entry.rating
        sums = np.fromiter(weights.values(), np.float64)
        timestamps = np.fromiter(newest.values(), np.float64)
        stars = [ratings[item][1] if item in ratings else math.nan for item in weights]
        return cls(
            items=np.fromiter(weights, np.int32),
            weights=model.config.weigh(sums, timestamps),
            liked=sums >= 0,
            timestamps=timestamps,
            ratings=np.array(stars, np.float64),
            unknown=list(unknown),
        )

    def seen(self, model: Recommender, exclude_seen: bool | None) -> Ints32:
        """The items of the history that must not come back: all, or only what counts against."""
        every = model.config.exclude_seen if exclude_seen is None else exclude_seen
        return self.items if every else self.items[~self.liked]
