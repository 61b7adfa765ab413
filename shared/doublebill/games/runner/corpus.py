"""The meadow: the built-in corpus of scrolling levels, which runners learn from by default.

Levels are strings of pieces (hills, gaps, stairs, pipes, ledges, islands, …) put together by a grammar with dice of its
own, so that they are the same on every machine. Each level has a style, with weights for the pieces. Levels
that the solver cannot finish are drawn again.
"""

import functools
from collections.abc import Callable, Mapping

from doublebill.games.dice import Dice
from doublebill.games.grids.grid import Rows
from doublebill.games.runner.physics import read_terrain, rows_of
from doublebill.games.runner.solver import solve
from doublebill.games.runner.tiles import EXIT, NATURE, legend

NAME, VERSION = "meadow", 1
"""The version changes with any tile, since the levels that a seed gives change with it."""

LEGEND = legend("#=?[]oE")
"""Tile → its name."""

TRIED = 2_500
"""States that the proof of a drawn level may visit."""

HEIGHT, LENGTH, LEVELS = 14, 150, 24
LOWEST, HIGHEST = 1, 6
"""Cells of ground in a column that has any."""

JUMP = 4
"""Cells between ground and ledges: a jump with the button held just reaches them."""


class Meadow:
    """A level that grows to the right, column by column."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.columns: list[str] = []
        self.ground = 2
        """Cells of ground in the last column that has any."""

    def add(self, ground: int, **tiles: int) -> None:
        """Adds a column with that much ground; each name of `TILES` is put so many cells above it, 0 just above."""
        column = ["#"] * ground + ["."] * (HEIGHT - ground)
        for name, over in tiles.items():
            if self.ground + over < HEIGHT:
                column[self.ground + over] = TILES[name]
        self.columns.append("".join(reversed(column)))

    def flat(self, count: int, **tiles: int) -> None:
        """Adds equal columns."""
        for _ in range(count):
            self.add(self.ground, **tiles)


TILES: Mapping[str, str] = {"block": "=", "prize": "?", "coin": "o", "enemy": "E", "upper": "="}


def plain(level: Meadow) -> None:
    """Adds nothing but ground."""
    level.flat(level.dice.between(2, 6))


def foes(level: Meadow) -> None:
    """Adds one to three enemies, a little apart."""
    for _ in range(level.dice.between(1, 3)):
        level.flat(1, enemy=0)
        level.flat(level.dice.between(1, 2))
    level.flat(2)


def gap(level: Meadow) -> None:
    """Adds a gap of two to five columns, some with an arc of coins."""
    width = level.dice.between(2, 5)
    coins = level.dice.below(3) == 0
    for place in range(width):
        if coins:
            level.add(0, coin=3 if place in (0, width - 1) else 4)
        else:
            level.add(0)
    level.flat(2)


def slope(level: Meadow) -> None:
    """Raises or lowers the ground by one or two cells."""
    change = level.dice.choice((-2, -1, -1, 1, 1, 2))
    level.ground = min(max(level.ground + change, LOWEST), HIGHEST)
    level.flat(level.dice.between(2, 4))


def hill(level: Meadow) -> None:
    """Adds a plateau two to four cells higher, and goes down again."""
    before, height = level.ground, level.dice.between(2, 4)
    level.ground = min(before + height, HIGHEST + 2)
    top = level.dice.between(3, 7)
    level.flat(1)
    if level.dice.below(3) == 0:
        level.flat(1, enemy=0)
    level.flat(top - 1)
    level.ground = before
    level.flat(2)


def stairs(level: Meadow) -> None:
    """Adds steps of one cell up, then a fall or steps down, or a gap in between."""
    before, steps = level.ground, level.dice.between(2, 4)
    for step in range(1, steps + 1):
        level.add(before + step)
    level.add(before + steps)
    if level.dice.below(2):
        for _ in range(2):
            level.add(0)
    if level.dice.below(2):
        for step in range(steps, 0, -1):
            level.add(before + step)
    level.flat(2)


def pipe(level: Meadow) -> None:
    """Adds a pipe of two to four cells, some with an enemy before it."""
    height = level.dice.between(2, 4)
    over = level.ground
    for side in "[]":
        column = "#" * over + side * height
        level.columns.append(column.ljust(HEIGHT, ".")[::-1])
    level.flat(2)
    if level.dice.below(2):
        level.flat(1, enemy=0)
        level.flat(2)


def ledge(level: Meadow) -> None:
    """Adds blocks and prizes to jump onto, some with an enemy beneath and some with coins on top."""
    width, foe = level.dice.between(2, 6), level.dice.below(4)
    style = level.dice.below(3)
    for place in range(width):
        tile = "prize" if style == 0 or (style == 1 and place % 2) else "block"
        level.add(level.ground, **{tile: JUMP - 1}, **({"enemy": 0} if place == foe else {}))
    level.flat(2)


def tower(level: Meadow) -> None:
    """Adds a ledge with another one above its middle."""
    width = level.dice.between(2, 4)
    level.flat(2, block=JUMP - 1)
    level.flat(width, block=JUMP - 1, upper=2 * JUMP - 1)
    level.flat(2, block=JUMP - 1)
    level.flat(2)


def coins(level: Meadow) -> None:
    """Adds a row of coins, low or high."""
    level.flat(level.dice.between(3, 6), coin=level.dice.choice((1, 3)))
    level.flat(1)


def islands(level: Meadow) -> None:
    """Adds ledges of blocks over a gap, each within a jump of the one before."""
    over = level.dice.between(0, 2)
    for _ in range(level.dice.between(2, 4)):
        for _ in range(level.dice.between(2, 3)):
            level.add(0)
        over = min(max(over + level.dice.between(-2, 2), 0), 4)
        count, bonus = level.dice.between(3, 5), level.dice.below(3)
        for place in range(count):
            extra = {"coin": over + 1} if bonus == 0 else {"enemy": over + 1} if bonus == 1 and place == 2 else {}
            level.add(0, block=over, **extra)
    for _ in range(2):
        level.add(0)
    level.flat(3)


PIECES: tuple[Callable[[Meadow], None], ...] = (
    plain,
    foes,
    gap,
    slope,
    hill,
    stairs,
    pipe,
    ledge,
    tower,
    coins,
    islands,
)

STYLES: tuple[tuple[int, ...], ...] = (
    (4, 3, 2, 2, 1, 1, 2, 3, 1, 2, 0),
    (3, 2, 2, 6, 4, 2, 1, 1, 0, 2, 0),
    (3, 4, 1, 1, 0, 0, 5, 2, 1, 1, 0),
    (3, 1, 3, 2, 0, 1, 0, 1, 1, 2, 4),
    (5, 3, 1, 0, 0, 0, 1, 4, 3, 3, 0),
    (3, 2, 4, 3, 2, 4, 0, 1, 0, 1, 1),
)
"""Weights of the pieces in each style."""


@functools.cache
def meadow() -> tuple[Rows, ...]:
    """Draws the corpus: levels of `HEIGHT` rows and `LENGTH` tiles, without player and exit at the ends."""
    dice = Dice(VERSION, "corpus", NAME)
    return tuple(_level(STYLES[number % len(STYLES)], dice) for number in range(LEVELS))


def _level(style: tuple[int, ...], dice: Dice) -> Rows:
    while True:
        columns = _drawn(style, dice)
        start, goal = (HEIGHT - 1 - columns[end].count("#") for end in (0, -1))
        ended = [*columns[:-1], columns[-1][:goal] + EXIT + columns[-1][goal + 1 :]]
        terrain = read_terrain(ended, NATURE)
        if solve(terrain, terrain.number(0, start), LENGTH - 1, TRIED).moves is not None:
            return rows_of(columns)


def _drawn(style: tuple[int, ...], dice: Dice) -> list[str]:
    level = Meadow(dice)
    level.ground = dice.between(LOWEST, 3)
    level.flat(4)
    while len(level.columns) < LENGTH - 4:
        PIECES[dice.weighted(style)](level)
    del level.columns[LENGTH - 4 :]
    level.flat(4)
    return level.columns
