"""Series: which episode comes after which, by the attributes `series` and `episode` of items.

Episodes of one series, by its name or its number, are ordered by `season`, where they have one, then by `episode`, both
numbers. Items without a series or an episode are no episodes.
"""

from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Floats, Ints, Ints32, Items
from doublebill.model.attributes import Attributes

SERIES, SEASON, EPISODE = "series", "season", "episode"


@dataclass(frozen=True, eq=False)
class Series:
    """The episodes of a catalog."""

    series: Ints32
    """[n_items] the number of the item's series, -1 for an item that is no episode."""
    places: Ints32
    """[n_items] where the item stands in `episodes`, -1 for an item that is no episode."""
    episodes: Ints32
    """[episodes] item numbers, series by series, in order; of one place in a series, the lower number first."""
    next: Ints32
    """[n_items] the item number of the next episode, -1 where there is none."""

    @classmethod
    def of(cls, attributes: Attributes, n_items: int) -> "Series | None":
        """Returns the episodes of a catalog with these attributes; None where it has none."""
        if SERIES not in attributes or EPISODE not in attributes:
            return None
        named = np.full(n_items, np.nan)
        numbered, titles = (attributes.column(SERIES, kind) for kind in (float, str))
        named[numbered[0]] = np.unique(numbered[1], return_inverse=True)[1]
        named[titles[0]] = titles[1] + len(numbered[1])
        season, episode = (_numbers(attributes, name, n_items) for name in (SEASON, EPISODE))
        items = np.flatnonzero(~np.isnan(named) & ~np.isnan(episode))
        if not len(items):
            return None
        season = np.nan_to_num(season)
        episodes = items[np.lexsort((items, episode[items], season[items], named[items]))].astype(np.int32)
        places = np.stack([one[episodes] for one in (named, season, episode)])
        other = np.append(True, (np.diff(places[0]) != 0))
        starts = np.flatnonzero(other | np.append(True, (np.diff(places) != 0).any(axis=0)))
        following = np.append(episodes[starts[1:]], -1)
        following[np.append(other[starts[1:]], True)] = -1
        return cls._of(
            episodes, np.cumsum(other) - 1, np.repeat(following, np.diff(starts, append=len(items))), n_items
        )

    @classmethod
    def _of(cls, episodes: Ints32, series: Ints, following: Ints32, n_items: int) -> "Series":
        """Returns the same from arrays [episodes]."""
        numbers = np.full((3, n_items), -1, np.int32)
        numbers[:, episodes] = np.stack([series, np.arange(len(episodes)), following])
        return cls(numbers[0], numbers[1], episodes, numbers[2])

    def following(self, history: Items) -> tuple[Ints32, Ints32]:
        """Returns the last episode in a history [history] of each series in it, and the episode after it.

        Both are [series] item numbers, -1 for no further episode.
        """
        met = np.asarray(history)[self.places.take(history) >= 0]
        if not len(met):
            return met.astype(np.int32), met.astype(np.int32)
        ordered = np.sort(self.places[met])
        last = np.append(np.diff(self.series[self.episodes[ordered]]) != 0, True)
        items = self.episodes[ordered[last]]
        return items, self.next[items]


def _numbers(attributes: Attributes, name: str, n_items: int) -> Floats:
    """Returns [n_items] the numbers of an attribute, NaN where there is none."""
    values = np.full(n_items, np.nan)
    items, numbers = attributes.column(name, float)
    values[items] = numbers
    return values
