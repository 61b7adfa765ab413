"""The scrolling problem of the PCG Benchmark: runners learned from its slices, and levels as numbers of slices.

The benchmark has the 126 columns of the overworld levels of Super Mario Bros, and no level. So the kind `runner` learns
from those levels of the Video Game Level Corpus (`runner.DATA`) that are made of such columns, each written as the
slice that is most like it; a pipe is as wide there as in the benchmark, and no enemy floats.
"""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from runner import DATA

from doublebill.games.runner.learn import RUNNER_LEARNER

SLICE = str.maketrans("<>[]?QSEBb", "ttttQSSg##")
"""Tile of the corpus → that of a slice."""

ENEMY, FOES, SOLID = "g", str.maketrans("ky", "gg"), "X#tSQ"
"""The enemy that a jump defeats stands for all three of the benchmark; enemies stand on the solid tiles."""

LEGEND = {
    "-": "air",
    "X": "ground",
    "#": "wall",
    "S": "block",
    "Q": "prize",
    "[": "pipe left",
    "]": "pipe right",
    "o": "coin",
    ENEMY: "enemy",
}
PIPES = str.maketrans("[]", "tt")

MOST_SLICES, MOST_PLAIN = 80, 30
"""Percent of the columns of a level that are slices, and that are the empty one, for it to be learned from."""

type Slices = tuple[str, ...]


def nearest(column: str, slices: Slices) -> int:
    """The number of the slice that differs in fewest tiles; of several the one with enemies that jumps defeat."""
    tamed = [one.translate(FOES) for one in slices]
    apart = [(sum(a != b for a, b in zip(one, column, strict=True)), n) for n, one in enumerate(tamed)]
    return min(apart, key=lambda pair: (pair[0], "y" in slices[pair[1]], "k" in slices[pair[1]], pair[1]))[1]


def floating(column: str) -> list[int]:
    """The rows of enemies that stand on nothing."""
    return [y for y, (tile, below) in enumerate(pairwise(column)) if tile == ENEMY and below not in SOLID]


def paired(columns: Sequence[str]) -> list[str]:
    """The columns with both sides of each pipe, the right one as high as the left."""
    found: list[str] = []
    for column in columns:
        if found and "[" in found[-1]:
            found.append(found[-1].replace("[", "]").replace(ENEMY, "-"))
        else:
            found.append(column.replace("t", "["))
    return found


def examples(slices: Slices) -> list[str]:
    """The levels to learn from, as rows in the tiles of `LEGEND`."""
    levels = []
    for path in sorted(DATA.glob("*.txt")):
        rows = path.read_text().translate(SLICE).split()
        # a slice has one row of air more, and two of ground
        columns = ["-" + "".join(column) + column[-1] for column in zip(*rows, strict=True)]
        exact = sum(any(column == one.translate(FOES) for one in slices) for column in columns)
        plain = sum(column == slices[0] for column in columns)
        if 100 * exact < MOST_SLICES * len(columns) or 100 * plain < MOST_PLAIN * len(columns):
            continue
        columns = [slices[nearest(column, slices)].translate(FOES) for column in columns]
        columns = [column.replace(ENEMY, "-") if floating(column) else column for column in columns]
        levels.append("\n".join(map("".join, zip(*paired(columns), strict=True))))
    return levels


@cache
def learned(slices: Slices) -> Any:
    """The kind that learned from those levels; None where the corpus is not at hand."""
    if not DATA.is_dir():
        return None
    model = RUNNER_LEARNER.learn(RUNNER_LEARNER.read(examples(slices), LEGEND, "examples"))
    return RUNNER_LEARNER.generator(model.arrays, model.config)


def slice_numbers(slices: Slices, rows: Sequence[str]) -> list[int]:
    """A level as the benchmark has it; player and exit are no part of it."""
    names = dict(learned(slices).legend)
    tiles = str.maketrans(
        {tile: {name: own for own, name in LEGEND.items()}.get(name, "-") for tile, name in names.items()}
    )
    columns = ["".join(column).translate(tiles).translate(PIPES) for column in zip(*rows, strict=True)]
    return [nearest(column, slices) for column in columns]
