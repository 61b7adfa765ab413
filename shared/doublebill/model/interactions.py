"""Interactions: who met what, as a compressed sparse matrix of users by items."""

import hashlib
from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Floats32, Integers, Ints, Ints32, Items, Mask, Reals
from doublebill.model.counting.verdicts import Stars


@dataclass(frozen=True, eq=False)
class Interactions:
    """Users by items in compressed sparse row form.

    The order of users follows from what they did, never from who they are: rows are sorted by a digest of their
    content, so that neither the order of events nor the pseudonym key reaches a split or a floating-point sum.
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
    """The ratings among them; None where nobody rated an item as less than liked."""

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
        return cls.numbered(users, items, ratings, timestamps, n_items, stars)[0]

    @classmethod
    def numbered(
        cls,
        users: Items,
        items: Items,
        weights: Reals,
        timestamps: Integers,
        n_items: int,
        stars: Stars | None = None,
    ) -> tuple["Interactions", Items]:
        """Returns the matrix of distinct (user, item) pairs, and [n_users] the number in `users` of each row."""
        order = np.lexsort((items, users))
        numbers, counts = np.unique(users[order], return_counts=True)
        by_user = cls(
            indptr=np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]),
            items=items[order].astype(np.int32),
            weights=weights[order].astype(np.float32),
            timestamps=timestamps[order].astype(np.int64),
            n_items=n_items,
            stars=None if stars is None else stars.take(order),
        )
        digests = [by_user._digest(user) for user in range(len(counts))]
        rows = np.array(sorted(range(len(counts)), key=digests.__getitem__), np.int64)
        return by_user.rows(rows), numbers[rows]

    def _digest(self, user: int) -> tuple[bytes, bytes]:
        """Returns the digest of a user's content, and the ratings, which order users of equal digests."""
        row = slice(self.indptr[user], self.indptr[user + 1])
        content = self.items[row].tobytes() + self.weights[row].tobytes() + self.timestamps[row].tobytes()
        stars = self.stars.values[row].tobytes() if self.stars else b""
        return hashlib.blake2b(content, digest_size=16).digest(), stars

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
        """Returns [entries] False for an item that the user rated as less than liked; None where nobody did."""
        return None if self.stars is None else self.stars.liked

    def popularity(self, minimum_users: int = 1) -> Ints:
        """Returns [n_items] how many users have each item; 0 for an item that fewer than `minimum_users` have."""
        users = np.bincount(self.items, minlength=self.n_items)
        users[users < minimum_users] = 0
        return users
