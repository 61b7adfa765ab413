"""An independent checker of dungeons: it floods cells for every order of doors, which the product never does."""

from collections import deque

from playable import STEPS, control_faults, distances, open_cells

KEYS, LOCKS = "abcdefkqrst", "ABCDEFKQRST"
DAMAGE = {"g": 1, "o": 2, "Z": 4}


def faults(item):
    """Every reason why one JSON item of an answer is not the requested dungeon."""
    grid = item["grid"]
    found = [f"tile {tile} without a name" for tile in sorted(set("".join(grid)) - set(item["legend"]))]
    if len({len(row) for row in grid}) != 1 or [tile_count(grid, tile) for tile in "PX"] != [1, 1]:
        return [*found, "rows of different lengths, or not one player and one exit"]
    cells = open_cells(grid)
    high = len(grid) // len(item["floors"])
    if [(floor["id"], floor["y"], floor["height"]) for floor in item["floors"]] != [
        (number + 1, number * high, high) for number in range(len(item["floors"]))
    ]:
        found.append("floors are elsewhere")
    if any(x in (0, len(grid[0]) - 1) or y % high in (0, high - 1) for x, y in cells):
        found.append("the edge is open")
    downs, ups = where(grid, ">"), where(grid, "<")
    if [y // high + 1 for _, y in downs] != [y // high for _, y in ups] or len(downs) != len(item["floors"]) - 1:
        return [*found, "stairs do not lead from each floor to the next"]
    if [(tuple(pair["down"]), tuple(pair["up"])) for pair in item["stairs"]] != list(zip(downs, ups, strict=True)):
        found.append("stairs are elsewhere")
    if len(within(grid, cells, min(cells))) != len(cells):
        found.append("open cells are not one region")
    found += way_faults(grid, cells, item) + door_faults(grid, cells) + order_faults(grid, cells)
    if item["health"] != 1 + sum(damage * tile_count(grid, foe) for foe, damage in DAMAGE.items()):
        found.append("a fight could be the last, or cost less than health says")
    rooms = rooms_of(grid, cells)
    measured = measures(grid, cells, rooms, len(item["floors"])) | {
        "difficulty": difficulty(item, cells, rooms),
        "vaults": len(item.get("vaults", [])),
    }
    return found + structure_faults(item, cells, rooms) + control_faults(item, measured)


def stairs(grid):
    """Both ends of all stairs, each with the other."""
    pairs = dict(zip(where(grid, ">"), where(grid, "<"), strict=True))
    return pairs | {up: down for down, up in pairs.items()}


def within(grid, cells, start):
    """The cells that can be walked to from `start`, by stairs too."""
    ends = stairs(grid)
    found = set(distances(cells, start))
    while new := [ends[end] for end in ends if end in found and ends[end] in cells - found]:
        found |= set(distances(cells, new[0]))
    return found


def walked(grid, cells, start, moves):
    """The places that moves lead to, > and < by stairs; None where one is not open or there are no such stairs."""
    ends, places = stairs(grid), [tuple(start)]
    for move in moves:
        x, y = places[-1]
        if move in STEPS:
            places.append((x + STEPS[move][0], y + STEPS[move][1]))
        elif grid[y][x] == move:
            places.append(ends[x, y])
        else:
            return None
    return places if all(place in cells for place in places) else None


def tile_count(grid, tile):
    return sum(row.count(tile) for row in grid)


def where(grid, tiles):
    return [(x, y) for y, row in enumerate(grid) for x, tile in enumerate(row) if tile in tiles]


def beside(place):
    return [(place[0] + dx, place[1] + dy) for dx, dy in STEPS.values()]


def way_faults(grid, cells, item):
    certificate = item["certificate"]
    places = walked(grid, cells, certificate["from"], certificate["moves"])
    if places is None:
        return ["the certificate walks into a wall"]
    tiles = [grid[y][x] for x, y in places]
    found = []
    if (tiles[0], tiles[-1]) != ("P", "X") or "X" in tiles[:-1] or certificate["length"] != len(places) - 1:
        found.append("the certificate does not lead from the player to the exit")
    deeds = [grid[y][x] for x, y in dict.fromkeys(places)]
    for number, tile in enumerate(deeds):
        keys = deeds[:number].count(tile.lower()) - (deeds[:number].count("K") if tile == "K" else 0)
        if tile in LOCKS and keys < 1:
            found.append(f"the certificate opens {tile} without its key")
    names = [item["legend"][tile] for tile in deeds if tile in KEYS + LOCKS + "$goZX"]
    if names != [step["name"] for step in item["order"]]:
        found.append("order is not what the certificate does")
    if any(places[step["move"]] != (step["x"], step["y"]) for step in item["order"]):
        found.append("order says another move")
    return found


def door_faults(grid, cells):
    """Doors that bar nothing: everything can be walked to while they alone are shut."""
    (player,) = where(grid, "P")
    shut = ((grid[y][x], within(grid, cells - {(x, y)}, player)) for x, y in where(grid, LOCKS))
    found = [f"{tile} bars nothing" for tile, reached in shut if len(reached) == len(cells) - 1]
    (goal,) = where(grid, "X")
    around = any(goal in within(grid, cells - {boss}, player) for boss in where(grid, "Z"))
    return [*found, "a way leads around the boss"] if around else found


def order_faults(grid, cells):
    """Orders of opening doors after which a door stays shut or the exit out of reach."""
    (player,), (goal,) = where(grid, "P"), where(grid, "X")
    doors = where(grid, LOCKS)
    states, queue = {frozenset()}, deque([frozenset()])
    while queue:
        state = queue.popleft()
        reached = within(grid, cells - {goal} - (set(doors) - state), player)
        keys = [grid[y][x] for x, y in reached if grid[y][x] in KEYS]
        for _ in range(sum(grid[y][x] == "K" for x, y in state)):
            keys.remove("k")
        ready = [
            (x, y)
            for x, y in doors
            if (x, y) not in state and grid[y][x].lower() in keys and any(near in reached for near in beside((x, y)))
        ]
        if not ready and (len(state) < len(doors) or not any(near in reached for near in beside(goal))):
            return ["an order of doors is a dead end"]
        for door in ready:
            if (after := state | {door}) not in states:
                states.add(after)
                queue.append(after)
    return []


def rooms_of(grid, cells):
    """The cells of each room: what lies in open blocks of 3 by 3."""
    block = [(dx, dy) for dy in range(3) for dx in range(3)]
    inside = set()
    for y in range(len(grid) - 2):
        for x in range(len(grid[0]) - 2):
            those = [(x + dx, y + dy) for dx, dy in block]
            if cells.issuperset(those):
                inside.update(those)
    return regions(inside)


def regions(cells):
    left, found = set(cells), []
    while left:
        found.append(set(distances(left, min(left, key=lambda place: place[::-1]))))
        left -= found[-1]
    return sorted(found, key=lambda region: min(place[::-1] for place in region))


def islands(grid):
    """The pieces of wall, corners touching, that do not reach the edge."""
    walls = set(where(grid, "#"))
    found = 0
    while walls:
        piece = [walls.pop()]
        for x, y in piece:
            around = {(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)} & walls
            walls -= around
            piece += around
        found += all(0 < x < len(grid[0]) - 1 and 0 < y < len(grid) - 1 for x, y in piece)
    return found


def corners(room):
    """The corners of an outline: where an edge of a cell and the edge after it do not both go on."""
    found = 0
    for x, y in room:
        for dx, dy in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
            across, down, both = (x + dx, y) in room, (x, y + dy) in room, (x + dx, y + dy) in room
            found += not (across or down) or (across and down and not both)
    return found


def measures(grid, cells, rooms, floors):
    return {
        "width": len(grid[0]),
        "height": len(grid) // floors,
        "floors": floors,
        "rooms": len(rooms),
        "room_size": int(sum(map(len, rooms)) / len(rooms) + 0.5) if rooms else 0,
        "caves": (caves := sum(corners(room) > 12 for room in rooms)),
        "layout": int(100 * caves / len(rooms)) if rooms else 0,
        "loops": islands(grid),
        "dead_ends": sum(sum(near in cells for near in beside(place)) == 1 for place in cells),
        "locks": len(where(grid, LOCKS)),
        "small_locks": tile_count(grid, "K"),
        "gates": len(where(grid, "QRST")),
        "depth": depth(grid, cells),
        "boss": tile_count(grid, "Z"),
        "foes": len(where(grid, "go")),
        "treasures": tile_count(grid, "$"),
        "mission": len(where(grid, KEYS + LOCKS + "PXZ$")),
        "vaults": 0,
    }


def depth(grid, cells):
    """Rounds in which every door that can be opened is opened at once, small keys used for none: the longest chain."""
    (player,) = where(grid, "P")
    doors, opened, rounds = set(where(grid, LOCKS)), set(), 0
    while True:
        reached = within(grid, cells - (doors - opened), player)
        keys = {grid[y][x] for x, y in reached}
        ready = {
            (x, y)
            for x, y in doors - opened
            if grid[y][x].lower() in keys and any(near in reached for near in beside((x, y)))
        }
        if not ready:
            return rounds
        opened |= ready
        rounds += 1


def difficulty(item, cells, rooms):
    """40 for as many moves as there are cells, and 80 for as much damage as there are rooms; 100 at most."""
    certificate = item["certificate"]
    places = walked(item["grid"], cells, certificate["from"], certificate["moves"]) or []
    damage = sum(DAMAGE.get(item["grid"][y][x], 0) for x, y in set(places))
    return min(100, 40 * certificate["length"] // len(cells) + 80 * damage // len(rooms))


def structure_faults(item, cells, rooms):
    """Where rooms, corridors, doors, graph and mission say other than the grid does."""
    found = []
    high = len(item["grid"]) // len(item["floors"])
    if [min(y for _, y in room) // high + 1 for room in rooms] != [room["floor"] for room in item["rooms"]]:
        found.append("rooms lie on other floors")
    drawn = [
        {(x, y) for x, y in room["cells"]}
        if "cells" in room
        else {
            (x, y)
            for x in range(room["x"], room["x"] + room["width"])
            for y in range(room["y"], room["y"] + room["height"])
        }
        for room in item["rooms"]
    ]
    if drawn != rooms:
        found.append("rooms are other cells")
    corridors = regions(cells - set().union(*rooms))
    if [{(x, y) for x, y in corridor["cells"]} for corridor in item["corridors"]] != corridors:
        found.append("corridors are other cells")
    meetings = {
        (place, room, corridor)
        for corridor, those in enumerate(corridors, 1)
        for place in those
        for room, inside in enumerate(rooms, 1)
        if inside.intersection(beside(place))
    }
    if meetings != {((door["x"], door["y"]), door["room"], door["corridor"]) for door in item["doors"]}:
        found.append("doors are other cells")
    joined = {
        (corridor, one, other) for _, one, corridor in meetings for _, other, same in meetings if same == corridor
    }
    links = {(link["corridor"], *link["rooms"]) for link in item["graph"]}
    if {triple for triple in joined if triple[1] < triple[2]} != links:
        found.append("the graph joins other rooms")
    return found + mission_faults(item, cells)


def vault_faults(item, drawn):
    """Where the vaults of an answer are not the drawn ones (name: rows), each once, in the place that it says."""
    names = [one["name"] for one in item["vaults"]]
    found = [f"{name} is there twice" for name in sorted(set(names)) if names.count(name) > 1]
    for one in item["vaults"]:
        rows = [row[::-1] if one["mirrored"] else row for row in drawn[one["name"]]]
        for _ in range(one["turned"] // 90):
            rows = ["".join(row[x] for row in rows[::-1]) for x in range(len(rows[0]))]
        there = [row[one["x"] : one["x"] + one["width"]] for row in item["grid"][one["y"] : one["y"] + one["height"]]]
        shut = {(x, y) for y, row in enumerate(rows) for x, tile in enumerate(row) if there[y][x] != tile}
        if any(rows[y][x] != "." or there[y][x] != "#" for x, y in shut):
            found.append(f"{one['name']} is drawn otherwise")
        passage = {(x, y) for x, y in shut if x in (0, one["width"] - 1) or y in (0, one["height"] - 1)}
        while more := {place for place in shut - passage if passage.intersection(beside(place))}:
            passage |= more
        if passage != shut:
            found.append(f"{one['name']} is walled up within")
    return found


def sent_mission_faults(item, asked):
    """Where the mission of an answer is not the one that was sent, by the names that the answer gives its nodes."""
    names = {node["id"]: node.get("asked") for node in item["mission"]["nodes"]}
    kinds = sorted((node.get("asked", ""), node["kind"]) for node in item["mission"]["nodes"])
    found = [] if kinds == sorted((node["id"], node["kind"]) for node in asked["nodes"]) else ["other nodes"]
    made = {(names[edge["from"]], names[edge["to"]], edge["kind"]) for edge in item["mission"]["edges"]}
    return (
        found if made == {(one["from"], one["to"], one["kind"]) for one in asked["edges"]} else [*found, "other edges"]
    )


def mission_faults(item, cells):
    grid = item["grid"]
    nodes = {node["id"]: node for node in item["mission"]["nodes"]}
    tiles = sorted(grid[node["y"]][node["x"]] for node in nodes.values())
    if tiles != sorted(tile for tile in "".join(grid) if tile in KEYS + LOCKS + "PX$Z"):
        return ["the mission has other things than the grid"]
    found = []
    (player,) = where(grid, "P")
    for edge in item["mission"]["edges"]:
        before, after = nodes[edge["from"]], nodes[edge["to"]]
        first, place = (before["x"], before["y"]), (after["x"], after["y"])
        if edge["kind"] == "opens":
            if grid[first[1]][first[0]].upper() != grid[place[1]][place[0]]:
                found.append(f"{edge['from']} does not open {edge['to']}")
        elif before["kind"] == "lock" and place in within(grid, cells - {first}, player):
            found.append(f"{edge['from']} does not lead to {edge['to']}")
    return found
