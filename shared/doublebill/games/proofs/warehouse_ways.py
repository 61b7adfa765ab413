"""Ways through warehouses: solutions of sokoban levels that anybody drew."""

from dataclasses import replace

from doublebill.games.grids.example_grids import Limits
from doublebill.games.grids.grid import Rows, rings
from doublebill.games.grids.steps import places_along
from doublebill.games.levels.proof import Certificate
from doublebill.games.proofs.examiner import MOST_CELLS, MOST_LEVELS, Examiner, places_in, places_of
from doublebill.games.proofs.verdict import LevelVerdict, Reason, impossible, undecided
from doublebill.games.sokoban.push_search import PushSearch
from doublebill.games.sokoban.search import State, Warehouse, living
from doublebill.games.sokoban.solver import SokobanRules, moves_along, play, solution
from doublebill.games.sokoban.tiles import CRATES, GOALS, PLAYERS, read_level

LEAST_STEPS = 500_000
"""Steps of the search for a solution of fewest moves; a level that needs more, or more
than half of all steps, gets any solution."""

SET_STEPS, CELLS_A_STEP = 4, 200
"""Steps that a set of crates costs in that search, and cells that cost one step more."""

SIDE = 64
"""Cells along a side of the largest warehouse."""


class SokobanExaminer(Examiner):
    """The examiner of sokoban levels."""

    legend = SokobanRules.legend
    notation = SokobanRules.notation
    limits = Limits((1, 1), (SIDE, SIDE), MOST_CELLS, MOST_LEVELS)

    def examine(self, rows: Rows, steps: int) -> LevelVerdict:
        """Returns the verdict: a solution, why there is none, or that the steps were not enough."""
        wrong = _miscounted(rows)
        level = read_level(rows)
        if wrong or level is None:
            return wrong or impossible("no-player", "there is no player")
        whole, state = level
        store, crates = _in_reach(whole, state)
        board = store.board
        verdict = _stuck(store, crates) or _solved(store, (crates, state[1]), steps)
        dead = store.opened & ~living(store)
        measured = {"width": board.width, "height": board.height, "crates": state[0].bit_count()}
        measured["crates_on_goals"] = (state[0] & whole.goals).bit_count()
        if verdict.least and verdict.certificate:
            measured["difficulty"] = len(verdict.certificate.moves)
        unreachable = places_in(board, whole.opened & ~store.opened)
        notes = _open_edge(store)
        return replace(
            verdict, unreachable=unreachable, dead_ends=places_in(board, dead), measured=measured, notes=notes
        )

    def finishes(self, rows: Rows, certificate: Certificate) -> bool:
        """Checks, move by move on the drawn tiles, that every crate ends on a goal."""
        places = play(rows, certificate.moves)
        return places is not None and (places[0], places[-1]) == (certificate.start, certificate.goal)


def _open_edge(store: Warehouse) -> tuple[Reason, ...]:
    """Returns the note on a warehouse whose player gets to the edge of the level."""
    board = store.board
    edge = [
        (x, y) for x, y in places_in(board, store.opened) if x in (0, board.width - 1) or y in (0, board.height - 1)
    ]
    detail = "the level is open at its edge; games that do not end there need a wall"
    return (Reason("open-edge", detail, tuple(edge)),) if edge else ()


def _miscounted(rows: Rows) -> LevelVerdict | None:
    """Returns the verdict on a level without exactly one player, or with other numbers of crates than of goals."""
    players, crates, goals = (places_of(rows, tiles) for tiles in (PLAYERS, CRATES, GOALS))
    if not players:
        return impossible("no-player", "there is no player (@); a level needs one")
    if len(players) > 1:
        return impossible("many-player", f"there are {len(players)} players; keep one", players)
    if len(crates) != len(goals):
        counts = f"there are {len(crates)} crates and {len(goals)} goals; draw as many of one as of the other"
        return impossible("crates-and-goals-differ", counts)
    return None


def _in_reach(whole: Warehouse, state: State) -> tuple[Warehouse, int]:
    """Returns the part of a warehouse that the player could walk through without crates, and its crates.

    Crates and goals elsewhere stay what they are; crates there that stand on goals need nothing.
    """
    crates, player = state
    opened = sum(rings(whole.board, whole.opened, 1 << player))
    settled = crates & whole.goals & ~opened
    return Warehouse(whole.board, opened, whole.goals & ~settled), crates & ~settled


def _stuck(store: Warehouse, crates: int) -> LevelVerdict | None:
    """Returns the verdict on a level with a crate that nobody can bring to a goal, or a goal that no crate gets to."""
    away = (crates | store.goals) & ~store.opened
    if away:
        detail = "the player never gets to these crates and goals"
        return impossible("unreachable-crate", detail, places_in(store.board, away))
    stuck = crates & ~living(store)
    if stuck:
        detail = "these crates can be pushed to no goal, even if they were alone"
        return impossible("stuck-crate", detail, places_in(store.board, stuck))
    return None


def _solved(store: Warehouse, state: State, steps: int) -> LevelVerdict:
    """Returns the verdict of two searches: for a solution of fewest moves, then from push to push for any."""
    cost = SET_STEPS + store.board.size // CELLS_A_STEP
    most = min(steps // 2, LEAST_STEPS) // cost
    path, sets = solution(store, state, most)
    work = min(sets, most) * cost
    if path:
        return LevelVerdict(
            True, certificate=_certificate(store, state, moves_along(store, path)), least="moves", steps=work
        )
    if sets >= most:
        pushed = PushSearch(store).solve(state, steps - work)
        work += pushed.steps
        if pushed.moves is not None:
            return LevelVerdict(True, certificate=_certificate(store, state, pushed.moves), steps=work)
        if not pushed.whole:
            return undecided(f"no solution was found in {steps} steps", steps)
    detail = "no order of pushes brings every crate to a goal; all of them were tried"
    return replace(impossible("unsolvable", detail, places_in(store.board, state[0])), steps=work)


def _certificate(store: Warehouse, state: State, moves: str) -> Certificate:
    """Returns the certificate of a player who makes those moves."""
    start = store.board.xy(state[1])
    return Certificate(start, places_along(start, moves)[-1], moves)
