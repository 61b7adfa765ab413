"""The builder of platform levels: settles a path for the targets of start, exit and jumps, and fills the rest.

First a path is settled from the start by some place to the exit with no more jumps than the target; all other cells
get ledges or rock at random. Then two searches find for each cell the jumps of a level with its key
there, which decides the place of the key. Spikes come where the certificate does not pass, so they change
nothing of its jumps; diamonds where some finishing path still does.
"""

from dataclasses import dataclass

from doublebill.games.dice import Dice
from doublebill.games.grids.grid import FLOOR, WALL, Board, Rows, cells_of, set_of
from doublebill.games.platform.physics import by_jumps, scene
from doublebill.games.platform.place_items import ItemCounts, passing, place_diamonds, place_spikes
from doublebill.games.platform.platform_physics import PlatformPhysics
from doublebill.games.platform.solver import EXIT, KEY, START, finishing_in_version_1, solve
from doublebill.games.platform.strides import Jumps, SettledCells, climbs, settle_path, standing
from doublebill.games.step_budget import spend

PIECES = 3
"""Start, exit and key, each in a cell of its own."""

ENDS, TURNS, FILLS, HARD_FILLS = 6, 6, 3, 12
"""Pairs of ends, places to turn at for each, and fillings of usual and hard levels tried in one attempt."""

NEAR = 3
"""Most steps across and down between start and turn of a hard level, and between its ends."""

HOLES_APART = 8
"""Cells of a corridor's ceiling for each hole in it."""


@dataclass(frozen=True, slots=True)
class PlatformAims:
    """The numbers that one attempt builds towards."""

    start: int | None
    """Cell number; None for any."""
    exit: int | None
    jumps: tuple[int, int]
    diamonds: int
    spikes: int
    rock: int
    """Approximate percent of the unsettled cells that become solid."""
    hard: bool
    """Whether the target of jumps needs corridors, and ends that are near each other."""
    physics: PlatformPhysics


@dataclass(frozen=True, slots=True)
class PlatformRoute:
    """The ends of a level, the cell that its path turns at, and the cells that the path needs."""

    start: int
    exit: int
    turn: int
    plan: SettledCells


def drawn(board: Board, aim: PlatformAims, dice: Dice) -> Rows:
    """Returns a platform level towards the aims."""
    settled = settle(board, aim, dice)
    physics, missed = aim.physics, -1
    tiles: list[str] = []
    for _ in range(HARD_FILLS if aim.hard else FILLS):
        walls = settled.plan.walls | filling(board, aim, dice) & ~settled.plan.opened
        key, gap = key_place(board, settled, board.inside & ~walls, aim, dice)
        if 0 <= missed <= gap:
            continue
        tiles = tiles_of(board, walls, (settled.start, settled.exit, key))
        rows = board.rows(tiles)
        missed = gap + max(aim.diamonds + PIECES - finishing_in_version_1(rows, physics).bit_count(), 0)
        if missed == 0:
            break
    return _furnished(board, tiles, settled.start, aim, dice)


def furnished(board: Board, walls: int, pieces: tuple[int, int, int], aim: PlatformAims, dice: Dice) -> Rows:
    """Returns a level with start, exit and key in those cells, and with spikes and diamonds where they do no harm."""
    return _furnished(board, tiles_of(board, walls, pieces), pieces[0], aim, dice)


def tiles_of(board: Board, walls: int, pieces: tuple[int, int, int]) -> list[str]:
    """Returns the tile of each cell number, with start, exit and key in those cells."""
    tiles = [WALL if walls >> cell & 1 else FLOOR for cell in range(board.size)]
    for cell, tile in zip(pieces, (START, EXIT, KEY), strict=True):
        tiles[cell] = tile
    return tiles


def _furnished(board: Board, tiles: list[str], start: int, aim: PlatformAims, dice: Dice) -> Rows:
    rows, physics = board.rows(tiles), aim.physics
    moves = solve(rows, physics)
    if moves is None:
        return rows
    path = passing(board, rows, start, moves, physics)
    place_spikes(board, tiles, path, ItemCounts(aim.spikes, aim.diamonds), dice, physics)
    place_diamonds(board, tiles, aim.diamonds, dice, physics)
    return board.rows(tiles)


def settle(board: Board, aim: PlatformAims, dice: Dice) -> PlatformRoute:
    """Settles the ends of a level and a path between them by a third cell; the targets' ends where a path is found."""
    for _ in range(ENDS):
        start, goal = _ends(board, aim, dice)
        opened, walls = (a | b for a, b in zip(standing(board, start), standing(board, goal), strict=True))
        if start == goal or opened & walls:
            continue
        for _ in range(TURNS):
            settled = _by_turn(board, SettledCells(opened, walls), (start, goal), aim, dice)
            if settled:
                return settled
    return _along_the_bottom(board, dice)


def _ends(board: Board, aim: PlatformAims, dice: Dice) -> tuple[int, int]:
    """Chooses start and exit: those of the targets, or others that the jumps can join; near ones for hard levels."""
    if aim.start is not None and aim.exit is not None:
        return aim.start, aim.exit
    if aim.exit is not None:
        return _other(board, aim, aim.exit, 1, dice), aim.exit
    start = dice.choice(board.cells) if aim.start is None else aim.start
    return start, _other(board, aim, start, -1, dice)


def _other(board: Board, aim: PlatformAims, end: int, deeper: int, dice: Dice) -> int:
    """Chooses the end that has no target, to go with `end`.

    The start may lie below the exit by what the jumps gain: `deeper` is 1 for the start, -1 for the exit.
    """
    if aim.hard:
        return _beside(board, end, dice)
    _, y = board.xy(end)
    room = aim.jumps[1] * aim.physics.jump_height
    top, bottom = (0, min(y + room, board.height - 1)) if deeper > 0 else (max(y - room, 0), board.height - 1)
    return board.cells[dice.between(top * board.width, (bottom + 1) * board.width - 1)]


def _beside(board: Board, cell: int, dice: Dice) -> int:
    """Returns a cell near `cell`, or itself."""
    x, y = board.xy(cell)
    x = min(max(x + dice.between(-NEAR, NEAR), 0), board.width - 1)
    y = min(max(y + dice.between(-NEAR, NEAR), 0), board.height - 1)
    return board.cells[y * board.width + x]


def _by_turn(
    board: Board, plan: SettledCells, ends: tuple[int, int], aim: PlatformAims, dice: Dice
) -> PlatformRoute | None:
    """Settles a path from one end by some cell to the other; None if it takes too many jumps or has no room."""
    (start, goal), jumps, height = ends, aim.jumps[1], aim.physics.jump_height
    turn = _beside(board, start, dice) if aim.hard else dice.choice(board.cells)
    opened, walls = standing(board, turn)
    joined = plan.joined(opened, walls)
    first, then = climbs(board, start, turn, height), climbs(board, turn, goal, height)
    if joined is None or turn in ends or first + then > jumps:
        return None
    there = settle_path(board, joined, start, turn, Jumps(jumps - then, height), dice)
    back = there and settle_path(board, there, turn, goal, Jumps(jumps - first, height), dice)
    return PlatformRoute(start, goal, turn, back) if back else None


def _along_the_bottom(board: Board, dice: Dice) -> PlatformRoute:
    """Returns a level that can always be: everything on the bottom row."""
    row = board.cells[-board.width :]
    start, turn, goal = (row[0], row[1], row[-1]) if dice.below(2) else (row[-1], row[-2], row[0])
    return PlatformRoute(start, goal, turn, SettledCells(set_of(row), 0))


def filling(board: Board, aim: PlatformAims, dice: Dice) -> int:
    """Fills all cells that are not settled: with ledges, or with corridors where the targets want many jumps."""
    return corridors(board, dice) if aim.hard else ledges(board, aim.rock, dice)


def ledges(board: Board, rock: int, dice: Dice) -> int:
    """Returns runs of solid cells, about `rock` percent of all."""
    walls = 0
    for y in range(board.height):
        x = -dice.below(4)
        while x < board.width:
            solid = dice.below(100) < rock
            end = x + dice.between(1, 4)
            if solid:
                for place in range(max(x, 0), min(end, board.width)):
                    walls |= 1 << board.cells[y * board.width + place]
            x = end
    return walls


def corridors(board: Board, dice: Dice) -> int:
    """Builds corridors two cells high, with blocks on their floors over which the player has to jump."""
    walls = 0
    for y in range(board.height):
        row = board.cells[y * board.width : (y + 1) * board.width]
        level = (board.height - 1 - y) % 3
        if level == 0:
            walls |= set_of(row[dice.below(2) :: 2])
        elif level == 2:
            walls |= set_of(row) & ~set_of(dice.choice(row) for _ in range(1 + board.width // HOLES_APART))
    return walls


def key_place(board: Board, settled: PlatformRoute, air: int, aim: PlatformAims, dice: Dice) -> tuple[int, int]:
    """Returns a cell for the key that makes the level take the target's jumps or nearly, and the jumps it lacks."""
    sets = with_key_at(board, settled, air, aim.physics)
    low, high = aim.jumps
    fitting = [cells for number, cells in enumerate(sets) if low <= number <= high and cells]
    if fitting:
        return dice.choice(list(cells_of(dice.choice(fitting)))), 0
    gaps = [(max(low - number, number - high), cells) for number, cells in enumerate(sets) if cells]
    gap, cells = min(gaps)
    return dice.choice(list(cells_of(cells))), gap


def with_key_at(board: Board, settled: PlatformRoute, air: int, physics: PlatformPhysics) -> list[int]:
    """Returns for each number of jumps the cells where a key makes it the least; start and exit are not among them."""
    seen = scene(board, air, physics=physics)
    begin = 1 << settled.start + seen.drop * (physics.drifts - 1)
    ahead = by_jumps(seen, begin, seen.walked, seen.jumped)
    back = by_jumps(seen, seen.everywhere(1 << settled.exit), seen.walked_from, seen.jumped_from)
    sets, done = [], 1 << settled.start | 1 << settled.exit
    spend(len(ahead) * len(back))
    for number in range(len(ahead) + len(back) - 1):
        places = 0
        for first in range(max(0, number - len(back) + 1), min(number, len(ahead) - 1) + 1):
            places |= ahead[first] & back[number - first]
        cells = seen.cells(places)
        sets.append(cells & ~done)
        done |= cells
    return sets
