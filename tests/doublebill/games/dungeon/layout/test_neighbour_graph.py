from itertools import combinations

from doublebill.games.dungeon.layout.neighbour_graph import all_pairs, neighbour_pairs
from doublebill.games.dungeon.layout.room_shapes import RoomShape


def at(x, y):
    return RoomShape(0, x, y, 3, 3)


def test_rooms_in_a_row_are_neighbours_of_the_next():
    assert neighbour_pairs([at(0, 0), at(20, 0), at(9, 0)]) == [(0, 2), (1, 2)]


def test_pairs_come_by_the_gap_between_rooms():
    assert all_pairs([at(0, 0), at(20, 0), at(9, 0)], 2) == [(0, 2), (1, 2)]


def test_neighbours_have_no_third_room_nearer_to_both():
    rooms = [at(x * 7 % 50, x * 13 % 40) for x in range(25)]

    def apart(a, b):
        return (rooms[a].x - rooms[b].x) ** 2 + (rooms[a].y - rooms[b].y) ** 2

    expected = {
        (a, b)
        for a, b in combinations(range(25), 2)
        if all(max(apart(a, c), apart(b, c)) >= apart(a, b) for c in range(25) if c not in (a, b))
    }
    assert set(neighbour_pairs(rooms)) == expected


def test_equal_gaps_come_in_the_order_of_numbers():
    rooms = [at(x * 7 % 50, x * 13 % 40) for x in range(25)]

    def gap(a, b):
        return sum(max(abs(one - other) - 3, 0) for one, other in ((a.x, b.x), (a.y, b.y)))

    expected = sorted(combinations(range(25), 2), key=lambda pair: (gap(rooms[pair[0]], rooms[pair[1]]), pair))
    assert all_pairs(rooms, 1_000) == expected


def test_one_room_has_no_pairs():
    assert (neighbour_pairs([at(3, 3)]), all_pairs([at(3, 3)], 5)) == ([], [])
