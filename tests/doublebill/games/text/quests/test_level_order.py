import pytest

from doublebill.games.text.quests.level_order import order_of

LEGEND = {"#": "wall", ".": "floor", "P": "player", "K": "key", "g": "goblin", "X": "exit"}


def order(rows, moves, start=(0, 0), legend=LEGEND):
    return order_of({"grid": rows, "legend": legend, "certificate": {"moves": moves, "from": list(start)}})


def test_a_certificate_of_steps_is_followed_over_each_thing_once():
    assert order(["PKg", ".#X"], "RLRRD").names == ["key", "player", "goblin", "exit"]


@pytest.mark.parametrize(
    ("moves", "legend"), [("RRRR", LEGEND), ("RJ", LEGEND), ("R", LEGEND | {".": "air"})], ids=["out", "jumps", "side"]
)
def test_other_certificates_say_nothing_about_the_order(moves, legend):
    assert order(["PKg"], moves, legend=legend).names == []


def test_things_are_finished_with_the_last_of_them():
    found = order_of({"order": [{"name": name} for name in ("key", "goblin", "goblin", "exit")]})
    assert [found.finished(name, count) for name, count in (("goblin", 2), ("goblin", 3), ("exit", 1))] == [2, None, 3]
