"""What requests for dungeons, loot and campaigns bring along, as large and as awkward as it may be."""

import random
from typing import Any

type Body = dict[str, Any]

CAMPAIGN_CELLS = 100_000
"""Cells that all levels of a campaign may have."""

QUANTITIES = [0, 1, "1d1-1", "2d6+1", "100d1000", [0, 10**6], 10**6]


def loot(chance: random.Random) -> Body:
    """Tables within tables, some of which roll nothing, many times."""
    count = chance.choice([1, 2, 8, 50])
    names = [f"table {number}" for number in range(count)]

    def entry(place: int) -> Body:
        later = names[place + 1 : place + 3]
        inner = {"table": chance.choice(later)} if later and chance.random() < 0.6 else {"item": "x" * 80}
        return {**inner, "weight": chance.choice([1, 10**6]), "quantity": chance.choice(QUANTITIES)}

    return {
        "tables": {
            name: {
                "rolls": chance.choice([*QUANTITIES[:4], 40, 2000]),
                "repeats": chance.random() < 0.7,
                "entries": [entry(place) for _ in range(chance.choice([1, 5, 200]))],
            }
            for place, name in enumerate(names)
        }
    }


def dungeon(chance: random.Random) -> Body:
    """Vaults of one's own and a mission that is sent whole, each sometimes."""
    found: Body = {}
    if chance.random() < 0.4:
        found["vaults"] = [vault(number, chance) for number in range(chance.choice([1, 4, 16]))]
    if chance.random() < 0.4:
        found["mission"] = mission(chance)
    return found


def vault(number: int, chance: random.Random) -> Body:
    """A piece with walls around, an open end and whatever inside."""
    width, height = chance.choice([(3, 3), (7, 5), (20, 20), (64, 3)])
    rows = [[chance.choice("...$go") for _ in range(width)] for _ in range(height)]
    rows[0] = rows[-1] = ["#"] * width
    for row in rows:
        row[0] = row[-1] = "#"
    rows[-1][width // 2] = rows[-2][width // 2] = "."
    return {"name": f"vault {number}", "rows": ["".join(row) for row in rows], "turns": chance.random() < 0.5}


def mission(chance: random.Random) -> Body:
    """Locks in a tree, with keys that are small, so that the order in which they are used up matters."""
    locks = chance.choice([1, 6, 12])
    nodes = [{"id": "in", "kind": "entrance"}, {"id": "out", "kind": "exit"}]
    edges = []
    areas = ["in"]
    for number in range(locks):
        lock, key = f"small door {number + 1}", f"small key {number + 1}"
        nodes += [{"id": lock, "kind": "lock"}, {"id": key, "kind": "key"}]
        edges.append({"from": chance.choice(areas), "to": lock, "kind": "leads"})
        edges.append({"from": chance.choice([*areas, "in"]), "to": key, "kind": "leads"})
        edges += [{"from": key, "to": f"small door {other + 1}", "kind": "opens"} for other in range(locks)]
        areas.append(lock)
    return {"nodes": nodes, "edges": [*edges, {"from": areas[-1], "to": "out", "kind": "leads"}]}


def campaign(chance: random.Random) -> Body:
    """Many levels, or large ones, of about the cells that a campaign may have."""
    levels, floors = chance.choice([2, 5, 10]), chance.choice([1, 1, 3])
    side = int((CAMPAIGN_CELLS / levels / floors) ** 0.5) - chance.choice([0, 0, 60])
    controls: Body = {"width": side, "height": side, "floors": floors, "locks": chance.choice([1, 4, 12])}
    if chance.random() < 0.4:
        controls["vaults"] = chance.randint(1, 8)
    return {"levels": levels, "difficulty": [0, chance.choice([20, 80])], "dungeon": controls}
