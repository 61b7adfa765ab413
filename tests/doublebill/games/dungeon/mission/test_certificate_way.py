from doublebill.games.dungeon.mission.certificate_way import certificate_way
from doublebill.games.dungeon.mission.locked_areas import read_areas
from doublebill.games.grids.grid import letters
from drawn_dungeons import ONE_LOCK, changed


def moves(rows, order):
    dungeon = read_areas(rows)
    return letters(dungeon.board, certificate_way(dungeon, order))


def test_the_way_leads_by_the_key_to_the_exit():
    assert moves(ONE_LOCK, [0]) == "RRRRRRDDDDDDUUUUURURRRRRRR"


def test_the_way_goes_around_a_foe_that_stands_in_a_room():
    way = moves(changed(ONE_LOCK, 8, 2, "o"), [0])
    assert len(way) == len("RRRRRRDDDDDDUUUUURURRRRRRR")
    assert way.startswith("RRRRRDR")


def test_without_the_door_there_is_no_way():
    assert certificate_way(read_areas(ONE_LOCK), []) == []
    assert certificate_way(read_areas(changed(ONE_LOCK, 12, 2, "#")), [0]) == []
