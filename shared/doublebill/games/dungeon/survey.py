"""Survey of a floor: its rooms, corridors and thresholds, found in nothing but its open cells.

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
    """The parts of a floor; rooms and corridors are sets of cells, numbered in the order of their first cells."""

    board: Board
    rooms: Sequence[int]
    corridors: Sequence[int]
    thresholds: Sequence[Threshold]
    """In the order of their cells."""

    def links(self) -> list[list[tuple[int, Threshold]]]:
        """Returns the graph of the floor: the neighbours of each part with the threshold between them.

        Rooms come first, then corridors, so that corridor c is part `len(rooms) + c`.
        """
        graph: list[list[tuple[int, Threshold]]] = [[] for _ in range(len(self.rooms) + len(self.corridors))]
        for threshold in self.thresholds:
            corridor = len(self.rooms) + threshold.corridor
            graph[threshold.room].append((corridor, threshold))
            graph[corridor].append((threshold.room, threshold))
        return graph

    def room_of(self, cell: int) -> int | None:
        """Returns the number of the room that a cell lies in."""
        return next((number for number, room in enumerate(self.rooms) if room >> cell & 1), None)


def survey(board: Board, opened: int) -> Survey:
    """Returns the parts of a floor of which those cells are open."""
    inside = halls(board, opened)
    rooms = list(regions(board, inside))
    corridors = list(regions(board, opened & ~inside))
    around = [(number, beside(board, room)) for number, room in enumerate(rooms)]
    every = beside(board, inside)
    thresholds = [
        Threshold(cell, room, corridor)
        for corridor, cells in enumerate(corridors)
        for cell in cells_of(cells & every)
        for room, near in around
        if near >> cell & 1
    ]
    return Survey(board, rooms, corridors, sorted(thresholds, key=lambda threshold: threshold.cell))


def depths(survey: Survey, start: int) -> list[int]:
    """Returns the corridors that lie between a room and each room, on the shortest way; -1 where there is no way."""
    graph = survey.links()
    found = {start: 0}
    queue = [start]
    for part in queue:
        for other, _ in graph[part]:
            if other not in found:
                found[other] = found[part] + 1
                queue.append(other)
    return [found.get(room, -2) // 2 for room in range(len(survey.rooms))]
