"""Tiles of sokoban: reads drawn rows as a warehouse with a state, and draws them.

They are those of XSB, except that floor is "." and a goal "o" where XSB has a blank and ".".
"""

from doublebill.games.grids.grid import FLOOR, WALL, Rows, cells_of, first_of, read_rows, set_of
from doublebill.games.sokoban.search import State, Warehouse

PLAYER, CRATE, GOAL, STORED, PLAYER_ON_GOAL = "@", "$", "o", "*", "+"
PLAYERS, CRATES, GOALS = PLAYER + PLAYER_ON_GOAL, CRATE + STORED, GOAL + STORED + PLAYER_ON_GOAL
"""The tiles that have a player, a crate, a goal."""


def read_level(rows: Rows) -> tuple[Warehouse, State] | None:
    """Reads a drawn level and its first state; None without exactly one player and as many crates as goals."""
    board, opened = read_rows(rows)
    where = dict(zip(board.cells, "".join(rows), strict=True))
    players, crates, goals = (
        set_of(cell for cell, tile in where.items() if tile in those) for those in (PLAYERS, CRATES, GOALS)
    )
    if players.bit_count() != 1 or crates.bit_count() != goals.bit_count():
        return None
    return Warehouse(board, opened, goals), (crates, first_of(players))


def tiles_of(store: Warehouse, state: State) -> list[str]:
    """Returns the tile of each cell number."""
    crates, player = state
    tiles = [FLOOR if store.opened >> cell & 1 else WALL for cell in range(store.board.size)]
    for cell in cells_of(store.goals):
        tiles[cell] = GOAL
    for cell in cells_of(crates):
        tiles[cell] = STORED if store.goals >> cell & 1 else CRATE
    tiles[player] = PLAYER_ON_GOAL if store.goals >> player & 1 else PLAYER
    return tiles


def drawn(store: Warehouse, state: State) -> Rows:
    """Returns the rows of a store with its crates and player."""
    return store.board.rows(tiles_of(store, state))
