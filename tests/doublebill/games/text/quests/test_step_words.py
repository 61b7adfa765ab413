import pytest

from doublebill.games.dice import Dice
from doublebill.games.missions.mission import MissionNode
from doublebill.games.missions.mission_order import MissionStep
from doublebill.games.text.quests.step_words import in_a_row, step_texts, steps_json

STEPS = [
    MissionStep(MissionNode("small key 2", "key", 3, 4), []),
    MissionStep(MissionNode("iron lever", "lever"), []),
    MissionStep(MissionNode("exit", "exit"), ["iron lever", "hall"]),
]


def test_steps_speak_of_one_of_several_or_of_the_only_one():
    texts = {tuple(step_texts(STEPS, Dice(1, "test", seed))) for seed in range(30)}
    assert ("fetch a small key", "pull the iron lever", "leave by the exit") in texts
    assert {text.split(" ", 1)[0] for one in texts for text in one} == {
        "fetch", "find", "lay", "pull", "throw", "leave", "get",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "row"), [(["a"], "a"), (["a", "b"], "a and then b"), (["a", "b", "c"], "a, b, then c")]
)
def test_steps_are_told_in_a_row(texts, row):
    assert in_a_row(texts) == row


def test_steps_are_data_with_those_that_they_need():
    found = steps_json(STEPS, ["a", "b", "c"])
    assert found[0] == {"text": "a", "do": "take", "target": "small key 2", "after": [], "x": 3, "y": 4}
    assert found[2] == {"text": "c", "do": "leave", "target": "exit", "after": ["iron lever"]}
