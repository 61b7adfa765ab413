"""An independent checker of sokoban levels: the rules from their table, and nothing of how levels are made or solved.

`faults(item)` gives every reason why one JSON item of an answer breaks a rule or lies about its measures. The least
number of moves is found again by A* from push to push, where the level is drawn as cells and crates one by one.
"""

import heapq

STEPS = {"u": (0, -1), "d": (0, 1), "l": (-1, 0), "r": (1, 0)}
TILES = {"#": "wall", ".": "floor", "@": "player", "$": "crate", "o": "goal", "*": "crate on goal"} | {
    "+": "player on goal"
}
CONTROLS = {"width", "height", "crates", "difficulty", "crates_on_goals"}


class Level:
    def __init__(self, grid):
        tiles = {(x, y): tile for y, row in enumerate(grid) for x, tile in enumerate(row)}
        self.floor = {cell for cell, tile in tiles.items() if tile != "#"}
        self.players = [cell for cell, tile in tiles.items() if tile in "@+"]
        self.crates = frozenset(cell for cell, tile in tiles.items() if tile in "$*")
        self.goals = frozenset(cell for cell, tile in tiles.items() if tile in "o*+")


def moved(cell, step):
    return cell[0] + step[0], cell[1] + step[1]


def reach(floor, start):
    """How many steps every cell of `floor` is from `start`, where it can be reached."""
    found, queue = {start: 0}, [start]
    for cell in queue:
        for step in STEPS.values():
            there = moved(cell, step)
            if there in floor and there not in found:
                found[there] = found[cell] + 1
                queue.append(there)
    return found


def played(level, start, moves):
    """Where the player ends and the crates are; a fault as a string where a move is none."""
    player, crates = start, set(level.crates)
    for number, move in enumerate(moves, 1):
        if move.lower() not in STEPS:
            return player, crates, f"move {number} is {move}"
        there = moved(player, STEPS[move.lower()])
        beyond = moved(there, STEPS[move.lower()])
        if there not in level.floor:
            return player, crates, f"move {number} goes into a wall"
        if (there in crates) != move.isupper():
            return player, crates, f"move {number} is {'no push' if move.isupper() else 'a push'}"
        if there in crates:
            if beyond not in level.floor or beyond in crates:
                return player, crates, f"move {number} pushes a crate against something"
            crates = crates - {there} | {beyond}
        player = there
    return player, crates, "" if crates == level.goals else "crates are left off the goals"


def push_distances(level):
    """Cell → pushes that bring a crate that is alone from it to the nearest goal; cells without are dead."""
    found = dict.fromkeys(level.goals, 0)
    queue = list(level.goals)
    for cell in queue:
        for dx, dy in STEPS.values():
            source, pusher = (cell[0] - dx, cell[1] - dy), (cell[0] - 2 * dx, cell[1] - 2 * dy)
            if source in level.floor and pusher in level.floor and source not in found:
                found[source] = found[cell] + 1
                queue.append(source)
    return found


def least_moves(level):
    """Moves of a shortest solution, found from push to push; None where there is none."""
    near = push_distances(level)
    if any(crate not in near for crate in level.crates):
        return None
    first = (level.players[0], level.crates)
    best, heap, count = {first: 0}, [(sum(near[crate] for crate in level.crates), 0, 0, first)], 0
    while heap:
        _, _, spent, (player, crates) = heapq.heappop(heap)
        if crates == level.goals:
            return spent
        if spent > best[player, crates]:
            continue
        for cell, walked in reach(level.floor - crates, player).items():
            for step in STEPS.values():
                crate = moved(cell, step)
                beyond = moved(crate, step)
                if crate not in crates or beyond not in near or beyond in crates:
                    continue
                state, moves = (crate, crates - {crate} | {beyond}), spent + walked + 1
                if moves < best.get(state, moves + 1):
                    best[state], count = moves, count + 1
                    heapq.heappush(heap, (moves + sum(near[one] for one in state[1]), count, moves, state))
    return None


def faults(item):
    grid, certificate = item["grid"], item["certificate"]
    found = [] if len({len(row) for row in grid}) == 1 else ["rows of different lengths"]
    found += [
        f"tile {tile} is not told" for tile in sorted(set("".join(grid))) if item["legend"].get(tile) != TILES[tile]
    ]
    level = Level(grid)
    if len(level.players) != 1 or len(level.crates) != len(level.goals) or not level.crates:
        many = f"{len(level.players)} players, {len(level.crates)} crates, {len(level.goals)} goals"
        return [*found, many]
    if set(reach(level.floor, level.players[0])) != level.floor:
        found.append("open cells are not one region")
    moves = certificate["moves"]
    end, _, wrong = played(level, level.players[0], moves)
    if wrong:
        return [*found, wrong]
    if tuple(certificate["from"]) != level.players[0] or tuple(certificate["to"]) != end:
        found.append("the certificate does not lead where it says")
    if certificate["length"] != len(moves):
        found.append("the certificate has another length")
    measured = {"width": len(grid[0]), "height": len(grid), "crates": len(level.crates)}
    measured["crates_on_goals"] = sum(row.count("*") for row in grid)
    return found + control_faults(item, measured | {"difficulty": least_moves(level)})


def control_faults(item, measured):
    found = [] if set(item["controls"]) == CONTROLS else ["not every control is measured"]
    for name, control in item["controls"].items():
        asked = control["asked"]
        low, high = asked if isinstance(asked, list) else (asked, asked)
        met = asked is None or low <= measured[name] <= high
        if control["measured"] != measured[name] or control["met"] != met:
            found.append(f"{name} says {control}, measured again it is {measured[name]}")
    if item["certificate"]["length"] != measured["difficulty"]:
        found.append(f"the certificate is not shortest, {measured['difficulty']} moves are enough")
    if item["fallback"] == all(control["met"] for control in item["controls"].values()):
        found.append("fallback and controls disagree")
    return found
