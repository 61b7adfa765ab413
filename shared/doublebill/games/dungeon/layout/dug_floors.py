"""Floors as they are dug: rooms joined by corridors on each, and the numbers of rooms in the whole dungeon."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Self

from doublebill.games.dice import Dice
from doublebill.games.dungeon.layout.bit_shapes import dead_ends
from doublebill.games.dungeon.layout.caves import moved
from doublebill.games.dungeon.layout.corridors import Digging, join_rooms
from doublebill.games.dungeon.layout.neighbour_graph import Pairs, all_pairs, neighbour_pairs
from doublebill.games.dungeon.layout.plots import LEAST_SIDE, Plot, cut_plots, even_plots, most_plots, place_pieces
from doublebill.games.dungeon.layout.room_shapes import RoomShape, shape_rooms
from doublebill.games.dungeon.vaults.vault import closable
from doublebill.games.grids.grid import Board, Rows, board_of, first_of, read_rows

CAVE_SIDE = 6
"""Cells along a side of the smallest plot in which a cave grows well."""

SPARE_PAIRS = 12
"""Pairs of rooms, for each room, that corridors may join besides those of neighbours."""

STUB_TRIES = 40
"""Places tried on each floor, one after another in vain, until no more corridors end nowhere."""


@dataclass(frozen=True, slots=True)
class PlacedVault:
    """A vault on its floor."""

    rows: Rows
    shape: RoomShape
    """The whole rectangle, walls included."""
    opened: int
    """The set of its open cells."""

    @classmethod
    def of(cls, board: Board, rows: Rows, plot: Plot) -> Self:
        """Returns a vault with its top left cell in that of a plot."""
        width, height = len(rows[0]), len(rows)
        own, opened = read_rows(rows)
        corner = plot.x, plot.y
        cells = moved(own.inside, own, board, corner)
        return cls(rows, RoomShape(cells, *corner, width, height), moved(opened, own, board, corner))


@dataclass(frozen=True, slots=True)
class DugFloor:
    """One floor."""

    digging: Digging
    pairs: Pairs
    """The pairs of its rooms that further corridors may join."""
    vaults: Sequence[PlacedVault] = ()


@dataclass(frozen=True, slots=True)
class DugFloors:
    """The floors of a dungeon, one below another on one board."""

    board: Board
    floors: Sequence[DugFloor]

    @property
    def opened(self) -> int:
        """The set of all open cells."""
        shift = self.board.stride * self.board.height // len(self.floors)
        return sum(floor.digging.opened << number * shift for number, floor in enumerate(self.floors))

    @property
    def firsts(self) -> list[int]:
        """The number of each floor's first room in the whole dungeon, and the number of all rooms."""
        return list(accumulate((len(floor.digging.rooms) for floor in self.floors), initial=0))

    @property
    def vaults(self) -> list[tuple[PlacedVault, int]]:
        """The vaults of all floors, each with the number of bits by which its floor is moved on the board."""
        shift = self.board.stride * self.board.height // len(self.floors)
        return [(vault, number * shift) for number, floor in enumerate(self.floors) for vault in floor.vaults]

    def shut_ends(self) -> None:
        """Walls up the passages to open ends of vaults that no corridor reaches."""
        for floor in self.floors:
            digging = floor.digging
            for vault in floor.vaults:
                passages = sum(
                    1 << (vault.shape.y + y + 1) * digging.board.stride + vault.shape.x + x + 1
                    for x, y in closable(vault.rows)
                )
                while shut := dead_ends(digging.board, digging.opened) & passages:
                    digging.opened &= ~shut

    def dig_loops(self, areas: Sequence[int], joined: Collection[tuple[int, int]], apart: int, count: int) -> None:
        """Digs corridors between rooms of one area and not to the room `apart`, each of which makes one loop.

        A second corridor between the two rooms of one of the pairs `joined`, a loop that leads nowhere new, is only dug
        where there are too few others.
        """
        for left, floor, first in zip(range(len(self.floors), 0, -1), self.floors, self.firsts, strict=False):
            share = -(-count // left)
            beside = {(a - first, b - first) for a, b in joined}
            for a, b in sorted(floor.pairs, key=beside.__contains__):
                if not share:
                    break
                if areas[first + a] == areas[first + b] and apart not in (first + a, first + b):
                    path = floor.digging.corridor(floor.digging.rooms[a], floor.digging.rooms[b])
                    floor.digging.opened |= path
                    share -= path > 0
                    count -= path > 0

    def dig_stubs(self, count: int, dice: Dice) -> None:
        """Digs corridors that end nowhere."""
        tried = failed = 0
        while count and failed < STUB_TRIES * len(self.floors):
            digging = self.floors[tried % len(self.floors)].digging
            stub = digging.stub(dice)
            digging.opened |= stub
            count -= stub > 0
            failed = 0 if stub else failed + 1
            tried += 1


@dataclass(frozen=True, slots=True)
class RoomWish:
    """The rooms that floors are to have."""

    each: Sequence[int]
    """Number of rooms of each floor."""
    size: int
    """Cells of a room on average."""
    caves: int
    """Rooms of all floors that are caves."""
    pieces: Sequence[Sequence[Rows]] = ()
    """Rows of the vaults of each floor."""


def dig_floors(size: tuple[int, int], wish: RoomWish, dice: Dice, even: bool) -> DugFloors:
    """Returns floors of a width and height with such rooms, joined without a loop."""
    floors: list[DugFloor] = []
    caves, rooms = wish.caves, sum(wish.each)
    for number, count in enumerate(wish.each):
        share = -(-caves * count // rooms)
        pieces = wish.pieces[number : number + 1]
        floors.append(_dug(size, replace(wish, each=[count], caves=share, pieces=pieces), dice, even))
        caves, rooms = caves - share, rooms - count
    return DugFloors(board_of(size[0], size[1] * len(floors)), floors)


def _dug(size: tuple[int, int], wish: RoomWish, dice: Dice, even: bool) -> DugFloor:
    board = board_of(*size)
    count = wish.each[0]
    side = CAVE_SIDE if wish.caves and count <= most_plots(*size, CAVE_SIDE) else LEAST_SIDE
    pieces = wish.pieces[0] if wish.pieces else ()
    placed, free = place_pieces(size, [(len(rows[0]), len(rows)) for rows in pieces], dice)
    if pieces:
        plots = cut_plots(*size, count, side, dice, free)
    else:
        plots = (even_plots if even else cut_plots)(*size, count, side, dice)
    vaults = [PlacedVault.of(board, rows, plot) for rows, plot in zip(pieces, placed, strict=True) if plot]
    # in the order in which a survey numbers them
    rooms = sorted(shape_rooms(board, plots, wish.size, wish.caves, dice), key=lambda room: first_of(room.cells))
    solid = sum(vault.shape.cells & ~vault.opened for vault in vaults)
    digging = Digging(board, [room.cells for room in rooms], [vault.opened for vault in vaults], solid)
    every = [*rooms, *(vault.shape for vault in vaults)]
    spare = all_pairs(every, SPARE_PAIRS * len(every))
    near = neighbour_pairs(every)
    join_rooms(digging, near, spare)
    further = [pair for pair in dict.fromkeys(near + spare) if max(pair) < len(rooms)]
    return DugFloor(digging, further, vaults)
