"""Generators: how one kind of level builds, repairs and improves its candidates."""

from abc import ABC, abstractmethod

from doublebill.games.dice import Dice
from doublebill.games.grids.constraints import Constraints, TileRoles
from doublebill.games.grids.grid import Rows
from doublebill.games.grids.repair import LevelDraft
from doublebill.games.levels.level import Level
from doublebill.games.levels.spec import LevelSpec


class LevelGenerator[S: LevelSpec](ABC):
    """The generator of one kind of level; only `check` and `candidate` are needed."""

    steers = False
    """Whether candidates are steered towards the controls by small changes even where no constraints must be kept."""
    sketches = False
    """Whether `sketch` predicts certificates, so that a batch need not build levels that would be alike."""

    @abstractmethod
    def check(self, spec: S) -> None:
        """Checks that some level may meet the spec.

        Raises:
            Unsatisfiable: when none can, naming the controls that contradict each other.
        """

    @abstractmethod
    def candidate(self, spec: S, dice: Dice, attempt: int, last: bool) -> Rows:
        """Builds a grid towards the controls of the spec; nobody has proved it yet.

        Attempts count from 1; the `last` ones build what fits most and need not look well.
        """

    def draft(self, rows: Rows, tiles: TileRoles, constraints: Constraints, dice: Dice) -> LevelDraft:
        """Returns a candidate in the form that repair and steering change."""
        return LevelDraft(rows, tiles, constraints, dice)

    def repair(self, spec: S, draft: LevelDraft) -> None:
        """Makes a draft keep the rules and the constraints, as far as that can be done; fixed cells stay."""
        draft.mend(spec.targets)

    def polish(self, spec: S, level: Level, constraints: Constraints, dice: Dice) -> Level:  # noqa: ARG002  # overridden
        """Returns a level as good as one that meets everything, and of better style."""
        return level

    def sketch(self, spec: S, dice: Dice) -> str | None:  # noqa: ARG002  # overridden
        """Predicts the moves of the first candidate that `candidate` would build with such dice, at a small cost.

        None where only building it tells.
        """
        return None
