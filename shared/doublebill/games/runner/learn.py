"""The learner of runners: drawn levels become columns and their order, and those become a generator.

The arrays, little-endian: `columns` [distinct, rows] u1, each different column from the top, tiles numbered by their
place in the config's `tiles`, in the order in which they first occur; `sequence` [columns] i4, the levels one after the
other, each column by its number; `offsets` [levels + 1] i8, where each level begins in `sequence`, and the end.
Player and exit are left out: the levels that are made have theirs at the ends.
"""

import itertools
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from doublebill.arrays import Arrays
from doublebill.errors import InvalidInput
from doublebill.games.dice import Dice
from doublebill.games.grids.example_grids import Limits, read_grids
from doublebill.games.grids.grid import Rows
from doublebill.games.learning import Measures, ModelParts
from doublebill.games.level_kind import LevelKind
from doublebill.games.plans.own_tiles import read_tiles
from doublebill.games.runner.columns import ORDER, START, ColumnModel
from doublebill.games.runner.kind import RunnerSpec, measure, runner
from doublebill.games.runner.physics import SOLID, columns_of
from doublebill.games.runner.tiles import AIR, EXIT, NATURE, PLAYER, TILES, legend
from doublebill.values.legends import Legend

LOWEST, HIGHEST = 4, 32
"""Rows of a level."""

NARROWEST, COLUMNS = 3, 100_000
"""Fewest columns of a level, and most columns of all levels together."""

LIMITS = Limits((NARROWEST, LOWEST), (COLUMNS, HIGHEST), COLUMNS * HIGHEST)

TEST_SHARE = 10
"""One level in this many is set aside to measure the model; of a single level, the last part."""

WITHOUT_ENDS = str.maketrans(dict.fromkeys((PLAYER, EXIT), AIR))

type Example = tuple[str, ...]
"""The columns of a level, each from the top."""


@dataclass(frozen=True, slots=True)
class RunnerLearner:
    """The learner of scrolling levels."""

    def read(self, examples: Sequence[object], legend: Legend | None, field: str) -> tuple[Rows, ...]:
        """Returns the levels of parsed JSON, in the tiles of `runner.tiles`; own tiles become those that they act as.

        Raises:
            InvalidInput: naming what in `field` is no level, or what the legend says that no tile means.
        """
        tiles = read_tiles(legend, TILES)
        levels = tuple(tiles.acting(rows) for rows in read_grids(examples, tiles.meant, tiles.legend, field, LIMITS))
        height = len(levels[0])
        for n, level in enumerate(levels):
            if len(level) != height:
                raise InvalidInput.one(
                    f"{field}[{n}]", f"the level has {len(level)} rows", f"use {height}, as in the first level"
                )
        total = sum(len(level[0]) for level in levels)
        if total > COLUMNS:
            raise InvalidInput.one(field, f"{total} columns are too many", f"use at most {COLUMNS} in all")
        if not any(NATURE[tile] == SOLID for level in levels for row in level for tile in row):
            raise InvalidInput.one(field, "nothing in it is solid", "use levels with ground to run on")
        return levels

    def learn(self, examples: tuple[Rows, ...]) -> ModelParts:
        """Returns the columns of the levels in their order."""
        levels = [tuple(column.translate(WITHOUT_ENDS) for column in columns_of(rows)) for rows in examples]
        tiles = "".join(legend("".join(itertools.chain.from_iterable(levels))))
        number = {column: n for n, column in enumerate(dict.fromkeys(itertools.chain.from_iterable(levels)))}
        offsets = [0, *itertools.accumulate(map(len, levels))]
        arrays: Arrays = {
            "columns": np.array([[tiles.index(tile) for tile in column] for column in number], "u1"),
            "sequence": np.array([number[column] for level in levels for column in level], "<i4"),
            "offsets": np.array(offsets, "<i8"),
        }
        report = {"levels": len(levels), "columns": offsets[-1], "distinct": len(number)}
        return ModelParts(arrays, {"tiles": tiles}, {**report, **shape(levels, tiles), **worth(levels)})

    def generator(self, arrays: Arrays, config: Mapping[str, Any]) -> LevelKind[RunnerSpec]:
        """Returns the kind of a model.

        Raises:
            KeyError, TypeError, ValueError: when the arrays are no such model.
        """
        columns, sequence, offsets = arrays["columns"], arrays["sequence"], arrays["offsets"]
        names = {tile: TILES[tile] for tile in str(config["tiles"])}
        tiles = "".join(names)
        if columns.ndim != 2 or not LOWEST <= columns.shape[1] <= HIGHEST or not len(sequence):
            raise ValueError(f"found columns of shape {columns.shape} in {len(sequence)} places")
        ends = offsets.tolist()
        if ends[0] != 0 or ends[-1] != len(sequence) or any(a >= b for a, b in itertools.pairwise(ends)):
            raise ValueError(f"found levels from {ends[0]} to {ends[-1]} of {len(sequence)} columns")
        if int(sequence.min()) < 0 or int(sequence.max()) >= len(columns) or int(columns.max()) >= len(tiles):
            raise ValueError("found numbers of columns or tiles that there are not")
        distinct = ["".join(tiles[n] for n in column) for column in columns.tolist()]
        whole = [distinct[n] for n in sequence.tolist()]
        levels = tuple(tuple(whole[first:end]) for first, end in itertools.pairwise(ends))
        model = ColumnModel(levels, legend(tiles))
        return runner(lambda: model, legend(tiles))


def shape(levels: Sequence[Example], tiles: str) -> Measures:
    """Returns the average measures of the levels of a corpus."""
    model = ColumnModel(tuple(levels), legend(tiles))
    measured = [measure(model, level) for level in levels]
    names = ("enemies", "gaps", "leniency", "linearity")
    return {name: round(statistics.fmean(one[name] for one in measured), 2) for name in names}


def worth(levels: Sequence[Example]) -> Measures:
    """Returns the perplexity of the next column on levels that were set aside, if there are enough."""
    shuffled = list(levels)
    if len(shuffled) == 1:
        cut = len(shuffled[0]) - len(shuffled[0]) // TEST_SHARE
        learning, testing = [shuffled[0][:cut]], [shuffled[0][cut:]]
    else:
        Dice(1, "levels that are held out", 0).shuffle(shuffled)
        count = max(len(shuffled) // TEST_SHARE, 1)
        learning, testing = shuffled[count:], shuffled[:count]
    columns = sum(map(len, testing))
    if not columns:
        return {"held_out": 0}
    guess = _Guess(learning)
    bits = sum(-math.log2(guess.likelihood(run, column)) for run, column in _runs(testing))
    unseen = sum(column not in guess.counts[()] for level in testing for column in level)
    return {"held_out": columns, "held_out_unknown": unseen, "perplexity": round(2 ** (bits / columns), 3)}


def _runs(levels: Sequence[Example]) -> list[tuple[tuple[str, ...], str]]:
    """Returns each column with the `ORDER` columns before it."""
    found = []
    for level in levels:
        padded = (START,) * ORDER + tuple(level)
        found += [(padded[n - ORDER : n], padded[n]) for n in range(ORDER, len(padded))]
    return found


class _Guess:
    """The likelihoods of columns, by runs of all lengths mixed as Witten and Bell (1991, doi:10.1109/18.87000) do."""

    def __init__(self, levels: Sequence[Example]) -> None:
        self.counts: dict[tuple[str, ...], dict[str, int]] = {(): {}}
        for run, column in _runs(levels):
            for size in range(ORDER + 1):
                after = self.counts.setdefault(run[ORDER - size :], {})
                after[column] = after.get(column, 0) + 1

    def likelihood(self, run: tuple[str, ...], column: str) -> float:
        """Returns the likelihood of a column after a run; a column that never occurred counts as one more column."""
        share = 1 / (len(self.counts[()]) + 1)
        for size in range(ORDER + 1):
            after = self.counts.get(run[ORDER - size :])
            if after:
                kinds, total = len(after), sum(after.values())
                share = (after.get(column, 0) + kinds * share) / (total + kinds)
        return share


RUNNER_LEARNER = RunnerLearner()
