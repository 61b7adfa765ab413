"""Neighbours among rooms: the pairs that corridors may join, the nearest first."""

from collections.abc import Sequence

import numpy as np

from doublebill.games.dungeon.layout.room_shapes import RoomShape

WITNESSES = 8
"""Rooms nearest to a room that its pairs are held against first."""

type Pairs = list[tuple[int, int]]
"""Numbers of two rooms, the lower first."""


def neighbour_pairs(rooms: Sequence[RoomShape]) -> Pairs:
    """Returns the pairs of rooms that have no third room nearer to both than they are to one another.

    They are the relative neighbourhood graph of the middles of the rooms (Toussaint 1980,
    doi:10.1016/0031-3203(80)90066-7), which contains a minimum spanning tree of them.
    """
    middles = np.array([(2 * room.x + room.width, 2 * room.y + room.height) for room in rooms], dtype=np.int64)
    apart = ((middles[:, None, :] - middles[None, :, :]) ** 2).sum(axis=2)
    hopeful = np.triu(np.ones(apart.shape, dtype=bool), 1)
    # the rooms nearest to one of two rule out nearly every pair, so that few pairs are held against all rooms
    for near in np.argsort(apart, axis=1, kind="stable")[:, 1 : WITNESSES + 1].T:
        hopeful &= np.maximum(apart[np.arange(len(rooms)), near][:, None], apart[near]) >= apart
    pairs = [(a, b) for a, b in np.argwhere(hopeful).tolist() if (np.maximum(apart[a], apart[b]) >= apart[a, b]).all()]
    return nearest_first(rooms, pairs)


def all_pairs(rooms: Sequence[RoomShape], most: int) -> Pairs:
    """Returns the pairs of rooms with the narrowest gaps, at most so many."""
    first, second = np.triu_indices(len(rooms), 1)
    return nearest_first(rooms, list(zip(first.tolist(), second.tolist(), strict=True)))[:most]


def nearest_first(rooms: Sequence[RoomShape], pairs: Pairs) -> Pairs:
    """Returns pairs in the order of the gaps between the rooms, in steps; equal ones in that of their numbers."""
    if not pairs:
        return []
    numbers = np.array(sorted(pairs))
    starts = np.array([(room.x, room.y) for room in rooms])
    ends = starts + [(room.width, room.height) for room in rooms]
    one, other = numbers.T
    gaps = np.maximum(np.maximum(starts[other] - ends[one], starts[one] - ends[other]), 0).sum(axis=1)
    return [(a, b) for a, b in numbers[np.argsort(gaps, kind="stable")].tolist()]
