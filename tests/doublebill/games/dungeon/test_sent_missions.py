import pytest

from checkers.dungeon import faults, sent_mission_faults
from doublebill.errors import Unsatisfiable
from doublebill.games.content_kind import GenerationRequest
from doublebill.games.dungeon.kind import DUNGEON
from drawn_missions import LOCKED, mission

OPEN = mission("gem < start", "exit < start", gem="treasure", exit="exit")

BOSSES = mission(
    "bone > crypt", "bone > vault", "coin 1 > toll", "coin 2 > toll", "bone < start", "coin 1 < start",
    "coin 2 < crypt", "crypt < start", "vault < crypt", "toll < start", "gem < toll", "troll < vault", "exit < troll",
    bone="key", coin_1="key", coin_2="key", crypt="lock", vault="lock", toll="lock", gem="treasure", troll="boss",
    exit="exit",
)  # fmt: skip


def made(spec, seed):
    return DUNGEON.generate(GenerationRequest(spec, seed)).items[0]


@pytest.mark.parametrize("written", [OPEN, LOCKED, BOSSES], ids=["open", "locked", "boss"])
@pytest.mark.parametrize("floors", [1, 2])
def test_a_dungeon_has_the_mission_that_was_sent(written, floors):
    item = made({"mission": written, "floors": floors}, "sent")
    assert faults(item) == []
    assert sent_mission_faults(item, written) == []
    assert not item["fallback"]


@pytest.mark.parametrize("seed", range(4))
def test_a_mission_of_an_answer_can_be_sent_again(seed):
    counts = {"locks": [3, 6], "small_locks": [1, 3], "gates": [0, 1], "boss": seed % 2}
    mission = made({"width": 80, "height": 50, **counts}, seed)["mission"]
    item = made({"width": 60, "height": 60, "mission": mission}, f"again {seed}")
    assert faults(item) == []
    assert sent_mission_faults(item, mission) == []


@pytest.mark.parametrize(
    ("beside", "fields"),
    [({"locks": 3}, ["spec.locks"]), ({"rooms": 2}, ["spec.mission", "spec.rooms"])],
)
def test_controls_that_a_mission_leaves_no_room_for_are_named(beside, fields):
    with pytest.raises(Unsatisfiable) as refused:
        made({"mission": BOSSES, **beside}, 1)
    assert [one.field for one in refused.value.complaints] == fields
