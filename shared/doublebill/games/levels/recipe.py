"""Recipes: everything that making and proving levels of one kind takes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from doublebill.games.content_kind import LICENCE
from doublebill.games.dice import Dice
from doublebill.games.grids.steps import Place
from doublebill.games.levels.generator import LevelGenerator
from doublebill.games.levels.level import Level
from doublebill.games.levels.look import CorpusLook
from doublebill.games.levels.rules import LevelRules
from doublebill.games.levels.spec import LevelSpec
from doublebill.games.levels.variety import Variety
from doublebill.games.plans.from_rows import plan_from_rows
from doublebill.games.plans.level_plan import LevelPlan
from doublebill.games.seeds import Seed


@dataclass(frozen=True, slots=True)
class LevelRecipe[S: LevelSpec]:
    """The names, the rules and the generator of one kind of level."""

    name: str
    description: str
    version: int
    """Version of the generator; any change to the levels that a seed gives needs a new one."""
    spec: type[S]
    rules: LevelRules
    generator: LevelGenerator[S]
    variety: Variety
    """How unlike the levels of a batch must be; choose a threshold that the generator reaches."""
    corpus: str = ""
    """Corpus that the kind learned from, if any."""
    model_version: str | None = None
    """Version of the model that it learned."""
    licence: str = LICENCE
    """Licence of its levels."""
    cell_cost: int = 1
    """Work that one cell takes, relative to a cell of a maze, rounded up."""
    dice_name: str = ""
    """Name that its dice were first thrown under, where the kind had another then; seeds keep their levels by it."""
    tries_each: int | None = None
    """Other levels tried for each item of a batch, on average; None takes the usual number over `cell_cost`."""

    look: CorpusLook | None = None
    """Own tiles of the corpus that it learned from, if any."""
    completed: Callable[[LevelPlan, Level], LevelPlan] | None = None
    """Returns the plan of a level with what its rows do not say, such as rooms; None if these say all."""

    @property
    def legend(self) -> Mapping[str, str]:
        """Tile → its name."""
        return {**self.rules.legend, **self.look.names} if self.look else self.rules.legend

    def dice(self, seed: Seed) -> Dice:
        """Returns the dice that the level of a seed is made with."""
        return Dice(self.version, self.dice_name or self.name, seed)

    def plan(self, level: Level, path: Sequence[Place] = ()) -> LevelPlan:
        """Returns the plan of a level, on which the `path` is to be drawn."""
        moves = level.certificate.moves
        grounds = self.look.grounds if self.look else None
        plan = plan_from_rows(self.name, level.seed, level.grid, self.legend, path, {"moves": moves}, grounds)
        return self.completed(plan, level) if self.completed else plan
