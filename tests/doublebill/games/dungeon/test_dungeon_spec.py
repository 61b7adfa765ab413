import pytest

from doublebill.errors import Unsatisfiable
from doublebill.games.dice import Dice
from doublebill.games.dungeon.dungeon_spec import DungeonSpec, aims, check


@pytest.mark.parametrize(
    ("spec", "fields"),
    [
        (DungeonSpec(12, 12, rooms=5), {"rooms", "width", "height"}),
        (DungeonSpec(20, 20, room_size=200), {"room_size", "width", "height"}),
        (DungeonSpec(20, 20, rooms=6, room_size=60), {"room_size", "rooms"}),
        (DungeonSpec(rooms=3, locks=3), {"locks", "rooms"}),
        (DungeonSpec(12, 12, locks=4), {"locks", "width", "height"}),
        (DungeonSpec(12, 12, foes=60, treasures=60), {"foes", "treasures", "width", "height"}),
        (DungeonSpec(rooms=(9, 4)), {"rooms[0]", "rooms[1]"}),
    ],
)
def test_what_cannot_be_names_the_controls(spec, fields):
    with pytest.raises(Unsatisfiable) as error:
        check(spec)
    assert {complaint.field.removeprefix("spec.") for complaint in error.value.complaints} == fields


def test_aims_lie_within_the_targets():
    spec = DungeonSpec(80, 50, (20, 30), (30, 40), 4, 2, (3, 5), 12, (1, 9))
    for seed in range(30):
        aim = aims(spec, Dice(0, "aims", seed))
        assert 20 <= aim.rooms <= 30
        assert 30 <= aim.room_size <= 40
        assert (aim.loops, aim.dead_ends, aim.foes) == (4, 2, 12)
        assert 3 <= aim.locks <= 5
        assert 1 <= aim.treasures <= 9


def test_many_locks_bring_enough_rooms():
    assert min(aims(DungeonSpec(30, 20, locks=6), Dice(0, "aims", seed)).rooms for seed in range(20)) >= 8
