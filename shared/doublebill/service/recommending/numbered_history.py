"""Numbered histories: a history as a model counts it, one number and one weight an item."""

import math
from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Floats, Ints32, Mask
from doublebill.history.reading import Older
from doublebill.model.ranking import Scored
from doublebill.model.recommender import Recommender
from doublebill.service.recommending.history import History
from doublebill.values.event_kinds import EventKinds


@dataclass(frozen=True, eq=False)
class NumberedHistory:
    """The items of a history that a model has, each once, in order of first appearance."""

    items: Ints32
    """[history] item numbers, distinct."""
    weights: Floats
    """[history] summed, as the model counts them: saturated, aged and judged; 0 where the rating is low."""
    liked: Mask
    """[history] False where the sum counts against."""
    timestamps: Floats
    """[history] seconds of the newest entry, 0 where no time is known."""
    ratings: Floats
    """[history] newest rating in stars, NaN where there is none."""
    unknown: list[str]
    """The item ids that the model does not have, each once."""
    older: Ints32
    """[older] numbers of items further back, which no longer count for any score."""
    older_liked: Mask
    """[older] False where the item counts against."""

    @property
    def seen(self) -> Ints32:
        """Returns the numbers of all items."""
        return np.concatenate([self.items, self.older])

    def scored_by(self, model: Recommender) -> Scored:
        """Returns the scores to which the items with a weight add up; none where no item has one."""
        counting = self.weights != 0
        return model.score(self.items[counting], self.weights[counting])

    @property
    def disliked(self) -> Ints32:
        """Returns the numbers of all items that count against."""
        return np.concatenate([self.items[~self.liked], self.older[~self.older_liked]])

    @classmethod
    def of(cls, model: Recommender, history: History, kinds: EventKinds) -> "NumberedHistory":
        """Returns a history as `model` counts it, its events weighed by these kinds."""
        entries, further_back = history.entries(kinds)
        shift = -min(0.0, model.ratings.lowest) if model.ratings else 0.0  # as in training, where the lowest weighs 0
        weights: dict[int, float] = {}
        newest: dict[int, float] = {}
        ratings: dict[int, tuple[float, float]] = {}
        unknown: dict[str, None] = {}
        numbers = model.catalog.item_ids.find_all([entry.item_id for entry in entries]).tolist()
        for entry, item in zip(entries, numbers, strict=True):
            if item < 0:
                unknown[entry.item_id] = None
                continue
            time = entry.timestamp or 0.0
            weights[item] = weights.get(item, 0.0) + entry.weight + (0.0 if entry.rating is None else shift)
            newest[item] = max(newest.get(item, 0.0), time)
            if entry.rating is not None and (item not in ratings or time >= ratings[item][0]):
                ratings[item] = time, entry.rating
        sums = np.fromiter(weights.values(), np.float64)
        timestamps = np.fromiter(newest.values(), np.float64)
        older, older_liked = _older(model, further_back)
        stars = np.array([ratings[item][1] if item in ratings else math.nan for item in weights], np.float64)
        levels = None if model.ratings is None else model.ratings.levels
        return cls(
            items=np.fromiter(weights, np.int32),
            weights=model.config.weigh(sums, timestamps, stars, levels),
            liked=sums >= 0,
            timestamps=timestamps,
            ratings=stars,
            unknown=list(unknown),
            older=older,
            older_liked=older_liked,
        )


def _older(model: Recommender, older: Older) -> tuple[Ints32, Mask]:
    """Returns the numbers of the items with these hashes, and which of them do not count against."""
    item_ids = model.catalog.item_ids
    if not len(older.hashes) or not len(item_ids):
        return np.zeros(0, np.int32), np.zeros(0, np.bool_)
    hashes = older.hashes.astype(np.uint32)
    first, end = (np.searchsorted(item_ids.hashes, hashes, side) for side in ("left", "right"))
    lengths = end - first
    places = (end - np.cumsum(lengths)).repeat(lengths) + np.arange(lengths.sum())
    return item_ids.hashed[places], (older.weights >= 0).repeat(lengths)
