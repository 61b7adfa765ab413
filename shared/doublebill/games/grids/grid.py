"""Grids as bit boards: a set of cells is one integer, so that a whole breadth-first ring spreads in a few shifts.

The cell (x, y), counted from the top left, is bit (y + 1) * stride + x + 1, where stride = width + 1. The spare column
and the spare rows above and below are never open: a shift across an edge of the grid falls on them, which makes
everything outside solid.
"""

import functools
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from doublebill.games.step_budget import spend

WALL = "#"
FLOOR = "."

type Rows = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """A width and height with what follows from them."""

    width: int
    height: int
    stride: int
    """From a cell to the one below it."""
    size: int
    """Cell numbers, spare ones included."""
    inside: int
    """The set of all cells of the grid."""
    cells: tuple[int, ...]
    """The cells of the grid, row by row."""
    steps: tuple[int, int, int, int]
    """From a cell to its neighbours: up, down, left, right."""

    def xy(self, cell: int) -> tuple[int, int]:
        """Returns the coordinates of `cell`."""
        return cell % self.stride - 1, cell // self.stride - 1

    def rows(self, tiles: Sequence[str]) -> Rows:
        """Returns the rows of the grid, from one tile for each cell number."""
        starts = self.cells[:: self.width]
        return tuple("".join(tiles[start : start + self.width]) for start in starts)


@functools.lru_cache(maxsize=256)
def board_of(width: int, height: int) -> Board:
    """Returns the board of that size."""
    stride = width + 1
    cells = tuple(y * stride + x for y in range(1, height + 1) for x in range(1, width + 1))
    inside = sum((1 << width) - 1 << y * stride + 1 for y in range(1, height + 1))
    return Board(width, height, stride, stride * (height + 2) + 1, inside, cells, (-stride, stride, -1, 1))


def set_of(cells: Iterable[int]) -> int:
    """Returns the set that holds `cells`."""
    members = set(cells)
    found = sum(1 << cell for cell in members)
    spend(len(members) * (found.bit_length() + 8_000) // 24_000)
    return found


def cells_of(cells: int) -> Iterator[int]:
    """Returns the members of a set, in order."""
    spend(cells.bit_count() * (cells.bit_length() + 8_000) // 24_000)
    if cells:
        first = first_of(cells)
        bits = f"{cells >> first:b}"[::-1]
        at = 0
        while at >= 0:
            yield first + at
            at = bits.find("1", at + 1)


def first_of(cells: int) -> int:
    """Returns the lowest member of a set that is not empty."""
    return (cells & -cells).bit_length() - 1


def read_rows(rows: Rows, solid: str = WALL) -> tuple[Board, int]:
    """Returns the board of a drawn grid, and the set of its cells that are not `solid`."""
    board = board_of(len(rows[0]), len(rows))
    spend(len(board.cells) // 8)
    bits = ["0" if tile in solid else "1" for row in rows for tile in solid[0] + row]
    return board, int("".join(reversed(bits)), 2) << board.stride


def ring_steps(board: Board) -> int:
    """Returns thousandths of steps that one ring of a search takes, by the length of its integers."""
    return 250 + board.size // 20


def rings(board: Board, opened: int, sources: int) -> list[int]:
    """Returns the sets of open cells at distance 0, 1, 2, … from the nearest of `sources`; none is empty."""
    stride = board.stride
    rest = opened & ~sources
    ring = sources
    found = []
    while ring:
        found.append(ring)
        ring = (ring << 1 | ring >> 1 | ring << stride | ring >> stride) & rest
        rest ^= ring
    spend(len(found) * ring_steps(board) // 1_000 + 1)
    return found


def beside(board: Board, cells: int) -> int:
    """Returns the cells of the grid above, below, left and right of some of `cells`."""
    stride = board.stride
    return (cells << 1 | cells >> 1 | cells << stride | cells >> stride) & board.inside


def connected(board: Board, opened: int) -> bool:
    """Tells whether all open cells are one region; no cell at all is not a region."""
    return opened != 0 and sum(rings(board, opened, opened & -opened)) == opened


def route(board: Board, opened: int, start: int, goal: int) -> list[int]:
    """Returns the cells of a shortest path from `start` to `goal`, both included; empty where there is none.

    Of several shortest paths it is the one that, walked backwards, prefers up, down, left, right in this order.
    """
    stride = board.stride
    target, rest, ring = 1 << goal, opened & ~(1 << start), 1 << start
    passed: list[int] = []
    while ring and not ring & target:
        passed.append(ring)
        ring = (ring << 1 | ring >> 1 | ring << stride | ring >> stride) & rest
        rest ^= ring
    spend(len(passed) * ring_steps(board) // 500)
    return _retrace(board, passed, goal) if ring else []


def _retrace(board: Board, passed: Sequence[int], goal: int) -> list[int]:
    """Returns the path to `goal` through one cell of each ring in `passed`."""
    path = [goal]
    for ring in reversed(passed):
        path.append(next(there for step in board.steps if ring >> (there := path[-1] + step) & 1))
    return path[::-1]


def letters(board: Board, path: Sequence[int]) -> str:
    """Returns the moves along a path, one of U D L R each."""
    names = dict(zip(board.steps, "UDLR", strict=True))
    return "".join(names[after - before] for before, after in itertools.pairwise(path))


def longest_route(board: Board, opened: int) -> list[int]:
    """Returns the cells of a shortest path between two open cells that are as far apart as any; `opened` is one region.

    Two sweeps guess the ends. Whoever beats the guess has an end further than half of it from its middle: only those
    cells are swept too, and each sweep clears the cells around it that cannot do better (the triangle inequality, as
    in Takes and Kosters 2011, doi:10.1145/2063576.2063748).
    """
    start = first_of(rings(board, opened, opened & -opened)[-1])
    sweep = rings(board, opened, 1 << start)
    goal, length = first_of(sweep[-1]), len(sweep) - 1
    path = _retrace(board, sweep[:-1], goal)
    middle = set_of(path[length // 2 : length - length // 2 + 1])
    hopeful = sum(rings(board, opened, middle)[length // 2 + 1 :])
    ends = start, goal
    while hopeful:
        cell = first_of(hopeful)
        sweep = rings(board, opened, 1 << cell)
        reach = len(sweep) - 1
        if reach > length:
            ends, length = (cell, first_of(sweep[-1])), reach
        for ring in sweep[: length - reach + 1]:
            hopeful &= ~ring
    return path if ends == (start, goal) else route(board, opened, *ends)
