"""The rules of dungeons: proves a drawn one, and measures it, from nothing but its rows.

A dungeon is finished whatever a player does first: every door bars something, every order of opening doors leads to the
exit in the end, and everything that is open can be walked to. A player starts with one point of health more than all
fights cost, so that none is the last.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from doublebill.games.dungeon.layout.bit_shapes import dead_ends, loops
from doublebill.games.dungeon.layout.caves import OUTLINE, corners
from doublebill.games.dungeon.mission.certificate_way import certificate_way
from doublebill.games.dungeon.mission.difficulty import difficulty
from doublebill.games.dungeon.mission.door_orders import door_orders, shortest_order
from doublebill.games.dungeon.mission.lock_depth import lock_depth
from doublebill.games.dungeon.mission.locked_areas import LockedAreas, read_areas
from doublebill.games.dungeon.mission.mission_graph import node_names
from doublebill.games.dungeon.stairs import moves_along, places_by_stairs, spread
from doublebill.games.dungeon.survey import survey
from doublebill.games.dungeon.tiles import (
    BOSS,
    DAMAGE,
    DOWN,
    EXIT,
    FOES,
    KEYS,
    LEGEND,
    LOCKS,
    METALS,
    PLAYER,
    SMALL_KEY,
    TREASURE,
    UP,
)
from doublebill.games.grids.constraints import TileRoles
from doublebill.games.grids.grid import Rows
from doublebill.games.grids.steps import Place, is_open
from doublebill.games.levels.proof import Certificate, Proof
from doublebill.games.levels.rules import LevelRules


class DungeonRules(LevelRules):
    """The rules of dungeons."""

    legend: Mapping[str, str] = LEGEND
    tiles = TileRoles(once=PLAYER + EXIT, counted={"treasures": TREASURE})
    moves: Mapping[str, str] = {**LevelRules.moves, DOWN: "down the stairs", UP: "up the stairs"}

    def prove(self, rows: Rows) -> Proof | None:
        """Returns the proof of a dungeon; None as well where it has too many locks to search every order."""
        dungeon = read_areas(rows)
        if dungeon is None or not all_joined(dungeon) or not all_bar(dungeon):
            return None
        orders = door_orders(dungeon)
        order = shortest_order(orders)
        way = certificate_way(dungeon, order) if order is not None else []
        if not way:
            return None
        board = dungeon.board
        certificate = Certificate(board.xy(way[0]), board.xy(way[-1]), moves_along(board, way, dungeon.stairs))
        measured = {**measures(dungeon), "depth": lock_depth(orders)}
        measured["difficulty"] = difficulty(dungeon, way, measured["rooms"])
        return Proof(certificate, measured) if is_finished(rows, certificate) else None

    def path(self, rows: Rows, certificate: Certificate) -> Sequence[Place]:
        """Lists the places that a certificate passes, its start first; without any place where it does not finish."""
        return places_by_stairs(rows, certificate.start, certificate.moves) if is_finished(rows, certificate) else []


def all_joined(dungeon: LockedAreas) -> bool:
    """Checks that the player can walk to every cell when everything is open."""
    return spread(dungeon.board, dungeon.opened, dungeon.start, dungeon.stairs) == dungeon.opened


def all_bar(dungeon: LockedAreas) -> bool:
    """Checks that each lock, when all others are open, keeps the player from something, and a boss from the exit."""
    for lock in dungeon.locks:
        around = dungeon.opened & ~(1 << lock.cell)
        if reached(dungeon, lock.cell) == around:
            return False
    return not any(reached(dungeon, boss) >> dungeon.exit & 1 for boss in dungeon.having(BOSS))


def reached(dungeon: LockedAreas, shut: int) -> int:
    """Returns the cells that the player can walk to when everything is open but one cell."""
    return spread(dungeon.board, dungeon.opened & ~(1 << shut), dungeon.start, dungeon.stairs)


def is_finished(rows: Rows, certificate: Certificate) -> bool:
    """Checks by walking that moves lead from the player to the exit, and through no door without its key."""
    places = places_by_stairs(rows, certificate.start, certificate.moves)
    if not all(is_open(rows, place) for place in places):
        return False
    if len(places) != len(certificate.moves) + 1 or places[-1] != certificate.goal:
        return False
    passed = [rows[y][x] for x, y in places]
    keys: Counter[str] = Counter()
    for x, y in dict.fromkeys(places):
        tile = rows[y][x]
        keys[tile] += tile in KEYS
        if tile in LOCKS:
            keys[SMALL_KEY] -= tile.lower() == SMALL_KEY
            if keys[tile.lower()] < (tile.lower() != SMALL_KEY):
                return False
    return passed[0] == PLAYER and passed[-1] == EXIT and EXIT not in passed[:-1]


def health(rows: Rows) -> int:
    """Returns the health with which a player starts."""
    drawn = "".join(rows)
    return 1 + sum(damage * drawn.count(foe) for foe, damage in DAMAGE.items())


def measures(dungeon: LockedAreas) -> Mapping[str, int]:
    """Returns the measure of each control."""
    board, opened = dungeon.board, dungeon.opened
    rooms = survey(board, opened).rooms
    floors = len(dungeon.stairs) + 1
    cells = sum(room.bit_count() for room in rooms)
    return {
        "width": board.width,
        "height": board.height // floors,
        "floors": floors,
        "rooms": len(rooms),
        "room_size": (2 * cells + len(rooms)) // (2 * len(rooms)) if rooms else 0,
        "caves": (caves := sum(corners(board, room) > OUTLINE for room in rooms)),
        "layout": 100 * caves // len(rooms) if rooms else 0,
        "loops": loops(board, opened, floors),
        "dead_ends": dead_ends(board, opened).bit_count(),
        "locks": len(dungeon.locks),
        "small_locks": sum(lock.key == SMALL_KEY for lock in dungeon.locks),
        "gates": sum(lock.key in METALS for lock in dungeon.locks),
        "boss": len(dungeon.having(BOSS)),
        "foes": len(dungeon.having(FOES)),
        "treasures": len(dungeon.having(TREASURE)),
        "mission": len(node_names(dungeon)),
    }
