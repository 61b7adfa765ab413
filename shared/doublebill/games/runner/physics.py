"""The physics of scrolling run-and-jump levels: the effect of each of the moves l r n L R N.

What a tile is follows from its name. Solid are ground, wall, block, prize, spent prize, pipe left, pipe right and
cannon; enemies and spikes kill a player in their cell; everything else is open. Enemies stand still. Outside of the
grid it is solid to the left, to the right and above; what lies below its last row kills.

Where one is: a cell (x, y), y counted downwards, and two velocities in cells a step, vx (to the right) and vy (down).
One begins in the player's cell with both 0, in no jump. One stands in no jump while vy is 0 and the cell beneath is
solid. Each step has one letter: l to the left, r to the right, n neither; the capitals L R N are the same with the jump
held. The numbers are those of `runner.runner_physics`, here with their defaults in brackets. In each step:

1. vx. With a side, vx grows by 1 to that side, up to run_speed (2); without one it goes by 1 towards 0.
2. Jumping. Who stands and holds the jump begins one. Its steps rise, with n of the cells of jump_height (4) left, by
   2⌊√n⌋ - 1 cells (3, then 1); hang_time (0) steps follow with vy = 0. Each next step of a jump needs it held; once it
   is not, or after its last step, the jump is over with vy = 1. Nothing else happens to vy before the third part.
3. Across. One moves cell by cell, as many as vx has; before a solid cell one stops, and vx is 0.
4. Falling. Who was in no jump and began none in the second part stands now if the cell beneath is solid: vy = 0. Else
   one falls: vy = 1 if it was 0, else fall_speed (3).
5. Up or down. One moves cell by cell, as many as vy has; before a solid cell one stops, vy is 0, and a jump is over.

In every cell that one enters, also within a step: what kills ends it there, the exit finishes the level there. So a
jump that is held gains four cells, and from a run it leads over nine columns without ground; who runs with vx = 2
passes over a hole of one column.

With a `gap` one moves at most gap + 1 cells across since the last cell with a solid one beneath, or the first cell of
all; then one stops as before a solid cell. So nobody crosses more columns than that, however high their sides are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from doublebill.games.grids.grid import Rows
from doublebill.games.runner.runner_physics import USUAL, RunnerPhysics
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
type Cell = tuple[int, int]

type State = tuple[int, int, int, int]
"""Number of the cell, vx, phase, and cells across since there was ground beneath (0 where no gap limits them).

The phase is vy where it is not negative; -n has n steps of a jump ahead if it is held, that of its last move included.
"""


@dataclass(frozen=True, slots=True)
class Terrain:
    """A drawn grid as its physics sees it; the cell (x, y) has number (x + 1) * stride + y + 1."""

    natures: bytes
    """The nature of each cell, column by column; a row above and below and a column to each side frame the grid."""
    stride: int
    """From a cell to the one right of it."""
    physics: RunnerPhysics = USUAL

    def number(self, x: int, y: int) -> int:
        """Returns the number of a cell."""
        return (x + 1) * self.stride + y + 1

    def xy(self, cell: int) -> Cell:
        """Returns the place of a cell."""
        return cell // self.stride - 1, cell % self.stride - 1


def read_terrain(columns: Sequence[str], natures: Mapping[str, int], physics: RunnerPhysics = USUAL) -> Terrain:
    """Returns the terrain of a level's columns, each from the top; `natures` gives the nature of each tile."""
    spend(len(columns))
    table = str.maketrans({tile: chr(nature) for tile, nature in natures.items()})
    framed = "".join([chr(SOLID) + column.translate(table) + chr(DEADLY) for column in columns])
    stride = len(columns[0]) + 2
    side = bytes([SOLID]) * stride
    return Terrain(side + framed.encode() + side, stride, physics)


def columns_of(rows: Rows) -> list[str]:
    """Returns the columns of a drawn grid, each from the top."""
    return ["".join(column) for column in zip(*rows, strict=True)]


def rows_of(columns: Sequence[str]) -> Rows:
    """Returns the grid that those columns are."""
    return tuple("".join(row) for row in zip(*columns, strict=True))


def faster(vx: int, side: int, run_speed: int) -> int:
    """Returns the velocity across after the first part of a step."""
    if side:
        return max(-run_speed, min(run_speed, vx + side))
    return vx - (vx > 0) + (vx < 0)


def step(terrain: Terrain, state: State, letter: str) -> tuple[State, list[int]]:
    """Returns the state that a move leads to, and the cells that it enters; the last may kill or finish the level."""
    cell, vx, phase, far = state
    natures, physics = terrain.natures, terrain.physics
    jump, gap = physics.jump, physics.gap
    jump_pressed = letter.isupper()
    jumps = jump_pressed and phase == 0 and natures[cell + 1] == SOLID
    in_jump = phase < 0 or jumps
    vx = faster(vx, SIDES[letter], physics.run_speed)
    if in_jump:
        phase = -len(jump) if jumps else phase + 1 if jump_pressed and phase < -1 else 1
    passed: list[int] = []
    for _ in range(abs(vx)):
        ahead = cell + (terrain.stride if vx > 0 else -terrain.stride)
        if natures[ahead] == SOLID or (gap is not None and far > gap):
            vx = 0
            break
        cell = ahead
        passed.append(cell)
        far = 0 if gap is None or natures[cell + 1] == SOLID else far + 1
        if natures[cell] in (DEADLY, DONE):
            return (cell, vx, phase, far), passed
    if not in_jump:
        phase = 0 if natures[cell + 1] == SOLID else 1 if phase == 0 else physics.fall_speed
    vy = jump[phase] if phase < 0 else phase
    for _ in range(abs(vy)):
        ahead = cell + (1 if vy > 0 else -1)
        if natures[ahead] == SOLID:
            phase = 0
            break
        cell = ahead
        passed.append(cell)
        if natures[cell] in (DEADLY, DONE):
            break
    return (cell, vx, phase, 0 if natures[cell + 1] == SOLID else far), passed


def ran(terrain: Terrain, start: int, moves: str) -> tuple[list[int], bool]:
    """Returns the cells that the moves pass, the start first, and whether their last letter enters the exit.

    They end where one is killed or has finished.
    """
    spend(2 * len(moves))
    cells, state = [start], (start, 0, 0, 0)
    for number, letter in enumerate(moves, 1):
        state, passed = step(terrain, state, letter)
        cells += passed
        if passed and terrain.natures[cells[-1]] in (DEADLY, DONE):
            return cells, terrain.natures[cells[-1]] == DONE and number == len(moves)
    return cells, False


def jumps_of(terrain: Terrain, start: int, moves: str) -> int:
    """Counts the jumps that begin on the way of the moves."""
    spend(2 * len(moves))
    state, count = (start, 0, 0, 0), 0
    for letter in moves:
        cell, _, phase, _ = state
        count += letter.isupper() and phase == 0 and terrain.natures[cell + 1] == SOLID
        state, _ = step(terrain, state, letter)
    return count
