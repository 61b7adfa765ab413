"""The shards of all users, and the matrices of everything that they did, now and at any moment before."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from doublebill.arrays import Ints, Ints32, Items
from doublebill.fit.cleaning.joined_users import joined, with_equal_stars
from doublebill.fit.cleaning.user_shard import UserShard
from doublebill.model.counting.user_order import content_order
from doublebill.model.interactions import Interactions
from doublebill.model.priors.recency_prior import RecentVisits
from doublebill.model.priors.visits import CountedVisits
from doublebill.values.event_kinds import EventKinds
from doublebill.values.rating_scale import RatingScale


@dataclass(frozen=True, eq=False)
class UserShards:
    """All events, and everything that turns those before a moment into interactions.

    Users are numbered through all shards.
    """

    shards: Sequence[UserShard]
    kinds: EventKinds
    scale: RatingScale | None
    item_numbers: Sequence[Ints32]
    """Of each shard [item ids] the numbers of the items in the catalog."""
    n_items: int

    def interactions(self) -> tuple[Interactions, Items]:
        """Returns the interactions, per user and item the summed weight and newest time, and [n_users] the numbers."""
        matrices, numbers = self._matrices()
        order = content_order(matrices)
        found = joined(matrices, _rows(order, matrices), len(order), self.n_items)
        return found, np.concatenate([np.zeros(0, np.int32), *numbers])[order].astype(np.int32)

    def at(self, at: int, users: Items) -> Interactions:
        """Returns the interactions before a time; its rows belong to `users`, by their numbers."""
        matrices, numbers = self._matrices(before=at)
        rows = np.full(sum(one.n_users for one in self.shards), -1)
        rows[users] = np.arange(len(users))
        return joined(matrices, [rows[some] for some in numbers], len(users), self.n_items)

    def ratings(self) -> Interactions:
        """Returns the ratings that count, with stars from 0 as weights; users are in another order."""
        matrices = [
            shard.ratings(self.kinds, items, self.n_items)
            for shard, items in zip(self.shards, self.item_numbers, strict=True)
        ]
        order = content_order(matrices)
        return joined(matrices, _rows(order, matrices), len(order), self.n_items)

    def recent_visits(self, half_life_days: float, minimum_users: int = 1) -> RecentVisits:
        """Returns the visits of each item, of every event that speaks for it, whatever its user said before or later.

        So visits are only ever added, and those of later events are added to these without reading these again.
        """
        return RecentVisits.of_counted(self._visits, half_life_days, minimum_users)

    @cached_property
    def _visits(self) -> CountedVisits:
        none = np.zeros(0, np.int32)
        found = [CountedVisits.of_events(none, none, none, self.n_items)]
        for shard, items in zip(self.shards, self.item_numbers, strict=True):
            users, of_items, timestamps = _visits_of(shard, items, self.kinds)
            found.append(CountedVisits.of_events(users, of_items, timestamps, self.n_items))
        return CountedVisits.added(found)

    def _matrices(self, before: int | None = None) -> tuple[list[Interactions], list[Ints]]:
        """Returns the interactions of each shard, all with stars or none, and the numbers of their users."""
        first, matrices, numbers = 0, [], []
        for shard, items in zip(self.shards, self.item_numbers, strict=True):
            matrix, users = shard.interactions(self.kinds, self.scale, items, self.n_items, before)
            matrices.append(matrix)
            numbers.append(users.astype(np.int64) + first)
            first += shard.n_users
        return with_equal_stars(matrices), numbers


def _rows(order: Ints, matrices: Sequence[Interactions]) -> list[Ints]:
    """Returns of each matrix [users] the rows that its users have in an order of the users of all."""
    rows = np.empty(len(order), np.int64)
    rows[order] = np.arange(len(order))
    ends = np.cumsum([one.n_users for one in matrices], dtype=np.int64)
    return np.split(rows, ends)[:-1]


def _visits_of(shard: UserShard, items: Ints32, kinds: EventKinds) -> tuple[Ints32, Ints32, Ints]:
    """Returns the users, items and times of the events that speak for their items."""
    events = shard.events()
    weights = np.array([kinds.weights.get(name, 0.0) for name in shard.kinds], np.float64)
    rows = events.take((weights[events.kinds] * events.values > 0) & (events.timestamps > 0))
    return rows.users, items[rows.items], rows.timestamps
