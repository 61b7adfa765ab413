"""The physics of scrolling run-and-jump levels: the effect of each of the moves l r n L R N.

What a tile is follows from its name. Solid are ground, wall, block, prize, spent prize, pipe left, pipe right and
cannon; enemies and spikes kill a player in their cell; everything else is open. Enemies stand still. Outside of the
grid it is solid to the left, to the right and above; what lies below its last row kills.

Where one is: a cell (x, y), y counted downwards, and two velocities in cells a step, vx (to the right) and vy (down).
One begins in the player's cell with both 0. One stands while vy is 0 and the cell beneath is solid. Each step has one
letter: l to the left, r to the right, n neither; the capitals L R N are the same with the jump held. In each step:

1. vx. With a side, vx grows by 1 to that side, up to 2; without one it goes by 1 towards 0.
2. Rising. Who stands and holds the jump gets vy = -3. Who was rising (vy < 0) gets vy + 2 while the jump is held,
   which is -1 and then 1, and vy = 1 once it is not. Nothing else happens to vy before the third part.
3. Across. One moves cell by cell, as many as vx has; before a solid cell one stops, and vx is 0.
4. Falling. Who was not rising and did not jump in the second part stands now if the cell beneath is solid: vy = 0. Else
   one falls: vy = 1 if it was 0, else 3.
5. Up or down. One moves cell by cell, as many as vy has; before a solid cell one stops, and vy is 0.

In every cell that one enters, also within a step: what kills ends it there, the exit finishes the level there. So a
jump that is held gains four cells, and from a run it leads over nine columns without ground; who runs with vx = 2
passes over a hole of one column.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from doublebill.games.grids.grid import Rows
from doublebill.games.step_budget import spend

AIR, PLAYER, EXIT, ENEMY, SPIKE, COIN = "air", "player", "exit", "enemy", "spike", "coin"
OPEN, SOLID, DEADLY, DONE = range(4)

NATURES: Mapping[str, int] = {
    AIR: OPEN,
    PLAYER: OPEN,
    COIN: OPEN,
    EXIT: DONE,
    ENEMY: DEADLY,
    SPIKE: DEADLY,
    **dict.fromkeys(
        ("ground", "wall", "block", "prize", "spent prize", "pipe left", "pipe right", "cannon"),
        SOLID,
    ),
}
"""Name of a tile → its nature for the player."""

SIDES: Mapping[str, int] = {"l": -1, "r": 1, "n": 0, "L": -1, "R": 1, "N": 0}
MOST_ACROSS, MOST_DOWN, JUMP, SLOWER = 2, 3, -3, 2
"""Highest vx; highest vy; vy at the start of a jump; vy lost while rising, in a step."""

type Cell = tuple[int, int]

type State = tuple[int, int, int]
"""Number of the cell, vx, vy."""


@dataclass(frozen=True, slots=True)
class Terrain:
    """A drawn grid as its physics sees it; the cell (x, y) has number (x + 1) * stride + y + 1."""

    natures: bytes
    """The nature of each cell, column by column; a row above and below and a column to each side frame the grid."""
    stride: int
    """From a cell to the one right of it."""

    def number(self, x: int, y: int) -> int:
        """Returns the number of a cell."""
        return (x + 1) * self.stride + y + 1

    def xy(self, cell: int) -> Cell:
        """Returns the place of a cell."""
        return cell // self.stride - 1, cell % self.stride - 1


def read_terrain(columns: Sequence[str], natures: Mapping[str, int]) -> Terrain:
    """Returns the terrain of a level's columns, each from the top; `natures` gives the nature of each tile."""
    spend(len(columns))
    table = str.maketrans({tile: chr(nature) for tile, nature in natures.items()})
    framed = "".join([chr(SOLID) + column.translate(table) + chr(DEADLY) for column in columns])
    stride = len(columns[0]) + 2
    side = bytes([SOLID]) * stride
    return Terrain(side + framed.encode() + side, stride)


def columns_of(rows: Rows) -> list[str]:
    """Returns the columns of a drawn grid, each from the top."""
    return ["".join(column) for column in zip(*rows, strict=True)]


def rows_of(columns: Sequence[str]) -> Rows:
    """Returns the grid that those columns are."""
    return tuple("".join(row) for row in zip(*columns, strict=True))


def faster(vx: int, side: int) -> int:
    """Returns the velocity across after the first part of a step."""
    if side:
        return max(-MOST_ACROSS, min(MOST_ACROSS, vx + side))
    return vx - (vx > 0) + (vx < 0)


def step(terrain: Terrain, state: State, letter: str) -> tuple[State, list[int]]:
    """Returns the state that a move leads to, and the cells that it enters; the last may kill or finish the level."""
    cell, vx, vy = state
    natures = terrain.natures
    jump_pressed = letter.isupper()
    jumps = jump_pressed and vy == 0 and natures[cell + 1] == SOLID
    rises = vy < 0 or jumps
    vx = faster(vx, SIDES[letter])
    if rises:
        vy = JUMP if jumps else vy + SLOWER if jump_pressed else 1
    passed: list[int] = []
    vx = _moved(natures, passed, cell, vx, terrain.stride)
    cell = passed[-1] if passed else cell
    if passed and natures[cell] in (DEADLY, DONE):
        return (cell, vx, vy), passed
    if not rises:
        vy = 0 if natures[cell + 1] == SOLID else 1 if vy == 0 else MOST_DOWN
    vy = _moved(natures, passed, cell, vy, 1)
    return (passed[-1] if passed else cell, vx, vy), passed


def _moved(natures: bytes, passed: list[int], cell: int, velocity: int, to: int) -> int:
    """Returns the velocity after moving with it cell by cell, which adds to those `passed`; it ends where that ends."""
    to = to if velocity > 0 else -to
    for _ in range(abs(velocity)):
        if natures[cell + to] == SOLID:
            return 0
        cell += to
        passed.append(cell)
        if natures[cell] in (DEADLY, DONE):
            break
    return velocity


def ran(terrain: Terrain, start: int, moves: str) -> tuple[list[int], bool]:
    """Returns the cells that the moves pass, the start first, and whether their last letter enters the exit.

    They end where one is killed or has finished.
    """
    spend(2 * len(moves))
    cells, state = [start], (start, 0, 0)
    for number, letter in enumerate(moves, 1):
        state, passed = step(terrain, state, letter)
        cells += passed
        if passed and terrain.natures[cells[-1]] in (DEADLY, DONE):
            return cells, terrain.natures[cells[-1]] == DONE and number == len(moves)
    return cells, False
