"""Specs: the size and the controls that a request can ask of a level."""

from collections.abc import Mapping

from doublebill.games.controls import Height, Measured, Target, Width, limits
from doublebill.games.dice import Dice
from doublebill.games.grids.grid import Rows
from doublebill.games.levels.physics import Physics
from doublebill.schema import Input


class LevelSpec(Input, frozen=True):
    """The controls of a level; each kind adds them as fields."""

    @property
    def area(self) -> int:
        """Cells of one level, which its cost grows with."""
        raise NotImplementedError

    @property
    def targets(self) -> Mapping[str, Target]:
        """Each control's name → its target."""
        return {name: getattr(self, name) for name in self.__struct_fields__ if name != "physics"}

    @property
    def set_physics(self) -> Physics | None:
        """The physics that the request sets; None where it sets none, or the kind has none."""
        return getattr(self, "physics", None)

    def own_measures(self, rows: Rows) -> Mapping[str, Measured]:  # noqa: ARG002  # overridden
        """Returns the measures of controls that need the spec besides the rows of a proved level."""
        return {}


class GridSpec(LevelSpec, frozen=True):
    """The controls of a level of a requested width and height."""

    width: Width = 14
    height: Height = 14

    @property
    def area(self) -> int:
        """Cells of the grid."""
        return self.width * self.height


def pick(target: Target, usual: tuple[int, int], most: int, dice: Dice) -> int:
    """Draws a number within the target, within the `usual` range where there is no target, and at most `most`."""
    low, high = limits(target, *usual)
    return dice.between(min(low, most), min(high, most))
