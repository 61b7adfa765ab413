"""The solver of chambers: from the player to the key, then to the door, found on the drawn rows and walked again."""

from collections.abc import Mapping

from doublebill.games.grids.constraints import TileRoles
from doublebill.games.grids.grid import FLOOR, WALL, Rows, connected, letters, read_rows, route
from doublebill.games.grids.steps import walk
from doublebill.games.levels.proof import Certificate, Proof
from doublebill.games.levels.rules import LevelRules

PLAYER, KEY, DOOR, ENEMY = "P", "K", "D", "E"


class ChamberRules(LevelRules):
    """The rules of chambers."""

    legend: Mapping[str, str] = {
        WALL: "wall",
        FLOOR: "floor",
        PLAYER: "player",
        KEY: "key",
        DOOR: "door",
        ENEMY: "enemy",
    }
    tiles = TileRoles(once=PLAYER + KEY + DOOR, counted={"enemies": ENEMY, "walls": WALL})

    def prove(self, rows: Rows) -> Proof | None:
        """Returns the proof of a chamber: all open cells are one region, and the moves lead by the key to the door.

        The path to the key does not pass the door. Enemies stand on open cells and stop nobody.
        """
        drawn = "".join(rows)
        if any(drawn.count(tile) != 1 for tile in (PLAYER, KEY, DOOR)):
            return None
        board, opened = read_rows(rows)
        player, key, door = (board.cells[drawn.index(tile)] for tile in (PLAYER, KEY, DOOR))
        to_key = route(board, opened ^ 1 << door, player, key)
        if not to_key or not connected(board, opened):
            return None
        to_door = route(board, opened, key, door)
        certificate = Certificate(board.xy(player), board.xy(door), letters(board, to_key) + letters(board, to_door))
        passed = [rows[y][x] for x, y in walk(rows, certificate.start, certificate.moves)]
        if passed[-1] != DOOR or KEY not in passed[: passed.index(DOOR)]:
            return None
        measured = {"player_key": len(to_key) - 1, "key_door": len(to_door) - 1}
        counted = {"enemies": drawn.count(ENEMY), "walls": drawn.count(WALL)}
        return Proof(certificate, {"width": board.width, "height": board.height} | measured | counted)
