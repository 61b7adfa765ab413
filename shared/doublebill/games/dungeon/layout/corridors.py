"""Corridors: one cell wide, dug through solid rock, from one room to another or to a corridor that leads there.

A corridor touches open cells only at its two ends. So one that joins two regions makes no loop, one within a region
makes exactly one, and a door at an end of it bars it.
"""

from collections.abc import Sequence

from doublebill.games.dice import Dice
from doublebill.games.dungeon.layout.bit_shapes import grown, single_contacts
from doublebill.games.dungeon.layout.neighbour_graph import Pairs
from doublebill.games.grids.grid import Board, beside, cells_of, first_of, ring_steps
from doublebill.games.step_budget import spend

CORRIDOR_RINGS = 8
"""Rings that take as much work as finding the ends of a corridor."""

STUB = 2, 5
"""Fewest and most cells of a corridor that ends nowhere."""


class Digging:
    """A dungeon while its corridors are dug."""

    def __init__(self, board: Board, rooms: Sequence[int], vaults: Sequence[int] = (), solid: int = 0) -> None:
        self.board = board
        self.rooms = rooms
        self.vaults = vaults
        """The sets of open cells of the vaults."""
        self.opened = 0
        for room in (*rooms, *vaults):
            self.opened |= room
        stride = board.stride
        inside = board.inside
        # the walls of vaults stay
        self._inner = inside & inside << stride & inside >> stride & inside << 1 & inside >> 1 & ~solid

    def corridor(self, sources: int, targets: int) -> int:
        """Returns the cells of a shortest corridor between two sets of open cells; 0 where there is none."""
        solid = self._inner & ~self.opened
        ends = single_contacts(self.board, self.opened) & solid
        starts, goals = ends & beside(self.board, sources), ends & beside(self.board, targets)
        return straight_path(self.board, (solid & ~grown(self.board, self.opened)) | goals, starts & ~goals, goals)

    def stub(self, dice: Dice) -> int:
        """Returns the cells of a corridor that ends nowhere; 0 where none was found from where the dice fell."""
        solid = self._inner & ~self.opened
        ends = single_contacts(self.board, self.opened) & solid
        clear = solid & ~grown(self.board, self.opened)
        starts = list(cells_of(ends & beside(self.board, clear)))
        if not starts:
            return 0
        start = dice.choice(starts)
        step = next(step for step in self.board.steps if self.opened >> (start - step) & 1)
        length, cells = dice.between(*STUB), 1 << start
        for at in range(1, length):
            if not clear >> (start + at * step) & 1:
                break
            cells |= 1 << start + at * step
        return cells if cells.bit_count() >= STUB[0] else 0


def join_rooms(digging: Digging, pairs: Pairs, spare: Pairs) -> bool:
    """Digs corridors until all rooms and vaults are one region without a further loop; returns whether they are.

    Pairs are joined in their order, those that are joined already left out; the `spare` ones only where it takes them.
    """
    rooms = [*digging.rooms, *digging.vaults]
    groups = list(range(len(rooms)))
    corridors = [0] * len(groups)
    left = len(groups) - 1
    for few in (pairs, spare, spare):
        for a, b in few:
            if left and groups[a] != groups[b]:
                one, other = groups[a], groups[b]
                path = digging.corridor(rooms[a] | corridors[one], rooms[b] | corridors[other])
                if path:
                    digging.opened |= path
                    corridors[one] |= corridors[other] | path
                    groups = [one if group == other else group for group in groups]
                    left -= 1
    return left == 0


def straight_path(board: Board, allowed: int, starts: int, goals: int) -> int:
    """Returns the cells of a shortest path in `allowed` from `starts` to `goals`, with few turns; 0 where none is."""
    stride = board.stride
    rest, ring = allowed & ~starts, starts
    passed: list[int] = []
    while ring and not ring & goals:
        passed.append(ring)
        ring = (ring << 1 | ring >> 1 | ring << stride | ring >> stride) & rest
        rest ^= ring
    spend((len(passed) + CORRIDOR_RINGS) * ring_steps(board) // 500)
    if not ring:
        return 0
    cell = first_of(ring & goals)
    path, straight = 1 << cell, board.steps[0]
    for before in reversed(passed):
        straight = next(step for step in (straight, *board.steps) if before >> (cell + step) & 1)
        cell += straight
        path |= 1 << cell
    return path
