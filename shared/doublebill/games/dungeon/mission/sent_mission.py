"""Missions that a request sends whole: their areas, locks and things, in the tiles of a dungeon.

Each lock begins an area, the entrance begins area 0. Every node but the entrance is led to by exactly one other: the
entrance or a lock; the exit perhaps by a boss. What opens a lock is chosen by the names of the legend ("red key",
"small key 2", "iron lever") or else by the graph: a lever has a gate, a key that alone opens its locks is a coloured
one, and keys that share locks are small keys, each used up by one lock.
"""

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from doublebill.errors import InvalidInput, Unsatisfiable
from doublebill.games.dungeon.mission.door_orders import DoorOrders, shortest_order
from doublebill.games.dungeon.mission.lock_kinds import MOST_LOCKS
from doublebill.games.dungeon.tiles import COLOURS, KEYS, LEGEND, METALS, SMALL_KEY, TREASURE
from doublebill.games.missions.mission import Mission, MissionNode, check_graph

FIELD = "spec.mission"

MOST_THINGS = 60
"""Keys, levers and treasures of a mission that is built."""

NAMED = {LEGEND[tile]: tile for tile in KEYS}
NUMBER = re.compile(r" \d+$")


@dataclass(frozen=True, slots=True)
class SentMission:
    """A mission by areas; area i + 1 begins with lock i, and comes after the area that the lock leads from."""

    locks: Sequence[str]
    """Tile of what opens each lock."""
    parents: Sequence[int]
    """Area that each lock leads from."""
    things: Sequence[tuple[str, int]]
    """Tiles of keys, levers and treasures, each with its area."""
    exit: int
    """Area of the exit."""
    boss: bool
    """Whether a boss bars the exit."""
    lock_ids: Sequence[str]
    """Names of the locks in the mission."""
    thing_ids: Sequence[str]

    @property
    def areas(self) -> int:
        """Number of areas."""
        return len(self.locks) + 1

    def children(self, area: int) -> list[int]:
        """Returns the areas that locks of an area lead to."""
        return [number for number, parent in enumerate(self.parents, 1) if parent == area]

    @property
    def orders(self) -> DoorOrders:
        """The doors of the mission and what can become of them."""
        sides = [frozenset((parent, number)) for number, parent in enumerate(self.parents, 1)]
        keys = [(tile, area) for tile, area in self.things if tile in KEYS]
        return DoorOrders(sides, self.locks, keys, 0, frozenset([self.exit]))


@functools.lru_cache(maxsize=32)
def read_mission(mission: Mission) -> SentMission:
    """Returns a mission in the tiles of a dungeon.

    Raises:
        InvalidInput: naming the node or edge that is wrong.
        Unsatisfiable: when a dungeon cannot have it, or when some order of opening its locks is a dead end.
    """
    check_graph(mission)
    nodes = {node.id: node for node in mission.nodes}
    before = _ways(mission, nodes)
    tiles = _opener_tiles(mission, nodes)
    boss = _boss(mission, before)
    locks = _locks_in_order(mission, before)
    areas = {node.id: 0 for node in mission.nodes if node.kind == "entrance"}
    areas |= {lock: number for number, lock in enumerate(locks, 1)}
    if boss:
        areas[boss] = areas[before[boss]]
    kinds = ("key", "lever", "treasure")
    things = [node for node in mission.nodes if node.kind in kinds]
    if len(things) > MOST_THINGS:
        raise _no_dungeon(f"it has {len(things)} keys, levers and treasures", f"keep at most {MOST_THINGS}")
    exit_ = next(node.id for node in mission.nodes if node.kind == "exit")
    found = SentMission(
        locks=[tiles[lock] for lock in locks],
        parents=[areas[before[lock]] for lock in locks],
        things=[(TREASURE if one.kind == "treasure" else tiles[one.id], areas[before[one.id]]) for one in things],
        exit=areas[before[exit_]],
        boss=bool(boss),
        lock_ids=locks,
        thing_ids=[one.id for one in things],
    )
    if shortest_order(found.orders) is None:
        raise _no_dungeon(
            "some order of opening its locks leaves a lock shut or the exit out of reach",
            "put the key of each lock before it, and small keys where they are found on the way to their doors",
        )
    return found


def _no_dungeon(detail: str, fix: str) -> Unsatisfiable:
    return Unsatisfiable.one(FIELD, detail, fix)


def _ways(mission: Mission, nodes: Mapping[str, MissionNode]) -> Mapping[str, str]:
    """Returns node → the one that leads to it; the entrance where none does."""
    entrance = next(node.id for node in mission.nodes if node.kind == "entrance")
    before: dict[str, str] = {}
    for number, edge in enumerate(mission.edges):
        field = f"{FIELD}.edges[{number}]"
        if edge.kind == "opens":
            if nodes[edge.from_].kind not in ("key", "lever") or nodes[edge.to].kind != "lock":
                raise InvalidInput.one(field, "it opens no lock by a key or lever", "join a key or lever with a lock")
            continue
        fits = ("entrance", "lock") + (("boss",) if nodes[edge.to].kind == "exit" else ())
        if nodes[edge.from_].kind not in fits:
            detail = f"{edge.from_!r} is a {nodes[edge.from_].kind}, which leads to no {nodes[edge.to].kind}"
            raise InvalidInput.one(f"{field}.from", detail, f"lead there from {' or '.join(fits)}")
        if edge.to == entrance or before.setdefault(edge.to, edge.from_) != edge.from_:
            raise InvalidInput.one(f"{field}.to", f"{edge.to!r} is led to already", "keep one edge that leads there")
    return {name: before.get(name, entrance) for name in nodes if name != entrance}


def _boss(mission: Mission, before: Mapping[str, str]) -> str:
    """Returns the id of the boss; empty where there is none."""
    bosses = [node.id for node in mission.nodes if node.kind == "boss"]
    barring = {before[node.id] for node in mission.nodes if node.kind == "exit"}
    if bosses and (len(bosses) > 1 or bosses[0] not in barring):
        raise _no_dungeon("a boss of a dungeon bars the exit", "keep one boss, with an edge that leads to the exit")
    return bosses[0] if bosses else ""


def _locks_in_order(mission: Mission, before: Mapping[str, str]) -> list[str]:
    """Returns the locks, each after the one that leads to it."""
    locks = [node.id for node in mission.nodes if node.kind == "lock"]
    if len(locks) > MOST_LOCKS:
        raise _no_dungeon(f"it has {len(locks)} locks", f"keep at most {MOST_LOCKS}")
    order: list[str] = []
    while ready := [
        lock for lock in locks if lock not in order and (before[lock] not in locks or before[lock] in order)
    ]:
        order += ready
    if len(order) < len(locks):
        lost = next(lock for lock in locks if lock not in order)
        raise _no_dungeon(f"{lost} is never reached", "add an edge that leads there from the entrance or a lock")
    return order


def _opener_tiles(mission: Mission, nodes: Mapping[str, MissionNode]) -> Mapping[str, str]:
    """Returns the tile of each key and lever, and for each lock the tile of what opens it."""
    opens = [(edge.from_, edge.to) for edge in mission.edges if edge.kind == "opens"]
    openers = [node for node in mission.nodes if node.kind in ("key", "lever")]
    tiles = {one.id: tile for one in openers if (tile := NAMED.get(NUMBER.sub("", one.id))) and _fits(one, tile)}
    shared = {key for key, lock in opens if any(other == lock and one != key for one, other in opens)}
    tiles |= {one.id: SMALL_KEY for one in openers if one.id in shared and one.kind == "key" and one.id not in tiles}
    for kind, every in (("key", COLOURS), ("lever", METALS)):
        new = [one.id for one in openers if one.kind == kind and one.id not in tiles]
        free = [tile for tile in every if tile not in tiles.values()]
        if len(new) > len(free):
            detail = f"it has {len(new) - len(free)} {kind}s too many, each with locks of its own"
            raise _no_dungeon(detail, f"keep at most {len(every)}, or let small keys share locks")
        tiles |= dict(zip(new, free, strict=False))
    for lock in (node.id for node in mission.nodes if node.kind == "lock"):
        those = {tiles[key] for key, other in opens if other == lock}
        if len(those) != 1:
            detail = f"keys of several sorts open {lock}" if those else f"nothing opens {lock}"
            raise _no_dungeon(detail, "add edges from one key, one lever or small keys")
        tiles[lock] = those.pop()
    _check_alike(opens, nodes, tiles)
    return tiles


def _fits(node: MissionNode, tile: str) -> bool:
    return (node.kind == "lever") == (tile in METALS)


def _check_alike(opens: Iterable[tuple[str, str]], nodes: Mapping[str, MissionNode], tiles: Mapping[str, str]) -> None:
    """Checks that everything of one tile opens every lock of that tile."""
    pairs = set(opens)
    for key, tile in tiles.items():
        for lock, other in tiles.items():
            ends = nodes[key].kind != "lock" and nodes[lock].kind == "lock"
            if ends and tile == other and (key, lock) not in pairs:
                name = LEGEND[tile]
                raise _no_dungeon(f"{key} does not open {lock}, and every {name} does", "add that edge, or use names")
