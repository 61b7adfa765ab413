"""Gram: G = Σ_u w_u x_u x_uᵀ over users, in fixed point, so that users can be added and subtracted exactly.

Weights and values are rounded to integers once per user. All sums are then sums of integers below 2⁶³: the same in
any order and grouping, on any processor, with any number of threads. The mean weight depends on all users; it is kept
as an exact integer too and applied after the sum.

    w_u = round(2^WEIGHT_BITS |u|^-length_power), >= 1    x_ui = round(2^VALUE_BITS saturated_ui)
    G = Σ_u w_u x_u x_uᵀ · n_users / Σ_u w_u · 2^(-2 VALUE_BITS)

The matrix that a user adds has the norm w_u |x_u|². Where that is limited, the weight of a user past the limit is
lowered to it, and the values too where no weight is low enough.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Dense, Floats, Ints, Items, Reals
from doublebill.fit.linear.products import dense_product
from doublebill.fit.threads import spread
from doublebill.model.interactions import Interactions

WEIGHT_BITS = 16
"""Fraction bits of a user's weight: the error for 1,000 items and power ½ is at most 1 in 4,000."""

VALUE_BITS = 10
"""Fraction bits of a saturated interaction."""

LARGEST = 2.0**62
"""Bound of all sums, half the range of int64."""

PARTS = 32
"""Bands of rows that a gram is computed in."""

BAND_NUMBERS = 1 << 20
"""Sums that one thread has in memory at once."""

Saturate = Callable[[Reals], Floats]


@dataclass(frozen=True, eq=False)
class Gram:
    """A gram as its terms, one per user; bands of the [items, items] matrix are summed on demand."""

    terms: sp.csr_array
    """[users, items] int32: x."""
    weights: Ints
    """[users] w, negative for a subtracted user."""

    @classmethod
    def of(
        cls, interactions: Interactions, length_power: float, saturate: Saturate, most_influence: float = 0.0
    ) -> "Gram":
        """Returns the gram of all users of the interactions, each with a norm of at most `most_influence`; 0 for any.

        Raises:
            OverflowError: when a sum could exceed the range of fixed point; so can `+` and `-`.
        """
        lengths = np.maximum(np.diff(interactions.indptr), 1).astype(np.float64)
        weights = np.maximum(np.rint(lengths**-length_power * 2**WEIGHT_BITS), 1).astype(np.int64)
        values = np.rint(saturate(interactions.weights) * 2**VALUE_BITS)
        if np.abs(values).max(initial=0) > np.iinfo(np.int32).max:
            raise OverflowError(f"a saturated interaction of {values.max() / 2**VALUE_BITS:.3g} is past fixed point")
        if most_influence:
            weights, values = _limited(weights, values, interactions, most_influence)
        shape = (interactions.n_users, interactions.n_items)
        terms = sp.csr_array((values.astype(np.int32), interactions.items, interactions.indptr), shape=shape)
        gram = cls(terms, weights)
        gram._bound()
        return gram

    def __add__(self, other: "Gram") -> "Gram":
        terms = sp.vstack([self.terms, other.terms], format="csr")
        gram = Gram(terms, np.concatenate([self.weights, other.weights]))
        gram._bound()
        return gram

    def __sub__(self, other: "Gram") -> "Gram":
        return self + Gram(other.terms, -other.weights)

    def _bound(self) -> float:
        """Returns a bound of every partial sum in any order: |G_ij|² <= G_ii G_jj with all terms positive."""
        values = self.terms.data.astype(np.float64)
        each = np.abs(self._per_entry(self.weights)) * values**2
        bound = float(np.bincount(self.terms.indices, weights=each, minlength=1).max())
        if bound > LARGEST:
            raise OverflowError(f"the gram needs sums up to {bound:.3g}; its fixed point holds {LARGEST:.3g}")
        return bound

    def _per_entry(self, per_user: Ints) -> Ints:
        return np.repeat(per_user, np.diff(self.terms.indptr))

    @property
    def n_items(self) -> int:
        return int(self.terms.shape[1])

    @property
    def n_users(self) -> int:
        """Returns the number of users added, minus those subtracted."""
        return int(np.sign(self.weights).sum())

    @property
    def scale(self) -> float:
        """Returns the factor of integer sums after which weights have mean 1."""
        total = int(self.weights.sum())
        return self.n_users / total / 4.0**VALUE_BITS if total else 1.0

    def popularity(self) -> Ints:
        """Returns [n_items] the number of users of each item."""
        users = self._per_entry(np.sign(self.weights))
        return np.bincount(self.terms.indices, weights=users, minlength=self.n_items).astype(np.int64)

    def dense(self, active: Items, dtype: type[np.floating] = np.float32, threads: int | None = None) -> Reals:
        """Returns G [active, active], symmetric, of the items `active` in this order; needs little other memory."""
        whole = np.empty((len(active), len(active)), dtype)
        sums = _Sums(self, active)

        def fill(part: tuple[int, int]) -> None:
            for start, band in sums.dense(*part):
                stop, first = start + len(band), part[0]
                scaled = band * (self.scale * sums.unit)
                whole[start:stop, first:] = scaled
                whole[part[1] :, start:stop] = scaled[:, part[1] - first :].T

        for _ in spread(fill, _parts(len(active)), threads):
            pass
        return whole

    def integers(self, active: Items, threads: int | None = None) -> sp.csr_array:
        """Returns the exact sums [active, active] int64, upper triangle with the diagonal; grams add entry by entry."""
        n = len(active)
        sums = _Sums(self, active)
        bands = list(spread(sums.sparse, _parts(n), threads))
        return sp.vstack(bands, format="csr") if bands else sp.csr_array((n, n), dtype=np.int64)

    def upper(self, active: Items, threads: int | None = None) -> sp.csr_array:
        """Returns G [active, active] float32, upper triangle with the diagonal, without pairs that have no users."""
        n, sums = len(active), _Sums(self, active)

        def scaled(part: tuple[int, int]) -> sp.csr_array:
            band = sums.sparse(part)
            values = (band.data * self.scale).astype(np.float32)
            return sp.csr_array((values, band.indices.astype(np.int32), band.indptr.astype(np.int32)), shape=band.shape)

        bands = list(spread(scaled, _parts(n), threads))
        return sp.vstack(bands, format="csr") if bands else sp.csr_array((n, n), dtype=np.float32)


class _Sums:
    """Exact sums of a gram over some items, computed in parts, as integers times `unit`."""

    def __init__(self, gram: Gram, active: Items) -> None:
        terms = gram.terms if _is_all(active, gram.n_items) else gram.terms[:, active].tocsr()
        weights = np.repeat(gram.weights, np.diff(terms.indptr))
        first = int(terms.data[0]) if terms.nnz else 1
        alike = bool((terms.data == first).all())
        self.unit = first * first if alike else 1
        """Square of the one value of all terms, as in binary interactions, which is left out of the sums; else 1."""
        values = np.ones(terms.nnz, bool) if alike else terms.data.astype(np.int64)
        small = gram._bound() / self.unit < np.iinfo(np.int32).max
        weighted = weights.astype(np.int32 if small and alike else np.int64) * (1 if alike else terms.data)
        self._right = sp.csr_array((weighted, terms.indices, terms.indptr), shape=terms.shape)
        self._left = sp.csr_array((values, terms.indices, terms.indptr), shape=terms.shape).T.tocsr()

    def dense(self, start: int, stop: int) -> Iterator[tuple[int, Dense]]:
        """Yields bands of rows from `start` to `stop`: the first row, and sums [rows, columns from `start`]."""
        right = self._right[:, start:]
        step = max(BAND_NUMBERS // right.shape[1], 1)
        for first in range(start, stop, step):
            yield first, dense_product(self._left[first : min(first + step, stop)], right)

    def sparse(self, part: tuple[int, int]) -> sp.csr_array:
        """Returns the rows of a part, upper triangle with the diagonal, int64, sorted and without zeros."""
        start, stop = part
        left, n = self._left[start:stop], self._left.shape[0]
        summed = sp.triu(left.astype(np.int64) @ self._right[:, start:], format="csr")
        summed.eliminate_zeros()
        summed.sort_indices()
        values = summed.data.astype(np.int64) * self.unit
        return sp.csr_array((values, summed.indices + start, summed.indptr), shape=(stop - start, n))


def _limited(weights: Ints, values: Floats, interactions: Interactions, most: float) -> tuple[Ints, Floats]:
    """Returns the weights [users] and the values [entries], both whole numbers, with norms of at most `most`."""
    users, limit = interactions.users_of_entries(), most * 2.0**WEIGHT_BITS * 4.0**VALUE_BITS
    squares = np.bincount(users, values**2, minlength=interactions.n_users)
    lowered = np.minimum(weights, np.maximum(np.floor(limit / np.maximum(squares, 1)), 1)).astype(np.int64)
    shrunk = np.minimum(np.sqrt(limit / np.maximum(lowered * squares, 1)), 1)
    return lowered, np.trunc(values * shrunk[users])


def _is_all(active: Items, n_items: int) -> bool:
    return len(active) == n_items and bool((active == np.arange(n_items)).all())


def _parts(n: int) -> list[tuple[int, int]]:
    """Returns the first row of each part, and the row after its last."""
    edges = np.linspace(0, n, PARTS + 1).astype(int).tolist()
    return [(start, stop) for start, stop in pairwise(edges) if start < stop]
