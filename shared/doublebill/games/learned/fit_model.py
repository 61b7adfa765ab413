"""Fitting a tile model: chooses its depth and its trust in its counts by levels that are set aside."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from doublebill.games.grids.grid import Rows
from doublebill.games.learned.model import ONE, Context, TileModel, windows_of

DEPTHS, TRUSTS = (4, 6, 8, 10, 12), (1, 4, 16)
"""Candidates for the cells that a model looks at, and for the weight of the level below."""

USUAL = 6, 4
"""Depth and trust where the corpus is too small to set levels aside."""

LEFT_OUT = 5
"""One level in this many is set aside to compare models."""

CELLS = 12_000
"""Cells of the levels set aside after which no further level is looked at."""

PLACES = 16
"""Surprise is measured in this fraction of a bit."""

type Tally = Mapping[tuple[Context, int], int]
"""(context, tile) → number of times that they occur together."""


@dataclass(frozen=True, slots=True)
class FittedModel:
    """A model, and its cross-entropy on the levels set aside, in nats a tile; None where there were none."""

    model: TileModel
    nats: float | None


def fitted(levels: Sequence[Rows], tiles: str) -> FittedModel:
    """Returns the model of these levels, as deep and as trusting as explains left out ones best.

    The choice is by whole numbers, the same on every machine.
    """
    others = levels[1::LEFT_OUT]
    if not others:
        return FittedModel(TileModel.of(levels, tiles, *USUAL), None)
    counted = [rows for n, rows in enumerate(levels) if n % LEFT_OUT != 1]
    deepest = TileModel.of(counted, tiles, DEPTHS[-1], 1)
    tally = _tally(others, tiles)
    tried = [TileModel(tiles, deepest.tables[: depth + 2], trust) for depth, trust in product(DEPTHS, TRUSTS)]
    best = min(tried, key=lambda model: surprise(model, tally))
    return FittedModel(TileModel.of(levels, tiles, best.depth, best.trust), nats(best, tally))


def _tally(levels: Sequence[Rows], tiles: str) -> Tally:
    few, cells = [], 0
    for rows in levels:
        few.append(rows)
        cells += len(rows) * len(rows[0])
        if cells >= CELLS:
            break
    symbols, contexts = windows_of(few, tiles)
    return Counter(zip(zip(*(part.tolist() for part in contexts), strict=True), (symbols - 1).tolist(), strict=True))


def surprise(model: TileModel, tally: Tally) -> int:
    """Returns the surprise of the model at a tally, in units of 1 / `PLACES` bits, each rounded up."""
    whole = 0
    for (context, tile), times in tally.items():
        likely = model.likelihoods(context[: model.depth + 1])[tile]
        whole += times * (ONE**PLACES // likely**PLACES).bit_length()
    return whole


def nats(model: TileModel, tally: Tally) -> float:
    """Returns the cross-entropy of what was seen, in nats a tile."""
    whole = 0.0
    for (context, tile), times in tally.items():
        likely = model.likelihoods(context[: model.depth + 1])
        whole -= times * math.log(likely[tile] / sum(likely))
    return whole / sum(tally.values())
