"""An independent checker of crypts: the rules from their table, and nothing of how crypts are made or solved.

`faults(item)` gives every reason why one JSON item of an answer breaks a rule or lies about its measures.
"""

STEPS = {"U": (0, -1), "D": (0, 1), "L": (-1, 0), "R": (1, 0)}
DAMAGE = {"G": 1, "O": 2}
CONTROLS = {"width", "height", "enemies", "treasures", "solution_length", "potions", "fights"}


def drawn(grid):
    """Cell → tile of all that is no wall."""
    return {(x, y): tile for y, row in enumerate(grid) for x, tile in enumerate(row) if tile != "#"}


def around(cell):
    return [(cell[0] + dx, cell[1] + dy) for dx, dy in STEPS.values()]


def stepped(tile, health):
    return min(5, health + 2) if tile == "+" else health - DAMAGE.get(tile, 0)


def replayed(tiles, start, moves):
    """Each (cell, health, tiles that are left) of the walk, the start first; a fault ends it as a string."""
    cell, health, left = tuple(start), 5, dict(tiles)
    if tiles.get(cell) != "P":
        return [], "the certificate does not start at the player"
    states = [(cell, health, dict(left))]
    for place, move in enumerate(moves, 1):
        cell = cell[0] + STEPS[move][0], cell[1] + STEPS[move][1]
        if cell not in left:
            return states, "the certificate walks into a wall"
        health = stepped(left[cell], health)
        if health <= 0:
            return states, "the player dies"
        if left[cell] == "X" and place < len(moves):
            return states, "the certificate goes on after the exit"
        left[cell] = "."
        states.append((cell, health, dict(left)))
    return states, "" if tiles[cell] == "X" else "the certificate does not end on the exit"


def reached_alive(states):
    """Cells that the player of some state can go to and still live, each foe met at its price and no potion counted."""
    found = set()
    for cell, health, left in states:
        best, queue = {cell: health}, [cell]
        while queue:
            here = queue.pop(0)
            for there in around(here):
                tile = left.get(there, "X")
                after = best[here] - DAMAGE.get(tile, 0)
                if tile != "X" and after > best.get(there, 0):
                    best[there] = after
                    queue.append(there)
        found |= set(best)
    return found


def faults(item):
    grid, certificate = item["grid"], item["certificate"]
    found = [] if len({len(row) for row in grid}) == 1 else ["rows of different lengths"]
    found += [f"tile {tile} without a name" for tile in set("".join(grid)) - set(item["legend"])]
    tiles = drawn(grid)
    having = {tile: {cell for cell in tiles if tiles[cell] == tile} for tile in "PX+TGO"}
    found += [f"{len(having[tile])} of {tile}" for tile in "PX" if len(having[tile]) != 1]
    states, fault = replayed(tiles, certificate["from"], certificate["moves"])
    if fault:
        return [*found, fault]
    way = [cell for cell, _, _ in states]
    if certificate["length"] != len(certificate["moves"]) or way[-1] != tuple(certificate["to"]):
        found.append("the certificate does not lead where it says")
    foes = having["G"] | having["O"]
    near = set(way) | {there for cell in way for there in around(cell)}
    found += [f"the foe at {foe} is far from the way" for foe in sorted(foes - near)]
    lost = (foes | having["T"] | having["+"]) - reached_alive(states[:-1])
    found += [f"nobody reaches {cell} alive" for cell in sorted(lost)]
    measured = {
        "width": len(grid[0]),
        "height": len(grid),
        "enemies": len(foes),
        "treasures": len(having["T"] & set(way)),
        "solution_length": len(way) - 1,
        "potions": len(having["+"]),
        "fights": sum(unavoidable(tiles, way[0], way[-1], foe) for foe in foes),
    }
    return found + control_faults(item, measured)


def unavoidable(tiles, player, goal, cell):
    """Whether nobody comes from the player to the exit without stepping on that cell."""
    found, queue = {player, cell}, [player]
    while queue:
        fresh = [there for there in around(queue.pop()) if there in tiles and there not in found]
        found.update(fresh)
        queue += fresh
    return goal not in found


def control_faults(item, measured):
    found = [] if set(item["controls"]) == CONTROLS else ["not every control is measured"]
    for name in sorted(set(item["controls"]) & CONTROLS):
        control = item["controls"][name]
        asked = control["asked"]
        low, high = asked if isinstance(asked, list) else (asked, asked)
        met = asked is None or low <= measured[name] <= high
        if control["measured"] != measured[name] or control["met"] != met:
            found.append(f"{name} says {control}, measured again it is {measured[name]}")
    if item["fallback"] == all(control["met"] for control in item["controls"].values()):
        found.append("fallback and controls disagree")
    return found
