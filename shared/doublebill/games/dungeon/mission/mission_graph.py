"""The mission of a drawn dungeon: what can be done there, and what must be done first."""

from collections.abc import Mapping

from doublebill.games.dungeon.mission.locked_areas import LockedAreas, exit_sides
from doublebill.games.dungeon.structure_json import MissionEdgeJson, MissionJson, MissionNodeJson, NodeKind
from doublebill.games.dungeon.tiles import KEYS, LEGEND, TREASURE

ENTRANCE, EXIT = "entrance", "exit"


def mission_graph(dungeon: LockedAreas) -> MissionJson:
    """Returns the mission of a dungeon.

    Each area is entered by the entrance or a lock, which leads to the keys, locks and treasures in it.
    """
    entries = area_entries(dungeon)
    locks = [(LEGEND[lock.tile], lock) for lock in dungeon.locks]
    keys = [(LEGEND[dungeon.tiles[cell]], cell) for cell in dungeon.having(KEYS)]
    treasures = [(f"treasure {number}", cell) for number, cell in enumerate(dungeon.having(TREASURE), 1)]
    inside = [(name, entries[dungeon.area_of(cell)]) for name, cell in keys + treasures]
    beside = [(name, _outside(entries, lock.sides, name)) for name, lock in locks]
    nodes = [_node(dungeon, ENTRANCE, "entrance", dungeon.start)]
    nodes += [_node(dungeon, name, "lock", lock.cell) for name, lock in locks]
    nodes += [_node(dungeon, name, "key", cell) for name, cell in keys]
    nodes += [_node(dungeon, name, "treasure", cell) for name, cell in treasures]
    nodes.append(_node(dungeon, EXIT, "exit", dungeon.exit))
    leads = [*beside, *inside, (EXIT, _outside(entries, exit_sides(dungeon), EXIT))]
    edges: list[MissionEdgeJson] = [{"from": entry, "to": name, "kind": "leads"} for name, entry in leads]
    edges += [{"from": LEGEND[lock.key], "to": name, "kind": "opens"} for name, lock in locks]
    return {"nodes": nodes, "edges": edges}


def area_entries(dungeon: LockedAreas) -> Mapping[int, str]:
    """Returns area → the name of the entrance or of the lock by which it is entered, the areas from the entrance on."""
    entries = {dungeon.area_of(dungeon.start): ENTRANCE}
    for area in (queue := list(entries)):
        for lock in dungeon.locks:
            if area in lock.sides:
                behind = [other for other in sorted(lock.sides) if other not in entries]
                entries |= dict.fromkeys(behind, LEGEND[lock.tile])
                queue += behind
    return entries


def _outside(entries: Mapping[int, str], sides: frozenset[int], name: str) -> str:
    """Returns the entry of the area from which one comes to a cell between areas."""
    return next(entry for area, entry in entries.items() if area in sides and entry != name)


def _node(dungeon: LockedAreas, name: str, kind: NodeKind, cell: int) -> MissionNodeJson:
    x, y = dungeon.board.xy(cell)
    return {"id": name, "kind": kind, "x": x, "y": y}
