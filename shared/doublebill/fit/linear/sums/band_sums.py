"""Band sums: the exact sums of a gram over some users, in bands of rows.

    S_ij = Σ_u w_u x_ui x_uj      x and w whole numbers

Where all x are the same number, as of binary interactions, it is left out of the sums; its square is their `unit`. The
sums of several groups of users are those of all when they are added entry by entry.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Dense, Ints
from doublebill.fit.linear.products import dense_product

PARTS = 32
"""Bands of rows that a gram is computed in."""

BAND_NUMBERS = 1 << 20
"""Sums that one thread has in memory at once."""

Part = tuple[int, int]
"""The first row of a band, and the row after its last."""


@dataclass(frozen=True)
class SumForm:
    """The form in which sums are computed, which follows from all users and not from those of a group."""

    value: int
    """The one value of all terms; 0 where they have several."""
    small: bool
    """Whether no partial sum, in units, can pass 31 bits."""

    @property
    def unit(self) -> int:
        """Returns the number of which the sums are multiples that were left out."""
        return self.value * self.value or 1


def form_of(terms: sp.csr_array, bound: float) -> SumForm:
    """Returns the form for the terms [users, items] of all users, whose sums are at most `bound`."""
    first = int(terms.data[0]) if terms.nnz else 1
    value = first if bool((terms.data == first).all()) else 0
    return SumForm(value, bool(value) and bound / value**2 < np.iinfo(np.int32).max)


class BandSums:
    """The sums of some users, computed band by band as integers times the unit of their form."""

    def __init__(self, terms: sp.csr_array, weights: Ints, form: SumForm, within: Part | None = None) -> None:
        """Takes the terms [users, items] int32 and the weights [users]; only rows `within` a range are summed."""
        self.form = form
        self._first, last = within or (0, terms.shape[1])
        of_entries = np.repeat(weights, np.diff(terms.indptr))
        values = np.ones(terms.nnz, bool) if form.value else terms.data.astype(np.int64)
        weighted = of_entries.astype(np.int32 if form.small else np.int64) * (1 if form.value else terms.data)
        self._right = sp.csr_array((weighted, terms.indices, terms.indptr), shape=terms.shape)
        left = sp.csr_array((values, terms.indices, terms.indptr), shape=terms.shape)
        self._left = (left if within is None else left[:, self._first : last]).T.tocsr()

    def dense(self, part: Part) -> Iterator[tuple[int, Dense]]:
        """Yields rows of a band in units: the first row, and sums [rows, columns from the first row of the band]."""
        right = self._right[:, part[0] :]
        step = max(BAND_NUMBERS // right.shape[1], 1)
        for first in range(*part, step):
            rows = slice(first - self._first, min(first + step, part[1]) - self._first)
            yield first, dense_product(self._left[rows], right)

    def sparse(self, part: Part) -> sp.csr_array:
        """Returns the rows of a band, upper triangle with the diagonal, int64, sorted and without zeros."""
        start, stop = part
        left = self._left[start - self._first : stop - self._first]
        summed = sp.triu(left.astype(np.int64) @ self._right[:, start:], format="csr")
        summed.eliminate_zeros()
        summed.sort_indices()
        values = summed.data.astype(np.int64) * self.form.unit
        return sp.csr_array((values, summed.indices + start, summed.indptr), shape=(stop - start, self._right.shape[1]))


def parts_of(n: int) -> list[Part]:
    """Returns the bands of `n` rows."""
    edges = np.linspace(0, n, PARTS + 1).astype(int).tolist()
    return [(start, stop) for start, stop in pairwise(edges) if start < stop]
