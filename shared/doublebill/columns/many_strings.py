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

GATHERED = 50_000
"""Strings that are copied at a time; each byte of them takes two numbers meanwhile."""

type Words = NDArray[np.uint64]


def numbered_strings(tables: Sequence[Strings]) -> tuple[Strings, Ints32] | None:
    """Returns the distinct strings of several tables in the order of their first places, and the number of each string.

    None where a string is longer than `LONGEST` bytes, or two different ones share a hash.
    """
    lengths = np.concatenate([table.lengths() for table in tables])
    longest = int(lengths.max(initial=0))
    if longest > LONGEST:
        return None
    padded = np.concatenate([*(table.blob for table in tables), np.zeros(WORD_BYTES, np.uint8)])
    starts = np.cumsum(lengths) - lengths
    places = range(0, longest, WORD_BYTES)
    hashes = lengths.astype(np.uint64) * MIXED
    for place in places:
        hashes = (hashes ^ (hashes >> np.uint64(29))) * MIXED ^ _words(padded, starts, lengths, place)
    order = np.argsort(hashes, kind="stable")  # so that the first of equal strings stays the first
    begins = np.ones(len(order), np.bool_)
    begins[1:] = hashes[order[1:]] != hashes[order[:-1]]
    del hashes
    numbers = np.empty(len(order), np.int32)
    numbers[order] = np.cumsum(begins, dtype=np.int32) - 1
    firsts = order[begins]
    del order
    same = (lengths == lengths[firsts][numbers]).all()
    for place in places:
        words = _words(padded, starts, lengths, place)
        same = same and (words == words[firsts][numbers]).all()
    if not same:
        return None
    by_place = np.argsort(firsts)
    ranks = np.empty(len(firsts), np.int32)
    ranks[by_place] = np.arange(len(firsts), dtype=np.int32)
    return _gathered(padded[:-WORD_BYTES], starts, lengths, firsts[by_place]), ranks[numbers]


def _words(padded: NDArray[np.uint8], starts: Ints, lengths: Ints, place: int) -> Words:
    """Returns eight bytes of each string from a place on as one number, zeros after its end."""
    last = len(padded) - WORD_BYTES
    at_any_byte = np.ndarray((last + 1,), "<u8", padded.data, strides=(1,))
    return at_any_byte[np.minimum(starts + place, last)] & KEPT[np.clip(lengths - place, 0, WORD_BYTES)]


def _gathered(blob: NDArray[np.uint8], starts: Ints, lengths: Ints, chosen: Ints) -> Strings:
    """Returns the strings at some ascending places."""
    if len(chosen) == len(starts):
        return Strings(blob, np.append(starts, len(blob)))
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths[chosen])])
    whole = Strings(blob, np.append(starts, len(blob)))
    pieces = [whole.subset(chosen[at : at + GATHERED]).blob for at in range(0, len(chosen), GATHERED)]
    return Strings(np.concatenate(pieces) if pieces else blob[:0], offsets)
