"""Sokoban: a player pushes crates, one at a time and never pulling, until one stands on every goal.

A level is built backwards from its solution (Taylor and Parberry 2011, "Procedural generation of Sokoban levels"): a
room is put together from rectangles, goals are laid in it, and a search by pulls spreads from the finished states,
one ring of states for each move. The states of ring d are exactly those whose least solution has d moves, so a level
of a target difficulty is any state of that ring. Where the rings end too early, room and goals are changed a little
and the change is kept unless they now end earlier. The drawings are those of XSB, except that floor and goal are "."
and "o" where XSB has a blank and ".".
"""

from dataclasses import dataclass
from math import comb
from typing import Annotated

from msgspec import Meta

from doublebill.errors import Unsatisfiable
from doublebill.games.controls import SMALLEST, Target, check_order, conflict, limits
from doublebill.games.dice import Dice
from doublebill.games.grids.grid import Board, Rows, board_of, cells_of, set_of
from doublebill.games.grids.repair import LevelDraft
from doublebill.games.level_kind import LevelKind
from doublebill.games.levels.generator import LevelGenerator
from doublebill.games.levels.spec import GridSpec
from doublebill.games.sokoban.pulls import PulledLevel, pulled
from doublebill.games.sokoban.repair import Ranges, relaid
from doublebill.games.sokoban.room import changed, room
from doublebill.games.sokoban.search import Warehouse
from doublebill.games.sokoban.solver import SokobanRules
from doublebill.games.sokoban.tiles import drawn
from doublebill.games.variety.distances import MovesVariety, without_repeats
from doublebill.schema import Pair

LARGEST, MOST_CRATES, MOST_MOVES = 16, 6, 1000
"""Most cells along a side, crates, and moves in a spec: the limits of the solver."""

USUAL_CRATES = 4
"""Most crates where the spec wants no number of them."""

USUAL_OPEN = 45, 70
"""Percent of cells that are open, in a grid of up to `ROOMY` open cells."""

ROOMY, WIDE, ROOMY_WIDE = 40, 100, 60
"""Most open cells, those too of grids of more than so many cells: others make more states, not better levels."""

HARD, TIGHT = 30, 26
"""Levels of at least the first number of moves are searched in rooms of at most the second number of open cells, or of
`ROOMY` in grids of more than `WIDE` cells."""

WORK, WORK_LAST = 25_000, 60_000
"""Sets of crates that building a candidate may visit, usually and in the last attempts: 0.1 and 0.3 seconds."""

Side = Annotated[int, Meta(ge=SMALLEST, le=LARGEST, description=f"an integer from {SMALLEST} to {LARGEST}")]
Crates = Annotated[int, Meta(ge=1, le=MOST_CRATES)]
Stored = Annotated[int, Meta(ge=0, le=MOST_CRATES - 1)]
Moves = Annotated[int, Meta(ge=1, le=MOST_MOVES)]


class SokobanSpec(GridSpec, frozen=True):
    """The size and the controls of a sokoban level."""

    width: Side = 8
    height: Side = 8
    crates: Annotated[
        Crates | Pair[Crates] | None,
        Meta(description="number of crates, and of goals: a number or [min, max]"),
    ] = None
    difficulty: Annotated[
        Moves | Pair[Moves] | None,
        Meta(description="moves of the shortest solution, walks and pushes: a number or [min, max]"),
    ] = None
    crates_on_goals: Annotated[
        Stored | Pair[Stored] | None,
        Meta(description="number of crates that stand on goals from the start: a number or [min, max]"),
    ] = None


class SokobanGenerator(LevelGenerator[SokobanSpec]):
    """The generator of sokoban levels."""

    def check(self, spec: SokobanSpec) -> None:
        """Checks that some sokoban level may meet the spec.

        Raises:
            Unsatisfiable: naming the controls that cannot hold together.
        """
        check_order(crates=spec.crates, difficulty=spec.difficulty, crates_on_goals=spec.crates_on_goals)
        stored, crates = limits(spec.crates_on_goals, 0, 0)[0], limits(spec.crates, 1, MOST_CRATES)[1]
        if stored >= crates:
            advice = f"at most {crates - 1}, one crate less than there are"
            sides: dict[str, tuple[Target, str]] = {"crates": (spec.crates, f"at least {stored + 1}")}
            raise conflict({"crates_on_goals": (spec.crates_on_goals, advice)} | sides)
        most = max(most_moves(spec.area, crates) for crates in range(1, limits(spec.crates, 1, MOST_CRATES)[1] + 1))
        if limits(spec.difficulty, 1, 1)[0] > most:
            raise _too_far(spec, most)

    def candidate(self, spec: SokobanSpec, dice: Dice, attempt: int, last: bool) -> Rows:  # noqa: ARG002  # others need it
        """Builds a level towards the controls."""
        board = board_of(spec.width, spec.height)
        aim = aims(spec, dice)
        best = _pulled(spec, _store(board, aim, dice), aim.moves, dice)
        left = (WORK_LAST if last else WORK) - best.work
        while best.moves < max(aim.least, 1) and left > 0:
            other = _pulled(spec, _changed(best.store, dice), aim.moves, dice)
            left -= other.work
            if other.moves >= best.moves:
                best = other
        return drawn(best.store, best.state)

    def repair(self, spec: SokobanSpec, draft: LevelDraft) -> None:
        """Repairs a draft: lays goals, crates and player anew where they are not fixed."""
        around = spec.width + spec.height
        ranges = Ranges(
            limits(spec.crates, 1, USUAL_CRATES),
            limits(spec.difficulty, around, 3 * around),
            limits(spec.crates_on_goals, 0, MOST_CRATES),
        )
        relaid(draft, ranges)


def _pulled(spec: SokobanSpec, store: Warehouse, moves: int, dice: Dice) -> PulledLevel:
    """Returns a level of the warehouse, with as many crates on goals as the spec wants."""
    if spec.crates_on_goals is None:
        return pulled(store, moves, dice)
    low, high = limits(spec.crates_on_goals, 0, 0)

    def suits(crates: int, players: int) -> int:
        # the player hides no goal either
        return players & ~store.goals if low <= (crates & store.goals).bit_count() <= high else 0

    return pulled(store, moves, dice, suits)


def most_moves(area: int, crates: int) -> int:
    """Returns the moves that no shortest solution exceeds: it visits no state twice and is finished only at its end."""
    return (comb(area, crates) - 1) * (area - crates)


def _too_far(spec: SokobanSpec, most: int) -> Unsatisfiable:
    sides: dict[str, tuple[Target, str]] = {"difficulty": (spec.difficulty, f"at most {most}")}
    return conflict(sides | {"width": (spec.width, "more cells"), "height": (spec.height, "more cells")})


@dataclass(frozen=True, slots=True)
class SokobanAims:
    """The numbers that one attempt builds towards."""

    crates: int
    opened: int
    least: int
    """Fewest moves of the shortest solution."""
    moves: int


def aims(spec: SokobanSpec, dice: Dice) -> SokobanAims:
    """Chooses the numbers to build towards: within the targets, and otherwise in the usual ranges."""
    many = min(max(spec.area // 6, 1), USUAL_CRATES)
    low, high = limits(spec.crates, max(many - 1, 1), many)
    around = spec.width + spec.height
    crates = max(dice.between(low, high), limits(spec.crates_on_goals, 0, 0)[0] + 1)
    least, most = limits(spec.difficulty, 1, 3 * around)
    usual = around if spec.difficulty is None else least
    hard, easy = (TIGHT, ROOMY) if spec.area <= WIDE else (ROOMY, ROOMY_WIDE)
    room_for = hard if least >= HARD else easy
    few, much = (min(spec.area, room_for * 10 // 7) * share // 100 for share in USUAL_OPEN)
    opened = max(dice.between(few, much), crates + 3)
    return SokobanAims(crates, opened, least, dice.between(min(usual, most), most))


def _store(board: Board, aim: SokobanAims, dice: Dice) -> Warehouse:
    opened = room(board, aim.opened, dice)
    cells = list(cells_of(opened))
    dice.shuffle(cells)
    return Warehouse(board, opened, set_of(cells[: aim.crates]))


def _changed(store: Warehouse, dice: Dice) -> Warehouse:
    """Returns the store with one goal elsewhere, or with one or two cells opened or closed."""
    goals, opened = store.goals, store.opened
    if dice.below(2) and (free := list(cells_of(opened & ~goals))):
        goals ^= 1 << dice.choice(list(cells_of(goals))) | 1 << dice.choice(free)
    else:
        for _ in range(dice.between(1, 2)):
            opened = changed(store.board, opened, goals, dice)
    return Warehouse(store.board, opened, goals)


SOKOBAN = LevelKind(
    name="sokoban",
    description="A player who pushes crates, one at a time, until one stands on every goal",
    version=2,
    spec=SokobanSpec,
    rules=SokobanRules(),
    generator=SokobanGenerator(),
    variety=MovesVariety(50, mirrored=False, read=without_repeats),
    cell_cost=8,
    tries_each=8,
)
