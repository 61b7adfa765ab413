"""Carving: opening cells around a trail without making any path along it shorter, or closing cells at random."""

from collections.abc import Sequence
from heapq import heappop, heappush

from doublebill.games.dice import Dice
from doublebill.games.grids.grid import Board, connected
from doublebill.games.step_budget import spend

SOLID, EDGE = -1, -2
"""Labels of a cell that may be opened, and of a cell outside of the grid."""

REACHED, JOINT = -3, -4
"""Labels, while branches grow, of a solid cell beside one open cell, and beside more."""

CORRIDORS_UP_TO, SCATTER_FROM = 62, 75
"""Percent of open cells: the most that corridors reach, and the least from which walls are scattered instead."""

NOISE_BITS = 16
NOISE = (1 << NOISE_BITS) - 1
CELL_BITS = 17
"""Bits of a cell number: boards have up to 258 × 257 of them."""
CELL = (1 << CELL_BITS) - 1


class Carving:
    """A grid that is being opened, cell by cell, until `left` more are open.

    Each open cell is labelled with its distance from a root, and every cell that is opened keeps those labels true:
    labels beside it differ by two at most, so that a path through it is no shorter than one that was there. `depth`
    bounds an open cell's distance from some middle and grows no larger than `deepest`: so no two cells are further
    apart than the middle lets them be.
    """

    def __init__(self, board: Board, trail: Sequence[int], root: int = 0) -> None:
        """Starts a carving of `trail` alone, rooted at its cell number `root`, without a limit of depth."""
        spend(len(board.cells) // 8)
        self.board = board
        self.distance = [EDGE] * board.size
        self.depth = [0] * board.size
        self.deepest = len(board.cells)
        for cell in board.cells:
            self.distance[cell] = SOLID
        for position, cell in enumerate(trail):
            self.distance[cell] = abs(position - root)
        self.left = 0
        """Cells still to be opened."""

    def add(self, path: Sequence[int]) -> None:
        """Opens a path from the root that keeps the labels true."""
        for position, cell in enumerate(path):
            self.distance[cell] = position

    def keep_within(self, trail: Sequence[int]) -> None:
        """Limits depth so that no two cells come to be further apart than the ends of `trail`."""
        reach = len(trail) - 1
        self.deepest = reach // 2
        for position, cell in enumerate(trail):
            self.depth[cell] = abs(2 * position - reach) // 2

    @property
    def opened(self) -> list[int]:
        """The open cells, row by row."""
        return [cell for cell in self.board.cells if self.distance[cell] >= 0]

    def spur(self, dice: Dice, distance: int) -> bool:
        """Tells whether one more cell at that distance from the root could be opened with the labels kept true."""
        spend(len(self.board.cells))
        options = []
        for cell in self.board.cells:
            near = [self.distance[cell + step] for step in self.board.steps if self.distance[cell + step] >= 0]
            if self.distance[cell] == SOLID and near and min(near) == distance - 1 and max(near) <= distance + 1:
                options.append(cell)
        if options:
            self.distance[dice.choice(options)] = distance
        return bool(options)

    def open(self, count: int, halls: bool, dice: Dice) -> None:
        """Opens cells until `count` are open or no more can be: in halls, or else in corridors as long as these do."""
        spend(3 * count)
        self.left = count - len(self.opened)
        if not halls:
            self._branch(dice, drift=-(1 << dice.between(9, 14)))
        self._flood(dice, breadth=int(halls))

    def _branch(self, dice: Dice, drift: int) -> None:
        """Opens cells that are beside exactly one open cell: corridors that never join.

        The further below zero `drift`, the more does the newest cell go on first, and the longer the corridors.
        """
        distance, depth, steps, draw = self.distance, self.depth, self.board.steps, dice.draw
        heap: list[int] = []
        turn, parents = 0, self.opened
        while True:
            for parent in parents:
                for step in steps:
                    cell = parent + step
                    if distance[cell] == SOLID:
                        distance[cell] = REACHED
                        heappush(heap, ((drift * turn + (draw() & NOISE)) << CELL_BITS | parent) << CELL_BITS | cell)
                    elif distance[cell] == REACHED:
                        distance[cell] = JOINT
            if not heap or self.left <= 0:
                break
            key = heappop(heap)
            cell, parent = key & CELL, key >> CELL_BITS & CELL
            parents = []
            if distance[cell] == REACHED and depth[parent] < self.deepest:
                distance[cell], depth[cell] = distance[parent] + 1, depth[parent] + 1
                self.left -= 1
                turn += 1
                parents = [cell]
        for cell in self.board.cells:
            if distance[cell] < 0:
                distance[cell] = SOLID

    def _flood(self, dice: Dice, breadth: int) -> None:
        """Opens any cell beside an open one that keeps the labels true.

        With a `breadth` of one those nearest to the root come first, which opens most; with zero the order is random.
        """
        distance, depth, steps = self.distance, self.depth, self.board.steps
        heap: list[int] = []
        parents = self.opened if self.left > 0 else []
        while True:
            for parent in parents:
                base = breadth * distance[parent] << NOISE_BITS
                for step in steps:
                    if distance[parent + step] == SOLID:
                        heappush(heap, base + (dice.draw() & NOISE) << CELL_BITS | parent + step)
            if not heap or self.left <= 0:
                break
            cell = heappop(heap) & CELL
            parents = []
            if distance[cell] != SOLID:
                continue
            beside = [cell + step for step in steps if distance[cell + step] >= 0]
            near = [distance[there] for there in beside]
            deep = min([depth[there] for there in beside])
            if max(near) - min(near) <= 2 and deep < self.deepest:
                distance[cell], depth[cell] = min(near) + 1, deep + 1
                self.left -= 1
                parents = [cell]


def scatter(board: Board, count: int, dice: Dice) -> int:
    """Returns a set of `count` open cells, one region, with the walls scattered at random."""
    opened, left = board.inside, len(board.cells) - count
    order = list(board.cells)
    dice.shuffle(order)
    while left > 0:
        # a cell that holds two parts together now may hold nothing together when others are closed
        holding = []
        spend(2 * len(order))
        for cell in order:
            rest = opened ^ 1 << cell
            if left > 0 and (_is_passed_by(board, rest, cell) or connected(board, rest)):
                opened = rest
                left -= 1
            else:
                holding.append(cell)
        order = holding
    return opened


def _is_passed_by(board: Board, opened: int, cell: int) -> bool:
    """Tells whether the open cells beside `cell` are one region already among the eight cells around it."""
    up, down, left, right = board.steps
    around = [opened >> cell + step & 1 for step in (up, up + right, right, down + right, down, down + left, left)]
    around += [opened >> cell + up + left & 1, *around[:1]]
    breaks = sum(around[i] and not (around[i + 1] and around[i + 2]) for i in (0, 2, 4, 6))
    return breaks <= 1
