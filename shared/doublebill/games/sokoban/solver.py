"""The solver of sokoban: a solution of fewest moves, from nothing but the drawn rows.

Two searches go towards each other, by pushes from the start and by pulls from the goals, a whole ring of states at a
time; where they touch first, no shorter solution is left (Pohl 1971). What was found is then played again on the drawn
tiles, one move after the other, so that no slip of the search is ever given out as a proof.
"""

import itertools
from collections.abc import Mapping, Sequence

from doublebill.games.grids.grid import FLOOR, WALL, Rows, first_of, rings
from doublebill.games.grids.steps import STEPS, Place
from doublebill.games.levels.proof import Certificate, Proof
from doublebill.games.levels.rules import LevelRules
from doublebill.games.sokoban.search import Ring, RingSearch, State, Warehouse, after, before, finished
from doublebill.games.sokoban.tiles import (
    CRATE,
    CRATES,
    GOAL,
    GOALS,
    PLAYER,
    PLAYER_ON_GOAL,
    PLAYERS,
    STORED,
    read_level,
)
from doublebill.games.sokoban.xsb import XsbNotation

WORK = 100_000
"""Sets of crates after which a grid counts as unsolved: about a second of work."""


def solve(store: Warehouse, state: State, work: int = WORK) -> str | None:
    """Returns the moves of a shortest solution, capitals for pushes; None if none was found within the work."""
    path, _ = solution(store, state, work)
    return moves_along(store, path) if path else None


def solution(store: Warehouse, state: State, work: int = WORK) -> tuple[list[State], int]:
    """Returns the states of a shortest solution, the first and the finished one included, and the work that it took.

    No state at all where there is no solution, or none was found with that work.
    """
    crates, player = state
    if crates == store.goals:
        return [state], 0
    ahead = RingSearch(store, {crates: 1 << player}, backwards=False)
    back = RingSearch(store, finished(store), backwards=True)
    while ahead.work + back.work < work:
        nearer, other = (ahead, back) if len(ahead.rings[-1]) <= len(back.rings[-1]) else (back, ahead)
        ring = nearer.grow()
        met = _meeting(ring, other.reached)
        if met:
            return _path(ahead, back, met), ahead.work + back.work
        if not ring:
            break
    return [], ahead.work + back.work


def _meeting(ring: Ring, reached: Ring) -> State | None:
    for crates, players in ring.items():
        both = players & reached.get(crates, 0)
        if both:
            return crates, first_of(both)
    return None


def _path(ahead: RingSearch, back: RingSearch, met: State) -> list[State]:
    """Returns the states from the first of `ahead` through the one where both met to a finished one."""
    path = [met]
    for ring in reversed(ahead.rings[: _depth(ahead, met)]):
        path.append(before(ahead.store, path[-1], ring))
    path.reverse()
    return path[:-1] + led_on(back, _depth(back, met), met)


def led_on(back: RingSearch, depth: int, state: State) -> list[State]:
    """Returns the states from one in the ring of that depth of a search by pulls to a finished one."""
    path = [state]
    for ring in reversed(back.rings[:depth]):
        path.append(after(back.store, path[-1], ring))
    return path


def _depth(search: RingSearch, state: State) -> int:
    crates, player = state
    return next(depth for depth, ring in enumerate(search.rings) if ring.get(crates, 0) >> player & 1)


def moves_along(store: Warehouse, path: Sequence[State]) -> str:
    """Returns the moves from state to state, one of u d l r each, capitals for pushes."""
    names = dict(zip(store.board.steps, "udlr", strict=True))
    moves = ""
    for (crates, player), (pushed, there) in itertools.pairwise(path):
        move = names[there - player]
        moves += move if crates == pushed else move.upper()
    return moves


class SokobanRules(LevelRules):
    """The rules of sokoban."""

    legend: Mapping[str, str] = {
        WALL: "wall",
        FLOOR: "floor",
        PLAYER: "player",
        CRATE: "crate",
        GOAL: "goal",
        STORED: "crate on goal",
        PLAYER_ON_GOAL: "player on goal",
    }
    notation = XsbNotation()
    moves: Mapping[str, str] = {
        letter: f"{does} {where}"
        for does, letters in (("walk", "udlr"), ("push", "UDLR"))
        for letter, where in zip(letters, ("up", "down", "left", "right"), strict=True)
    }

    def prove(self, rows: Rows) -> Proof | None:
        """Returns the proof of a sokoban level: one player, equal crates and goals, one region, a solution.

        `difficulty` is the number of moves of the shortest solution, pushes among them.
        """
        level = read_level(rows)
        if level is None:
            return None
        store, state = level
        board = store.board
        if sum(rings(board, store.opened, 1 << state[1])) != store.opened:
            return None
        moves = solve(store, state)
        places = moves and play(rows, moves)
        if not moves or not places:
            return None
        measured = {
            "width": board.width,
            "height": board.height,
            "crates": state[0].bit_count(),
            "difficulty": len(moves),
            "crates_on_goals": "".join(rows).count(STORED),
        }
        return Proof(Certificate(places[0], places[-1], moves), measured)


def play(rows: Rows, moves: str) -> list[Place] | None:
    """Lists the places of the player, the start first; None if a move is impossible or crates stay off the goals.

    A small letter must be a walk and a capital a push.
    """
    tiles = {(x, y): tile for y, row in enumerate(rows) for x, tile in enumerate(row)}
    floor = {place for place, tile in tiles.items() if tile != WALL}
    crates = {place for place, tile in tiles.items() if tile in CRATES}
    x, y = next(place for place, tile in tiles.items() if tile in PLAYERS)
    places = [(x, y)]
    for move in moves:
        dx, dy = STEPS[move.upper()]
        x, y = x + dx, y + dy
        if (x, y) not in floor or ((x, y) in crates) != move.isupper():
            return None
        if move.isupper():
            crates.remove((x, y))
            crates.add((x + dx, y + dy))
            if (x + dx, y + dy) not in floor or len(crates) != sum(tile in CRATES for tile in tiles.values()):
                return None
        places.append((x, y))
    return places if all(tiles[place] in GOALS for place in crates) else None
