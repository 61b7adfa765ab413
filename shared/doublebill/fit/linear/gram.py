"""Gram: G = Σ_u w_u x_u x_uᵀ over users, in fixed point, so that users can be added and subtracted exactly.

Weights and values are rounded to integers once per user. All sums are then sums of integers below 2⁶³: the same in
any order and grouping, on any processor, with any number of threads. The mean weight depends on all users; it is kept
as an exact integer too and applied after the sum.

    w_u = round(2^WEIGHT_BITS |u|^-length_power), >= 1    x_ui = round(2^VALUE_BITS saturated_ui)
    G = Σ_u w_u x_u x_uᵀ · n_users / Σ_u w_u · 2^(-2 VALUE_BITS)

The matrix that a user adds has the norm w_u |x_u|². Where that is limited, the weight of a user past the limit is
lowered to it, and the values too where no weight is low enough.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Floats, Ints, Items, Reals
from doublebill.fit.linear.sums.band_sums import Part, SumForm, form_of, parts_of
from doublebill.fit.linear.sums.summing import HERE, Bands, Kind, Summing
from doublebill.fit.threads import spread
from doublebill.model.interactions import Interactions

WEIGHT_BITS = 16
"""Fraction bits of a user's weight: the error for 1,000 items and power ½ is at most 1 in 4,000."""

VALUE_BITS = 10
"""Fraction bits of a saturated interaction."""

LARGEST = 2.0**62
"""Bound of all sums, half the range of int64."""

Saturate = Callable[[Reals], Floats]


@dataclass(frozen=True, eq=False)
class Gram:
    """A gram as its terms, one per user; bands of the [items, items] matrix are summed on demand."""

    terms: sp.csr_array
    """[users, items] int32: x."""
    weights: Ints
    """[users] w, negative for a subtracted user."""
    summing: Summing = HERE
    """Where its sums are computed."""

    @classmethod
    def of(
        cls,
        interactions: Interactions,
        length_power: float,
        saturate: Saturate,
        most_influence: float = 0.0,
        summing: Summing = HERE,
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
        gram = cls(terms, weights, summing)
        gram._bound()
        return gram

    def __add__(self, other: "Gram") -> "Gram":
        terms = sp.vstack([self.terms, other.terms], format="csr")
        gram = Gram(terms, np.concatenate([self.weights, other.weights]), self.summing)
        gram._bound()
        return gram

    def __sub__(self, other: "Gram") -> "Gram":
        return self + Gram(other.terms, -other.weights, other.summing)

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
        bands, form = self._bands(active, "dense")

        def fill(part: Part) -> None:
            for start, band in bands.dense(part):
                stop, first = start + len(band), part[0]
                scaled = band * (self.scale * form.unit)
                whole[start:stop, first:] = scaled
                whole[part[1] :, start:stop] = scaled[:, part[1] - first :].T

        for _ in spread(fill, parts_of(len(active)), threads):
            pass
        return whole

    def integers(self, active: Items, threads: int | None = None) -> sp.csr_array:
        """Returns the exact sums [active, active] int64, upper triangle with the diagonal; grams add entry by entry."""
        n = len(active)
        summed, _ = self._bands(active, "sparse")
        bands = list(spread(summed.sparse, parts_of(n), threads))
        return sp.vstack(bands, format="csr") if bands else sp.csr_array((n, n), dtype=np.int64)

    def upper(self, active: Items, threads: int | None = None) -> sp.csr_array:
        """Returns G [active, active] float32, upper triangle with the diagonal, without pairs that have no users."""
        n, (summed, _) = len(active), self._bands(active, "sparse")

        def scaled(part: Part) -> sp.csr_array:
            band = summed.sparse(part)
            values = (band.data * self.scale).astype(np.float32)
            return sp.csr_array((values, band.indices.astype(np.int32), band.indptr.astype(np.int32)), shape=band.shape)

        bands = list(spread(scaled, parts_of(n), threads))
        return sp.vstack(bands, format="csr") if bands else sp.csr_array((n, n), dtype=np.float32)

    def _bands(self, active: Items, kind: Kind) -> tuple[Bands, SumForm]:
        """Returns the bands of the items `active`, and the form of their sums."""
        terms = self.terms if _is_all(active, self.n_items) else self.terms[:, active].tocsr()
        form = form_of(terms, self._bound())
        return self.summing.bands(terms, self.weights, form, kind), form


def _limited(weights: Ints, values: Floats, interactions: Interactions, most: float) -> tuple[Ints, Floats]:
    """Returns the weights [users] and the values [entries], both whole numbers, with norms of at most `most`."""
    users, limit = interactions.users_of_entries(), most * 2.0**WEIGHT_BITS * 4.0**VALUE_BITS
    squares = np.bincount(users, values**2, minlength=interactions.n_users)
    lowered = np.minimum(weights, np.maximum(np.floor(limit / np.maximum(squares, 1)), 1)).astype(np.int64)
    shrunk = np.minimum(np.sqrt(limit / np.maximum(lowered * squares, 1)), 1)
    return lowered, np.trunc(values * shrunk[users])


def _is_all(active: Items, n_items: int) -> bool:
    return len(active) == n_items and bool((active == np.arange(n_items)).all())
