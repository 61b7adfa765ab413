"""Neighbours among rooms: the pairs that corridors may join, the nearest first."""

from collections.abc import Sequence

import numpy as np

from doublebill.games.dungeon.layout.room_shapes import RoomShape

type Pairs = list[tuple[int, int]]
"""Numbers of two rooms, the lower first."""


def neighbour_pairs(rooms: Sequence[RoomShape]) -> Pairs:
    """Returns the pairs of rooms that have no third room nearer to both than they are to one another.

    They are the relative neighbourhood graph of the middles of the rooms (Toussaint 1980,
    doi:10.1016/0031-3203(80)90066-7), which contains a minimum spanning tree of them.
    """
    middles = np.array([(2 * room.x + room.width, 2 * room.y + room.height) for room in rooms], dtype=np.int64)
    apart = ((middles[:, None, :] - middles[None, :, :]) ** 2).sum(axis=2)
    pairs: Pairs = []
    for a in range(len(rooms)):
        further = np.maximum(apart[a][None, :], apart)
        further[:, a] = further.max() + 1
        np.fill_diagonal(further, further.max() + 1)
        nearer = further.min(axis=1) < apart[a]
        pairs += [(a, b) for b in range(a + 1, len(rooms)) if not nearer[b]]
    return nearest_first(rooms, pairs)


def all_pairs(rooms: Sequence[RoomShape], most: int) -> Pairs:
    """Returns the pairs of rooms with the narrowest gaps, at most so many."""
    every = [(a, b) for a in range(len(rooms)) for b in range(a + 1, len(rooms))]
    return nearest_first(rooms, every)[:most]


def nearest_first(rooms: Sequence[RoomShape], pairs: Pairs) -> Pairs:
    """Returns pairs in the order of the gaps between the rooms, in steps."""
    return sorted(pairs, key=lambda pair: (_gap(rooms[pair[0]], rooms[pair[1]]), pair))


def _gap(one: RoomShape, other: RoomShape) -> int:
    across = max(other.x - one.x - one.width, one.x - other.x - other.width, 0)
    down = max(other.y - one.y - one.height, one.y - other.y - other.height, 0)
    return across + down
