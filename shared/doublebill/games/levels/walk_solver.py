"""Solvers: the proof that a drawn grid keeps the rules of its kind, from nothing but its rows.

Each finds the certificate's moves with the shortest ways of `grid`, then walks them again on the drawn tiles, one by
one, so that no slip of the search is ever given out as a proof.
"""

from doublebill.games.grids.grid import WALL, Rows, connected, letters, longest_route, read_rows, route
from doublebill.games.levels.levels import Certificate, Proof

MOVES = {"U": (0, -1), "D": (0, 1), "L": (-1, 0), "R": (1, 0)}

type Place = tuple[int, int]


def percent(count: int, area: int) -> int:
    """The share of `count` cells in `area`, in whole percent, a half rounded up."""
    return (200 * count + area) // (2 * area)


def prove_maze(rows: Rows) -> Proof | None:
    """The proof of a maze: its open cells are one region, and the moves go between two that are furthest apart."""
    here, opened = read_rows(rows)
    if not connected(here, opened):
        return None
    way = longest_route(here, opened)
    certificate = Certificate(here.xy(way[0]), here.xy(way[-1]), letters(here, way))
    if walk(rows, certificate)[-1] != certificate.goal:
        return None
    share = percent(opened.bit_count(), len(here.cells))
    return Proof(certificate, {"width": here.width, "height": here.height, "path": len(way) - 1, "openness": share})


def prove_dungeon(rows: Rows) -> Proof | None:
    """The proof of a dungeon: all that is open is one region, and the moves take the player to the key, then the door.

    The way to the key does not pass the door. Enemies stand on open cells and stop nobody.
    """
    drawn = "".join(rows)
    if any(drawn.count(tile) != 1 for tile in "PKD"):
        return None
    here, opened = read_rows(rows)
    player, key, door = (here.cells[drawn.index(tile)] for tile in "PKD")
    to_key = route(here, opened ^ 1 << door, player, key)
    if not to_key or not connected(here, opened):
        return None
    to_door = route(here, opened, key, door)
    certificate = Certificate(here.xy(player), here.xy(door), letters(here, to_key) + letters(here, to_door))
    walked = [rows[y][x] for x, y in walk(rows, certificate)]
    if walked[-1] != "D" or "K" not in walked[: walked.index("D")]:
        return None
    measured = {"player_key": len(to_key) - 1, "key_door": len(to_door) - 1}
    counted = {"enemies": drawn.count("E"), "walls": drawn.count(WALL)}
    return Proof(certificate, {"width": here.width, "height": here.height} | measured | counted)


def walk(rows: Rows, certificate: Certificate) -> list[Place]:
    """The places that the moves lead to, the start first; it ends before a move into a wall or out of the grid."""
    x, y = certificate.start
    places = [(x, y)]
    for move in certificate.moves:
        x, y = x + MOVES[move][0], y + MOVES[move][1]
        if not (0 <= y < len(rows) and 0 <= x < len(rows[y])) or rows[y][x] == WALL:
            break
        places.append((x, y))
    return places
