"""Kneser–Ney n-grams in integers: the probability of each symbol after a context, the same on every machine.

A chain is a row of contexts, each the one before it with a part more: nothing, the last letter, the last two, … Every
level of it is an expert of its own: interpolated Kneser–Ney with three discounts (Chen and Goodman 1999,
doi:10.1006/csla.1999.0128) on the plain counts of that level, backed off through the shorter contexts, which count in
how many longer ones a symbol was seen. Probabilities are integers in units of 1 / `ONE`, rounded down.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Self

import numpy as np

from doublebill.arrays import Ints

BITS = 30
ONE = 1 << BITS
"""The probability one."""

PART = 1 << 10
"""A count of one, in the unit of discounts."""

READY = 1 << 18
"""Probabilities in the rows of one table that are worked out all at once, where they are no more: two megabytes."""

FEW = 4
"""Shares up to so many are added faster one by one."""

LEAST = PART // 20
"""A discount keeps this far from nothing and from the whole of its count."""


@dataclass(frozen=True, eq=False)
class Table:
    """The counts of the symbols after each context of one level."""

    base: int
    """Symbols are below it."""
    contexts: Ints
    """[contexts] their keys, ascending."""
    starts: Ints
    """[contexts + 1] where the symbols of each context begin; the last entry is their number."""
    pairs: Ints
    """[pairs] context * base + symbol, ascending."""
    counts: Ints
    """[pairs] the count of each."""

    @classmethod
    def of(cls, keys: Ints, symbols: Ints, base: int) -> Self:
        """Counts occurrences: [occurrences] the key of each context, and the symbol that followed."""
        pairs, counts = np.unique(keys * base + symbols, return_counts=True)
        contexts, firsts = np.unique(pairs // base, return_index=True)
        return cls(base, contexts, np.append(firsts, len(pairs)).astype(np.int64), pairs, counts.astype(np.int64))

    @cached_property
    def totals(self) -> Ints:
        """Returns [contexts] the count of each."""
        return np.add.reduceat(self.counts, self.starts[:-1])

    @cached_property
    def _taken(self) -> Ints:
        """[pairs] what the discounts take off each count, in units of 1 / `PART`."""
        return np.array(discounts(self.counts), np.int64)[np.minimum(self.counts, 3)]

    @cached_property
    def left(self) -> Ints:
        """Returns [contexts] the probability that discounts leave to shorter contexts, in units of 1 / `ONE`."""
        left: Ints = np.add.reduceat(self._taken, self.starts[:-1]) * ONE // (PART * self.totals)
        return left

    @cached_property
    def shares(self) -> Ints:
        """Returns [pairs] the discounted share of each symbol in its context, in units of 1 / `ONE`."""
        whole = np.repeat(PART * self.totals, np.diff(self.starts))
        shares: Ints = (self.counts * PART - self._taken) * ONE // whole
        return shares

    @cached_property
    def symbols(self) -> Ints:
        """Returns [pairs] the symbol of each."""
        symbols: Ints = self.pairs % self.base
        return symbols

    def find(self, keys: Ints) -> Ints:
        """Returns [len(keys)] the place of each context, or -1 if it never occurred."""
        places = np.minimum(np.searchsorted(self.contexts, keys), len(self.contexts) - 1)
        return np.where(self.contexts[places] == keys, places, -1)

    def smoothed(self, keys: Ints, symbols: Ints, lower: Ints) -> Ints:
        """Returns [len(keys)] the probability of each symbol after its context; `lower` is that after a shorter one."""
        places = self.find(keys)
        wanted = keys * self.base + symbols
        pairs = np.minimum(np.searchsorted(self.pairs, wanted), len(self.pairs) - 1)
        shares = np.where(self.pairs[pairs] == wanted, self.shares[pairs], 0)
        return np.where(places >= 0, shares + (self.left[places] * lower >> BITS), lower)

    def row(self, place: int, lower: Ints) -> Ints:
        """Returns [symbols] the probability of every symbol after the context at `place`."""
        starts, left, symbols, shares = self._views
        start, end = starts[place], starts[place + 1]
        whole: Ints = lower * left[place]
        whole >>= BITS
        if end - start <= FEW:
            for n in range(start, end):
                whole[symbols[n]] += shares[n]
        else:
            whole[self.symbols[start:end]] += self.shares[start:end]
        return whole

    def rows(self, lower: Ints) -> Ints:
        """Returns [contexts, symbols] the same after every context; `lower` is that after a shorter one."""
        whole: Ints = self.left[:, np.newaxis] * lower >> BITS
        whole[np.repeat(np.arange(len(self.contexts)), np.diff(self.starts)), self.symbols] += self.shares
        return whole

    @cached_property
    def _views(self) -> tuple[memoryview, memoryview, memoryview, memoryview]:
        """Starts, what is left, symbols and shares, of which single numbers are read several times as fast."""
        return memoryview(self.starts), memoryview(self.left), memoryview(self.symbols), memoryview(self.shares)


def discounts(counts: Ints) -> tuple[int, int, int, int]:
    """Returns the discounts of a count of 0, 1, 2 and more, in units of 1 / `PART`."""
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
    """The counts of each level."""
    spread: Sequence[Table]
    """Of each level but the last, in how many contexts of the next it was seen; contexts and pairs are the same."""
    symbols: int
    """Number of symbols; before any context each is equally likely."""

    @classmethod
    def of(cls, levels: Sequence[Ints], symbols: Ints, count: int, base: int) -> Self:
        """Counts a chain from the keys of each level, [occurrences] each, and the symbols that followed."""
        plain = [Table.of(keys, symbols, base) for keys in levels]
        spread = [Table.of(longer.pairs // base // base, longer.symbols, base) for longer in plain[1:]]
        return cls(plain, spread, count)

    def probabilities(self, levels: Sequence[Ints], symbols: Ints) -> list[Ints]:
        """Returns, for each level, [len(symbols)] the probability of each symbol after its contexts."""
        lower = np.full(len(symbols), ONE // self.symbols, np.int64)
        found = []
        for level, keys in enumerate(levels):
            found.append(self.plain[level].smoothed(keys, symbols, lower))
            if level < len(self.spread):
                lower = self.spread[level].smoothed(keys, symbols, lower)
        return found

    def places(self, parts: Sequence[int]) -> list[int]:
        """Returns the place of the context of each level, up to the longest that occurred."""
        key = place = 0
        base, found = self.plain[0].base, [place]
        for part, (firsts, contexts) in zip(parts, self._followed, strict=False):
            key = key * base + part
            end = firsts[place + 1]
            place = bisect_left(contexts, key, firsts[place], end)
            if place == end or contexts[place] != key:
                break
            found.append(place)
        return found

    def rows(self, places: Sequence[int], levels: Sequence[int]) -> list[Ints]:
        """Returns, for each of `levels`, [symbols] the probability of every symbol; beyond `places` the last."""
        last, ready = len(places) - 1, self._spread_rows
        deepest = min(last, len(ready) - 1)
        lower = [rows[place] for rows, place in zip(ready, places, strict=False)]
        for level in range(deepest + 1, min(last + 1, len(self.spread))):
            lower.append(self.spread[level].row(places[level], lower[-1]))
        found = []
        for level in levels:
            if level > last:
                found.append(lower[-1])
            elif level in self._plain_rows:
                found.append(self._plain_rows[level][places[level]])
            else:
                found.append(self.plain[level].row(places[level], lower[level - 1] if level else self._even))
        return found

    @cached_property
    def _even(self) -> Ints:
        return np.full(self.symbols, ONE // self.symbols, np.int64)

    @cached_property
    def _spread_rows(self) -> list[Ints]:
        """Of the first and each level up to one with too many, [contexts, symbols] the rows of its spread table."""
        found: list[Ints] = []
        for level, table in enumerate(self.spread):
            if level and len(table.contexts) * self.symbols > READY:
                break
            found.append(table.rows(self._lower(level, found)))
        return found

    @cached_property
    def _plain_rows(self) -> dict[int, Ints]:
        """Of each level that has not too many, [contexts, symbols] the rows of its plain table."""
        return {
            level: table.rows(self._lower(level, self._spread_rows))
            for level, table in enumerate(self.plain[: len(self._spread_rows) + 1])
            if len(table.contexts) * self.symbols <= READY
        }

    def _lower(self, level: int, rows: Sequence[Ints]) -> Ints:
        """[contexts, symbols] the probability of each symbol after the context that is one part shorter."""
        if not level:
            return self._even[np.newaxis]
        return np.repeat(rows[level - 1], np.diff(self.children[level - 1]), axis=0)

    @cached_property
    def children(self) -> list[Ints]:
        """Returns, for each level but the last, [contexts + 1] the first of the next level that extends each."""
        firsts = []
        for shorter, longer in pairwise(self.plain):
            starts = np.searchsorted(longer.contexts, shorter.contexts * longer.base)
            firsts.append(np.append(starts, len(longer.contexts)).astype(np.int64))
        return firsts

    @cached_property
    def _followed(self) -> list[tuple[memoryview, memoryview]]:
        """Of each level but the last, its `children`, and the keys of the contexts that those are."""
        contexts = [table.contexts for table in self.plain[1:]]
        return [(memoryview(one), memoryview(other)) for one, other in zip(self.children, contexts, strict=True)]
