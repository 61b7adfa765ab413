"""The tree of rooms and corridors as it hangs from the entrance, before loops are dug."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from doublebill.games.dice import Dice
from doublebill.games.dungeon.stairs import floor_of
from doublebill.games.dungeon.survey import Survey, Threshold, depths
from doublebill.games.grids.grid import first_of

FAR = 3
"""The exit is one of the rooms in the furthest part of a dungeon, and this many of those parts make a whole."""


@dataclass(frozen=True, slots=True)
class RoomTree:
    """The parts of a dungeon without loops, by the numbers of `Survey.links`."""

    rooms: int
    """Number of rooms; parts from that number on are vaults and corridors."""
    entrance: int
    exit: int
    parents: Sequence[int]
    """Part → the part before it on the way from the entrance; the entrance's own is -1."""
    gates: Sequence[Threshold | None]
    """Part → the threshold to its parent; None for the entrance, and where stairs lead there."""
    order: Sequence[int]
    """All parts, each after its parent."""

    def way(self, part: int) -> list[int]:
        """Returns the parts on the way from the entrance, which is not among them, to a part."""
        found = []
        while self.parents[part] >= 0:
            found.append(part)
            part = self.parents[part]
        return found[::-1]

    def joined(self) -> set[tuple[int, int]]:
        """Returns the pairs of rooms with a corridor between them that passes no other room, the lower number first."""
        ends: dict[int, list[int]] = {part: [] for part in range(self.rooms, len(self.parents))}
        for part, parent in enumerate(self.parents):
            for corridor, room in ((part, parent), (parent, part)):
                if corridor in ends and 0 <= room < self.rooms:
                    ends[corridor].append(room)
        return {pair for rooms in ends.values() for pair in combinations(sorted(rooms), 2)}

    def areas(self, cut: Sequence[int]) -> list[int]:
        """Returns the number of the area of each part, when the parts in `cut` are cut from their parents.

        Area 0 is the entrance's, area i + 1 begins with `cut[i]`.
        """
        found = [0] * len(self.parents)
        for part in self.order[1:]:
            found[part] = cut.index(part) + 1 if part in cut else found[self.parents[part]]
        return found


def hang(floor: Survey, dice: Dice) -> RoomTree:
    """Chooses an entrance on the first floor and an exit on the last, far apart; returns the tree from there."""
    rooms = len(floor.rooms) - floor.vaults
    first, last = _rooms_of_ends(floor)
    somewhere = depths(floor, floor.stairs[0][0] if floor.stairs else dice.below(rooms))
    entrance = max(first, key=lambda room: (somewhere[room], -room))
    deep = depths(floor, entrance)
    far = sorted((room for room in last if room != entrance), key=lambda room: (-deep[room], room))
    exit_ = dice.choice(far[: -(-len(far) // FAR)])
    graph = floor.links()
    parents = [-1] * len(graph)
    gates: list[Threshold | None] = [None] * len(graph)
    order = [entrance]
    for part in order:
        for other, threshold in graph[part]:
            if other != parents[part]:
                parents[other], gates[other] = part, threshold
                order.append(other)
    return RoomTree(rooms, entrance, exit_, parents, gates, order)


def _rooms_of_ends(floor: Survey) -> tuple[list[int], list[int]]:
    """Returns the rooms of the first and of the last floor, without those that have stairs."""
    floors = len(floor.stairs) + 1
    taken = {room for ends in floor.stairs for room in ends}
    levels = [floor_of(floor.board, floors, first_of(room)) for room in floor.rooms[: len(floor.rooms) - floor.vaults]]
    first, last = ([room for room, level in enumerate(levels) if level == end] for end in (0, floors - 1))
    return [room for room in first if room not in taken], [room for room in last if room not in taken]
