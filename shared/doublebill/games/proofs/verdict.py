"""Verdicts: whether a drawn level can be finished, the way or the reason, and what is out of reach."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from doublebill.games.controls import Measured
from doublebill.games.grids.steps import Place
from doublebill.games.levels.proof import Certificate


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a level cannot be finished, or why that was not decided."""

    code: str
    """Such as "no-exit"; stable, for programs."""
    detail: str
    """A sentence for people."""
    cells: tuple[Place, ...] = ()
    """Where the problem is, if it is somewhere."""


@dataclass(frozen=True, slots=True)
class LevelVerdict:
    """The result of examining one level."""

    playable: bool
    """Whether a way was found and walked again on the drawn tiles."""
    decided: bool = True
    """False where the search ended for want of steps, so that nobody knows."""
    reasons: tuple[Reason, ...] = ()
    """Why it is not playable or not decided; empty where it is playable."""
    certificate: Certificate | None = None
    least: str | None = None
    """Of which unit no way takes fewer than the certificate: "moves" or "jumps"; None where that is not known."""
    unreachable: Collection[Place] | None = ()
    """Open cells that the player can never be in; None where they were not looked for."""
    dead_ends: Collection[Place] | None = None
    """Places from which one cannot win any more; None where the kind has none or they were not looked for."""
    measured: Mapping[str, Measured] = field(default_factory=dict[str, Measured])
    """Control → its measure, of those that the level has."""
    notes: tuple[Reason, ...] = ()
    """Facts that its author may not have meant, of a level that can be finished all the same."""
    steps: int = 0
    """Steps that the search took, of those that it was given."""


def impossible(code: str, detail: str, cells: Collection[Place] = ()) -> LevelVerdict:
    """Returns the verdict on a level that cannot be finished."""
    return LevelVerdict(False, reasons=(Reason(code, detail, tuple(sorted(cells, key=row_by_row))),))


def undecided(detail: str, steps: int) -> LevelVerdict:
    """Returns the verdict on a level for which the steps were not enough."""
    return LevelVerdict(False, decided=False, reasons=(Reason("steps-used-up", detail),), steps=steps)


def row_by_row(place: Place) -> Place:
    """Orders places row by row, from the top left."""
    x, y = place
    return y, x
