"""Specs: the size and the controls that a request can ask of a level."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from doublebill.games.controls import Height, Target, Width, limits
from doublebill.games.dice import Dice


@dataclass(frozen=True, slots=True)
class LevelSpec:
    """The controls of a level; each kind adds them as fields."""

    @property
    def area(self) -> int:
        """Cells of one level, which its cost grows with."""
        raise NotImplementedError

    @property
    def targets(self) -> Mapping[str, Target]:
        """Each control's name → its target."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class GridSpec(LevelSpec):
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
