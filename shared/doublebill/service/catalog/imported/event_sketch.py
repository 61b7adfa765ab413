"""Sketches of events: a sample of a file, small enough for its record, by which a file that repeats another is found.

A sketch has the `SIZE` smallest of the 64-bit hashes of (user, item, time), each pair of files sampled alike, so that
the share of hashes in common estimates the share of events in common, whatever their kinds and values (Beyer and others
2007, On synopses for distinct-value estimation under multiset operations, doi 10.1145/1247480.1247504).
"""

import hashlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from doublebill.columns.text_column import Texts
from doublebill.event_table import EventTable

SIZE = 512

FEWEST = 8
"""Hashes in common below which nothing is said."""

Hashes = npt.NDArray[np.uint64]
"""[at most SIZE] distinct, ascending."""

EMPTY: Hashes = np.zeros(0, np.uint64)


def added(sketch: Hashes, events: EventTable) -> Hashes:
    """Returns the sketch of everything that is in `sketch` and of the events."""
    if not len(events):  # of a file that filled its parts exactly
        return sketch
    with np.errstate(over="ignore"):
        mixed = _coded(events.users, b"u") + _mixed(_coded(events.items, b"i") + events.timestamps.astype(np.uint64))
        hashes = _mixed(mixed)
    for most in (16 * SIZE, len(hashes)):  # few of the smallest are enough, unless most events repeat
        smallest = np.partition(hashes, most)[:most] if most < len(hashes) else hashes
        found = np.union1d(sketch, smallest)[:SIZE]
        if len(found) == SIZE and found[-1] <= smallest.max():
            break
    return found


def _coded(texts: Texts, salt: bytes) -> Hashes:
    """Returns [rows] a hash of each row's text; each distinct text is hashed once."""
    digests = b"".join(hashlib.blake2b(name.encode(), digest_size=8, key=salt).digest() for name in texts.names())
    return np.frombuffer(digests, "<u8").astype(np.uint64)[texts.codes]


def _mixed(hashes: Hashes) -> Hashes:
    """Returns the hashes with every bit spread over all (the finaliser of SplitMix64, Steele and others 2014)."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))


def repeated_share(sketch: Hashes, other: Hashes) -> float:
    """Estimates the share of the events of `sketch` that those of `other` have too."""
    union = np.union1d(sketch, other)
    size = min(SIZE, len(union)) if max(len(sketch), len(other)) < SIZE else SIZE
    sample = union[:size]
    common = int((np.isin(sample, sketch) & np.isin(sample, other)).sum())
    of_sketch = int(np.isin(sample, sketch).sum())
    return common / of_sketch if common >= min(FEWEST, len(sketch)) and of_sketch else 0.0


def to_json(sketch: Hashes) -> list[str]:
    """Returns the hashes in hexadecimal digits."""
    return [f"{value:016x}" for value in sketch.tolist()]


def from_json(digits: Iterable[str]) -> Hashes:
    """Returns the sketch that `to_json` gave."""
    return np.array([int(one, 16) for one in digits], np.uint64)
