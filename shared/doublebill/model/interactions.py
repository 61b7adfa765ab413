"""Interactions: who met what, as a compressed sparse matrix of users by items."""

from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Floats32, Integers, Ints, Ints32, Items, Mask, Reals
from doublebill.model.counting.user_order import content_order
from doublebill.model.counting.verdicts import Stars


@dataclass(frozen=True, eq=False)
class Interactions:
    """Users by items in compressed sparse row form.

    The order of users follows from what they did, never from who they are (`doublebill.model.counting.user_order`).
    """

    indptr: Ints
    """[n_users + 1] where each user's entries begin."""
    items: Ints32
    """[entries] item numbers, ascending within a user."""
    weights: Floats32
    """[entries] > 0."""
    timestamps: Ints
    """[entries] milliseconds of the newest event of the pair, 0 where unknown."""
    n_items: int
    stars: Stars | None = None
    """The ratings among them; None where no user rated an item as less than liked."""

    @classmethod
    def of(
        cls,
        users: Items,
        items: Items,
        weights: Reals,
        timestamps: Integers,
        n_items: int,
        stars: Stars | None = None,
    ) -> "Interactions":
        """Returns the matrix of distinct (user, item) pairs, as arrays [entries], without weights <= 0."""
        kept = weights > 0
        stars = None if stars is None else stars.take(kept)
        return cls.of_ratings(users[kept], items[kept], weights[kept], timestamps[kept], n_items, stars)

    @classmethod
    def of_ratings(
        cls,
        users: Items,
        items: Items,
        ratings: Reals,
        timestamps: Integers,
        n_items: int,
        stars: Stars | None = None,
    ) -> "Interactions":
        """Returns the matrix of distinct (user, item) pairs whose weights are ratings; a rating of 0 is one."""
        by_user, _ = cls.by_user(users, items, ratings, timestamps, n_items, stars)
        return by_user.rows(content_order([by_user]))

    @classmethod
    def by_user(
        cls,
        users: Items,
        items: Items,
        weights: Reals,
        timestamps: Integers,
        n_items: int,
        stars: Stars | None = None,
    ) -> tuple["Interactions", Items]:
        """Returns the matrix of distinct (user, item) pairs in the order of the users' numbers, and these [n_users]."""
        pairs = users.astype(np.int64) * n_items + items
        if (pairs[1:] < pairs[:-1]).any():
            order = np.argsort(pairs, kind="stable")
            users, items, weights, timestamps = users[order], items[order], weights[order], timestamps[order]
            stars = stars and stars.take(order)
        numbers, counts = np.unique(users, return_counts=True)
        by_user = cls(
            indptr=np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]),
            items=items.astype(np.int32),
            weights=weights.astype(np.float32),
            timestamps=timestamps.astype(np.int64),
            n_items=n_items,
            stars=stars,
        )
        return by_user, numbers

    @property
    def n_users(self) -> int:
        return len(self.indptr) - 1

    def rows(self, users: Items) -> "Interactions":
        """Returns the same matrix with only `users`, in that order."""
        counts = np.diff(self.indptr)[users]
        indptr = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        entries = np.arange(indptr[-1]) + np.repeat(self.indptr[:-1][users] - indptr[:-1], counts)
        return self.entries(entries, indptr)

    def entries(self, kept: Integers | Mask, indptr: Ints) -> "Interactions":
        """Returns the matrix of the entries `kept`, whose users begin at `indptr`."""
        stars = None if self.stars is None else self.stars.take(kept)
        return Interactions(indptr, self.items[kept], self.weights[kept], self.timestamps[kept], self.n_items, stars)

    def where(self, kept: Mask) -> "Interactions":
        """Returns the matrix of the entries that `kept` [entries] marks, with all users; some may have none left."""
        counts = np.concatenate([np.zeros(1, np.int64), np.cumsum(kept)])
        return self.entries(kept, counts[self.indptr])

    def users_of_entries(self) -> Ints:
        """Returns [entries] the user number of each entry."""
        return np.repeat(np.arange(self.n_users), np.diff(self.indptr))

    @property
    def liked(self) -> Mask | None:
        """Returns [entries] False for an item that the user rated as less than liked; None where no user did."""
        return None if self.stars is None else self.stars.liked

    def popularity(self, minimum_users: int = 1) -> Ints:
        """Returns [n_items] how many users have each item; 0 for an item that fewer than `minimum_users` have."""
        users = np.bincount(self.items, minlength=self.n_items)
        users[users < minimum_users] = 0
        return users
