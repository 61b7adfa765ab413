"""Measures by which requests name what is to differ between the levels of a batch.

moves      the fewest insertions, deletions and replacements that turn one certificate into the other (Levenshtein)
cells      the cells with another tile; levels of another size differ wholly
structure  the local patterns of solid and open ground, wherever they stand: total variation of the frequencies of the
           3 × 3 windows in which both occur, after the tile patterns of Lucas and Volz (2019,
           doi:10.1145/3321707.3321781); levels of all sizes compare

Each is a percent, rounded down: of the longer certificate, of the cells, of the windows.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from doublebill.arrays import Integers
from doublebill.games.content_kind import Measure
from doublebill.games.levels.level import Level
from doublebill.games.levels.variety import Percents, PoolMeasure
from doublebill.games.plans.tile_meanings import ground_of
from doublebill.games.step_budget import spend
from doublebill.games.variety.edit_distances import EditDistances

SIDE = 3
"""Cells along a side of a window."""

WINDOWS = 2 ** (SIDE * SIDE)

SCALE = 10_000
"""Unit of frequencies, so that they are integers."""


def by_moves(levels: Sequence[Level], _: Mapping[str, str]) -> Percents:
    """Compares certificates."""
    moves = [level.certificate.moves for level in levels]
    distances = EditDistances()
    for text in moves:
        distances.add(text)
    return lambda number: distances.percents(moves[number])


def by_cells(levels: Sequence[Level], legend: Mapping[str, str]) -> Percents:
    """Compares tiles, cell by cell."""
    numbers = {tile: number for number, tile in enumerate(legend)}
    sizes = [(len(level.grid[0]), len(level.grid)) for level in levels]
    grids = {
        size: np.array([_numbered(level, numbers) for level, own in zip(levels, sizes, strict=True) if own == size])
        for size in dict.fromkeys(sizes)
    }
    members = {size: np.flatnonzero([own == size for own in sizes]) for size in grids}

    def percents(number: int) -> Integers:
        same = grids[sizes[number]]
        spend(same.size // 1_000)
        own = same[np.searchsorted(members[sizes[number]], number)]
        found = np.full(len(levels), 100, np.int64)
        found[members[sizes[number]]] = 100 * np.count_nonzero(same != own, axis=1) // same.shape[1]
        return found

    return percents


def by_structure(levels: Sequence[Level], legend: Mapping[str, str]) -> Percents:
    """Compares the frequencies of windows."""
    solid = {tile: (ground := ground_of(name)) is not None and ground.solid for tile, name in legend.items()}
    frequencies = np.array([_frequencies(level, solid) for level in levels])

    def percents(number: int) -> Integers:
        spend(frequencies.size // 1_000)
        moved: Integers = np.abs(frequencies - frequencies[number]).sum(axis=1)
        return moved * 50 // SCALE

    return percents


def _numbered(level: Level, numbers: Mapping[str, int]) -> list[int]:
    spend(len(level.grid[0]) * len(level.grid) // 4)
    return [numbers[tile] for row in level.grid for tile in row]


def _frequencies(level: Level, solid: Mapping[str, bool]) -> Integers:
    """Returns the share of each window among those with solid and open cells; outside all is solid; [WINDOWS]."""
    spend(len(level.grid[0]) * len(level.grid) // 2)
    ground = np.pad(np.array([[solid[tile] for tile in row] for row in level.grid], np.int64), 1, constant_values=1)
    windows = np.lib.stride_tricks.sliding_window_view(ground, (SIDE, SIDE)).reshape(-1, SIDE * SIDE)
    counts = np.bincount(windows @ (1 << np.arange(SIDE * SIDE)), minlength=WINDOWS)
    counts[0] = counts[-1] = 0
    shares: Integers = counts * SCALE // max(int(counts.sum()), 1)
    return shares


MEASURES: Mapping[Measure, PoolMeasure] = {"moves": by_moves, "cells": by_cells, "structure": by_structure}
"""Name in requests → measure."""
