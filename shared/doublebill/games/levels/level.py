"""Levels: a drawn grid with its certificate and the controls that it was measured by."""

from collections.abc import Mapping
from dataclasses import dataclass

from doublebill.games.controls import Control
from doublebill.games.grids.grid import Rows
from doublebill.games.levels.proof import Certificate
from doublebill.games.levels.rules import LevelRules
from doublebill.games.levels.spec import LevelSpec
from doublebill.games.seeds import Seed


@dataclass(frozen=True, slots=True)
class Level:
    """One proved level."""

    seed: Seed
    grid: Rows
    certificate: Certificate
    controls: Mapping[str, Control]
    attempts: int
    """Candidates that were built, this one and discarded ones."""
    fallback: bool
    """True when some control is not met."""
    spec: LevelSpec | None = None
    """The spec that it was made for; None where it was drawn for none."""


def judge(rules: LevelRules, spec: LevelSpec, rows: Rows) -> Level | None:
    """Returns the drawn grid as a level, without its seed; None when it breaks a rule."""
    proof = rules.under(spec.set_physics).prove(rows)
    if proof is None:
        return None
    measured = {**proof.measured, **spec.own_measures(rows)}
    controls = {name: Control(target, measured[name]) for name, target in spec.targets.items()}
    met = all(control.met for control in controls.values())
    return Level(0, rows, proof.certificate, controls, 1, not met, spec)


def miss(level: Level) -> tuple[int, int]:
    """Returns the number of controls that a level does not meet, and the sum of their distances from the targets."""
    gaps = [control.gap for control in level.controls.values()]
    return sum(gap > 0 for gap in gaps), sum(gaps)
