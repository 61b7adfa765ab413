"""The order of users: by what they did, never by who they are.

Rows are sorted by a digest of their content, so that neither the order of events nor the pseudonym key reaches a split
or a floating-point sum.
"""

import hashlib
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from doublebill.arrays import Ints, Mask

if TYPE_CHECKING:
    from doublebill.model.interactions import Interactions

DIGEST_BYTES = 16

type Digests = npt.NDArray[np.uint64]
"""uint64 [users, 2]: the digest of each user's content, as two numbers."""


def content_order(matrices: Sequence["Interactions"]) -> Ints:
    """Returns the places of all users of several matrices, one matrix after the other, in the order of their content.

    Users of equal digests are in the order of their ratings, and then of their places.
    """
    digests = np.concatenate([np.zeros((0, 2), np.uint64), *map(_digests, matrices)])
    order = np.lexsort((digests[:, 1], digests[:, 0]))
    same = (digests[order[1:]] == digests[order[:-1]]).all(axis=1)
    if same.any() and any(matrix.stars for matrix in matrices):
        _order_by_stars(matrices, order, same)
    return order


def _digests(matrix: "Interactions") -> Digests:
    items, weights, times = (column.tobytes() for column in (matrix.items, matrix.weights, matrix.timestamps))
    bounds = matrix.indptr.tolist()
    content = (
        items[4 * start : 4 * end] + weights[4 * start : 4 * end] + times[8 * start : 8 * end]
        for start, end in pairwise(bounds)
    )
    found = b"".join(hashlib.blake2b(one, digest_size=DIGEST_BYTES).digest() for one in content)
    return np.frombuffer(found, ">u8").astype(np.uint64).reshape(-1, 2)


def _order_by_stars(matrices: Sequence["Interactions"], order: Ints, same: Mask) -> None:
    """Sorts the users in `order` whose digest is the `same` as that of the one before by their ratings."""
    firsts = np.cumsum([0, *(matrix.n_users for matrix in matrices)])
    groups = np.concatenate([[0], np.cumsum(~same)])
    tied = np.flatnonzero(np.append(same, False) | np.insert(same, 0, False))

    def by_stars(place: int) -> tuple[int, bytes]:
        number = int(np.searchsorted(firsts, order[place], side="right")) - 1
        matrix, user = matrices[number], order[place] - firsts[number]
        row = slice(matrix.indptr[user], matrix.indptr[user + 1])
        return int(groups[place]), matrix.stars.values[row].tobytes() if matrix.stars else b""

    order[tied] = order[sorted(tied.tolist(), key=by_stars)]
