"""The tile model of a corpus: the likelihood of each tile after those above it and to the left.

It is a multi-dimensional Markov chain (Snodgrass and Ontañón 2017, "Learning to generate video game maps using Markov
models", doi:10.1109/TCIAIG.2016.2623560) that backs off: a context is the place near an edge and then the tiles of
`BEFORE`, one more on each level, and each level is mixed with the one below it by how many tiles followed its contexts
(Witten and Bell 1991, doi:10.1109/18.87000). All is counts and whole numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from doublebill.arrays import Arrays, Ints, Ints32
from doublebill.games.grids.grid import Rows
from doublebill.games.grids.steps import Place

type Context = tuple[int, ...]

BEFORE: tuple[Place, ...] = (
    *((-1, 0), (0, -1), (-1, -1), (1, -1), (-2, 0), (0, -2)),
    *((2, -1), (-2, -1), (1, -2), (-1, -2), (0, -3), (-3, 0)),
)
"""Offsets (x, y) from a cell to those of its context, the most telling first."""

PADDING = 3
"""Cells around a grid that are outside of it."""

NEAR = 3
"""Distances from an edge of at least this many cells count as equal."""

ONE = 1 << 16
"""The sum of the likelihoods of all tiles, except for rounding."""

CONTEXTS = 100_000
"""Most contexts that a model keeps of one level: the most frequent ones."""

READY = 100_000
"""Most contexts whose likelihoods are cached."""


class Canvas:
    """A grid as numbers, with `PADDING` around it: 0 is outside, n + 1 is tile n."""

    def __init__(self, width: int, height: int, depth: int) -> None:
        self.width, self.height = width, height
        self.stride = width + 2 * PADDING
        self.symbols = [0] * (self.stride * (height + 2 * PADDING))
        self.places = [(y + PADDING) * self.stride + x + PADDING for y in range(height) for x in range(width)]
        """Index in `symbols` of each cell, row by row."""
        self.back = tuple(dy * self.stride + dx for dx, dy in BEFORE[:depth])
        touched = [0, *(-back for back in self.back)]
        self.about = sorted({there + back for there in touched for back in (0, *self.back)})
        """From a cell to all that its tile goes with: its context, the cells whose context it is in, and theirs."""
        across, down = _nearness(width), _nearness(height)
        self.edges = [0] * len(self.symbols)
        """Of each cell, how near it is to the edges."""
        for n, place in enumerate(self.places):
            self.edges[place] = down[n // width] * (NEAR + 1) ** 2 + across[n % width]

    def context(self, place: int) -> Context:
        """Returns the context that the tile at an index of `symbols` depends on."""
        symbols = self.symbols
        return self.edges[place], *[symbols[place + back] for back in self.back]


def _nearness(side: int) -> list[int]:
    """Returns for each cell along a side its distances from both ends, as one number."""
    return [min(at, NEAR) * (NEAR + 1) + min(side - 1 - at, NEAR) for at in range(side)]


@dataclass(frozen=True, eq=False)
class ContextTable:
    """The counts of the tiles that followed each context of one level."""

    keys: Ints
    """[contexts] ascending."""
    counts: Ints32
    """[contexts, tiles]"""

    def of(self, key: int) -> list[int] | None:
        """Returns the counts of a context; None where it was never seen."""
        place = int(self.keys.searchsorted(key))
        return self.counts[place].tolist() if place < len(self.keys) and self.keys[place] == key else None


@dataclass(frozen=True, eq=False)
class TileModel:
    """The likelihoods of the next tile that were learned from a corpus."""

    tiles: str
    """Symbol n + 1 is tile n."""
    tables: Sequence[ContextTable]
    """One for each level: without any context, with the place, and with one to `depth` tiles of `BEFORE`."""
    trust: int
    """Weight of the level below, for each different tile that followed a context."""
    _ready: dict[Context, tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, levels: Sequence[Rows], tiles: str, depth: int, trust: int) -> Self:
        """Returns the model of some levels, of which there is one at least, in these tiles."""
        symbols, contexts = windows_of(levels, tiles)
        keys = [np.zeros_like(symbols)]
        for part in contexts[: depth + 1]:
            keys.append(keys[-1] * (len(tiles) + 1) + part)
        return cls(tiles, [_counted(level, symbols - 1, len(tiles)) for level in keys], trust)

    @property
    def depth(self) -> int:
        """Cells that the model looks at."""
        return len(self.tables) - 2

    def likelihoods(self, context: Context) -> tuple[int, ...]:
        """Returns [tiles] the likelihood of each tile in units of 1 / `ONE`, each at least 1."""
        found = self._ready.get(context)
        if found is None:
            found = self._mixed(context)
            if len(self._ready) < READY:
                self._ready[context] = found
        return found

    def _mixed(self, context: Context) -> tuple[int, ...]:
        likely = [ONE // len(self.tiles)] * len(self.tiles)
        key = 0
        for level, table in enumerate(self.tables):
            key = key * (len(self.tiles) + 1) + context[level - 1] if level else 0
            counts = table.of(key)
            if counts is None:
                break
            kinds = self.trust * sum(count > 0 for count in counts)
            whole = sum(counts) + kinds
            likely = [(count * ONE + kinds * below) // whole for count, below in zip(counts, likely, strict=True)]
        return tuple(max(one, 1) for one in likely)

    def to_arrays(self) -> Arrays:
        """Returns the arrays that `from_arrays` reads."""
        arrays: Arrays = {}
        for level, table in enumerate(self.tables):
            arrays[f"keys_{level}"] = table.keys.astype("<i8")
            arrays[f"counts_{level}"] = table.counts.astype("<i4")
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]], tiles: str, depth: int, trust: int) -> Self:
        """Returns the model that `to_arrays` gave.

        Raises:
            KeyError, ValueError: when the arrays are no such model.
        """
        if not 0 <= depth <= len(BEFORE) or trust < 1:
            raise ValueError(f"no model has depth {depth} and trust {trust}")
        tables = [_checked(arrays[f"keys_{n}"], arrays[f"counts_{n}"], len(tiles)) for n in range(depth + 2)]
        if tables[0].keys.tolist() != [0]:
            raise ValueError("the first level of a model has one context, 0")
        return cls(tiles, tables, trust)


def _checked(keys: npt.NDArray[Any], counts: npt.NDArray[Any], tiles: int) -> ContextTable:
    """Returns the two arrays as a table.

    Raises:
        ValueError: when they are none.
    """
    if keys.dtype.kind not in "iu" or counts.dtype.kind not in "iu":
        raise ValueError(f"keys are {keys.dtype} and counts {counts.dtype}, expected integers")
    if keys.ndim != 1 or counts.shape != (len(keys), tiles):
        raise ValueError(f"keys have the shape {keys.shape} and counts {counts.shape}, expected {tiles} tiles a key")
    if (np.diff(keys) <= 0).any() or (counts < 0).any() or (counts.sum(axis=1) <= 0).any():
        raise ValueError("keys are not in order, or some were never seen")
    return ContextTable(keys.astype(np.int64), counts.astype(np.int32))


def windows_of(levels: Sequence[Rows], tiles: str) -> tuple[Ints, list[Ints]]:
    """Returns [cells] the symbol of each cell of all levels, and for each part of a context [cells] its value there."""
    number = np.zeros(max(map(ord, tiles)) + 1, np.int64)
    number[[ord(tile) for tile in tiles]] = range(1, len(tiles) + 1)
    symbols: list[Ints] = []
    parts: list[list[Ints]] = [[] for _ in range(len(BEFORE) + 1)]
    for rows in levels:
        canvas = Canvas(len(rows[0]), len(rows), len(BEFORE))
        padded = np.zeros(len(canvas.symbols), np.int64)
        places = np.array(canvas.places)
        padded[places] = number[[ord(tile) for row in rows for tile in row]]
        symbols.append(padded[places])
        values = [np.array(canvas.edges)[places], *(padded[places + back] for back in canvas.back)]
        for part, value in zip(parts, values, strict=True):
            part.append(value)
    return np.concatenate(symbols), [np.concatenate(part) for part in parts]


def _counted(keys: Ints, tiles: Ints, count: int) -> ContextTable:
    """Counts the tiles that followed each key; of more than `CONTEXTS` keys, only the most frequent are kept."""
    unique, inverse = np.unique(keys, return_inverse=True)
    counts = np.bincount(inverse * count + tiles, minlength=len(unique) * count).reshape(-1, count)
    often = counts.sum(axis=1)
    least = np.sort(often)[-CONTEXTS] + 1 if len(unique) > CONTEXTS else 1
    frequent = often >= least
    return ContextTable(unique[frequent], counts[frequent].astype(np.int32))
