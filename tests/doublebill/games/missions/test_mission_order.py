import pytest

from checkers.quest_steps import faults
from doublebill.errors import InvalidInput, Unsatisfiable
from doublebill.games.content_kind import GenerationRequest
from doublebill.games.dungeon.kind import DUNGEON
from doublebill.games.missions.mission import Mission
from doublebill.games.missions.mission_order import check_finished, steps_of
from doublebill.games.spec_list import SpecList
from doublebill.games.text.quests.kind import QUESTS, QuestsSpec
from doublebill.games.text.texts import batch
from doublebill.schema import read
from drawn_missions import LOCKED, mission


def order(written):
    return [step.node.id for step in steps_of(read(Mission, written))]


def test_steps_are_those_that_the_exit_needs_in_order():
    assert order(LOCKED) == ["key", "door", "exit"]


def test_a_boss_is_defeated_before_one_leaves():
    written = mission("boss < start", "exit < start", exit="exit", boss="boss")
    assert order(written) == ["boss", "exit"]


def test_a_small_key_opens_one_door_only():
    written = mission(
        "k 1 > d 1", "k 1 > d 2", "k 2 > d 1", "k 2 > d 2", "k 1 < start", "k 2 < d 1", "d 1 < start", "d 2 < d 1",
        "exit < d 2", k_1="key", k_2="key", d_1="lock", d_2="lock", exit="exit",
    )  # fmt: skip
    assert order(written) == ["k 1", "d 1", "k 2", "d 2", "exit"]


def test_a_small_key_is_kept_for_the_lock_that_leads_on():
    written = mission(
        "k 1 > d 1", "k 1 > d 2", "k 2 > d 1", "k 2 > d 2", "red > d 3", "k 1 < start", "k 2 < d 2",
        "d 1 < start", "d 2 < start", "red < d 2", "d 3 < start", "exit < d 3",
        k_1="key", k_2="key", red="key", d_1="lock", d_2="lock", d_3="lock", exit="exit",
    )  # fmt: skip
    assert order(written) == ["k 1", "d 2", "red", "d 3", "exit"]


def test_a_key_that_opens_more_is_kept_where_another_will_do():
    written = mission(
        "master > d 1", "master > d 2", "plain > d 1", "other > d 2", "other > d 3", "wire > d 3",
        "master < start", "plain < start", "d 1 < start", "d 2 < d 1", "other < d 2", "d 3 < d 2", "wire < d 3",
        "exit < d 2", master="key", plain="key", other="key", wire="key",
        d_1="lock", d_2="lock", d_3="lock", exit="exit",
    )  # fmt: skip
    assert order(written)[-1] == "exit"


@pytest.mark.parametrize("seed", range(6))
def test_the_steps_of_a_dungeon_can_be_done_and_lead_out(seed):
    spec = {"width": 40, "height": 30, "locks": [2, 5], "small_locks": [0, 2], "boss": seed % 2}
    (dungeon,) = DUNGEON.generate(GenerationRequest(spec=spec, seed=seed, count=1)).items
    quests = batch(QUESTS, SpecList([read(QuestsSpec, {"mission": dungeon["mission"]}, "spec")] * 5), seed).texts
    assert [faults(quest.as_json(), dungeon["mission"]) for quest in quests] == [[]] * 5


def test_a_mission_that_cannot_be_finished_is_refused():
    written = mission("key > door", "key < door", "door < start", "exit < door", key="key", door="lock", exit="exit")
    with pytest.raises(Unsatisfiable, match="exit is never reached"):
        check_finished(read(Mission, written))


@pytest.mark.parametrize(
    ("beside", "field"),
    [
        ({"tasks": 2}, "spec.tasks"),
        ({"facts": {"ogre": 1}}, "spec.facts"),
        ({"grammar": {"origin": "a"}}, "spec.grammar"),
    ],
)
def test_what_a_mission_leaves_no_room_for_is_refused(beside, field):
    with pytest.raises(InvalidInput) as refused:
        QUESTS.check(read(QuestsSpec, {"mission": LOCKED, **beside}, "spec"))
    assert [one.field for one in refused.value.complaints] == [field]
