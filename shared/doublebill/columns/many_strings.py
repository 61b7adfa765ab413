"""Many strings: numbered by numpy, without a Python object per string, as a dictionary would number them.

Strings are compared by 64-bit hashes of their bytes, and then byte by byte with the first string of their hash.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from doublebill.arrays import Ints, Ints32
from doublebill.model.string_table import Strings

WORD_BYTES = 8
LONGEST = 512
"""Bytes of the longest strings that are compared word by word."""

KEPT = np.array([(1 << (WORD_BYTES * kept)) - 1 for kept in range(WORD_BYTES + 1)], np.uint64)
"""Mask of a little-endian word by the number of its bytes that belong to the string."""

MIXED = np.uint64(0x9E3779B97F4A7C15)
"""An odd number with well mixed bits: 2⁶⁴ over the golden ratio (Knuth, The Art of Computer Programming 3, 6.4)."""

AT_ONCE = 500_000
"""Strings that are hashed or compared at a time, so that what that takes does not grow with their number."""

type Words = NDArray[np.uint64]


def numbered_strings(tables: Sequence[Strings]) -> tuple[Strings, Ints32] | None:
    """Returns the distinct strings of several tables in the order of their first places, and the number of each string.

    None where a string is longer than `LONGEST` bytes, or two different ones share a hash.
    """
    whole, padded = _joined(tables)
    hashes = _hashes(whole, padded)
    if hashes is None:
        return None
    order = np.argsort(hashes, kind="stable")  # so that the first of equal strings stays the first
    ordered = hashes[order]
    del hashes
    begins = np.ones(len(order), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:])
    del ordered
    if begins.all():
        return whole, np.arange(len(whole), dtype=np.int32)
    numbers = np.empty(len(order), np.int32)
    numbers[order] = np.cumsum(begins, dtype=np.int32) - 1
    firsts, repeats = order[begins], order[~begins]
    del order, begins
    if not _all_equal(whole, padded, repeats, firsts, numbers):
        return None
    by_place = np.argsort(firsts)
    ranks = np.empty(len(firsts), np.int32)
    ranks[by_place] = np.arange(len(firsts), dtype=np.int32)
    return whole.subset(firsts[by_place]), ranks[numbers]


def _joined(tables: Sequence[Strings]) -> tuple[Strings, NDArray[np.uint8]]:
    """Returns all strings as one table, and its bytes with those of one word behind them."""
    padded = np.concatenate([*(table.blob for table in tables), np.zeros(WORD_BYTES, np.uint8)])
    offsets = np.zeros(sum(map(len, tables)) + 1, np.int64)
    np.cumsum(np.concatenate([table.lengths() for table in tables]), out=offsets[1:])
    return Strings(padded[:-WORD_BYTES], offsets), padded


def _hashes(whole: Strings, padded: NDArray[np.uint8]) -> Words | None:
    """Returns the hash of each string, None where one is too long."""
    hashes = np.empty(len(whole), np.uint64)
    for at in range(0, len(whole), AT_ONCE):
        starts = whole.offsets[at : at + AT_ONCE + 1]
        starts, lengths = starts[:-1], np.diff(starts)
        longest = int(lengths.max())
        if longest > LONGEST:
            return None
        some = lengths.astype(np.uint64) * MIXED
        for place in range(0, longest, WORD_BYTES):
            words = _words(padded, starts, lengths, place)
            mixed = (some ^ (some >> np.uint64(29))) * MIXED ^ words
            some = np.where(lengths > place, mixed, some)
        hashes[at : at + AT_ONCE] = some
    return hashes


def _all_equal(whole: Strings, padded: NDArray[np.uint8], repeats: Ints, firsts: Ints, numbers: Ints32) -> bool:
    """Returns whether each of the strings `repeats` equals the first of those with its number, byte by byte."""
    lengths = whole.lengths()
    for at in range(0, len(repeats), AT_ONCE):
        ones = repeats[at : at + AT_ONCE]
        others = firsts[numbers[ones]]
        sizes = lengths[ones]
        if (sizes != lengths[others]).any():
            return False
        starts, their_starts = whole.offsets[ones], whole.offsets[others]
        for place in range(0, int(sizes.max()), WORD_BYTES):
            same = _words(padded, starts, sizes, place) == _words(padded, their_starts, sizes, place)
            if not same.all():
                return False
    return True


def _words(padded: NDArray[np.uint8], starts: Ints, lengths: Ints, place: int) -> Words:
    """Returns eight bytes of each string from a place on as one number, zeros after its end."""
    last = len(padded) - WORD_BYTES
    at_any_byte = np.ndarray((last + 1,), "<u8", padded.data, strides=(1,))
    return at_any_byte[np.minimum(starts + place, last)] & KEPT[np.clip(lengths - place, 0, WORD_BYTES)]
