"""The best path through a crypt: the shortest that a player survives, then the most treasures, then the most health.

A shortest path on the grid passes no cell twice, so how it came to a cell matters only by the health and the treasures
it came with, and more health never does harm: a few states a cell hold all such paths. Where none of them is survived
(a potion must be fetched, or a foe gone round), states also hold what was taken, and their number is bounded.
"""

from doublebill.games.crypt.rules import DAMAGE, HEALTH, POTION, TREASURE, Crypt, health_after
from doublebill.games.grids.grid import rings
from doublebill.games.step_budget import spend

SEARCHED = 3000
"""States that the search for longer paths may visit, about 10 ms of work; beyond that no path counts as found."""

type State = tuple[int, int]
"""A cell and a health; in longer paths, a cell and the set of what was taken."""
type Found = dict[State, tuple[int, State]]
"""State → the treasures (in longer paths, the health) that it was reached with at best, and the state before it."""


def best_path(crypt: Crypt) -> list[int]:
    """Returns the cells of that path, player and exit included; empty where none is survived or the search gave up."""
    return survived_path(crypt, SEARCHED)[0]


def survived_path(crypt: Crypt, searched: int) -> tuple[list[int], int]:
    """Returns the cells of the best path, and the states that the search for longer paths visited.

    If these are more than `searched`, the search gave up; else no cell at all means that no path is survived.
    """
    path = _shortest(crypt)
    return (path, 0) if path else _longer(crypt, searched)


def layers(crypt: Crypt) -> list[int]:
    """Returns the cells of all shortest paths on the grid, survived or not, by distance; empty if there is none."""
    ahead = rings(crypt.board, crypt.opened, 1 << crypt.player)
    back = rings(crypt.board, crypt.opened, 1 << crypt.exit)
    length = next((i for i, ring in enumerate(ahead) if ring >> crypt.exit & 1), -1)
    return [ahead[i] & back[length - i] for i in range(length + 1)]


def _shortest(crypt: Crypt) -> list[int]:
    """Returns the best of the paths that are shortest on the grid."""
    tiles, steps = crypt.tiles, crypt.board.steps
    start: State = crypt.player, HEALTH
    passed: list[Found] = [{start: (0, start)}]
    for layer in layers(crypt)[1:]:
        found: Found = {}
        spend(len(passed[-1]))
        for state, (treasures, _) in passed[-1].items():
            cell, health = state
            for step in steps:
                there = cell + step
                if not layer >> there & 1:
                    continue
                tile = tiles[there]
                left = health_after(tile, health)
                count = treasures + (tile == TREASURE)
                if left > 0 and count > found.get((there, left), (-1,))[0]:
                    found[there, left] = count, state
        passed.append(found)
    ends = passed[-1]
    if len(passed) == 1 or not ends:
        return []
    return _retraced(passed, max(ends, key=lambda state: (ends[state][0], state[1])))


def _longer(crypt: Crypt, searched: int) -> tuple[list[int], int]:
    """Returns the best path of any length, unless more than `searched` states come before it, and their number."""
    things = crypt.having(POTION + TREASURE + "".join(DAMAGE))
    start: State = crypt.player, 0
    passed: list[Found] = [{start: (HEALTH, start)}]
    best_health = {start: HEALTH}
    while passed[-1] and len(best_health) <= searched:
        found = _stepped(crypt, passed[-1], things, best_health)
        passed.append(found)
        ends = [state for state in found if state[0] == crypt.exit]
        if ends:
            treasures = crypt.having(TREASURE)
            best = max(ends, key=lambda end: ((end[1] & treasures).bit_count(), found[end][0]))
            return _retraced(passed, best), len(best_health)
    return [], len(best_health)


def _stepped(crypt: Crypt, last: Found, things: int, best_health: dict[State, int]) -> Found:
    """Returns the states one move on that are not `known` with as much health; they are known from then on."""
    found: Found = {}
    spend(2 * len(last))
    for state, (health, _) in last.items():
        cell, taken = state
        for step in crypt.board.steps:
            there = cell + step
            if not crypt.opened >> there & 1:
                continue
            fresh = 1 << there & things & ~taken
            left = health_after(crypt.tiles[there], health) if fresh else health
            after = there, taken | fresh
            if left > best_health.get(after, 0):
                best_health[after] = left
                found[after] = left, state
    return found


def _retraced(passed: list[Found], end: State) -> list[int]:
    """Returns the cells of the path to a state of the last move."""
    path = [end[0]]
    for found in reversed(passed[1:]):
        end = found[end][1]
        path.append(end[0])
    return path[::-1]
