"""Fitting a tile model: how far it looks, and how far it trusts what it saw, by levels that are left out."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from doublebill.games.grids.grid import Rows
from doublebill.games.learned.model import ONE, Context, TileModel, windows_of

DEPTHS, TRUSTS = (4, 6, 8, 10, 12), (1, 4, 16)
"""How many cells a model may look at, and how often the level below may count."""

USUAL = 6, 4
"""What is taken of those where nothing can be left out."""

LEFT_OUT = 5
"""One level in so many is left out, of one cell of them in all."""

CELLS = 12_000
"""Cells of left out levels that are looked at, at least where there are so many."""

PLACES = 16
"""Parts of a bit that surprise is told in."""

type Tally = Mapping[tuple[Context, int], int]
"""Context and tile → how often they were seen."""


@dataclass(frozen=True, slots=True)
class FittedModel:
    """A model, and how well it explained levels that were left out: nats a tile; None where there was only one."""

    model: TileModel
    nats: float | None


def fitted(levels: Sequence[Rows], tiles: str) -> FittedModel:
    """The model of these levels, as deep and as trusting as explains left out ones best.

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
    """How little the model expects what was seen, in units of 1 / `PLACES` bits, each rounded up."""
    whole = 0
    for (context, tile), times in tally.items():
        likely = model.likelihoods(context[: model.depth + 1])[tile]
        whole += times * (ONE**PLACES // likely**PLACES).bit_length()
    return whole


def nats(model: TileModel, tally: Tally) -> float:
    """The cross-entropy of what was seen, in nats a tile."""
    whole = 0.0
    for (context, tile), times in tally.items():
        likely = model.likelihoods(context[: model.depth + 1])
        whole -= times * math.log(likely[tile] / sum(likely))
    return whole / sum(tally.values())
