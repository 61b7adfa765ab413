"""Levels: what every kind of level has in common, and the one way in which they are made.

A kind builds a candidate towards the asked controls, its solver proves the drawn grid and measures it again, and the
candidate is given out when it is proved and measures what was asked. When the attempts or the work are used up, the
proved one that came nearest is given out instead and says so (`fallback`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from doublebill.errors import NotReached
from doublebill.games.content_kind import LICENCE
from doublebill.games.controls import Asked, Control, Measured
from doublebill.games.dice import Dice
from doublebill.games.grids.constraints import FREE, Constraints, Tiles, check_size, check_together
from doublebill.games.grids.grid import Rows, board
from doublebill.games.grids.repair import Draft
from doublebill.games.seeds import Seed, derived

ATTEMPTS = 16
"""Candidates that may be built for one level."""

DRAWS_PER_CELL, DRAWS = 15, 1200
"""The work that may go into a level, in numbers drawn: some twenty times what most candidates take."""

CHANGES, CHANGES_IN_VAIN = 40_000, 60
"""Changes tried on candidates that must keep constraints, for one level of one cell, and at least; and in a row
without any being better before a new candidate is started from."""

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
    """The moves that finish a level, one letter each, from a start to a goal, both (x, y)."""

    start: tuple[int, int]
    goal: tuple[int, int]
    moves: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What the solver found in a drawn grid: how to finish it, and the measure of each control."""

    certificate: Certificate
    measured: Mapping[str, Measured]


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


class Kept(Protocol):
    """The levels of a batch so far."""

    def apart(self, level: Level, least: int = 0) -> int:
        """Percent by which the level differs from the nearest that was taken, 100 where none was.

        Some number below `least` where it is below that.
        """
        ...

    def moves_apart(self, moves: str) -> int:
        """The most that `apart` may tell of a level whose certificate has those moves."""
        ...

    def take(self, level: Level) -> None:
        """One more level of the batch."""
        ...


class Variety(Protocol):
    """What makes levels of a kind alike; ready-made ones stand in `games.variety`."""

    @property
    def different(self) -> int:
        """Percent by which a level is to differ from all others of its batch."""
        ...

    def start(self) -> Kept:
        """An empty batch."""
        ...


MOVES: Mapping[str, str] = {"U": "up", "D": "down", "L": "left", "R": "right"}


@dataclass(frozen=True, slots=True)
class LevelRecipe[S: Spec]:
    """Everything that making and proving levels of one kind takes."""

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
    variety: Variety | None = None
    """Without one, every level of a batch is let be what it is."""
    tiles: Tiles = field(default_factory=Tiles)
    """What its tiles mean to constraints."""
    repair: Callable[[S, Draft], None] | None = None
    """Makes a draft keep the rules of the kind, in place of `Draft.mend`; fixed cells must stay."""
    moves: Mapping[str, str] = field(default_factory=lambda: MOVES)
    """Letter of a certificate's move → what it does."""
    way: Callable[[Level], Sequence[tuple[int, int]]] | None = None
    """The cells (x, y) that a level's certificate passes, its start first; None where its moves are steps U D L R."""
    corpus: str = ""
    """What the kind was learned from, where it was."""
    model_version: str | None = None
    """Of what was learned from it."""
    licence: str = LICENCE
    """Under which its levels may be used."""
    drafted: Callable[[Rows, Tiles, Constraints, Dice], Draft] | None = None
    """What its candidates are mended as, constraints or none; without one, only those that must keep some are."""
    polished: Callable[[S, Level, Constraints, Dice], Level] | None = None
    """A level as good as one that meets everything, and of better style."""
    cell_cost: int = 1
    """How much work a cell may take beside one of a maze, rounded up."""
    tries_each: int | None = None
    """Other levels tried for each item of a batch, on average; else what `cell_cost` leaves of `batches.TRIES_EACH`."""
    sketch: Callable[[S, Dice], str | None] | None = None
    """The moves that a first candidate most likely has, from a spec and dice as `build` gets them, at a small part of
    its cost; None where only building it tells them. Tries for an item of a batch are not built where that is alike."""


def generate[S: Spec](kind: LevelRecipe[S], spec: S, seed: Seed, index: int = 0, wanted: Constraints = FREE) -> Level:
    """The level that `spec`, `seed` and what is `wanted` name; with an `index`, the first try for that item of a batch.

    Raises:
        InvalidInput: for a fixed cell outside of the grid.
        Unsatisfiable: naming what cannot hold together, when no level can meet it.
        NotReached: when no candidate that keeps the constraints was proved.
    """
    kind.check(spec)
    own = derived(seed, index)
    dice = Dice(kind.version, kind.name, own)
    nearest: Level | None = None
    attempt, lasts, work = 0, 0, DRAWS_PER_CELL * spec.area + DRAWS
    changes = max(CHANGES // kind.cell_cost // spec.area, CHANGES_IN_VAIN)
    while lasts < LAST_ATTEMPTS:
        attempt += 1
        spent = changes <= 0 if wanted or kind.drafted else dice.drawn > work
        lasts += attempt > ATTEMPTS - LAST_ATTEMPTS or spent
        rows = kind.build(spec, dice, attempt, lasts > 0)
        if wanted and attempt == 1:
            check_size(wanted, rows)
            check_together(wanted, kind.tiles, spec.asked, board(len(rows[0]), len(rows)))
        if wanted or (kind.drafted and lasts == 0):
            draft = (kind.drafted or Draft)(rows, kind.tiles, wanted, dice)
            candidate, tried = _steer(kind, spec, draft, changes)
            changes -= tried
        else:
            candidate = judged(kind, spec, rows)
        if candidate is None:
            continue
        level = replace(candidate, seed=own, attempts=attempt)
        if not level.fallback:
            return kind.polished(spec, level, wanted, dice) if kind.polished else level
        nearest = level if nearest is None or miss(level) < miss(nearest) else nearest
    if nearest is None and wanted:
        raise NotReached(f"none of {attempt} candidates that keep what is fixed could be proved a {kind.name}")
    if nearest is None:
        raise RuntimeError(f"none of {attempt} candidates for {kind.name} {own!r} was proved")
    return replace(nearest, attempts=attempt)


def judged[S: Spec](kind: LevelRecipe[S], spec: S, rows: Rows) -> Level | None:
    """The drawn grid as a level, without its seed; None when it breaks a rule of the kind."""
    proof = kind.prove(rows)
    if proof is None:
        return None
    controls = {name: Control(asked, proof.measured[name]) for name, asked in spec.asked.items()}
    met = all(control.met for control in controls.values())
    return Level(0, rows, proof.certificate, controls, 1, not met)


def mend[S: Spec](kind: LevelRecipe[S], spec: S, draft: Draft) -> None:
    """Makes a draft keep the rules of the kind and what is wanted of it, as far as that can be done."""
    if kind.repair:
        kind.repair(spec, draft)
    else:
        draft.mend(spec.asked)


def _steer[S: Spec](kind: LevelRecipe[S], spec: S, draft: Draft, changes: int) -> tuple[Level | None, int]:
    """The nearest level to what is asked that changes of the draft lead to, and the number of changes tried."""
    best: Level | None = None
    drawn = list(draft.drawn)
    tried = vain = 0
    while True:
        mend(kind, spec, draft)
        level = judged(kind, spec, draft.rows) if draft.keeps else None
        if level and not level.fallback:
            return level, tried
        if best is None or (level and miss(level) <= miss(best)):
            vain = 0 if level and (best is None or miss(level) < miss(best)) else vain + 1
            best, drawn = level or best, list(draft.drawn)
        else:
            vain += 1
        if tried >= changes or vain > CHANGES_IN_VAIN:
            return best, tried
        tried += 1
        draft.drawn[:] = drawn
        draft.change()


def miss(level: Level) -> tuple[int, int]:
    """How many controls are not met, and how far they are from it in all."""
    gaps = [control.gap for control in level.controls.values()]
    return sum(gap > 0 for gap in gaps), sum(gaps)
