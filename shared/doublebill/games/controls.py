"""Controls: what a spec asks of a level, and what the finished level measures."""

from dataclasses import dataclass
from typing import Annotated

from doublebill.errors import Complaint, Unsatisfiable, complaint
from doublebill.schema import Bounds

SMALLEST, LARGEST = 3, 64
"""Cells along a side of a grid."""

FURTHEST = 4096
"""Cells along a side of any grid that is talked about, that of a scrolling level included."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a grid, counted from the top left."""

    x: Annotated[int, Bounds(minimum=0, maximum=FURTHEST - 1)]
    y: Annotated[int, Bounds(minimum=0, maximum=FURTHEST - 1)]


type Asked = int | tuple[int, int] | Cell | None
"""A value, or the lowest and highest that will do, or one cell, or anything."""

type Measured = int | Cell

SIDE = f"an integer from {SMALLEST} to {LARGEST}"
Width = Annotated[int, Bounds(minimum=SMALLEST, maximum=LARGEST, description=f"cells from left to right, {SIDE}")]
Height = Annotated[int, Bounds(minimum=SMALLEST, maximum=LARGEST, description=f"cells from top to bottom, {SIDE}")]
Length = Annotated[int, Bounds(minimum=1, maximum=LARGEST**2)]
Amount = Annotated[int, Bounds(minimum=0, maximum=LARGEST**2)]
Percent = Annotated[int, Bounds(minimum=1, maximum=100)]


@dataclass(frozen=True, slots=True)
class Control:
    """One control of a finished level."""

    asked: Asked
    measured: Measured

    @property
    def met(self) -> bool:
        """Whether the measured value is one that was asked for."""
        return self.gap == 0

    @property
    def gap(self) -> int:
        """How far the measured value is outside of what was asked; of a cell, in steps."""
        if isinstance(self.measured, Cell):
            wanted = self.asked if isinstance(self.asked, Cell) else self.measured
            return abs(wanted.x - self.measured.x) + abs(wanted.y - self.measured.y)
        low, high = limits(self.asked, self.measured, self.measured)
        return max(low - self.measured, self.measured - high, 0)


def limits(asked: Asked, lowest: int, highest: int) -> tuple[int, int]:
    """The range that is asked for; from `lowest` to `highest` where any number will do."""
    if asked is None or isinstance(asked, Cell):
        return lowest, highest
    return (asked, asked) if isinstance(asked, int) else asked


def check_order(**controls: Asked) -> None:
    """Returns when every range starts at or below its end.

    Raises:
        Unsatisfiable: naming both ends of each range that does not.
    """
    complaints: list[Complaint] = []
    for name, asked in controls.items():
        low, high = limits(asked, 0, 0)
        if low > high:
            complaints.append(complaint(f"spec.{name}[0]", low, f"at most {high}, the other end of the range"))
            complaints.append(complaint(f"spec.{name}[1]", high, f"at least {low}, the other end of the range"))
    if complaints:
        raise Unsatisfiable(complaints)
