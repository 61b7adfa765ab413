"""The mission of a drawn dungeon: what can be done there, and what must be done first."""

from collections import Counter
from collections.abc import Mapping

from doublebill.games.dungeon.mission.locked_areas import LockedAreas, exit_sides
from doublebill.games.dungeon.stairs import spread
from doublebill.games.dungeon.structure_json import MissionEdgeJson, MissionJson, MissionNodeJson, NodeKind
from doublebill.games.dungeon.tiles import BOSS, COLOURS, EXIT, KEYS, LEGEND, LOCKS, METALS, PLAYER, SMALL_KEY, TREASURE

KINDS: Mapping[str, NodeKind] = {
    PLAYER: "entrance",
    **dict.fromkeys(LOCKS, "lock"),
    **dict.fromkeys((*COLOURS, SMALL_KEY), "key"),
    **dict.fromkeys(METALS, "lever"),
    BOSS: "boss",
    TREASURE: "treasure",
    EXIT: "exit",
}
"""Tile of what can be done → its kind, in the order of nodes."""

NUMBERED = TREASURE + SMALL_KEY + SMALL_KEY.upper()
"""Tiles of which there are often several; their names always have numbers."""


def mission_graph(dungeon: LockedAreas) -> MissionJson:
    """Returns the mission of a dungeon.

    Each area is entered by the entrance or a lock, which leads to the keys, levers, locks, treasures and foes in it. A
    boss that no way to the exit leads around leads to the exit.
    """
    names = node_names(dungeon)
    entries = area_entries(dungeon, names)
    sides = {lock.cell: lock.sides for lock in dungeon.locks} | {dungeon.exit: exit_sides(dungeon)}
    boss = _boss_before_exit(dungeon, names)
    edges: list[MissionEdgeJson] = []
    for cell, name in names.items():
        if cell != dungeon.start:
            near = sides[cell] if cell in sides else frozenset([dungeon.area_of(cell)])
            before = boss if cell == dungeon.exit and boss else _outside(entries, near, name)
            edges.append({"from": before, "to": name, "kind": "leads"})
    keys = [cell for cell in names if dungeon.tiles[cell] in KEYS]
    for lock in dungeon.locks:
        openers = [names[key] for key in keys if dungeon.tiles[key] == lock.key]
        edges += [{"from": opener, "to": names[lock.cell], "kind": "opens"} for opener in openers]
    return {"nodes": [_node(dungeon, name, cell) for cell, name in names.items()], "edges": edges}


def node_names(dungeon: LockedAreas) -> Mapping[int, str]:
    """Returns cell → name of each thing that can be done, kind by kind."""
    kinds = list(dict.fromkeys(KINDS.values()))
    cells = sorted(dungeon.having("".join(KINDS)), key=lambda cell: (kinds.index(KINDS[dungeon.tiles[cell]]), cell))
    names: dict[int, str] = {}
    counts: Counter[str] = Counter()
    several = Counter(dungeon.tiles[cell] for cell in cells)
    for cell in cells:
        tile = dungeon.tiles[cell]
        names[cell] = "entrance" if tile == PLAYER else LEGEND[tile]
        if tile in NUMBERED or several[tile] > 1:
            counts[tile] += 1
            names[cell] += f" {counts[tile]}"
    return names


def area_entries(dungeon: LockedAreas, names: Mapping[int, str]) -> Mapping[int, str]:
    """Returns area → the name of the entrance or of the lock by which it is entered, the areas from the entrance on."""
    entries = {dungeon.area_of(dungeon.start): names[dungeon.start]}
    for area in (queue := list(entries)):
        for lock in dungeon.locks:
            if area in lock.sides:
                behind = [other for other in sorted(lock.sides) if other not in entries]
                entries |= dict.fromkeys(behind, names[lock.cell])
                queue += behind
    return entries


def _boss_before_exit(dungeon: LockedAreas, names: Mapping[int, str]) -> str:
    """Returns the name of the boss that bars the exit; empty where there is none."""
    for cell in dungeon.having(BOSS):
        around = spread(dungeon.board, dungeon.opened & ~(1 << cell), dungeon.start, dungeon.stairs)
        if not around >> dungeon.exit & 1:
            return names[cell]
    return ""


def _outside(entries: Mapping[int, str], sides: frozenset[int], name: str) -> str:
    """Returns the entry of the area from which one comes to a cell between areas."""
    return next(entry for area, entry in entries.items() if area in sides and entry != name)


def _node(dungeon: LockedAreas, name: str, cell: int) -> MissionNodeJson:
    x, y = dungeon.board.xy(cell)
    return {"id": name, "kind": KINDS[dungeon.tiles[cell]], "x": x, "y": y}
