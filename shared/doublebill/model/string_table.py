"""String tables: strings in arrays, looked up without a Python object per string."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self
from zlib import crc32

import numpy as np
import numpy.typing as npt

from doublebill.arrays import Arrays, Ints, Ints32, Items

GATHERED = 50_000
"""Strings that are copied at a time; each byte of them takes several numbers meanwhile."""


@dataclass(frozen=True, eq=False)
class Strings:
    """A sequence of strings in two arrays."""

    blob: npt.NDArray[np.uint8]
    """[bytes] all strings as UTF-8, one after the other."""
    offsets: Ints
    """[n + 1] where each string begins in `blob`; the last entry is the blob's length."""

    @classmethod
    def of(cls, strings: Iterable[str]) -> Self:
        """Returns the table of `strings`, in their order."""
        texts = list(strings)
        blob = "".join(texts).encode()
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        if len(blob) > lengths.sum():  # some characters take several bytes
            lengths = np.fromiter((len(one.encode()) for one in texts), np.int64, len(texts))
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        return cls(np.frombuffer(blob, np.uint8), offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def lengths(self) -> Ints:
        """Returns [n] the bytes of each string."""
        return np.diff(self.offsets)

    def raw(self, n: int) -> bytes:
        """String `n` as UTF-8."""
        return self.blob[self.offsets[n] : self.offsets[n + 1]].tobytes()

    def __getitem__(self, n: int) -> str:
        return self.raw(n).decode()

    def take(self, numbers: Items) -> list[str]:
        """Returns the strings of some numbers, in less time than one after the other."""
        starts, ends = self.offsets.take(numbers).tolist(), self.offsets.take(numbers + 1).tolist()
        blob = self.blob.data
        return [str(blob[start:end], "utf-8") for start, end in zip(starts, ends, strict=True)]

    def subset(self, numbers: Items) -> "Strings":
        """Returns the table of the strings of some numbers, without a Python object per string."""
        lengths = self.lengths().take(numbers)
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        blob = np.empty(offsets[-1], np.uint8)
        for at in range(0, len(numbers), GATHERED):
            some = slice(at, at + GATHERED)
            start, end = offsets[at], offsets[min(at + GATHERED, len(numbers))]
            moved = np.repeat(self.offsets.take(numbers[some]) - offsets[:-1][some], lengths[some])
            self.blob.take(np.arange(start, end) + moved, out=blob[start:end])
        return Strings(blob, offsets)

    def find(self, string: str) -> int:
        """Returns the number of `string` in a table sorted by UTF-8 bytes, or -1."""
        wanted, low, high = string.encode(), 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.raw(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self) and self.raw(low) == wanted else -1

    def to_arrays(self, name: str) -> Arrays:
        """Returns the two arrays under `name`."""
        return {f"{name}_blob": self.blob, f"{name}_offsets": self.offsets}

    @classmethod
    def from_arrays(cls, name: str, arrays: Arrays) -> Self:
        """Returns the table that `to_arrays(name)` gave."""
        return cls(arrays[f"{name}_blob"].view(np.uint8), arrays[f"{name}_offsets"].view(np.int64))


@dataclass(frozen=True, eq=False)
class Ids(Strings):
    """Distinct strings sorted by UTF-8 bytes, looked up by their CRC-32.

    Whatever is found by its hash is compared byte by byte. Strings that share a hash, by chance or because somebody
    made them so, are told apart by bisection.
    """

    hashes: npt.NDArray[np.uint32]
    """[n] CRC-32 of the strings, ascending."""
    hashed: Ints32
    """[n] the number of the string of each hash, ascending among equal hashes."""

    @classmethod
    def of(cls, strings: Iterable[str]) -> Self:
        """Returns the table of `strings`, which are sorted and distinct."""
        table = Strings.of(strings)
        blob, bounds = table.blob.tobytes(), table.offsets.tolist()
        crcs = (crc32(blob[start:end]) for start, end in pairwise(bounds))
        hashes = np.fromiter(crcs, np.uint32, len(table))
        order = np.argsort(hashes, kind="stable").astype(np.int32)
        return cls(table.blob, table.offsets, hashes[order], order)

    def find_all(self, strings: Sequence[str]) -> Ints32:
        """Returns [len(strings)] the number of each string, -1 where the table lacks it."""
        encoded = [string.encode() for string in strings]
        if not len(self) or not encoded:
            return np.full(len(encoded), -1, np.int32)
        wanted = np.fromiter(map(crc32, encoded), np.uint32, len(encoded))
        places = np.minimum(np.searchsorted(self.hashes, wanted), len(self) - 1)
        numbers = np.where(self.hashes.take(places) == wanted, self.hashed.take(places), np.int32(-1))
        blob, starts, ends = self.blob.data, self.offsets.take(numbers), self.offsets.take(numbers + 1)
        for n, (string, start, end) in enumerate(zip(encoded, starts.tolist(), ends.tolist(), strict=True)):
            if blob[start:end] != string and numbers[n] >= 0:
                numbers[n] = self._among_equals(string, int(places[n]), wanted[n])
        return numbers

    def _among_equals(self, string: bytes, first: int, crc: np.uint32) -> int:
        """Returns the number of a string among those of its hash, which begin at place `first`; or -1."""
        low, end = first, int(np.searchsorted(self.hashes, crc, side="right"))
        high = end
        while low < high:
            middle = (low + high) // 2
            if self.raw(int(self.hashed[middle])) < string:
                low = middle + 1
            else:
                high = middle
        found = int(self.hashed[low]) if low < end else -1
        return found if found >= 0 and self.raw(found) == string else -1

    def to_arrays(self, name: str) -> Arrays:
        """Returns the four arrays under `name`."""
        return {**super().to_arrays(name), f"{name}_hashes": self.hashes, f"{name}_hashed": self.hashed}

    @classmethod
    def from_arrays(cls, name: str, arrays: Arrays) -> Self:
        """Returns the table that `to_arrays(name)` gave."""
        table = Strings.from_arrays(name, arrays)
        hashes, hashed = arrays[f"{name}_hashes"].view(np.uint32), arrays[f"{name}_hashed"].view(np.int32)
        return cls(table.blob, table.offsets, hashes, hashed)
