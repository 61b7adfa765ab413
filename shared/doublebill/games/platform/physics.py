"""The physics of single-screen platform levels: the effect of each of the moves L R J W.

Where one is: a cell and a phase. The phases are FREE (standing where the cell beneath is solid, else falling), RISING
(one more cell to rise) and HANGING. Walls and everything outside the grid are solid; all other tiles are air, spikes
too. One begins in the start cell, FREE. Each step has one letter and two parts, first across, then up or down:

- across: L or R moves one cell to that side. Where that cell is solid, one stays in one's column. While HANGING there
  is no way across: L and R do what W does.
- FREE, the cell beneath solid: one stays on it. So one stands at once where one lands, and walks with L and R.
- FREE, the cell beneath not solid: one falls into it. So who walks off an edge moves across and down in one step, and
  a gap of one cell is not walked over.
- J only while standing, and only where the cell above is not solid: one rises into it and is RISING. Nothing goes
  across in this step.
- RISING, the cell above not solid: one rises into it and is HANGING. RISING under something solid: one stays, which
  takes the place of hanging, and is FREE.
- HANGING: one stays, and is FREE. What lies beneath who is RISING or HANGING stops nothing; landing is for the FREE.

W moves nothing across. Spikes kill a player in their cell after either part. Key and diamonds are taken, and the
exit ends the level for who has the key, in the cell where a step ends; without the key the exit is air.

Sets of places are `States`: for each phase the set of cells, a bit board of `grid`. A scene of two planes has every
cell twice, without the key and (`size` bits further) with it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from doublebill.games.grids.grid import Board, Rows
from doublebill.games.grids.steps import Place, is_open
from doublebill.games.step_budget import spend

SPIKE = "^"
FREE, RISING, HANGING = range(3)
LETTERS = "LRJW"
ACROSS = {"L": -1, "R": 1, "J": 0, "W": 0}

type States = tuple[int, int, int]
"""The sets of cells in which one is FREE, RISING, HANGING."""

type Body = tuple[int, int, int]
"""x, y and phase."""

NOWHERE: States = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Scene:
    """A grid as its physics sees it; all fields are sets of cells, on one plane or two."""

    stride: int
    """From a cell to the one below it."""
    safe: int
    """Air without spikes."""
    footing: int
    """Air, the cell beneath solid."""
    ceiling: int
    """Air, the cell above solid."""

    def walked(self, states: States) -> States:
        """Returns the places that one step other than a jump leads to."""
        free, rising, hanging = states
        safe, stride = self.safe, self.stride
        free |= (free << 1 | free >> 1) & safe
        standing = free & self.footing
        free = standing | (free ^ standing) << stride & safe | hanging
        if rising:
            rising |= (rising << 1 | rising >> 1) & safe
            return free | rising & self.ceiling, 0, rising >> stride & safe
        return free, 0, 0

    def jumped(self, states: States) -> States:
        """Returns the places that a jump leads to."""
        return 0, (states[FREE] & self.footing) >> self.stride & self.safe, 0

    def walked_from(self, states: States) -> States:
        """Returns the places from where one step other than a jump leads to `states`."""
        free, _, hanging = states
        safe, stride = self.safe, self.stride
        before = free & self.footing | free >> stride & safe
        rising = hanging << stride & safe | free & self.ceiling
        return before | (before << 1 | before >> 1) & safe, rising | (rising << 1 | rising >> 1) & safe, free

    def jumped_from(self, states: States) -> States:
        """Returns the places from where a jump leads to `states`."""
        return states[RISING] << self.stride & self.footing & self.safe, 0, 0


def scene(board: Board, air: int, spikes: int = 0, planes: int = 1) -> Scene:
    """Returns the scene of a board with these cells of air, of which some hold `spikes`."""
    footing, ceiling = air & ~(air >> board.stride), air & ~(air << board.stride)
    sets = (air & ~spikes, footing, ceiling)
    if planes == 2:
        sets = tuple(cells | cells << board.size for cells in sets)  # type: ignore[assignment]  # three as before
    return Scene(board.stride, *sets)


def united(one: States, other: States) -> States:
    """Returns the places in either."""
    return one[0] | other[0], one[1] | other[1], one[2] | other[2]


def without(these: States, others: States) -> States:
    """Returns the places in `these` and not in `others`."""
    return these[0] & ~others[0], these[1] & ~others[1], these[2] & ~others[2]


def spread(fresh: States, further: Callable[[States], States], reached: States = NOWHERE) -> States:
    """Returns all places that `further` leads to from `fresh`, again and again, with those `reached` before."""
    fresh = without(fresh, reached)
    while fresh != NOWHERE:
        spend(3)
        reached = united(reached, fresh)
        fresh = without(further(fresh), reached)
    return reached


def by_jumps(sources: States, walked: Callable[[States], States], jumped: Callable[[States], States]) -> list[States]:
    """Returns the places that 0, 1, 2, … jumps or fewer lead to, until more jumps lead to no more."""
    reached = spread(sources, walked)
    layers = [reached]
    while (more := spread(jumped(reached), walked, reached)) != reached:
        reached = more
        layers.append(reached)
    return layers


def step(rows: Rows, place: Body, letter: str) -> Body | None:
    """Returns the place that a move leads to on the drawn tiles; None if it kills or is no jump."""
    x, y, phase = place
    if letter == "J":
        if phase != FREE or not solid(rows, x, y + 1) or solid(rows, x, y - 1):
            return None
        return None if rows[y - 1][x] == SPIKE else (x, y - 1, RISING)
    if phase != HANGING and not solid(rows, x + ACROSS[letter], y):
        x += ACROSS[letter]
    if rows[y][x] == SPIKE:
        return None
    if phase == FREE:
        y, phase = y if solid(rows, x, y + 1) else y + 1, FREE
    elif phase == RISING and not solid(rows, x, y - 1):
        y, phase = y - 1, HANGING
    else:
        phase = FREE
    return None if rows[y][x] == SPIKE else (x, y, phase)


def solid(rows: Rows, x: int, y: int) -> bool:
    """Tells whether there is a wall or the outside of the grid."""
    return not is_open(rows, (x, y))


def passed(rows: Rows, start: Place, moves: str) -> list[Place]:
    """Returns the cells in which the steps end, the start first; it ends before a step that kills or is no jump."""
    place: Body = (*start, FREE)
    cells = [start]
    for letter in moves:
        after = step(rows, place, letter)
        if after is None:
            break
        place = after
        cells.append(place[:2])
    return cells
