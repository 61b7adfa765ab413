"""Trails: paths that wind through a grid and never touch themselves.

No cell of a trail has another beside it than the one before and the one after. So a trail is the only, hence the
shortest, path between any two of its cells, and a part of a trail is a trail: one that is too long is cut to measure.
"""

import functools
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from doublebill.games.dice import Dice
from doublebill.games.grids.grid import Board
from doublebill.games.step_budget import spend

TAKEN, OUTSIDE = 16, 32
ONWARD = (1, 500, 200, 100)
"""Weight of a step by the number of free cells beyond it: steps with few hug the edge, steps with none are avoided."""

BITES = 60
"""Detours tried on each trail, plus one for every four cells of the grid, before a new trail is started."""

STARTS, FORKS = 3, 6
"""Trails started before the longest is returned, and forks tried before none is."""


def wind(board: Board, length: int, dice: Dice, straight: int, centred: bool = False) -> list[int]:
    """Returns the cells of a random trail of `length` moves, or of the longest found where no start came that far.

    `straight` is how much likelier going on is than turning; a `centred` trail has its middle about the grid's.
    """
    best: list[int] = []
    for _ in range(STARTS):
        trail = _Trail(board, dice, straight, hug=5 * length > len(board.cells), centred=centred)
        trail.grow(length, BITES + len(board.cells) // 4)
        if len(trail.path) > length:
            return trail.path[: length + 1]
        best = max(best, trail.path, key=len)
    return best


def fork(board: Board, trail: Sequence[int], length: int, joint: tuple[int, int], dice: Dice) -> list[int]:
    """Returns a path of `length` moves that leaves a trail somewhere within the numbers `joint` of its cells.

    It begins at the trail's first cell and touches the trail nowhere else; empty where none was found.
    """
    for _ in range(FORKS):
        path = list(trail[: dice.between(*joint) + 1])
        passed = set(trail)
        while len(path) <= length:
            free = [cell for step in board.steps if _is_tip(board, cell := path[-1] + step, passed)]
            if not free:
                break
            path.append(dice.choice(free))
            passed.add(path[-1])
        else:
            return path
    return []


def _is_tip(board: Board, cell: int, passed: AbstractSet[int]) -> bool:
    """Tells whether the cell is free and beside one cell only of those that were passed."""
    return bool(
        board.inside >> cell & 1 and cell not in passed and sum(cell + step in passed for step in board.steps) == 1
    )


def serpentine(board: Board, length: int, dice: Dice) -> list[int]:
    """Returns a trail of `length` moves to and fro in parallel lines; a shorter one where the grid is full."""
    across = [_to_and_fro(board.width, board.height), [(x, y) for y, x in _to_and_fro(board.height, board.width)]]
    enough = [path for path in across if len(path) > length] or [max(across, key=len)]
    path = dice.choice(enough)
    skipped = dice.below(max(len(path) - length, 1))
    flip_x, flip_y = dice.below(2), dice.below(2)
    return [
        board.cells[(board.height - 1 - y if flip_y else y) * board.width + (board.width - 1 - x if flip_x else x)]
        for x, y in path[skipped : skipped + length + 1]
    ]


def _to_and_fro(width: int, height: int) -> list[tuple[int, int]]:
    path: list[tuple[int, int]] = []
    for y in range(height):
        row = range(width) if y % 4 == 0 else range(width - 1, -1, -1)
        ends = [width - 1 if y % 4 == 1 else 0]
        path.extend((x, y) for x in (ends if y % 2 else row))
    return path


@functools.lru_cache(maxsize=64)
def _untouched(board: Board) -> bytes:
    """Returns the state of each cell of a grid without a trail."""
    state = bytearray([OUTSIDE]) * board.size
    for cell in board.cells:
        state[cell] = 0
    return bytes(state)


class _Trail:
    """A trail that grows at its head, the end of `path`."""

    def __init__(self, board: Board, dice: Dice, straight: int, hug: bool, centred: bool) -> None:
        self.steps = board.steps
        self.dice = dice
        self.straight = straight
        self.hug = hug
        self.centred = centred
        self.going = 0
        self.path: list[int] = []
        # per cell: how many cells of the trail are beside it, plus TAKEN when it is one of them
        self.state = bytearray(_untouched(board))
        middle = board.cells[len(board.cells) // 2 + (board.width // 2 if board.height % 2 == 0 else 0)]
        self._take(middle if centred else dice.choice(board.cells))

    def grow(self, length: int, bites: int) -> None:
        """Makes the trail longer than `length` moves, unless that takes more detours than `bites`."""
        stuck = 0
        while len(self.path) <= length:
            spend(2)
            if self._step():
                stuck = 0
                if self.centred:
                    self._turn()
                continue
            self._turn()
            stuck += 1
            if stuck >= 2:
                if bites == 0:
                    return
                bites -= 1
                stuck = self._bite() or self._retreat()

    def _take(self, cell: int) -> None:
        self.path.append(cell)
        self.state[cell] += TAKEN
        for step in self.steps:
            self.state[cell + step] += 1

    def _drop(self, cell: int) -> None:
        self.state[cell] -= TAKEN
        for step in self.steps:
            self.state[cell + step] -= 1

    def _turn(self) -> None:
        self.path.reverse()
        self.going = self.path[-1] - self.path[-2] if len(self.path) > 1 else 0

    def _step(self) -> bool:
        """Tells whether the head could go on to a cell that only it is beside."""
        state, head = self.state, self.path[-1]
        up, down, left, right = self.steps
        steps = [step for step in self.steps if state[head + step] == 1]
        if not steps:
            return False
        if len(steps) > 1:
            weights = [self.straight if step == self.going else 1 for step in steps]
            if self.hug:
                for n, step in enumerate(steps):
                    cell = head + step
                    onward = (
                        (not state[cell + up])
                        + (not state[cell + down])
                        + (not state[cell + left])
                        + (not state[cell + right])
                    )
                    weights[n] *= ONWARD[onward]
            self.going = steps[self.dice.weighted(weights)]
        else:
            self.going = steps[0]
        self._take(head + self.going)
        return True

    def _bite(self) -> int:
        """Lets the head take over a free cell beside a second cell of the trail; returns 1 if it could.

        The cell after that second one is dropped and what followed it walks backwards: same length, another head.
        """
        spend(3 + len(self.path) // 150)
        if self.dice.below(2):
            self.path.reverse()
        head = self.path[-1]
        bites = [
            (head + step, head + step + other)
            for step in self.steps
            if self.state[head + step] == 2
            for other in self.steps
            if TAKEN <= self.state[head + step + other] < OUTSIDE and other != -step
        ]
        if not bites:
            return 0
        cell, bitten = self.dice.choice(bites)
        place = self.path.index(bitten) + 1
        self._drop(self.path[place])
        rest = self.path[:place:-1]
        del self.path[place:]
        self._take(cell)
        self.path += rest
        self.going = 0
        return 1

    def _retreat(self) -> int:
        """Drops up to three cells at the head; returns 0 or 1 at random."""
        for _ in range(min(self.dice.between(1, 3), len(self.path) - 3)):
            self._drop(self.path.pop())
        self.going = 0
        return self.dice.below(2)
