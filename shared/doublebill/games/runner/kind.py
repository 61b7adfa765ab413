"""Scrolling levels to run and jump through, learned from columns: from the player at one end to the exit at the other.

The physics stands in `runner.physics`, its numbers in `runner.runner_physics`, the proof in `runner.solver`, the
measures in `runner.measures`, the model in `runner.columns`, the building in `runner.assemble`, and the built-in corpus
in `runner.corpus`.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from msgspec import Meta

from doublebill.games.controls import Amount, Target, check_order, conflict, limits
from doublebill.games.dice import Dice
from doublebill.games.grids.constraints import TileRoles
from doublebill.games.grids.grid import Rows
from doublebill.games.grids.repair import LevelDraft
from doublebill.games.grids.steps import Place
from doublebill.games.level_kind import LevelKind
from doublebill.games.levels.generator import LevelGenerator
from doublebill.games.levels.physics import Physics
from doublebill.games.levels.proof import Certificate, Proof
from doublebill.games.levels.rules import LevelRules
from doublebill.games.levels.spec import LevelSpec
from doublebill.games.runner.assemble import RunnerAims, built
from doublebill.games.runner.columns import ColumnModel
from doublebill.games.runner.corpus import HEIGHT, LEGEND, NAME, VERSION, meadow
from doublebill.games.runner.measures import (
    GAP_COUNTS,
    gaps,
    leniency,
    linearity,
    novelty,
)
from doublebill.games.runner.physics import AIR, COIN, ENEMY, EXIT, PLAYER, columns_of, jumps_of, ran, read_terrain
from doublebill.games.runner.repair import repaired
from doublebill.games.runner.runner_physics import USUAL, RunnerPhysics, physics_of
from doublebill.games.runner.solver import solve
from doublebill.games.step_budget import counted
from doublebill.games.variety.cells_passed import CellsPassedVariety
from doublebill.schema import Pair

SHORTEST, LONGEST = 16, 400
"""Columns of a level."""

Share = Annotated[int, Meta(ge=0, le=100)]
Count = Annotated[int, Meta(ge=0, le=LONGEST)]


class RunnerSpec(LevelSpec, frozen=True):
    """The length and the controls of a scrolling level."""

    length: Annotated[
        int,
        Meta(
            ge=SHORTEST, le=LONGEST, description=f"columns from player to exit, an integer from {SHORTEST} to {LONGEST}"
        ),
    ] = 100
    enemies: Annotated[Amount | Pair[Amount] | None, Meta(description="number of enemies: a number or [min, max]")] = (
        None
    )
    gaps: Annotated[
        Count | Pair[Count] | None,
        Meta(description="gaps, runs of columns without ground at the bottom: a number or [min, max]"),
    ] = None
    leniency: Annotated[
        Share | Pair[Share] | None,
        Meta(description="percent: 100 without gaps and enemies, 0 with a gap every five columns, or [min, max]"),
    ] = None
    linearity: Annotated[
        Share | Pair[Share] | None,
        Meta(
            description="percent: 100 where a line runs along all of the ground, 0 where it is anywhere; or [min, max]"
        ),
    ] = None
    novelty: Annotated[
        Share | Pair[Share] | None,
        Meta(description="percent of all runs of eight columns that no level learned from has; or [min, max]"),
    ] = None
    coins: Annotated[Amount | Pair[Amount] | None, Meta(description="number of coins: a number or [min, max]")] = None
    jumps: Annotated[
        Count | Pair[Count] | None, Meta(description="jumps of the certificate: a number or [min, max]")
    ] = None
    physics: Annotated[
        RunnerPhysics | None, Meta(description="how the player moves, such as jump_height; each has its usual value")
    ] = None

    @property
    def area(self) -> int:
        """Cells of a level of usual height; a higher one takes hardly more work, which goes by columns."""
        return self.length * HEIGHT

    @property
    def moved_by(self) -> RunnerPhysics:
        """The physics that the level is for."""
        return self.physics or USUAL


class RunnerRules(LevelRules):
    """The rules of scrolling levels in the tiles of a corpus."""

    moves: Mapping[str, str] = {
        "l": "to the left",
        "r": "to the right",
        "n": "neither to the left nor to the right",
        "L": "to the left with the jump held",
        "R": "to the right with the jump held",
        "N": "neither to the left nor to the right, with the jump held",
    }

    def __init__(
        self, corpus: Callable[[], ColumnModel], legend: Mapping[str, str], physics: RunnerPhysics | None = None
    ) -> None:
        self.corpus, self.legend, self.physics = corpus, legend, physics
        tile = {name: tile for tile, name in legend.items()}
        solid = next(tile[name] for name in ("ground", "wall", "block", *tile) if name in tile)
        counted = {"enemies": tile[ENEMY]} if ENEMY in tile else {}
        self.tiles = TileRoles(solid, tile[AIR], tile[PLAYER] + tile[EXIT], counted, one_region=False)

    def under(self, physics: Physics | None) -> LevelRules:
        """Returns the rules with other physics."""
        return RunnerRules(self.corpus, self.legend, physics) if isinstance(physics, RunnerPhysics) else self

    def prove(self, rows: Rows) -> Proof | None:
        """Returns the proof of a drawn grid: one player, one exit, and moves from one to the other."""
        model = self.corpus()
        drawn, tile = "".join(rows), model.tile
        player, goal = drawn.find(tile[PLAYER]), drawn.find(tile[EXIT])
        if drawn.count(tile[PLAYER]) != 1 or drawn.count(tile[EXIT]) != 1:
            return None
        width = len(rows[0])
        start, end = (player % width, player // width), (goal % width, goal // width)
        columns = columns_of(rows)
        terrain = read_terrain(columns, model.natures, self.physics or USUAL)
        moves = solve(terrain, terrain.number(*start), end[0]).moves
        if moves is None:
            return None
        jumps = {"jumps": jumps_of(terrain, terrain.number(*start), moves)}
        return Proof(Certificate(start, end, moves, self.physics), {**measure(model, columns), **jumps})

    def path(self, rows: Rows, certificate: Certificate) -> Sequence[Place]:
        """Lists the cells that a certificate passes, its start first."""
        terrain = read_terrain(columns_of(rows), self.corpus().natures, physics_of(certificate))
        cells, _ = ran(terrain, terrain.number(*certificate.start), certificate.moves)
        return [terrain.xy(cell) for cell in cells]


class RunnerGenerator(LevelGenerator[RunnerSpec]):
    """The generator of scrolling levels that look like those of a corpus."""

    def __init__(self, corpus: Callable[[], ColumnModel]) -> None:
        self.corpus = corpus

    @property
    def model(self) -> ColumnModel:
        """Columns of the corpus."""
        return self.corpus()

    def check(self, spec: RunnerSpec) -> None:
        """Checks that some level of the corpus' columns may meet the spec.

        Raises:
            Unsatisfiable: naming the controls that cannot hold together.
        """
        spec.moved_by.check("spec.physics")
        check_order(**{name: value for name, value in spec.targets.items() if name != "length"})
        foes, begun = limits(spec.enemies, 0, LONGEST * HEIGHT), limits(spec.gaps, 0, LONGEST)
        if ENEMY not in self.model.legend.values() and foes[0]:
            raise conflict({"enemies": (spec.enemies, "0: the corpus has no enemies")})
        if begun[0] > (spec.length + 1) // 2:
            advice = "more, for a column with a floor between every two gaps"
            raise conflict({"gaps": (spec.gaps, "fewer"), "length": (spec.length, advice)})
        if foes[0] > (most := spec.length * (self.model.height - 1) - 1):
            raise conflict({"enemies": (spec.enemies, f"at most {most}"), "length": (spec.length, "more columns")})
        coins = limits(spec.coins, 0, 0)[0]
        if coins and COIN not in self.model.legend.values():
            raise conflict({"coins": (spec.coins, "0: the corpus has no coins")})
        if coins > most:
            raise conflict({"coins": (spec.coins, f"at most {most}"), "length": (spec.length, "more columns")})
        if (least := limits(spec.jumps, 0, 0)[0]) > spec.length:
            advice = f"at most {spec.length}, one a column"
            raise conflict({"jumps": (spec.jumps, advice), "length": (spec.length, f"at least {least}")})
        self._check_leniency(spec, foes, begun)

    def _check_leniency(self, spec: RunnerSpec, foes: tuple[int, int], begun: tuple[int, int]) -> None:
        """Checks leniency against enemies and gaps, and spikes if there are any, which it follows from."""
        low, high = limits(spec.leniency, 0, 100)
        most = leniency(GAP_COUNTS * begun[0] + foes[0], spec.length)
        least = leniency(GAP_COUNTS * begun[1] + foes[1], spec.length)
        if low > most or (high < least and "spike" not in self.model.legend.values()):
            sides: dict[str, tuple[Target, str]] = {"leniency": (spec.leniency, f"{least} to {most}, what these leave")}
            for name in ("enemies", "gaps"):
                if spec.targets[name] is not None:
                    sides[name] = (spec.targets[name], "fewer" if low > most else "more")
            raise conflict(sides | {"length": (spec.length, "more columns" if low > most else "fewer columns")})

    def candidate(self, spec: RunnerSpec, dice: Dice, attempt: int, last: bool) -> Rows:  # noqa: ARG002  # others need it
        """Builds a level towards the controls."""
        targets = {name: value for name, value in spec.targets.items() if name not in ("length", "jumps")}
        return built(self.model, RunnerAims(spec.length, targets, last, spec.moved_by, spec.jumps), dice)

    def repair(self, spec: RunnerSpec, draft: LevelDraft) -> None:
        """Makes a draft keep the rules, as far as what is fixed lets it."""
        repaired(self.model, spec.targets, draft, spec.moved_by)


def measure(model: ColumnModel, columns: Sequence[str]) -> Mapping[str, int]:
    """Measures every control that follows from a level's columns alone."""
    level = [model.of(column) for column in columns]
    danger = GAP_COUNTS * gaps(level) + sum(one.deadly for one in level)
    return {
        "length": len(level),
        "enemies": sum(one.enemies for one in level),
        "gaps": gaps(level),
        "leniency": leniency(danger, len(level)),
        "linearity": linearity([one.height for one in level], model.height),
        "coins": sum(one.coins for one in level),
        "novelty": novelty([model.without_ends(column) for column in columns], model.corpus_windows),
    }


@functools.cache
def meadow_model() -> ColumnModel:
    """Returns the columns of the built-in corpus, which is drawn when the first level is made."""
    # drawn once a process, and not at the cost of the request that happens to be first
    with counted(None):
        return ColumnModel(tuple(tuple(columns_of(level)) for level in meadow()), LEGEND)


def runner(corpus: Callable[[], ColumnModel], legend: Mapping[str, str]) -> LevelKind[RunnerSpec]:
    """Returns the kind of scrolling levels that look like those of a corpus with that legend."""
    rules = RunnerRules(corpus, legend)
    return LevelKind(
        name="runner",
        description="A scrolling level learned from columns: run and jump to the exit; gaps and enemies kill",
        version=2,
        spec=RunnerSpec,
        rules=rules,
        generator=RunnerGenerator(corpus),
        variety=CellsPassedVariety(rules.path, 40),
    )


RUNNER = replace(runner(meadow_model, LEGEND), corpus=NAME, model_version=f"{NAME}-{VERSION}")
"""Scrolling levels learned from the meadow."""
