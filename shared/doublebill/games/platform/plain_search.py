"""Plain searches: whether a platform level is finished by somebody who remembers cells, and not the phases of jumps.

Where one cell must be passed in two phases of a jump, the way depends on the one right moment: agents that tell states
apart by cells, as those of many frameworks do, never find it. Levels that plain searches finish have other ways.
"""

from heapq import heappop, heappush

from doublebill.games.grids.grid import Rows
from doublebill.games.grids.steps import Place
from doublebill.games.platform.platform_physics import PlatformPhysics
from doublebill.games.platform.player_moves import Body, begun, letters_of, step
from doublebill.games.platform.solver import DIAMOND, EXIT, KEY, START
from doublebill.games.step_budget import spend

SEARCHED = 1_500
"""States that one search may visit."""

STEPS_A_STATE = 12
"""Steps of the budget that the moves from one state take."""

type Situation = tuple[Place, bool, frozenset[Place]]
"""A cell, whether the key is taken, and the diamonds that are."""


def is_steered(physics: PlatformPhysics) -> bool:
    """Tells whether a player moves across in every phase; else who hangs stays in a visited cell."""
    return physics.hang_control or not physics.hang_time


def plainly_finished(rows: Rows, physics: PlatformPhysics) -> bool:
    """Tells whether plain searches finish a level, anywhere and towards its aims, and see each diamond."""
    diamonds = {place for place, tile in _tiles(rows) if tile == DIAMOND}
    return diamonds <= _entered(rows, physics) and all(_finds(rows, physics, weight) for weight in (1, 0))


def _tiles(rows: Rows) -> list[tuple[Place, str]]:
    return [((x, y), tile) for y, row in enumerate(rows) for x, tile in enumerate(row)]


def _entered(rows: Rows, physics: PlatformPhysics) -> set[Place]:
    """Returns the cells that a search looking anywhere enters."""
    where = {tile: place for place, tile in _tiles(rows)}
    visited, queue = {(where[START], False)}, [(begun(where[START], physics), False)]
    for place, keyed in queue:
        spend(STEPS_A_STATE)
        for letter in letters_of(physics):
            there = step(rows, place, letter, physics)
            if there is None:
                continue
            key = keyed or rows[there[1]][there[0]] == KEY
            if (there[:2], key) not in visited:
                visited.add((there[:2], key))
                queue.append((there, key))
    return {place for place, _ in visited}


def _finds(rows: Rows, physics: PlatformPhysics, weight: int) -> bool:
    """Tells whether a best-first search finds the key and then the exit; the distance to either counts `weight`."""
    where = {tile: place for place, tile in _tiles(rows)}
    (key_x, key_y), (exit_x, exit_y), far = where[KEY], where[EXIT], len(rows) + len(rows[0])
    start = begun(where[START], physics)
    heap: list[tuple[int, int, int, Body, bool, frozenset[Place]]] = [(0, 0, 0, start, False, frozenset())]
    visited: set[Situation] = set()
    number = 0
    while heap and len(visited) < SEARCHED:
        _, _, made, place, keyed, taken = heappop(heap)
        here = place[0], place[1]
        if here == where[EXIT] and keyed:
            return True
        if (here, keyed, taken) in visited:
            continue
        visited.add((here, keyed, taken))
        spend(STEPS_A_STATE)
        for letter in letters_of(physics):
            there = step(rows, place, letter, physics)
            if there is None:
                continue
            x, y = there[:2]
            has = keyed or rows[y][x] == KEY
            left = abs(x - exit_x) + abs(y - exit_y) if has else abs(x - key_x) + abs(y - key_y) + far
            took = taken | {(x, y)} if rows[y][x] == DIAMOND else taken
            number += 1
            heappush(heap, (made + 1 + weight * left, number, made + 1, there, has, took))
    return False
