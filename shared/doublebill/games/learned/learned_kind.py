"""Learned kinds: a corpus of levels with a legend gives a generator of the kind that it names.

Candidates are drawn by a tile model (`learned.model`), repaired as those that must keep constraints are, steered to the
controls by changes that the model draws (`learned.drawing`), and proved like all others. Targets that the style cannot
reach are built as the kind builds them. Then each cell is drawn again where the level stays as good, which brings such
a level near to the style, and smooths the traces of repair in the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from doublebill.arrays import Arrays
from doublebill.games.content_kind import Json
from doublebill.games.controls import Target, limits
from doublebill.games.dice import Dice
from doublebill.games.grids.constraints import FREE, Constraints, TileRoles
from doublebill.games.grids.example_grids import read_grids
from doublebill.games.grids.grid import Rows
from doublebill.games.grids.repair import LevelDraft
from doublebill.games.grids.steps import places_along
from doublebill.games.learned.drawing import EVEN, LearnedDraft, Most, draw
from doublebill.games.learned.fit_model import fitted
from doublebill.games.learned.model import TileModel
from doublebill.games.learned.own_look import DrawnLevel, learned_look, look_of
from doublebill.games.learned.pattern_divergence import pattern_divergence
from doublebill.games.learning import ModelParts
from doublebill.games.level_kind import LevelKind
from doublebill.games.levels.generate import generate
from doublebill.games.levels.generator import LevelGenerator
from doublebill.games.levels.level import Level, judge, miss
from doublebill.games.levels.spec import GridSpec
from doublebill.games.plans.own_tiles import read_tiles
from doublebill.values.legends import Legend

SWEEPS, SWEEPS_BUILT = 2, 4
"""Times that polishing draws each cell of a level again, and before that of a level that the kind built."""

POLISHED_TO = 2
"""The highest `cell_cost` of kinds that are polished: each changed tile needs a new proof."""

PROVED = 1 << 22
"""Polishing one level may prove levels of this many cells in all."""

TILTED = 4
"""Candidates drawn until the share of walls is within its target, each with other odds of a wall."""

CHOICES = 16
"""Candidates, divided by the kind's `cell_cost`, of which the nearest to the targets is steered."""

SAMPLE = 12
"""Levels generated for the report, to compare their patterns with the corpus."""


class LearnedGenerator[S: GridSpec](LevelGenerator[S]):
    """The generator of a kind whose levels look like those that a tile model learned from."""

    steers = True

    def __init__(self, kind: LevelKind[S], model: TileModel) -> None:
        self.kind, self.model = kind, model

    def check(self, spec: S) -> None:
        """Checks the spec as the kind does."""
        self.kind.generator.check(spec)

    def candidate(self, spec: S, dice: Dice, attempt: int, last: bool) -> Rows:
        """Draws a candidate; the last ones are built as the kind builds them, and then polished."""
        kind = self.kind
        if not last:
            return nearest(kind, self.model, spec, dice)
        rows = kind.generator.candidate(spec, dice, attempt, last)
        level = judge(kind.rules, spec, rows)
        return polish(kind, self.model, spec, level, FREE, dice, SWEEPS_BUILT).grid if level else rows

    def draft(self, rows: Rows, tiles: TileRoles, constraints: Constraints, dice: Dice) -> LevelDraft:
        """Returns a draft whose changes are such as the model would draw."""
        return LearnedDraft(self.model, rows, tiles, constraints, dice)

    def repair(self, spec: S, draft: LevelDraft) -> None:
        """Repairs a draft as the kind does."""
        self.kind.generator.repair(spec, draft)

    def polish(self, spec: S, level: Level, constraints: Constraints, dice: Dice) -> Level:
        """Draws each tile of a level again, `sweeps` times, one at a time, and keeps each change that is as good."""
        return polish(self.kind, self.model, spec, level, constraints, dice, SWEEPS)


def learned_kind[S: GridSpec](kind: LevelKind[S], model: TileModel) -> LevelKind[S]:
    """Returns the kind whose levels look like those that the model learned from."""
    return replace(kind, generator=LearnedGenerator(kind, model))


def nearest[S: GridSpec](kind: LevelKind[S], model: TileModel, spec: S, dice: Dice) -> Rows:
    """Draws and repairs some candidates; returns the first that meets the targets, or the nearest."""
    best: tuple[tuple[int, int], Rows] | None = None
    for _ in range(max(CHOICES // kind.cell_cost, 1)):
        rows = drawn(kind, model, spec, dice)
        draft = LearnedDraft(model, rows, kind.rules.tiles, FREE, dice)
        kind.generator.repair(spec, draft)
        level = judge(kind.rules, spec, draft.rows)
        if level and (best is None or miss(level) < best[0]):
            best = miss(level), level.grid
            if not level.fallback:
                break
    return best[1] if best else rows


def drawn[S: GridSpec](kind: LevelKind[S], model: TileModel, spec: S, dice: Dice) -> Rows:
    """Draws a candidate, with as many walls as its targets ask where a few tilts get there."""
    targets = spec.targets
    most = most_of(kind.rules.tiles, targets)
    low, high = wall_range(kind.rules.tiles, targets, spec.area)
    tilt = EVEN
    for _ in range(TILTED):
        rows = draw(model, (spec.width, spec.height), most, {kind.rules.tiles.solid: tilt}, dice)
        walls = sum(row.count(kind.rules.tiles.solid) for row in rows)
        if low <= walls <= high:
            break
        # as far as the odds of a wall are from those of the nearest share that will do
        aim = min(max(low, min(walls, high)), spec.area - 1)
        tilt = max(tilt * max(aim, 1) * max(spec.area - walls, 1) // (max(walls, 1) * max(spec.area - aim, 1)), 1)
    return rows


def most_of(tiles: TileRoles, targets: Mapping[str, Target]) -> Most:
    """Returns the most of each tile that a candidate is drawn with; walls are bounded by `wall_range`."""
    counted = {tile: limits(targets[control], 0, 1 << 16)[1] for control, tile in tiles.counted.items()}
    return {tile: most for tile, most in counted.items() if tile != tiles.solid} | dict.fromkeys(tiles.once, 1)


def wall_range(tiles: TileRoles, targets: Mapping[str, Target], area: int) -> tuple[int, int]:
    """Returns the fewest and most walls within the targets, given as a number or by the share of open cells."""
    for control, tile in tiles.counted.items():
        if tile == tiles.solid:
            return limits(targets[control], 0, area)
    low, high = limits(targets.get("openness"), 0, 100)
    return area - high * area // 100, area - low * area // 100


def polish[S: GridSpec](
    kind: LevelKind[S], model: TileModel, spec: S, level: Level, constraints: Constraints, dice: Dice, sweeps: int
) -> Level:
    """Draws each tile of a level again, `sweeps` times, one at a time, and keeps each change that is as good.

    It stops once levels of `PROVED` cells in all were proved.
    """
    draft = LearnedDraft(model, level.grid, kind.rules.tiles, constraints, dice)
    cells = list(draft.free)
    proofs = PROVED // spec.area
    for _ in range(sweeps if kind.cell_cost <= POLISHED_TO else 0):
        dice.shuffle(cells)
        for cell in cells:
            tile = draft.drawn[cell]
            if tile in kind.rules.tiles.once:
                continue
            draft.redraw(cell)
            if draft.drawn[cell] == tile:
                continue
            if proofs == 0:
                return level
            proofs -= 1
            other = judge(kind.rules, spec, draft.rows) if draft.keeps else None
            if other is None or miss(other) > miss(level) or _enemy_on_path(kind.rules.tiles, other):
                draft.drawn[cell] = tile
            else:
                level = replace(other, seed=level.seed, attempts=level.attempts)
    return level


def _enemy_on_path(tiles: TileRoles, level: Level) -> bool:
    """Tells whether an enemy stands on the path of a level whose enemies stand beside it, as in dungeons."""
    enemy = tiles.counted.get("enemies")
    return enemy is not None and any(
        level.grid[y][x] == enemy for x, y in places_along(level.certificate.start, level.certificate.moves)
    )


@dataclass(frozen=True)
class GridLearner:
    """The learner of a kind of level with a width and a height."""

    kind: LevelKind[Any]

    def read(
        self, examples: Sequence[object], legend: Legend | None, field: str
    ) -> tuple[Rows, ...] | tuple[DrawnLevel, ...]:
        """Returns the levels of parsed JSON, in the tiles of the kind and own tiles of the legend.

        Raises:
            InvalidInput: naming what is wrong.
        """
        tiles = read_tiles(legend, self.kind.legend)
        levels = read_grids(examples, tiles.meant, tiles.legend, field, notation=self.kind.rules.notation)
        return tuple(DrawnLevel(rows, tiles.acting(rows), tiles) for rows in levels) if tiles.own else levels

    def learn(self, examples: tuple[Rows, ...] | tuple[DrawnLevel, ...]) -> ModelParts:
        """Fits a tile model to the levels, and one to their own tiles; their order does not matter."""
        drawn = [one for one in examples if isinstance(one, DrawnLevel)]
        acting = [one.acting if isinstance(one, DrawnLevel) else one for one in examples]
        levels = sorted(acting)
        Dice(0, "left out", 0).shuffle(levels)
        fit = fitted(levels, "".join(self.kind.legend))
        learned = learned_kind(self.kind, fit.model)
        made = [generate(learned, self.kind.spec(), seed).grid for seed in range(SAMPLE)]
        report: dict[str, Any] = {
            "levels": len(examples),
            "cells": sum(len(row) for rows in acting for row in rows),
            "nats_per_tile": fit.nats,
            "pattern_divergence": pattern_divergence(acting, made),
        }
        config: dict[str, Json] = {"depth": fit.model.depth, "trust": fit.model.trust, "tiles": fit.model.tiles}
        if not drawn:
            return ModelParts(fit.model.to_arrays(), config, report)
        look = learned_look(drawn[0].tiles, sorted(one.rows for one in drawn), "".join(self.kind.legend))
        return ModelParts(fit.model.to_arrays() | look.to_arrays(), {**config, "look": look.to_config()}, report)

    def generator(self, arrays: Arrays, config: Mapping[str, Any]) -> LevelKind[Any]:
        """Returns the generator that a model gives.

        Raises:
            KeyError, TypeError, ValueError: when the arrays are not such a model.
        """
        tiles = "".join(self.kind.legend)
        if config["tiles"] != tiles:
            raise ValueError(f"the model has the tiles {config['tiles']!r}, {self.kind.name} has {tiles!r}")
        learned = learned_kind(self.kind, TileModel.from_arrays(arrays, tiles, config["depth"], config["trust"]))
        return replace(learned, look=look_of(config["look"], arrays)) if "look" in config else learned
