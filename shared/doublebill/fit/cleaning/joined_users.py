"""Joined users: one matrix of the users of several, column by column, so that no column takes memory twice for long."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from doublebill.arrays import Array, Ints
from doublebill.columns.freed_memory import give_back
from doublebill.model.counting.verdicts import Stars
from doublebill.model.interactions import Interactions


def with_equal_stars(matrices: Sequence[Interactions]) -> list[Interactions]:
    """Returns the matrices with stars, NaN where no user rated; without where no user rated less than liked."""
    rated = [one.stars for one in matrices if one.stars is not None]
    if all(stars.liked.all() for stars in rated):
        return [replace(one, stars=None) for one in matrices]
    liked_from = rated[0].liked_from
    return [
        one if one.stars else replace(one, stars=Stars(np.full(len(one.items), np.nan, np.float32), liked_from))
        for one in matrices
    ]


def joined(matrices: list[Interactions], rows: Sequence[Ints], n_users: int, n_items: int) -> Interactions:
    """Returns the matrix of `n_users` with each user of each matrix in the row that `rows` says, -1 for nowhere.

    The list of matrices is empty then.
    """
    counts = np.zeros(n_users + 1, np.int64)
    for one, places in zip(matrices, rows, strict=True):
        there = places >= 0
        counts[places[there] + 1] = np.diff(one.indptr)[there]
    indptr = np.cumsum(counts)
    bounds = [one.indptr for one in matrices]
    columns: dict[str, list[Array]] = {
        name: [getattr(one, name) for one in matrices] for name in ("items", "weights", "timestamps")
    }
    stars = [one.stars for one in matrices if one.stars is not None]
    liked_from = stars[0].liked_from if stars else 0.0
    columns |= {"stars": [one.values for one in stars]} if stars else {}
    matrices.clear()
    stars.clear()
    found: dict[str, Array] = {}
    for name in list(columns):
        found[name] = _placed(columns.pop(name), bounds, rows, indptr)
        give_back()
    values = found.pop("stars", None)
    return Interactions(
        indptr=indptr,
        items=found["items"].astype(np.int32, copy=False),
        weights=found["weights"].astype(np.float32, copy=False),
        timestamps=found["timestamps"].astype(np.int64, copy=False),
        n_items=n_items,
        stars=None if values is None else Stars(values.astype(np.float32, copy=False), liked_from),
    )


def _placed(pieces: list[Array], bounds: Sequence[Ints], rows: Sequence[Ints], indptr: Ints) -> Array:
    """Returns one column of the whole from those of the parts, whose list is empty then."""
    whole = np.empty(indptr[-1], pieces[0].dtype if pieces else np.int32)
    for starts, places in zip(bounds, rows, strict=True):
        piece, counts, there = pieces.pop(0), np.diff(starts), places >= 0
        if not there.all():
            piece, counts = piece[np.repeat(there, counts)], counts[there]
        moved = indptr[places[there]] - (np.cumsum(counts) - counts)
        whole[np.arange(len(piece)) + np.repeat(moved, counts)] = piece
    return whole
