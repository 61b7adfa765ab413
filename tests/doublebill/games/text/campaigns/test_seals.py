from doublebill.games.dice import Dice
from doublebill.games.missions.mission import Mission
from doublebill.games.text.campaigns.seals import Seal, drawn_seals, story
from doublebill.schema import read
from drawn_missions import mission

TWO = read(Mission, mission("a < start", "b < start", a="treasure", b="treasure", exit="exit"))
NONE = read(Mission, mission(exit="exit"))


def test_no_treasure_is_two_seals():
    seals = drawn_seals(["Ash", "Elm", "Oak", "Yew"], [TWO, NONE, NONE, NONE], Dice(0, "seals", 1))
    assert [(seal.name, seal.found_in, seal.opens) for seal in seals] == [("seal of Elm", 1, 2), ("seal of Oak", 1, 3)]
    assert {seal.node for seal in seals} == {"a", "b"}


def test_a_story_says_which_seal_opens_a_level():
    text = story(["Ash", "Elm"], ["Take the seal of Elm.", "Leave."], [Seal("seal of Elm", 1, "a", 2)])
    assert text == "1. Ash: Take the seal of Elm.\n2. Elm: The seal of Elm from Ash opens it. Leave."
