"""Proofs: what a solver finds in a drawn grid, from nothing but its rows."""

from collections.abc import Mapping
from dataclasses import dataclass

from doublebill.games.controls import Measured
from doublebill.games.grids.steps import Place
from doublebill.games.levels.physics import Physics


@dataclass(frozen=True, slots=True)
class Certificate:
    """The moves that finish a level, one letter each, from a start to a goal."""

    start: Place
    goal: Place
    moves: str
    physics: Physics | None = None
    """The physics that the moves need, where it was set; None where it is the usual one of the kind."""


@dataclass(frozen=True, slots=True)
class Proof:
    """How to finish a drawn grid, and the measure of each control."""

    certificate: Certificate
    measured: Mapping[str, Measured]
