"""An independent checker of levels: it knows the rules and the answers, and nothing of how levels are made.

`faults(kind, item)` gives every reason why one JSON item of an answer breaks the rules of its kind, lies about its
measures, or does not say that it fell short; an empty list means that it is playable as asked. Mazes and chambers are
judged here, every other kind by the module of its name in `checkers`.
"""

import importlib
from collections import deque

import scipy.sparse
from scipy.sparse import csgraph

STEPS = {"U": (0, -1), "D": (0, 1), "L": (-1, 0), "R": (1, 0)}


def open_cells(grid):
    return {(x, y) for y, row in enumerate(grid) for x, tile in enumerate(row) if tile != "#"}


def distances(cells, start):
    """How far every cell of `cells` that can be reached is from `start`."""
    found = {start: 0}
    queue = deque([start])
    while queue:
        x, y = queue.popleft()
        for dx, dy in STEPS.values():
            there = x + dx, y + dy
            if there in cells and there not in found:
                found[there] = found[x, y] + 1
                queue.append(there)
    return found


def furthest(cells):
    """How far the two cells are that are furthest from each other, found from each cell of one region in turn."""
    number = {cell: n for n, cell in enumerate(sorted(cells))}
    pairs = [
        (n, number[x + dx, y + dy])
        for (x, y), n in number.items()
        for dx, dy in ((0, 1), (1, 0))
        if (x + dx, y + dy) in number
    ]
    one, other = zip(*pairs, strict=True) if pairs else ((), ())
    graph = scipy.sparse.csr_array(([1] * len(pairs), (one, other)), shape=(len(number), len(number)))
    starts = range(0, len(number), 256)
    return int(
        max(
            csgraph.dijkstra(
                graph, directed=False, unweighted=True, indices=range(start, min(start + 256, len(number)))
            ).max()
            for start in starts
        )
    )


def walk(cells, start, moves):
    """The cells that the moves pass, the start first; None when one of them is not open."""
    places = [tuple(start)]
    for move in moves:
        x, y = places[-1]
        places.append((x + STEPS[move][0], y + STEPS[move][1]))
    return places if all(place in cells for place in places) else None


def faults(kind, item):
    if kind not in ("maze", "chamber"):
        return importlib.import_module(f"checkers.{kind}").faults(item)
    grid, certificate = item["grid"], item["certificate"]
    found = [] if len({len(row) for row in grid}) == 1 else ["rows of different lengths"]
    found += [f"tile {tile} without a name" for tile in set("".join(grid)) - set(item["legend"])]
    cells = open_cells(grid)
    if not cells or len(distances(cells, min(cells))) != len(cells):
        found.append("open cells are not one region")
    places = walk(cells, certificate["from"], certificate["moves"])
    if places is None:
        return [*found, "the certificate walks into a wall"]
    if certificate["length"] != len(certificate["moves"]) or places[-1] != tuple(certificate["to"]):
        found.append("the certificate does not lead where it says")
    rules = {"maze": maze_faults, "chamber": chamber_faults}[kind]
    own, measured = rules(grid, cells, places)
    measured |= {"width": len(grid[0]), "height": len(grid)}
    return found + own + control_faults(item, measured)


def maze_faults(grid, cells, places):
    path = furthest(cells)
    found = [] if len(places) - 1 == path else ["the certificate is not the longest shortest path"]
    if distances(cells, places[0])[places[-1]] != path:
        found.append("the certificate goes a long way round")
    area = len(grid) * len(grid[0])
    return found, {"path": path, "openness": int(100 * len(cells) / area + 0.5)}


def chamber_faults(grid, cells, places):
    where = {tile: [cell for cell in sorted(cells) if grid[cell[1]][cell[0]] == tile] for tile in "PKDE"}
    wrong = [f"{len(where[tile])} of {tile}" for tile in "PKD" if len(where[tile]) != 1]
    if wrong:
        return wrong, {}
    (player,), (key,), (door,) = (where[tile] for tile in "PKD")
    found = []
    if places[0] != player or places[-1] != door:
        found.append("the certificate does not go from player to door")
    if key not in places[: places.index(door) if door in places else None]:
        found.append("the certificate opens the door without the key")
    if set(places) & set(where["E"]) and len(set(places)) + len(where["E"]) <= len(cells):
        found.append("an enemy stands on the certificate's way without need")
    to_key = distances(cells - {door}, player).get(key)
    if to_key is None:
        return [*found, "the key lies behind the door"], {}
    walls = sum(row.count("#") for row in grid)
    to_door = distances(cells, key)[door]
    return found, {"player_key": to_key, "key_door": to_door, "enemies": len(where["E"]), "walls": walls}


def control_faults(item, measured):
    found = [] if set(item["controls"]) == set(measured) else ["not every control is measured"]
    for name in set(item["controls"]) & set(measured):
        control = item["controls"][name]
        asked = control["asked"]
        low, high = asked if isinstance(asked, list) else (asked, asked)
        met = asked is None or low <= measured[name] <= high
        if control["measured"] != measured[name] or control["met"] != met:
            found.append(f"{name} says {control}, measured again it is {measured[name]}")
    if item["fallback"] == all(control["met"] for control in item["controls"].values()):
        found.append("fallback and controls disagree")
    return found
