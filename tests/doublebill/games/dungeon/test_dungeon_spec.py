import pytest

from doublebill.errors import Unsatisfiable
from doublebill.games.dungeon.dungeon_spec import DungeonSpec, check


@pytest.mark.parametrize(
    ("spec", "fields"),
    [
        (DungeonSpec(12, 12, rooms=5), {"rooms", "width", "height"}),
        (DungeonSpec(20, 20, room_size=200), {"room_size", "width", "height"}),
        (DungeonSpec(20, 20, rooms=6, room_size=60), {"room_size", "rooms"}),
        (DungeonSpec(rooms=3, locks=3), {"locks", "rooms"}),
        (DungeonSpec(12, 12, locks=4), {"locks", "width", "height"}),
        (DungeonSpec(12, 12, foes=60, treasures=60), {"foes", "treasures", "width", "height"}),
        (DungeonSpec(locks=3, small_locks=2, gates=2), {"locks", "small_locks", "gates"}),
        (DungeonSpec(locks=8, small_locks=0, gates=1), {"locks", "small_locks", "gates"}),
        (DungeonSpec(locks=3, depth=4), {"locks", "depth"}),
        (DungeonSpec(locks=3, depth=0), {"locks", "depth"}),
        (DungeonSpec(rooms=5, floors=3), {"rooms", "floors"}),
        (DungeonSpec(256, 256, floors=7), {"width", "height", "floors"}),
        (DungeonSpec(rooms=5, caves=6), {"caves", "rooms"}),
        (DungeonSpec(caves=3, layout="mixed"), {"caves", "layout"}),
        (DungeonSpec(rooms=(9, 4)), {"rooms[0]", "rooms[1]"}),
    ],
)
def test_what_cannot_be_names_the_controls(spec, fields):
    with pytest.raises(Unsatisfiable) as error:
        check(spec)
    assert {complaint.field.removeprefix("spec.") for complaint in error.value.complaints} == fields
