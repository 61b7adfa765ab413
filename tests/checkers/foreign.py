"""An independent checker of proofs: it plays every certificate by hand, and tries everything where there is none.

It knows the rules of each kind from its table and nothing of how levels are proved. `least(kind, grid, legend)` gives
the fewest moves (of platform the fewest jumps, of runner 0) that finish a small level, or None where nothing does.
"""

import copy
from collections import deque

from checkers import crypt, dungeon, platform, runner, sokoban
from playable import distances, open_cells, walk


def where(grid, tiles):
    return [(x, y) for y, row in enumerate(grid) for x, tile in enumerate(row) if tile in tiles]


def finishes(kind, grid, legend, certificate):
    """Whether the moves of a certificate finish the level, played one by one."""
    start, goal, moves = tuple(certificate["from"]), tuple(certificate["to"]), certificate["moves"]
    if certificate["length"] != len(moves):
        return False
    if kind == "sokoban":
        level = sokoban.Level(grid)
        end, _, fault = sokoban.played(level, level.players[0], moves)
        return (level.players[0], end, fault) == (start, goal, "")
    if kind == "platform":
        places = platform.cells(grid, start, moves, certificate.get("physics"))
        return bool(places) and (grid[start[1]][start[0]], places[-1]) == ("S", goal) and grid[goal[1]][goal[0]] == "X"
    if kind == "runner":
        drawn = [row[: goal[0]] + "X" + row[goal[0] + 1 :] if y == goal[1] else row for y, row in enumerate(grid)]
        passed, end = runner.passed({"grid": drawn, "legend": legend, "certificate": certificate})
        return end == "finished" and passed[-1] == goal
    if kind == "crypt":
        states, fault = crypt.replayed(crypt.drawn(grid), start, moves)
        return not fault and states[-1][0] == goal
    if kind == "dungeon":
        places = dungeon.walked(grid, open_cells(grid), start, moves)
        return bool(places) and places[-1] == goal and _dungeon_keys(grid, places)
    places = walk(open_cells(grid), start, moves)
    return places is not None and places[-1] == goal and ENDS[kind](grid, places)


def _chamber_ends(grid, places):
    tiles = [grid[y][x] for x, y in places]
    keys = "K" in tiles or not where(grid, "K")
    return (tiles[0], tiles[-1], tiles.count("D")) == ("P", "D", 1) and keys


def _maze_ends(grid, places):
    ends = where(grid, "P") + where(grid, "X")
    return not ends or ends == [places[0], places[-1]]


ENDS = {"chamber": _chamber_ends, "maze": _maze_ends}


def least(kind, grid, legend, physics=None):
    return {
        "maze": _least_maze,
        "chamber": _least_chamber,
        "crypt": _least_crypt,
        "dungeon": _dungeon_finished,
        "platform": lambda grid: _least_jumps(grid, physics),
        "sokoban": lambda grid: sokoban.least_moves(sokoban.Level(grid)),
        "runner": lambda grid: _least_runner(grid, legend, physics),
    }[kind](grid)


def _least_maze(grid):
    (start,), (goal,) = where(grid, "P"), where(grid, "X")
    return distances(open_cells(grid), start).get(goal)


def _least_chamber(grid):
    (start,), (door,), keys = where(grid, "P"), where(grid, "D"), where(grid, "K")
    cells = open_cells(grid)
    to_key = distances(cells - {door}, start).get((keys or [start])[0])
    to_door = distances(cells, (keys or [start])[0]).get(door)
    return None if to_key is None or to_door is None else to_key + to_door


def _least_crypt(grid):
    tiles = crypt.drawn(grid)
    (start,) = where(grid, "P")
    queue, visited = deque([(start, 5, frozenset(), 0)]), set()
    while queue:
        cell, health, taken, moves = queue.popleft()
        if tiles[cell] == "X":
            return moves
        for there in crypt.around(cell):
            if there not in tiles:
                continue
            after = health if there in taken else crypt.stepped(tiles[there], health)
            state = there, after, taken | ({there} if tiles[there] in "+GO" else frozenset())
            if after > 0 and state not in visited:
                visited.add(state)
                queue.append((*state, moves + 1))
    return None


def _dungeon_keys(grid, places):
    """Whether a walk from the player to the exit goes through no door without its key; small keys are used up."""
    keys_taken, opened, taken = "", set(), set()
    for x, y in places:
        tile = grid[y][x]
        if tile in dungeon.LOCKS and (x, y) not in opened:
            if tile.lower() not in keys_taken:
                return False
            keys_taken = keys_taken.replace("k", "", 1) if tile == "K" else keys_taken
            opened.add((x, y))
        if tile in dungeon.KEYS and (x, y) not in taken:
            taken.add((x, y))
            keys_taken += tile
    tiles = [grid[y][x] for x, y in places]
    return (tiles[0], tiles[-1], tiles.count("X")) == ("P", "X", 1)


def _dungeon_finished(grid):
    """0 where some walk finishes a dungeon, found step by step with the keys and doors of every walk; else None."""
    cells, (start,) = open_cells(grid), where(grid, "P")
    queue, visited = [(start, frozenset(), frozenset())], set()
    while queue:
        (x, y), taken, opened = queue.pop()
        if grid[y][x] == "X":
            return 0
        for dx, dy in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            there = x + dx, y + dy
            tile = grid[y + dy][x + dx] if there in cells else "#"
            keys, doors = taken, opened
            if tile in dungeon.KEYS:
                keys = taken | {there}
            elif tile in dungeon.LOCKS and there not in opened:
                count = sum(grid[b][a] == tile.lower() for a, b in taken)
                count -= sum(grid[b][a] == "K" for a, b in opened) if tile == "K" else 0
                if count < 1:
                    continue
                doors = opened | {there}
            state = there, keys, doors
            if tile != "#" and state not in visited:
                visited.add(state)
                queue.append(state)
    return None


def player(grid, physics=None):
    """Somebody at the start of a platform level."""
    return platform.Player(grid, *where(grid, "S")[0], has_key=not where(grid, "K"), physics=physics)


def _least_jumps(grid, physics):
    found = platform.fewest_jumps(player(grid, physics))
    return min((jumps for one, jumps in found.values() if one.finished), default=None)


def _least_runner(grid, legend, physics):
    certificate = {"from": where(grid, "P")[0], "physics": physics}
    first = runner.Runner({"grid": grid, "legend": legend, "certificate": certificate})
    queue, visited = [first], set()
    while queue:
        here = queue.pop()
        for letter in "lrnLRN":
            there = copy.copy(here)
            there.passed = []
            there.play(letter)
            if there.over == "finished":
                return 0
            if there.over is None and there.state not in visited:
                visited.add(there.state)
                queue.append(there)
    return None
