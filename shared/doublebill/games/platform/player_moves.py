"""The moves of one player of platform levels on the drawn tiles, by the physics of `platform.physics`."""

from doublebill.games.grids.grid import Rows
from doublebill.games.grids.steps import Place, is_open
from doublebill.games.platform.platform_physics import USUAL, PlatformPhysics

SPIKE = "^"
FREE = 0
LETTERS, RUNNING_LETTERS = "LRJW", "LRlrJW"
"""The moves, and those of players who run faster than one cell in a step; those that are preferred first."""

ACROSS = {"L": -1, "R": 1, "J": 0, "W": 0, "l": -1, "r": 1}

type Body = tuple[int, int, int, int]
"""x, y, phase, and the cells across that are left until one stands again (0 where nothing limits them)."""


def letters_of(physics: PlatformPhysics) -> str:
    """Returns the moves of a physics."""
    return LETTERS if physics.run_speed == 1 else RUNNING_LETTERS


def begun(start: Place, physics: PlatformPhysics = USUAL) -> Body:
    """Returns the place of a player in the start cell."""
    return (*start, FREE, physics.drifts - 1)


def step(rows: Rows, place: Body, letter: str, physics: PlatformPhysics = USUAL) -> Body | None:
    """Returns the place that a move leads to; None if it kills or is no jump."""
    moved = entered(rows, place, letter, physics)
    return moved[0] if moved else None


def entered(rows: Rows, place: Body, letter: str, physics: PlatformPhysics = USUAL) -> tuple[Body, list[Place]] | None:
    """Returns the place that a move leads to, and the cells that it enters; None if it kills or is no jump."""
    moved = _jumped(rows, place, physics) if letter == "J" else _walked(rows, place, letter, physics)
    if moved is None:
        return None
    (x, y, phase, left), cells = moved
    if any(rows[row][column] == SPIKE for column, row in cells):
        return None
    if phase == FREE and solid(rows, x, y + 1):
        left = physics.drifts - 1
    return (x, y, phase, left), cells


def _jumped(rows: Rows, place: Body, physics: PlatformPhysics) -> tuple[Body, list[Place]] | None:
    x, y, phase, left = place
    if phase != FREE or not solid(rows, x, y + 1) or solid(rows, x, y - 1):
        return None
    return (x, y - 1, min(1, physics.phases), left), [(x, y - 1)]


def _walked(rows: Rows, place: Body, letter: str, physics: PlatformPhysics) -> tuple[Body, list[Place]]:
    x, y, phase, left = place
    cells: list[Place] = []
    most = physics.run_speed if letter in "LR" else abs(ACROSS[letter])
    most = most if phase <= physics.rises or physics.hang_control else 0
    for _ in range(most if physics.gap is None else min(most, left)):
        if solid(rows, x + ACROSS[letter], y):
            break
        x, left = x + ACROSS[letter], left - (physics.gap is not None)
        cells.append((x, y))
    if phase == FREE:
        for _ in range(physics.fall_speed):
            y += not solid(rows, x, y + 1)
            cells.append((x, y))
        return (x, y, phase, left), cells
    if phase <= physics.rises and solid(rows, x, y - 1):
        phase = physics.bump_phase
    else:
        y, phase = y - (phase <= physics.rises), (phase + 1) % (physics.phases + 1)
    return (x, y, phase, left), [*cells, (x, y)]


def solid(rows: Rows, x: int, y: int) -> bool:
    """Returns whether there is a wall or the outside of the grid."""
    return not is_open(rows, (x, y))


def passed(rows: Rows, start: Place, moves: str, physics: PlatformPhysics = USUAL) -> list[Place]:
    """Returns the cells in which the steps end, the start first; it ends before a step that kills or is no jump."""
    place, cells = begun(start, physics), [start]
    for letter in moves:
        after = step(rows, place, letter, physics)
        if after is None:
            break
        place = after
        cells.append(place[:2])
    return cells
