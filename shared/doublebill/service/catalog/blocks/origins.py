"""Origins of rows: the small object that each row of a block was in, as the time and the digest in its name."""

import numpy as np
import numpy.typing as npt

from doublebill.arrays import Ints

type Digests = npt.NDArray[np.uint64]
"""uint64: the first 16 hexadecimal digits of the SHA-256 of an object's bytes, as in its name."""


def digest_of(key: str) -> int:
    """Returns the digest in an object's name, `<folder>/<time>-<digest>.<ending>`."""
    return int(key.rpartition("-")[2].partition(".")[0], 16)


def numbered(received: Ints, digests: Digests) -> tuple[Ints, Ints]:
    """Returns a row of each distinct object, in the order of their names, and [rows] the number of each row's object.

    `received` [rows] and `digests` [rows] are the time, in milliseconds, and the digest in the object's name.
    """
    order = np.lexsort((digests, received))
    times, ordered = received[order], digests[order]
    first = np.ones(len(order), np.bool_)
    first[1:] = (times[1:] != times[:-1]) | (ordered[1:] != ordered[:-1])
    numbers = np.empty(len(order), np.int64)
    numbers[order] = np.cumsum(first) - 1
    return order[first], numbers
