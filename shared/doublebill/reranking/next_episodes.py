"""Next episodes: of each series that a history was in the middle of, the episode after the last one comes first.

The last episode of a series in the history must count for it: after a disliked one nothing comes first. The rule only
raises a score, so filters, availability and the limits of a list apply as to any item, and the whole rise is a
contribution of the last episode. Only the series met most recently are continued.
"""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from doublebill.arrays import Floats, Ints32, Places
from doublebill.model.ranking import Scored
from doublebill.model.recommender import Recommender

MOST_SERIES = 3
"""Series continued at most, those met most recently."""

ABOVE = 1.1
"""The score of a next episode over the highest score of another item, at least."""


class MetItems(Protocol):
    """The items of a history, each [history], with those that no longer count for any score in `seen`."""

    @property
    def items(self) -> Ints32: ...
    @property
    def weights(self) -> Floats: ...
    @property
    def timestamps(self) -> Floats: ...
    @property
    def seen(self) -> Ints32: ...


@dataclass(frozen=True, eq=False)
class NextEpisodes:
    """The items that come first for a history, and by how much their scores rise."""

    items: Ints32
    """[episodes] item numbers, distinct."""
    places: Places
    """[episodes] where the episode before each stands in the history."""
    unreached: Floats
    """[episodes] their scores where the history does not reach them: 0, or those of a prior."""
    rise: float

    @classmethod
    def of(cls, model: Recommender, history: MetItems, scored: Scored) -> "NextEpisodes":
        """Returns the next episodes for a history with these scores; none where the catalog has no series."""
        series = model.catalog.series
        if series is None:
            return NO_EPISODES
        last, following = series.following(history.seen)
        found = {item: place for place, item in enumerate(history.items.tolist()) if history.weights[place] > 0}
        pairs = [
            (found[item], after) for item, after in zip(last.tolist(), following.tolist(), strict=True) if item in found
        ]
        continued = [(place, after) for place, after in pairs if after >= 0]
        newest = sorted(continued, key=lambda pair: (-history.timestamps[pair[0]], -pair[0]))[:MOST_SERIES]
        if not newest:
            return NO_EPISODES
        places, items = (np.array(column) for column in zip(*newest, strict=True))
        own = scored.scores[np.isin(scored.targets, items) & scored.representing]
        unreached = model.prior.of_unreached(items) if model.prior else np.zeros(len(items))
        highest = max(float(scored.scores.max(initial=0.0)), model.prior.highest if model.prior else 0.0)
        rise = ABOVE * highest - min(float(own.min(initial=0.0)), 0.0) if highest else 1.0 - float(own.min(initial=0.0))
        return cls(items.astype(np.int32), places, unreached, rise)

    def first(self, scored: Scored) -> Scored:
        """Returns the scores with those of the next episodes raised above all others."""
        if not len(self.items):
            return scored
        raised = np.isin(scored.targets, self.items) & scored.representing
        reached = np.isin(self.items, scored.targets[raised])
        new, unreached = self.items[~reached], self.unreached[~reached]
        return replace(
            scored,
            targets=np.concatenate([scored.targets, new.astype(scored.targets.dtype)]),
            scores=np.concatenate([scored.scores + self.rise * raised, unreached + self.rise]),
            representing=np.concatenate([scored.representing, np.ones(len(new), np.bool_)]),
        )

    def explained(self, parts: Floats, items: Ints32) -> Floats:
        """Returns the contributions [items, history] with the rise as one of the episode before."""
        raised = parts.copy()
        for item, place in zip(self.items, self.places, strict=True):
            raised[items == item, place] += self.rise
        return raised


NO_EPISODES = NextEpisodes(np.zeros(0, np.int32), np.zeros(0, np.intp), np.zeros(0), 0.0)
