"""Controls: the numbers that a spec asks of a level, each with its target and the measure of the finished level."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from doublebill.errors import Complaint, Unsatisfiable
from doublebill.schema import Input, Pair

SMALLEST, LARGEST = 3, 64
"""Fewest and most cells along a side of a grid."""

LARGEST_MAP = 256
"""Most cells along a side of a large map: a maze, an example to learn from, a level to be proved."""

LONGEST_SIDE = 4096
"""Cells along a side of any grid that a request names, that of a scrolling level included."""


class Cell(Input, frozen=True):
    """A cell of a grid, counted from the top left."""

    x: Annotated[int, Meta(ge=0, le=LONGEST_SIDE - 1)]
    y: Annotated[int, Meta(ge=0, le=LONGEST_SIDE - 1)]


type Target = int | Pair[int] | Cell | None
"""A number, or the lowest and highest number that will do, or one cell; None where anything will do."""

type Measured = int | Cell

SIDE = f"an integer from {SMALLEST} to {LARGEST}"
Width = Annotated[int, Meta(ge=SMALLEST, le=LARGEST, description=f"cells from left to right, {SIDE}")]
Height = Annotated[int, Meta(ge=SMALLEST, le=LARGEST, description=f"cells from top to bottom, {SIDE}")]
Length = Annotated[int, Meta(ge=1, le=LARGEST**2)]
Amount = Annotated[int, Meta(ge=0, le=LARGEST**2)]
Percent = Annotated[int, Meta(ge=1, le=100)]


@dataclass(frozen=True, slots=True)
class Control:
    """One control of a finished level."""

    target: Target
    measured: Measured

    @property
    def met(self) -> bool:
        """Whether the measure is within the target."""
        return self.gap == 0

    @property
    def gap(self) -> int:
        """Distance of the measure from the nearest value within the target; for cells, in steps."""
        if isinstance(self.measured, Cell):
            cell = self.target if isinstance(self.target, Cell) else self.measured
            return abs(cell.x - self.measured.x) + abs(cell.y - self.measured.y)
        low, high = limits(self.target, self.measured, self.measured)
        return max(low - self.measured, self.measured - high, 0)


def limits(target: Target, lowest: int, highest: int) -> tuple[int, int]:
    """Returns the lowest and the highest number within a target, `lowest` and `highest` where any number will do."""
    if target is None or isinstance(target, Cell):
        return lowest, highest
    low, high = (target, target) if isinstance(target, int) else target
    return low, high


def check_order(**targets: Target) -> None:
    """Checks that every range starts at or below its end.

    Raises:
        Unsatisfiable: naming both ends of each range that does not.
    """
    complaints: list[Complaint] = []
    for name, target in targets.items():
        low, high = limits(target, 0, 0)
        if low > high:
            complaints.append(Complaint(f"spec.{name}[0]", f"{low} is above the end", f"use at most {high}"))
            complaints.append(Complaint(f"spec.{name}[1]", f"{high} is below the start", f"use at least {low}"))
    if complaints:
        raise Unsatisfiable(complaints)


type Sides = Mapping[str, tuple[Target, str]]
"""Control → its target, and the change of it that would help."""


def conflict(sides: Sides) -> Unsatisfiable:
    """Returns the error for controls that contradict each other."""
    return Unsatisfiable(
        Complaint(f"spec.{name}", f"{_shown(target)}conflicts with the other controls", f"use {change}")
        for name, (target, change) in sides.items()
    )


def _shown(target: Target) -> str:
    if target is None:
        return ""
    return f"{target[0]} to {target[1]} " if isinstance(target, tuple) else f"{target} "
