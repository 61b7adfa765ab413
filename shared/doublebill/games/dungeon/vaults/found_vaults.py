"""Vaults found in the rows of a dungeon: where each stands, how it is turned, found by nothing but its tiles."""

from collections.abc import Mapping, Sequence

from doublebill.games.dungeon.structure_json import VaultJson
from doublebill.games.dungeon.vaults.vault import TILES, TurnedVault, Vault, closable, positions
from doublebill.games.grids.grid import WALL, Board, Rows, board_of, first_of
from doublebill.games.step_budget import spend

MATCH_STEPS = 2
"""Steps that comparing one tile of a vault with all cells of a dungeon takes, for each 10,000 of these."""


def found_vaults(rows: Rows, vaults: Sequence[Vault]) -> list[VaultJson]:
    """Returns the places of those vaults that stand in a dungeon, each once, in their order.

    A passage to an open end that no corridor reaches may be walled up.
    """
    board = board_of(len(rows[0]), len(rows))
    there = {tile: _cells_of_tile(board, rows, tile) for tile in TILES}
    taken: set[tuple[int, int]] = set()
    found: list[VaultJson] = []
    for vault in vaults:
        place = next((place for turned in positions(vault) if (place := _place(board, there, turned, taken))), None)
        if place:
            taken.add((place["x"], place["y"]))
            found.append(place)
    return found


def _place(
    board: Board, there: Mapping[str, int], turned: TurnedVault, taken: set[tuple[int, int]]
) -> VaultJson | None:
    """Returns the first place where a vault stands in one position, at whose corner no other was found."""
    width, height = turned.size
    if width > board.width or height > board.height:
        return None
    fits, maybe_shut = board.inside, closable(turned.rows)
    spend(MATCH_STEPS * width * height * (1 + board.size // 10_000))
    for y, row in enumerate(turned.rows):
        for x, tile in enumerate(row):
            cells = there[tile] | there[WALL] if (x, y) in maybe_shut else there[tile]
            fits &= cells >> y * board.stride + x
            if not fits:
                return None
    while fits:
        corner = board.xy(first_of(fits))
        if corner not in taken:
            x, y = corner
            return {
                "name": turned.name,
                "x": x,
                "y": y,
                "width": width,
                "height": height,
                "turned": turned.turned,
                "mirrored": turned.mirrored,
            }
        fits &= fits - 1
    return None


def _cells_of_tile(board: Board, rows: Rows, tile: str) -> int:
    bits = "".join("0" + "".join("1" if one == tile else "0" for one in row) for row in rows)
    return int(bits[::-1], 2) << board.stride
