"""Survey of the floors of a dungeon: rooms, corridors and thresholds, found in nothing but open cells.

Rooms are what lies in open blocks of 3 × 3; corridors are the rest; a threshold is a cell of a corridor beside a room.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from doublebill.games.dungeon.layout.bit_shapes import halls, regions
from doublebill.games.grids.grid import Board, beside, cells_of


@dataclass(frozen=True, slots=True)
class Threshold:
    """A cell where a corridor meets a room."""

    cell: int
    room: int
    """Number of the room."""
    corridor: int
    """Number of the corridor."""


@dataclass(frozen=True, slots=True)
class Survey:
    """The parts of a dungeon; rooms and corridors are sets of cells, numbered in the order of their first cells."""

    board: Board
    rooms: Sequence[int]
    corridors: Sequence[int]
    thresholds: Sequence[Threshold]
    """In the order of their cells."""
    vaults: int = 0
    """Vaults among the rooms, the last ones; each counts as one room, whatever its shape."""
    stairs: Sequence[tuple[int, int]] = ()
    """Numbers of the rooms that stairs join, from each floor to the next."""

    def links(self) -> list[list[tuple[int, Threshold | None]]]:
        """Returns the graph of the floors: the neighbours of each part, with the threshold between them.

        Stairs have none. Rooms come first, then corridors, so that corridor c is part `len(rooms) + c`.
        """
        graph: list[list[tuple[int, Threshold | None]]] = [[] for _ in range(len(self.rooms) + len(self.corridors))]
        for upper, lower in self.stairs:
            graph[upper].append((lower, None))
            graph[lower].append((upper, None))
        for threshold in self.thresholds:
            corridor = len(self.rooms) + threshold.corridor
            graph[threshold.room].append((corridor, threshold))
            graph[corridor].append((threshold.room, threshold))
        return graph

    def room_of(self, cell: int) -> int | None:
        """Returns the number of the room that a cell lies in."""
        return next((number for number, room in enumerate(self.rooms) if room >> cell & 1), None)


def survey(board: Board, opened: int, vaults: Sequence[int] = ()) -> Survey:
    """Returns the parts of a floor of which those cells are open; the open cells of each vault are one room."""
    apart = 0
    for vault in vaults:
        apart |= vault
    inside = halls(board, opened & ~apart)
    rooms = [*regions(board, inside), *vaults]
    inside |= apart
    beyond = opened & ~inside
    corridors = list(regions(board, beyond))
    around = [beside(board, room) for room in rooms]
    every = beside(board, inside)
    corridor_of = {cell: corridor for corridor, cells in enumerate(corridors) for cell in cells_of(cells & every)}
    met = sorted((cell, room) for room, cells in enumerate(around) for cell in cells_of(cells & beyond))
    thresholds = [Threshold(cell, room, corridor_of[cell]) for cell, room in met]
    return Survey(board, rooms, corridors, thresholds, len(vaults))


def depths(survey: Survey, start: int) -> list[int]:
    """Returns the corridors and stairs that lie between a room and each room; -1 where there is no way.

    They are counted on the way that passes the fewest rooms and corridors.
    """
    graph = survey.links()
    found = {start: 0}
    queue = [start]
    for part in queue:
        for other, threshold in graph[part]:
            if other not in found:
                # a corridor counts where it is entered from a room, stairs as a whole
                found[other] = found[part] + (threshold is None or part < len(survey.rooms))
                queue.append(other)
    return [found.get(room, -1) for room in range(len(survey.rooms))]
