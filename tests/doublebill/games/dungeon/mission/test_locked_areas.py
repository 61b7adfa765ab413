from doublebill.games.dungeon.mission.locked_areas import exit_sides, keys_of, read_areas
from doublebill.games.grids.grid import read_rows
from drawn_dungeons import ONE_LOCK, TWO_FLOORS, changed


def test_locked_doors_and_the_exit_divide_areas():
    dungeon = read_areas(ONE_LOCK)
    (lock,) = dungeon.locks
    assert [area.bit_count() for area in dungeon.areas] == [33, 15]
    assert (lock.tile, lock.key, dungeon.board.xy(lock.cell), lock.sides) == ("A", "a", (10, 2), {0, 1})
    assert exit_sides(dungeon) == {1}
    assert [(key, dungeon.board.xy(cell), dungeon.area_of(cell)) for key, cell in keys_of(dungeon)] == [
        ("a", (8, 8), 0)
    ]
    assert dungeon.area_of(dungeon.exit) == dungeon.area_of(lock.cell) == -1


def test_tiles_stand_at_the_numbers_of_their_cells():
    dungeon = read_areas(ONE_LOCK)
    board, opened = read_rows(ONE_LOCK)
    assert dungeon.opened == opened
    assert board.rows(dungeon.tiles) == ONE_LOCK
    assert [board.xy(cell) for cell in dungeon.having("g$")] == [(8, 5), (8, 9)]


def test_without_one_player_and_one_exit_there_are_none():
    assert read_areas(changed(ONE_LOCK, 2, 2, ".")) is None
    assert read_areas(changed(ONE_LOCK, 2, 3, "X")) is None


def test_stairs_make_one_area_of_two():
    dungeon = read_areas(TWO_FLOORS)
    assert [dungeon.area_of(cell) for cell in dungeon.having("P><")] == [0, 1, 1]
    assert len(dungeon.areas) == 2
