"""Strength: how much an item counts in a history by its weight, beside the other items of the same history.

    bm25   (1 + K1) w / (w + K1 mean)     so that a weight of the mean counts 1, none counts 0 and the largest below 2.2
    log    log(1 + w) / mean log(1 + w)

Means are over the history, so that a user who plays everything a hundred times is like one who plays it once. Signs
are kept. The form of the first is that of term frequencies in Robertson and Zaragoza 2009, doi:10.1561/1500000019.
"""

from typing import Literal

import numpy as np

from doublebill.arrays import Floats, Ints, Reals

Strength = Literal["none", "bm25", "log"]

K1 = 1.2
"""How soon a large weight counts little more than one that is larger still; in units of the mean weight."""


def strengths(weights: Reals, indptr: Ints, how: Strength) -> Floats:
    """Returns [entries] how much each item of some histories counts; the entries of each begin at `indptr`."""
    sizes = np.abs(weights, dtype=np.float64)
    if how == "log":
        sizes = np.log1p(sizes)
    counts = np.diff(indptr)
    users = np.repeat(np.arange(len(counts)), counts)
    means = np.bincount(users, sizes, minlength=len(counts)) / np.maximum(counts, 1)
    of_user = np.where(means > 0, means, 1.0)[users]
    relative = sizes / of_user if how == "log" else (1 + K1) * sizes / (sizes + K1 * of_user)
    signed: Floats = np.sign(weights) * relative
    return signed
