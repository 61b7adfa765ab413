"""Array types: one name for each kind of array that functions of the product pass on.

A type says the dtype and the meaning of the entries. The shape is said where an array stands: `[n_items]`, or
`[users, n]` for two axes, at the head of its docstring. `Ints` and `Floats` have NumPy's own width; `Ints32` and
`Floats32` are half as wide, as models and matrices are stored.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

type Array = np.ndarray[Any, np.dtype[np.generic]]
"""Any shape and dtype."""

type Arrays = dict[str, Array]
"""The arrays of a model or of a part of it, by name."""

type Mask = npt.NDArray[np.bool_]
"""bool: True for each entry that is meant."""

type Items = npt.NDArray[np.integer]
"""Integers of any width: numbers of items (or of users, or of tags), from 0."""

type Integers = npt.NDArray[np.integer]
"""Integers of any width that number nothing: counts, limits, times."""

type Numbers = npt.NDArray[np.number]
"""Integers or floating-point numbers of any width."""

type Places = npt.NDArray[np.intp]
"""intp: positions in another array."""

type Ints32 = npt.NDArray[np.int32]
"""int32: numbers of items, users or tags as they are stored and given back."""

type Ints = npt.NDArray[np.int64]
"""int64: counts, offsets (of n parts n + 1, where each begins and the last ends) and times in milliseconds."""

type Reals = npt.NDArray[np.floating]
"""Floating-point numbers of any width."""

type Floats32 = npt.NDArray[np.float32]
"""float32: weights and similarities as they are stored."""

type Floats = npt.NDArray[np.float64]
"""float64: scores, sums and other results."""

type Matrix = npt.NDArray[np.float32]
"""float32 [rows, columns], dense."""

type Dense = npt.NDArray[np.floating] | npt.NDArray[np.integer]
"""Numbers of any kind [rows, columns], dense."""

type Hits = npt.NDArray[np.bool_]
"""bool [users, at least n]: whether the item at each place of a user's list is one of the user's targets."""

type Counts = npt.NDArray[np.integer] | int
"""Integers [users], or one that holds for all users."""

type PerUser = npt.NDArray[np.float64]
"""float64 [users]: one measurement a user, NaN where it is not defined."""
