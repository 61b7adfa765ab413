import pytest

from doublebill.games.dungeon.rules import DungeonRules, health, is_finished
from doublebill.games.levels.proof import Certificate
from drawn_dungeons import ONE_LOCK, TWO_FLOORS, TWO_LOCKS, changed

RULES = DungeonRules()


def test_the_certificate_fetches_the_key_and_leaves():
    proof = RULES.prove(ONE_LOCK)
    assert proof
    certificate = proof.certificate
    assert (certificate.start, certificate.goal) == ((2, 2), (16, 2))
    assert certificate.moves == "RRRRRRDDDDDD" + "UUUUURU" + "RRRRRRR"


def test_a_dungeon_is_measured_by_its_rows():
    proof = RULES.prove(ONE_LOCK)
    assert proof
    assert proof.measured == {
        "width": 20,
        "height": 11,
        "floors": 1,
        "rooms": 4,
        "room_size": 10,
        "caves": 0,
        "layout": 0,
        "loops": 0,
        "dead_ends": 0,
        "locks": 1,
        "small_locks": 0,
        "gates": 0,
        "depth": 1,
        "difficulty": 40,
        "boss": 0,
        "foes": 1,
        "treasures": 1,
        "mission": 5,
    }


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(TWO_LOCKS, id="a key behind its own door"),
        pytest.param(changed(ONE_LOCK, 8, 8, "."), id="no key"),
        pytest.param(changed(changed(ONE_LOCK, 8, 8, "."), 18, 4, "a"), id="the key beside the exit"),
        pytest.param(changed(ONE_LOCK, 17, 3, "P"), id="two players"),
        pytest.param(changed(ONE_LOCK, 16, 2, "."), id="no exit"),
        pytest.param(changed(ONE_LOCK, 12, 2, "#"), id="the exit shut off"),
        pytest.param(changed(ONE_LOCK, 8, 2, "C"), id="a door without a key, in the middle of a room"),
    ],
)
def test_what_breaks_a_rule_has_no_proof(rows):
    assert RULES.prove(rows) is None


def test_a_door_that_one_can_walk_around_has_no_proof():
    around = ONE_LOCK
    for x in range(10, 15):
        around = changed(around, x, 3, ".")
    assert RULES.prove(around) is None


def test_a_door_with_its_key_that_bars_nothing_has_no_proof():
    assert RULES.prove(changed(changed(ONE_LOCK, 2, 1, "b"), 8, 2, "B")) is None


def test_a_small_key_opens_one_door_and_a_lever_its_gate():
    small = changed(changed(ONE_LOCK, 8, 8, "k"), 10, 2, "K")
    assert RULES.prove(small).measured["small_locks"] == 1
    assert not is_finished(changed(small, 13, 2, "K"), RULES.prove(small).certificate)
    lever = changed(changed(ONE_LOCK, 8, 8, "t"), 10, 2, "T")
    assert RULES.prove(lever).measured["gates"] == 1


def test_a_boss_must_bar_the_exit():
    assert RULES.prove(changed(ONE_LOCK, 13, 2, "Z")).measured["boss"] == 1
    assert RULES.prove(changed(ONE_LOCK, 8, 5, "Z")) is None
    assert RULES.prove(changed(ONE_LOCK, 18, 4, "Z")) is None


def test_a_certificate_takes_the_stairs():
    proof = RULES.prove(TWO_FLOORS)
    assert proof.certificate.moves.count(">") == 1
    assert (proof.measured["floors"], proof.measured["height"], proof.measured["loops"]) == (2, 6, 0)
    assert RULES.path(TWO_FLOORS, proof.certificate)[-1] == (9, 8)
    assert RULES.path(TWO_FLOORS, Certificate((1, 1), (9, 8), "R>")) == []


def test_health_outlasts_every_fight():
    assert health(ONE_LOCK) == 2
    assert health(TWO_LOCKS) == 3


@pytest.mark.parametrize(
    "moves",
    ["RRRRRRRRRRRRRR", "RRRRRRDDDDDD", "LLL", "RRRRRRDDDDDDUUUUUURRRRRRRRR"],
    ids=["through the door without its key", "not to the exit", "into a wall", "past the exit"],
)
def test_moves_that_do_not_finish_are_no_certificate(moves):
    assert not is_finished(ONE_LOCK, Certificate((2, 2), (16, 2), moves))
