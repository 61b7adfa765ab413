"""Stairs: floors stand one below another in the rows of a dungeon, and each has stairs down to the next.

A player who stands on stairs may take them, and then stands on the stairs at the other end.
"""

from collections.abc import Sequence

from doublebill.games.dungeon.tiles import DOWN, UP
from doublebill.games.grids.grid import WALL, Board, Rows, letters, rings, route
from doublebill.games.grids.steps import Place, places_along

type Stairs = Sequence[tuple[int, int]]
"""The cells of the stairs down from each floor but the last, and of those up from the next."""


def stairs_of(board: Board, tiles: str) -> Stairs | None:
    """Returns the stairs of a dungeon, of which each cell number has a tile; None where floors are not of one height.

    None as well where a floor has not exactly the stairs that it needs, or the edge between two floors is open.
    """
    downs = [cell for cell, tile in enumerate(tiles) if tile == DOWN]
    ups = [cell for cell, tile in enumerate(tiles) if tile == UP]
    floors = len(downs) + 1
    if len(ups) != len(downs) or board.height % floors:
        return None
    stairs = list(zip(downs, ups, strict=True))
    levels = [(floor_of(board, floors, down), floor_of(board, floors, up)) for down, up in stairs]
    closed = all(_is_shut(board, tiles, floor * board.height // floors) for floor in range(1, floors))
    return stairs if closed and levels == [(floor, floor + 1) for floor in range(floors - 1)] else None


def floor_of(board: Board, floors: int, cell: int) -> int:
    """Returns the floor that a cell lies on, from 0."""
    return board.xy(cell)[1] * floors // board.height


def spread(board: Board, opened: int, start: int, stairs: Stairs) -> int:
    """Returns the open cells that can be walked to from a cell, by stairs too."""
    found = sum(rings(board, opened, 1 << start))
    grows = True
    while grows:
        grows = False
        for ends in stairs:
            for here, there in (ends, ends[::-1]):
                if found >> here & 1 and not found >> there & 1 and opened >> there & 1:
                    found |= sum(rings(board, opened, 1 << there))
                    grows = True
    return found


def route_by_stairs(board: Board, opened: int, ends: tuple[int, int], stairs: Stairs) -> list[int]:
    """Returns the cells of a shortest path from the first of the `ends` to the other; empty where there is none."""
    start, goal = ends
    floors = len(stairs) + 1
    here, there = floor_of(board, floors, start), floor_of(board, floors, goal)
    down = here < there
    taken = stairs[here:there] if down else [pair[::-1] for pair in stairs[there:here][::-1]]
    path = []
    for leave, arrive in (*taken, (goal, goal)):
        leg = route(board, opened, start, leave)
        if not leg:
            return []
        path += leg
        start = arrive
    return path


def moves_along(board: Board, path: Sequence[int], stairs: Stairs) -> str:
    """Returns the moves along a path: U D L R, and > or < for taking stairs."""
    moves, begin = "", 0
    jumps = set(stairs) | {pair[::-1] for pair in stairs}
    for place in range(1, len(path)):
        pair = path[place - 1], path[place]
        if pair in jumps:
            moves += letters(board, path[begin:place]) + (DOWN if pair[0] < pair[1] else UP)
            begin = place
    return moves + letters(board, path[begin:])


def places_by_stairs(rows: Rows, start: Place, moves: str) -> list[Place]:
    """Lists the places that moves lead to, the start first; ends before stairs that are not there."""
    cells = [((x, y), tile) for y, row in enumerate(rows) for x, tile in enumerate(row) if tile in DOWN + UP]
    ends = {stair: [place for place, tile in cells if tile == stair] for stair in DOWN + UP}
    places = [start]
    for move in moves:
        if move not in ends:
            places.append(places_along(places[-1], move)[-1])
        elif places[-1] in ends[move]:
            other = ends[UP if move == DOWN else DOWN]
            places.append(other[ends[move].index(places[-1])])
        else:
            break
    return places


def _is_shut(board: Board, tiles: str, row: int) -> bool:
    """Checks that the rows above and below the upper edge of a row are not both open at any cell."""
    first = (row + 1) * board.stride
    above, below = tiles[first - board.stride : first], tiles[first : first + board.stride]
    return all(WALL in pair for pair in zip(above, below, strict=True))
