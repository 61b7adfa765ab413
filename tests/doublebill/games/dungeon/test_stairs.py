import pytest

from doublebill.games.dungeon.mission.locked_areas import read_areas
from doublebill.games.dungeon.stairs import floor_of, moves_along, places_by_stairs, route_by_stairs, spread
from drawn_dungeons import TWO_FLOORS, changed

DUNGEON = read_areas(TWO_FLOORS)
BOARD, STAIRS = DUNGEON.board, DUNGEON.stairs


def test_stairs_lead_from_each_floor_to_the_next():
    assert [(BOARD.xy(down), BOARD.xy(up)) for down, up in STAIRS] == [((9, 2), (2, 8))]
    assert [floor_of(BOARD, 2, cell) for cell in STAIRS[0]] == [0, 1]


@pytest.mark.parametrize(
    ("x", "y", "tile"),
    [(2, 8, "."), (9, 2, "."), (9, 3, "<"), (2, 2, ">")],
    ids=["none up", "none down", "two up", "two down"],
)
def test_floors_without_their_stairs_are_no_dungeon(x, y, tile):
    assert read_areas(changed(TWO_FLOORS, x, y, tile)) is None


def test_stairs_that_lead_up_from_the_first_floor_are_no_dungeon():
    assert read_areas(changed(changed(TWO_FLOORS, 9, 2, "<"), 2, 8, ">")) is None


def test_an_open_edge_between_floors_is_no_dungeon():
    assert read_areas(changed(changed(TWO_FLOORS, 3, 5, "."), 3, 6, ".")) is None


def test_stairs_join_what_can_be_walked_to():
    assert spread(BOARD, DUNGEON.opened, DUNGEON.start, STAIRS) == DUNGEON.opened
    (door,) = (lock.cell for lock in DUNGEON.locks)
    assert not spread(BOARD, DUNGEON.opened & ~(1 << door), DUNGEON.start, STAIRS) >> DUNGEON.exit & 1


def test_a_route_takes_stairs_down_and_up():
    down = route_by_stairs(BOARD, DUNGEON.opened, (DUNGEON.start, DUNGEON.exit), STAIRS)
    moves = moves_along(BOARD, down, STAIRS)
    assert sorted(moves) == sorted("RRRRRRRRD" + ">" + "RRRRRRR")
    assert places_by_stairs(TWO_FLOORS, (1, 1), moves)[-1] == (9, 8)
    up = route_by_stairs(BOARD, DUNGEON.opened, (DUNGEON.exit, DUNGEON.start), STAIRS)
    assert moves_along(BOARD, up, STAIRS).count("<") == 1
    assert len(up) == len(down)


def test_without_a_way_there_is_no_route():
    shut = DUNGEON.opened & ~(1 << DUNGEON.locks[0].cell)
    assert route_by_stairs(BOARD, shut, (DUNGEON.start, DUNGEON.exit), STAIRS) == []


def test_moves_end_before_stairs_that_are_not_there():
    assert places_by_stairs(TWO_FLOORS, (1, 1), "R>R") == [(1, 1), (2, 1)]
    assert places_by_stairs(TWO_FLOORS, (9, 2), ">R<R") == [(9, 2), (2, 8), (3, 8)]
