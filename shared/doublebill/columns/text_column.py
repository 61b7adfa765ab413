"""Texts: one column of strings, each distinct string once and a code per row."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Integers, Ints32, Mask
from doublebill.columns.many_strings import numbered_strings
from doublebill.model.string_table import Strings

MANY = 20_000
"""Strings from which they are numbered without a Python object each."""


@dataclass(frozen=True, eq=False)
class Texts:
    """A column of strings without a Python object per row."""

    distinct: Strings
    """The strings that occur, each once. `Texts` that were made by `take` may list strings that no row has."""
    codes: Ints32
    """[rows] the number of each row's string in `distinct`."""

    @classmethod
    def of(cls, strings: Iterable[str]) -> "Texts":
        """Returns the column of `strings`, numbered in the order of their first rows."""
        numbers: dict[str, int] = {}
        codes = [numbers.setdefault(string, len(numbers)) for string in strings]
        return cls(Strings.of(numbers), np.array(codes, np.int32))

    @classmethod
    def coded(cls, distinct: Iterable[str], codes: Integers) -> "Texts":
        """Returns the column with the string `distinct[code]` for each of `codes`; `distinct` may repeat strings."""
        texts, numbers = list(distinct), dict[str, int]()
        if len(set(texts)) == len(texts):
            return cls(Strings.of(texts), codes.astype(np.int32, copy=False))
        renumbered = [numbers.setdefault(string, len(numbers)) for string in texts]
        return cls(Strings.of(numbers), np.array(renumbered, np.int32)[codes])

    @classmethod
    def constant(cls, string: str, rows: int) -> "Texts":
        """Returns the column with the same string in each row."""
        return cls(Strings.of([string]), np.zeros(rows, np.int32))

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: int) -> str:
        return self.distinct[int(self.codes[row])]

    def names(self) -> list[str]:
        """Returns the distinct strings; row `r` has `names()[codes[r]]`."""
        return self.distinct.take(np.arange(len(self.distinct)))

    def rows(self) -> list[str]:
        """Returns the string of each row."""
        names = self.names()
        return [names[code] for code in self.codes.tolist()]

    def mapped(self, changed: Callable[[str], str]) -> "Texts":
        """Returns the column with `changed(string)` in place of each string, called once per distinct string."""
        return self.coded(map(changed, self.names()), self.codes)

    def equal(self, string: str) -> Mask:
        """Returns [rows] which rows have this string, without a Python object per distinct string."""
        wanted, lengths = string.encode(), self.distinct.lengths()
        same = np.zeros(len(self.distinct), np.bool_)
        alike = np.flatnonzero(lengths == len(wanted))
        for place, byte in enumerate(wanted):
            alike = alike[self.distinct.blob[self.distinct.offsets[alike] + place] == byte]
        same[alike] = True
        return same[self.codes]

    def take(self, rows: Integers | Mask) -> "Texts":
        """Returns the column of some rows, given by number or by mask; `distinct` stays the same."""
        return Texts(self.distinct, self.codes[rows])

    def compact(self) -> "Texts":
        """Returns the same column without the strings that no row has."""
        used = np.zeros(len(self.distinct), np.bool_)
        used[self.codes] = True
        if used.all():
            return self
        numbers = (np.cumsum(used) - 1).astype(np.int32)
        return Texts(self.distinct.subset(np.flatnonzero(used)), numbers[self.codes])

    def ranks(self) -> Ints32:
        """Returns [distinct] the place of each distinct string in the order of Python's `sorted`."""
        names = self.names()
        ranks = np.empty(len(names), np.int32)
        ranks[np.array(sorted(range(len(names)), key=names.__getitem__), np.int64)] = np.arange(
            len(names), dtype=np.int32
        )
        return ranks


def concat_texts(columns: Sequence[Texts]) -> Texts:
    """Returns the column of all rows of several, one after the other."""
    if len(columns) == 1:
        return columns[0]
    if sum(len(column.distinct) for column in columns) >= MANY:
        found = numbered_strings([column.distinct for column in columns])
        if found:
            return _joined(columns, *found)
    numbers: dict[str, int] = {}
    codes = [np.zeros(0, np.int32)]
    for column in columns:
        renumbered = [numbers.setdefault(string, len(numbers)) for string in column.names()]
        codes.append(np.array(renumbered, np.int32)[column.codes])
    return Texts(Strings.of(numbers), np.concatenate(codes))


def _joined(columns: Sequence[Texts], distinct: Strings, numbers: Ints32) -> Texts:
    """Returns the column of all rows; `numbers` has the new number of each distinct string of each column in turn."""
    ends = np.cumsum([len(column.distinct) for column in columns])
    own = np.split(numbers, ends[:-1])
    return Texts(distinct, np.concatenate([one[column.codes] for one, column in zip(own, columns, strict=True)]))
