"""Pulling crates off their goals: finds first states of sokoban levels, with the lengths of their shortest solutions.

As long as rings are small they are kept whole, and then ring d holds exactly the states of d moves. Of a larger ring
only some sets of crates are followed: a state of it may be nearer to the finished ones than its ring, so it is solved.
What is left of a shortest solution after some moves is a shortest one too; playing the first moves of it gives any
smaller number of moves.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from doublebill.games.dice import Dice
from doublebill.games.grids.grid import cells_of
from doublebill.games.sokoban.search import Ring, RingSearch, State, Warehouse, finished
from doublebill.games.sokoban.solver import led_on, moves_along, solution
from doublebill.games.step_budget import spend

WHOLE = 250
"""Most sets of crates of a ring that are all followed; of larger rings, about this many are."""

PICKS = 24
"""States drawn to pick the one with fewest crates on goals."""

TURNING = 4
"""States drawn to pick the one whose solution has most turns."""

WORK_PULLING, WORK_SOLVING = 30_000, 20_000
"""Sets of crates after which no more rings are added, and after which a state counts as too hard to solve."""

SETUP = 20
"""Work that every search costs in addition to its sets of crates."""


@dataclass(frozen=True, slots=True)
class PulledLevel:
    """The first state of a level in a warehouse, and the moves of its shortest solution; 0 if there is none."""

    store: Warehouse
    state: State
    moves: int
    work: int


type Suits = Callable[[int, int], int]
"""Set of crates, set of player cells → the player cells of the suitable states."""


def pulled(store: Warehouse, moves: int, dice: Dice, suits: Suits | None = None) -> PulledLevel:
    """Returns a random suitable state whose shortest solution has `moves`, or as near to that as there is one."""
    search = RingSearch(store, finished(store), backwards=True)
    whole = True
    while search.depth < moves * (2 - whole) and search.work < WORK_PULLING and search.grow():
        ring = search.rings[-1]
        if len(ring) > WHOLE:
            whole = False
            step = -(-len(ring) // WHOLE)
            search.rings[-1] = dict(list(ring.items())[dice.below(step) :: step])
    depth, ring = _suited(search, suits)
    if not depth:
        return PulledLevel(store, (store.goals, 0), 0, search.work + SETUP)
    if whole and depth < moves:
        return PulledLevel(store, pick(store, ring, dice, 1), depth, search.work + SETUP)
    if whole:
        state = _turning(search, depth, [pick(store, ring, dice) for _ in range(TURNING)])
        return PulledLevel(store, state, depth, search.work + SETUP)
    state = pick(store, ring, dice, 1)
    path, work = solution(store, state, WORK_SOLVING)
    length = max(len(path) - 1, 0)
    # what suits is the first state; where all do, the solution may start later
    skipped = max(length - moves, 0) if suits is None else 0
    return PulledLevel(store, path[skipped] if path else state, length - skipped, search.work + work)


def _suited(search: RingSearch, suits: Suits | None) -> tuple[int, Ring]:
    """Returns the last ring, and its depth, with states that suit, and only those; the first ring is not looked at."""
    for depth in range(search.depth, 0, -1):
        ring = search.rings[depth]
        if suits:
            ring = {crates: players for crates, all_players in ring.items() if (players := suits(crates, all_players))}
        if ring:
            return depth, ring
    return 0, {}


def pick(store: Warehouse, ring: Ring, dice: Dice, picks: int = PICKS) -> State:
    """Returns a random state of the ring, of a few the one that has fewest crates on goals."""
    spend(len(ring) // 50 + 3 * picks)
    sets = list(ring)
    some = [dice.choice(sets) for _ in range(picks)]
    crates = min(some, key=lambda crates: (crates & store.goals).bit_count())
    return crates, dice.choice(list(cells_of(ring[crates])))


def _turning(search: RingSearch, depth: int, states: Sequence[State]) -> State:
    """Returns the state of a ring, among those listed, whose solution changes direction or pushes most often.

    Such solutions are longest once their repeats are left out, so that fewest of them are alike.
    """
    return max(states, key=lambda state: _turns(moves_along(search.store, led_on(search, depth, state))))


def _turns(moves: str) -> int:
    return sum(one != other for one, other in itertools.pairwise(moves))
