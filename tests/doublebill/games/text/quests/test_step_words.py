from doublebill.games.dice import Dice
from doublebill.games.missions.mission import MissionNode
from doublebill.games.missions.mission_order import MissionStep
from doublebill.games.text.quests.step_words import in_sentences, step_texts, steps_json

STEPS = [
    MissionStep(MissionNode("small key 2", "key", 3, 4), []),
    MissionStep(MissionNode("iron lever", "lever"), []),
    MissionStep(MissionNode("exit", "exit"), ["iron lever", "hall"]),
]


def test_steps_speak_of_one_of_several_or_of_the_only_one():
    texts = {tuple(step_texts(STEPS, Dice(1, "test", seed))) for seed in range(30)}
    assert ("fetch a small key", "pull the iron lever", "leave by the exit") in texts
    assert {text.split(" ", 1)[0] for one in texts for text in one} == {
        "fetch", "find", "take", "pull", "leave", "go",
    }  # fmt: skip


def step(name, kind, *after):
    return MissionStep(MissionNode(name, kind), list(after))


def test_one_of_several_is_followed_by_another():
    steps = [step("small key 1", "key"), step("small key 2", "key")]
    assert [text.split(" ", 1)[1] for text in step_texts(steps, Dice(1, "test", 1))] == [
        "a small key",
        "another small key",
    ]


def test_steps_are_short_sentences_that_say_where_they_are():
    steps = [
        step("red key", "key"), step("red door", "lock", "red key"),
        step("blue key", "key", "red door"), step("blue gate", "lock", "red door", "blue key"),
        step("boss", "boss", "blue gate"), step("exit", "exit", "boss"),
    ]  # fmt: skip
    text = in_sentences(steps, ["take a", "open b", "take c", "open d", "slay e", "leave"])
    assert text == "First, take a and open b. Beyond the door, take c and open d. There, slay e and leave."


def test_steps_elsewhere_are_not_said_to_be_behind_a_door():
    steps = [
        step("k", "key"),
        step("red door", "lock", "start", "k"),
        step("l", "lever", "start"),
        step("exit", "exit", "l"),
    ]
    assert (
        in_sentences(steps, ["take k", "open d", "pull l", "leave"])
        == "First, take k and open d. At last, pull l and leave."
    )


def test_few_steps_are_one_sentence():
    assert in_sentences([step("exit", "exit")], ["leave by the exit"]) == "Leave by the exit."


def test_steps_are_data_with_those_that_they_need():
    found = steps_json(STEPS, ["a", "b", "c"])
    assert found[0] == {"text": "a", "do": "take", "target": "small key 2", "after": [], "x": 3, "y": 4}
    assert found[2] == {"text": "c", "do": "leave", "target": "exit", "after": ["iron lever"]}
