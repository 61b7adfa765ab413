"""Kneser–Ney n-grams in integers: how likely each symbol is after a context, the same on every machine.

A chain is a row of contexts, each the one before it with a part more: nothing, the last letter, the last two, … Every
level of it is an expert of its own: interpolated Kneser–Ney with three discounts (Chen and Goodman 1999,
doi:10.1006/csla.1999.0128) on the plain counts of that level, backed off through the shorter contexts, which count in
how many longer ones a symbol was seen. Probabilities are integers in units of 1 / `ONE`, rounded down.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Self

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

BITS = 30
ONE = 1 << BITS
"""The probability one."""

PART = 1 << 10
"""A count of one, in the unit of discounts."""

SHORT, REMEMBERED = 4, 20_000
"""Rows are kept ready of contexts up to this level, and of so many: those of longer ones hardly ever come again."""

LEAST = PART // 20
"""A discount keeps this far from nothing and from the whole of its count."""


@dataclass(frozen=True, eq=False)
class Table:
    """What follows each context of one level."""

    base: int
    """Symbols are below it."""
    contexts: Ints
    """[contexts] their keys, ascending."""
    starts: Ints
    """[contexts + 1] where the symbols of each context begin; the last entry is their number."""
    totals: Ints
    """[contexts] how often each was seen."""
    left: Ints
    """[contexts] what the discounts leave to shorter contexts, in units of 1 / `ONE`."""
    pairs: Ints
    """[pairs] context * base + symbol, ascending."""
    shares: Ints
    """[pairs] the discounted share of each symbol in its context, in units of 1 / `ONE`."""

    @classmethod
    def of(cls, keys: Ints, symbols: Ints, base: int) -> Self:
        """The table of what was seen: [seen] the key of each context, and the symbol that followed."""
        pairs, counts = np.unique(keys * base + symbols, return_counts=True)
        counts = counts.astype(np.int64)
        contexts, firsts = np.unique(pairs // base, return_index=True)
        totals = np.add.reduceat(counts, firsts)
        taken = np.array(discounts(counts), np.int64)[np.minimum(counts, 3)]
        starts = np.append(firsts, len(pairs)).astype(np.int64)
        total_of_pair = np.repeat(totals, np.diff(starts))
        shares = (counts * PART - taken) * ONE // (PART * total_of_pair)
        left = np.add.reduceat(taken, firsts) * ONE // (PART * totals)
        return cls(base, contexts, starts, totals, left, pairs, shares)

    def find(self, keys: Ints) -> Ints:
        """[len(keys)] the place of each context, -1 where it was never seen."""
        places = np.minimum(np.searchsorted(self.contexts, keys), len(self.contexts) - 1)
        return np.where(self.contexts[places] == keys, places, -1)

    def smoothed(self, keys: Ints, symbols: Ints, lower: Ints) -> Ints:
        """[len(keys)] the probability of each symbol after each context, given what it is after a shorter one."""
        places = self.find(keys)
        wanted = keys * self.base + symbols
        pairs = np.minimum(np.searchsorted(self.pairs, wanted), len(self.pairs) - 1)
        shares = np.where(self.pairs[pairs] == wanted, self.shares[pairs], 0)
        return np.where(places >= 0, shares + (self.left[places] * lower >> BITS), lower)

    def row(self, place: int, lower: Ints) -> Ints:
        """[symbols] the probability of every symbol after the context at `place`."""
        start, end = self.starts[place : place + 2]
        whole: Ints = self.left[place] * lower >> BITS
        if end == start + 1:  # most long contexts; several times as fast as the general way
            whole[self.pairs[start] % self.base] += self.shares[start]
        else:
            whole[self.pairs[start:end] % self.base] += self.shares[start:end]
        return whole


def discounts(counts: Ints) -> tuple[int, int, int, int]:
    """What is taken off a count of 0, 1, 2 and more, in units of 1 / `PART`, from how many counts are 1, 2, 3 and 4."""
    once, twice, thrice, four = (int((counts == n).sum()) for n in (1, 2, 3, 4))
    taken = [0]
    for count, (these, next_) in enumerate(((once, twice), (twice, thrice), (thrice, four)), 1):
        whole = count * PART
        less = (count + 1) * PART * once * next_ // ((once + 2 * twice) * these) if once and these else whole // 4
        taken.append(min(max(whole - less, LEAST), whole - LEAST))
    return taken[0], taken[1], taken[2], taken[3]


@dataclass(frozen=True, eq=False)
class Chain:
    """The tables of one chain of contexts, shortest first."""

    plain: Sequence[Table]
    """Of each level, what was seen."""
    spread: Sequence[Table]
    """Of each level but the last, in how many contexts of the next it was seen."""
    symbols: int
    """How many there are; before any context each is equally likely."""
    _ready: dict[tuple[int, int], tuple[Ints, Ints]] = field(default_factory=dict)
    """Level and place → the rows of the plain and of the spread table, for which a place says all before it too."""

    @classmethod
    def of(cls, levels: Sequence[Ints], symbols: Ints, count: int, base: int) -> Self:
        """The chain from the keys of each level, [seen] each, and the symbol that followed."""
        plain = [Table.of(keys, symbols, base) for keys in levels]
        spread = []
        for keys, longer in pairwise(levels):
            _, firsts = np.unique(longer * base + symbols, return_index=True)
            spread.append(Table.of(keys[firsts], symbols[firsts], base))
        return cls(plain, spread, count)

    def probabilities(self, levels: Sequence[Ints], symbols: Ints) -> list[Ints]:
        """Of each level, [len(symbols)] the probability of each symbol after its contexts."""
        lower = np.full(len(symbols), ONE // self.symbols, np.int64)
        found = []
        for level, keys in enumerate(levels):
            found.append(self.plain[level].smoothed(keys, symbols, lower))
            if level < len(self.spread):
                lower = self.spread[level].smoothed(keys, symbols, lower)
        return found

    def places(self, keys: Sequence[int]) -> list[int]:
        """The place of the context of each level, up to the longest that was seen; the shortest always was."""
        found = []
        for places, key in zip(self._places, keys, strict=True):
            place = places.get(key)
            if place is None:
                break
            found.append(place)
        return found

    def rows(self, places: Sequence[int], levels: Sequence[int]) -> list[Ints]:
        """Of each of `levels`, [symbols] the probability of every symbol; beyond `places` it is as after those."""
        lower = np.full(self.symbols, ONE // self.symbols, np.int64)
        found = {}
        for level, place in enumerate(places):
            whole, longer = self._ready.get((level, place), (lower, lower))
            if whole is lower:
                whole = self.plain[level].row(place, lower) if level in levels else longer
                longer = self.spread[level].row(place, lower) if level < len(self.spread) else lower
                if level <= SHORT and len(self._ready) < REMEMBERED:
                    self._ready[level, place] = whole, longer
            found[level], lower = whole, longer
        return [found.get(level, lower) for level in levels]

    @cached_property
    def _places(self) -> list[dict[int, int]]:
        """Of each level, the key of every context → its place, which plain and spread tables share."""
        return [{key: place for place, key in enumerate(table.contexts.tolist())} for table in self.plain]
