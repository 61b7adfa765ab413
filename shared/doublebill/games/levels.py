"""Levels: what every kind of level has in common, and the one way in which they are made.

A kind builds a candidate towards the asked controls, its solver proves the drawn grid and measures it again, and the
candidate is given out when it is proved and measures what was asked. When the attempts or the work are used up, the
proved one that came nearest is given out instead and says so (`fallback`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from doublebill.games.controls import Asked, Control
from doublebill.games.dice import Dice
from doublebill.games.grid import Rows
from doublebill.games.seeds import Seed, derived

ATTEMPTS = 16
"""Candidates that may be built for one level."""

DRAWS_PER_CELL, DRAWS = 15, 1200
"""The work that may go into a level, in numbers drawn: some twenty times what most candidates take."""

LAST_ATTEMPTS = 2
"""Attempts, within `ATTEMPTS` or after the work is used up, that build what fits most and need not look well."""


class Spec(Protocol):
    """What can be asked of a kind: a frozen dataclass that `schema.read` reads."""

    @property
    def area(self) -> int:
        """Cells of one level, which its cost grows with."""
        ...

    @property
    def asked(self) -> Mapping[str, Asked]:
        """Each control by its name."""
        ...


@dataclass(frozen=True, slots=True)
class Certificate:
    """The moves that finish a level, U D L R, from a start to a goal, both (x, y)."""

    start: tuple[int, int]
    goal: tuple[int, int]
    moves: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What the solver found in a drawn grid: how to finish it, and the measure of each control."""

    certificate: Certificate
    measured: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Kind[S: Spec]:
    """One kind of level."""

    name: str
    description: str
    version: int
    """The generator's; any change to the levels that a seed gives needs a new one."""
    spec: type[S]
    legend: Mapping[str, str]
    """Tile → its name."""
    check: Callable[[S], None]
    """Raises `Unsatisfiable` for a spec that provably no level meets, and for no other."""
    build: Callable[[S, Dice, int, bool], Rows]
    """A candidate from a spec, dice, the number of the attempt from 1, and whether it is one of the last."""
    prove: Callable[[Rows], Proof | None]
    """The proof of a drawn grid; None when it breaks a rule of the kind."""


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


def generate[S: Spec](kind: Kind[S], spec: S, seed: Seed, index: int = 0) -> Level:
    """The level that `spec` and `seed` name; with an `index`, that item of the batch which the seed starts.

    Raises:
        Unsatisfiable: naming the controls that cannot hold together, when no level can meet them.
    """
    kind.check(spec)
    own = derived(seed, index)
    dice = Dice(kind.version, kind.name, own)
    nearest: Level | None = None
    attempt, lasts, work = 0, 0, DRAWS_PER_CELL * spec.area + DRAWS
    while lasts < LAST_ATTEMPTS:
        attempt += 1
        lasts += attempt > ATTEMPTS - LAST_ATTEMPTS or dice.drawn > work
        rows = kind.build(spec, dice, attempt, lasts > 0)
        proof = kind.prove(rows)
        if proof is None:
            continue
        controls = {name: Control(asked, proof.measured[name]) for name, asked in spec.asked.items()}
        met = all(control.met for control in controls.values())
        level = Level(own, rows, proof.certificate, controls, attempt, not met)
        if met:
            return level
        nearest = level if nearest is None or _miss(level) < _miss(nearest) else nearest
    if nearest is None:
        raise RuntimeError(f"none of {attempt} candidates for {kind.name} {own!r} was proved")
    return replace(nearest, attempts=attempt)


def _miss(level: Level) -> tuple[int, int]:
    gaps = [control.gap for control in level.controls.values()]
    return sum(gap > 0 for gap in gaps), sum(gaps)
