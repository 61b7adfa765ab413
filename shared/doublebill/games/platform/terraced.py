"""The builder of roomy platform levels: terraces first, then ends, key and things where players can go.

Levels for which that comes to nothing, with ends in unlucky cells, are built around a settled path (`builder.drawn`).
"""

from doublebill.games.dice import Dice
from doublebill.games.grids.grid import Board, Rows, cells_of
from doublebill.games.platform.builder import PlatformAims, PlatformRoute, drawn, furnished, key_place
from doublebill.games.platform.physics import scene, spread
from doublebill.games.platform.strides import SettledCells, standing
from doublebill.games.platform.terraces import terraces

FILLS = 6
"""Terraces tried in one attempt."""

FAR = 3
"""Start and exit are as far from each other as one in this many cells around the grid, where that can be."""


def terraced(board: Board, aim: PlatformAims, dice: Dice) -> Rows:
    """Returns a roomy platform level towards the aims."""
    best: tuple[int, Rows] | None = None
    for _ in range(FILLS):
        walls = _with_ends(board, aim, terraces(board, aim.physics, dice))
        route = _route(board, walls, aim, dice)
        if route is None:
            continue
        key, gap = key_place(board, route, board.inside & ~walls, aim, dice)
        if best is None or gap < best[0]:
            best = gap, furnished(board, walls, (route.start, route.exit, key), aim, dice)
        if gap == 0:
            break
    return best[1] if best and (best[0] == 0 or not aim.hard) else drawn(board, aim, dice)


def _with_ends(board: Board, aim: PlatformAims, walls: int) -> int:
    """Returns the walls with room for the ends that have targets, and something to stand on beneath."""
    for end in (aim.start, aim.exit):
        if end is not None:
            opened, solid = standing(board, end)
            walls = walls & ~opened | solid
    return walls


def _route(board: Board, walls: int, aim: PlatformAims, dice: Dice) -> PlatformRoute | None:
    """Returns two ends that are far apart, of which the second can be reached; None where there are none."""
    air = board.inside & ~walls
    grounds = air & ~(air >> board.stride)
    start = dice.choice(list(cells_of(grounds))) if aim.start is None else aim.start
    seen = scene(board, air, physics=aim.physics)
    begin = 1 << start + seen.drop * (aim.physics.drifts - 1)
    reached = seen.cells(spread(seen, begin, lambda places: seen.walked(places) | seen.jumped(places)))
    goals = list(cells_of(reached & grounds & ~(1 << start)))
    if aim.exit is not None:
        goals = [aim.exit] if aim.exit in goals else []
    if not goals:
        return None
    x, y = board.xy(start)
    away = [abs(board.xy(goal)[0] - x) + abs(board.xy(goal)[1] - y) for goal in goals]
    far = [goal for goal, cells in zip(goals, away, strict=True) if FAR * cells >= board.width + board.height]
    return PlatformRoute(start, dice.choice(far or goals), start, SettledCells(0, 0))
