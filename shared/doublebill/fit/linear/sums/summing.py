"""Summing: where the sums of a gram are computed, in this process or elsewhere, with the same integers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

import scipy.sparse as sp

from doublebill.arrays import Dense, Ints
from doublebill.fit.linear.sums.band_sums import BandSums, Part, SumForm

Kind = Literal["dense", "sparse"]


class Bands(Protocol):
    """The bands of one gram."""

    def dense(self, part: Part) -> Iterator[tuple[int, Dense]]:
        """Yields rows of a band in units: the first row, and sums [rows, columns from the first row of the band]."""
        ...

    def sparse(self, part: Part) -> sp.csr_array:
        """Returns the rows of a band, upper triangle with the diagonal, int64, sorted and without zeros."""
        ...


class Summing(Protocol):
    """A place where grams are summed."""

    @property
    def elsewhere(self) -> bool:
        """Returns whether the sums are computed outside of this process."""
        ...

    def bands(self, terms: sp.csr_array, weights: Ints, form: SumForm, kind: Kind) -> Bands:
        """Returns the bands of the terms [users, items] int32 and the weights [users], to be read in this kind."""
        ...


@dataclass(frozen=True)
class Here:
    """Sums in this process, each band when it is read."""

    elsewhere: bool = False

    def bands(self, terms: sp.csr_array, weights: Ints, form: SumForm, kind: Kind) -> Bands:  # noqa: ARG002
        return BandSums(terms, weights, form)


HERE = Here()
