"""Variety: which levels of a batch are too like one another.

A kind names its `Variety`; a batch starts from `Variety.start()` and asks the `Kept` it got how far a level is apart
from all that were taken before. Nothing here is random, and every comparison is of integers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from doublebill.games.levels.levels import Kept, Level, Variety
from doublebill.games.variety.matching_blocks import Told, told

__all__ = ["CellsVariety", "Kept", "MovesVariety", "RepeatsVariety", "Variety", "WayVariety", "cells_passed"]

type Place = tuple[int, int]

FLIPS = tuple(str.maketrans(these, those) for these, those in (("", ""), ("LRlr", "RLrl"), ("UDud", "DUdu")))
"""How moves read when the grid is left alone, flipped from left to right, flipped from top to bottom."""

STEPS = {"U": (0, -1), "D": (0, 1), "L": (-1, 0), "R": (1, 0)}


@dataclass(frozen=True, slots=True)
class MovesVariety:
    """Levels are unlike when the edit distance of their moves is `different` percent of the longer at least."""

    different: int
    mirrored: bool = True
    """Whether moves that are near once the grid is flipped count as alike."""
    read: Callable[[Level], str] = lambda level: level.certificate.moves
    """The string that is compared."""
    places: int = 0
    """Percent by which the ways must differ too, told place by place (`games.blocks`); 0 does not ask for it."""

    def start(self) -> Kept:
        """An empty batch."""
        return _KeptMoves(self)


@dataclass(frozen=True, slots=True)
class CellsVariety:
    """Levels are unlike when at least `different` percent of their cells hold another tile."""

    different: int

    def start(self) -> Kept:
        """An empty batch."""
        return _KeptCells()


def cells_passed(level: Level) -> Sequence[Place]:
    """The places that the moves U D L R lead to, the start first; other moves stay where they are."""
    x, y = level.certificate.start
    places = [(x, y)]
    for move in level.certificate.moves:
        dx, dy = STEPS.get(move, (0, 0))
        x, y = x + dx, y + dy
        places.append((x, y))
    return places


@dataclass(frozen=True, slots=True)
class WayVariety:
    """Levels are unlike when their ways pass other cells or in another order; standing still is not passing."""

    way: Callable[[Level], Sequence[Place]] = cells_passed

    @property
    def different(self) -> int:
        """100: a way is the same or another."""
        return 100

    def start(self) -> Kept:
        """An empty batch."""
        return _KeptWays(self.way)


def without_repeats(level: Level) -> str:
    """The moves with each run of one letter written once."""
    return "".join(letter for letter, _ in groupby(level.certificate.moves))


def RepeatsVariety(different: int, mirrored: bool = False) -> MovesVariety:  # noqa: N802  # reads like the others
    """`MovesVariety` of the moves with each run of one letter written once."""
    return MovesVariety(different, mirrored, without_repeats)


class _KeptWays:
    def __init__(self, way: Callable[[Level], Sequence[Place]]) -> None:
        self.way = way
        self.taken: set[tuple[Place, ...]] = set()

    def apart(self, level: Level, least: int = 0) -> int:  # noqa: ARG002  # asked of every kind
        """0 where the same way was taken before, else 100."""
        return 0 if self._passed(level) in self.taken else 100

    def moves_apart(self, moves: str) -> int:  # noqa: ARG002
        """100: moves alone do not tell."""
        return 100

    def take(self, level: Level) -> None:
        """Keeps the way of a level."""
        self.taken.add(self._passed(level))

    def _passed(self, level: Level) -> tuple[Place, ...]:
        return tuple(place for place, _ in groupby(self.way(level)))


class _KeptCells:
    """Grids as one integer a tile, with ones where it stands: a cell that differs is a one more in two of them."""

    def __init__(self) -> None:
        self.taken: list[tuple[int, dict[str, int]]] = []

    def apart(self, level: Level, least: int = 0) -> int:
        """Percent of cells that differ from the nearest level of that size that was taken."""
        nearest, area = 100, len(level.grid[0]) * len(level.grid)
        width, bits = self._bits(level)
        for wide, others in self.taken:
            if wide != width:
                continue
            differ = sum((place ^ others.get(tile, 0)).bit_count() for tile, place in bits.items())
            differ += sum(place.bit_count() for tile, place in others.items() if tile not in bits)
            nearest = min(nearest, 50 * differ // area)
            if nearest < least:
                break
        return nearest

    def moves_apart(self, moves: str) -> int:  # noqa: ARG002  # asked of every kind
        """100: moves do not tell the cells."""
        return 100

    def take(self, level: Level) -> None:
        """Keeps the cells of a level."""
        self.taken.append(self._bits(level))

    def _bits(self, level: Level) -> tuple[int, dict[str, int]]:
        drawn = "".join(level.grid)
        return len(level.grid[0]), {tile: _spread(drawn, tile) for tile in sorted(set(drawn))}


def _spread(drawn: str, tile: str) -> int:
    """The number whose binary digits are ones where `drawn` has the tile."""
    return int("".join("1" if there == tile else "0" for there in drawn), 2)


class _KeptMoves:
    def __init__(self, variety: MovesVariety) -> None:
        self.variety = variety
        self.strings = _Strings()
        self.ways: list[Told] = []
        self.flips = FLIPS[:1]
        if variety.mirrored:
            self.flips = (*FLIPS, FLIPS[1] | FLIPS[2])

    def apart(self, level: Level, least: int = 0) -> int:
        """Percent of the nearest moves that were taken to edit; less than is asked where the places are too near."""
        nearest = self.moves_apart(self.variety.read(level))
        if nearest >= max(least, self.variety.different) and self.variety.places:
            way = self._way(level)
            if any(way.alike(other, 100 - self.variety.places) for other in self.ways):
                return self.variety.different - 1
        return nearest

    def moves_apart(self, moves: str) -> int:
        """Percent of the nearest moves that were taken to edit, flipped as is nearest."""
        return self.strings.nearest(moves)

    def take(self, level: Level) -> None:
        """Keeps the moves of a level in every way to flip them, and the places."""
        moves = self.variety.read(level)
        for image in {moves.translate(flip): None for flip in self.flips}:
            self.strings.add(image)
        if self.variety.places:
            self.ways.append(self._way(level))

    def _way(self, level: Level) -> Told:
        return told(len(level.grid[0]), len(level.grid), cells_passed(level))


class _Strings:
    """The edit distances from one string to some others, in one pass of bit-parallel steps.

    Myers' vertical deltas (1999, doi:10.1145/316542.316550), in the form of Hyyrö (2003), stand for all others in one
    long integer, one field of bits a string; a spare bit above each field stops the carries of the addition.
    """

    def __init__(self) -> None:
        self.firsts = np.empty(0, np.int64)  # first bit of each string
        self.lengths = np.empty(0, np.int64)
        self.end = 0
        self.every = 0
        self.lowest = 0
        self.holding: dict[str, int] = {}  # letter → the bits of the places that have it

    def add(self, text: str) -> None:
        """One more string to compare with."""
        bits = (1 << len(text)) - 1
        for place, letter in enumerate(text, self.end):
            self.holding[letter] = self.holding.get(letter, 0) | 1 << place
        self.every |= bits << self.end
        self.lowest |= (1 << self.end) & self.every
        self.firsts = np.append(self.firsts, self.end)
        self.lengths = np.append(self.lengths, len(text))
        self.end += len(text) + 1

    def nearest(self, text: str) -> int:
        """The least distance in percent of the longer string, rounded down; 100 where there is none."""
        if not len(self.lengths):
            return 100
        up, down = self._deltas(text)
        size = self.end // 8 + 1
        packed = np.frombuffer(up.to_bytes(size, "little") + down.to_bytes(size, "little"), np.uint8)
        ones = np.unpackbits(packed, bitorder="little").view(np.int8)
        steps = ones[: 8 * size] - ones[8 * size :]
        distances = len(text) + np.add.reduceat(steps, self.firsts, dtype=np.int64)
        longest = np.maximum(self.lengths, max(len(text), 1))
        return int((100 * distances // longest).min())

    def _deltas(self, text: str) -> tuple[int, int]:
        """Where the last column of each table of distances steps up and down; its top is the length of `text`."""
        every, lowest, holding = self.every, self.lowest, self.holding
        up, down = every, 0
        for letter in text:
            same = holding.get(letter, 0)
            vertical = same | down
            across = (((same & up) + up) ^ up | vertical) & every
            right_up = (down | every ^ (across | up)) << 1 & every | lowest
            right_down = (up & across) << 1 & every
            up = right_down | every ^ (across | right_up)
            down = right_up & across
        return up, down
