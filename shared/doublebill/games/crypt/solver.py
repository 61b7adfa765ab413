"""The solver of crypts: the best path, found on the drawn rows and walked again on them."""

from collections.abc import Mapping

from doublebill.games.crypt.best_path import best_path
from doublebill.games.crypt.passages import fights
from doublebill.games.crypt.rules import (
    DAMAGE,
    EXIT,
    GOBLIN,
    HEALTH,
    OGRE,
    PLAYER,
    POTION,
    TREASURE,
    Crypt,
    health_after,
    read_crypt,
)
from doublebill.games.grids.constraints import TileRoles
from doublebill.games.grids.grid import FLOOR, WALL, Board, Rows, beside, connected, letters, set_of
from doublebill.games.grids.steps import walk
from doublebill.games.levels.proof import Certificate, Proof
from doublebill.games.levels.rules import LevelRules

FOES = GOBLIN + OGRE


class CryptRules(LevelRules):
    """The rules of crypts."""

    legend: Mapping[str, str] = {
        WALL: "wall",
        FLOOR: "floor",
        PLAYER: "player",
        EXIT: "exit",
        POTION: "potion",
        TREASURE: "treasure",
        GOBLIN: "goblin",
        OGRE: "ogre",
    }
    tiles = TileRoles(once=PLAYER + EXIT, counted={"potions": POTION})

    def prove(self, rows: Rows) -> Proof | None:
        """Returns the proof of a crypt: the best path is survived, foes stand on or beside it, nothing is out of reach.

        All open cells are one region too. None as well where the bounded search of `crypt.best_path` found no path.
        """
        crypt = read_crypt(rows)
        path = best_path(crypt) if crypt else []
        if crypt is None or not path or not connected(crypt.board, crypt.opened):
            return None
        foes, things = crypt.having(FOES), crypt.having(FOES + POTION + TREASURE)
        passed = set_of(path)
        if foes & ~(passed | beside(crypt.board, passed)):
            return None
        if things & ~reached(crypt, path):
            return None
        certificate = Certificate(crypt.board.xy(path[0]), crypt.board.xy(path[-1]), letters(crypt.board, path))
        treasures = _replayed(rows, certificate)
        if treasures is None:
            return None
        size = {"width": crypt.board.width, "height": crypt.board.height}
        taken = {"treasures": treasures, "solution_length": len(path) - 1}
        counted = {"enemies": foes.bit_count(), "potions": crypt.having(POTION).bit_count()}
        counted["fights"] = fights(crypt, path)
        return Proof(certificate, size | taken | counted)


def healths(crypt: Crypt, path: list[int]) -> list[int]:
    """Returns the health on each cell of a path."""
    taken = 0
    found = [HEALTH]
    for cell in path[1:]:
        found.append(found[-1] if taken >> cell & 1 else health_after(crypt.tiles[cell], found[-1]))
        taken |= 1 << cell
    return found


def reached(crypt: Crypt, path: list[int]) -> int:
    """Returns cells that can be reached alive by leaving a path that is survived, the path's own included.

    It tells no more than is true: off the path every foe is met at its price, and potions give nothing.
    """
    closed = crypt.opened & ~(1 << crypt.exit)
    prices = {damage: crypt.having(foe) & closed for foe, damage in DAMAGE.items()}
    free = closed & ~sum(prices.values())
    sources = [0] * (HEALTH + 1)
    for cell, health in zip(path[:-1], healths(crypt, path), strict=False):
        sources[health] |= 1 << cell
    found = 0
    for health in range(HEALTH, 0, -1):
        alive = _spread(crypt.board, free, sources[health] & ~found)
        found |= alive
        around = beside(crypt.board, alive) & ~found
        for damage, foes in prices.items():
            if health > damage:
                sources[health - damage] |= around & foes
    return found | 1 << crypt.exit


def _spread(board: Board, free: int, sources: int) -> int:
    """Returns the sources with all free cells that can be come to from them."""
    found = ring = sources
    while ring:
        ring = beside(board, ring) & free & ~found
        found |= ring
    return found


def _replayed(rows: Rows, certificate: Certificate) -> int | None:
    """Counts the treasures that the moves take on the drawn tiles; None if they do not lead to the exit alive."""
    health, taken = HEALTH, 0
    left = [list(row) for row in rows]
    places = walk(rows, certificate.start, certificate.moves)
    for x, y in places:
        health = health_after(left[y][x], health)
        taken += left[y][x] == TREASURE
        if health <= 0 or (left[y][x] == EXIT) != ((x, y) == certificate.goal):
            return None
        left[y][x] = ""
    (start_x, start_y), ended = places[0], places[-1] == certificate.goal
    whole = ended and len(places) == len(certificate.moves) + 1
    return taken if whole and rows[start_y][start_x] == PLAYER else None
