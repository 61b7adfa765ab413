import pytest

from checkers.quests import counted, faults
from doublebill.errors import InvalidInput, Unsatisfiable
from doublebill.games.chamber.kind import CHAMBER, ChamberSpec
from doublebill.games.levels.generate import generate as generate_level
from doublebill.games.spec_list import SpecList
from doublebill.games.text.quests.kind import QUESTS, QuestsSpec
from doublebill.games.text.texts import batch
from doublebill.schema import read

THINGS = {"ogre": 3, "goblin": 1, "key": 1, "exit": 1, "diamond": 12}


def made(count=20, seed=1, **asked):
    made = batch(QUESTS, SpecList([read(QuestsSpec, asked, "spec")] * count), seed)
    texts, repeats = made.texts, made.repeats
    return [one.as_json() for one in texts], repeats


def level(seed=1):
    rows = generate_level(CHAMBER, ChamberSpec(enemies=(2, 5)), seed).grid
    return {"seed": seed, "grid": list(rows), "legend": dict(CHAMBER.legend), "fallback": False}


def test_quests_speak_of_what_a_level_has_and_of_nothing_else():
    for seed in range(5):
        told = level(seed)
        items, repeats = made(40, level=told)
        assert [faults(item, counted(told)) for item in items] == [[]] * 40
        assert repeats == 0
        assert len({item["text"] for item in items}) == 40


@pytest.mark.parametrize("tasks", [1, 3, [2, 4], 5])
def test_quests_are_about_as_many_facts_as_asked(tasks):
    items, _ = made(40, facts=THINGS | {"place": "Fenmouth"}, tasks=tasks)
    assert [faults(item, THINGS) for item in items] == [[]] * 40
    assert any("Fenmouth" in item["text"] for item in items)
    assert all(item["facts"]["place"] == "Fenmouth" for item in items if "place" in item["facts"])


def test_a_grammar_of_ones_own_is_bound_to_the_facts():
    grammar = {"origin": ["#giver.capitalize# has #ogre# #beast.s# in #place#.", "Nothing."], "beast": "ogre"}
    items, repeats = made(
        6, facts={"ogre": 3, "place": "Ham", "giver": "ada"}, grammar=grammar, weights={"origin": [1, 0]}
    )
    assert {item["text"] for item in items} == {"Ada has 3 ogres in Ham."}
    assert items[0]["facts"] == {"ogre": 3, "place": "Ham", "giver": "ada"}
    assert repeats == 5


GRAMMAR = {
    "origin": ["#giver# of #place# #asks#.", "They say #place# is lost."],
    "asks": ["begs", "#asks# and begs", "cries"],
}


def test_a_grammar_learns_to_sound_like_examples():
    told = ["Ada of Ham begs.", "Old Bob of Fen Mouth begs and begs.", "Cy of Ham begs.", "They say Ham is lost."]
    items, _ = made(100, grammar=GRAMMAR, examples=told * 10)
    texts = [item["text"] for item in items]
    assert 60 < sum(text.endswith("begs.") for text in texts) < 90
    assert 1 <= sum("They say" in text for text in texts) < 40
    assert not any("cries" in text for text in texts[:30])
    assert {item["facts"]["place"] for item in items if "Ham" in item["text"]} == set()


def test_examples_may_tell_other_numbers_than_the_request():
    grammar = {"origin": ["Slay #ogre.s#.", "Flee from #ogre# ogres."]}
    items, _ = made(30, grammar=grammar, facts={"ogre": 3}, examples=["Flee from 20 ogres."] * 30)
    assert [item["text"] for item in items].count("Flee from 3 ogres.") > 25


def test_an_item_alone_is_the_same_as_in_its_batch():
    items, _ = made(12, seed="q", facts=THINGS)
    for item in items:
        assert made(1, seed=item["seed"], facts=THINGS)[0] == [item]


def test_more_tasks_than_facts_are_refused():
    with pytest.raises(Unsatisfiable) as refused:
        made(1, facts={"ogre": 1, "bat": 0}, tasks=2)
    assert [one.field for one in refused.value.complaints] == ["spec.tasks", "spec.facts"]


LEVEL = {"grid": ["P.", "K."], "legend": {"P": "player", ".": "floor", "K": "key"}}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "spec.facts"),
        ({"facts": {"ogre": -1}}, "spec.facts.ogre"),
        ({"facts": {"ogre": 0}}, "spec.facts"),
        ({"facts": {"#x#": 1}}, "spec.facts.#x#"),
        ({"facts": {"place": 3}}, "spec.facts.place"),
        ({"facts": {"ogre": 3, "place": "a\nb"}}, "spec.facts.place"),
        ({"facts": {"key": 2}, "level": LEVEL}, "spec.facts.key"),
        ({"facts": {"ogre": 2}, "level": LEVEL}, "spec.facts.ogre"),
        ({"facts": {"key": "Ada"}, "level": LEVEL}, "spec.facts.key"),
        ({"level": {}}, "spec.level.legend"),
        ({"level": LEVEL | {"grid": ["P.", "K"]}}, "spec.level.grid[1]"),
        ({"level": LEVEL | {"grid": ["PX"]}}, "spec.level.grid"),
        ({"level": LEVEL | {"grid": [1]}}, "spec.level.grid[0]"),
        ({"level": LEVEL | {"grid": []}}, "spec.level.grid"),
        ({"level": LEVEL | {"legend": {"PK": "player"}}}, "spec.level.legend.PK"),
        ({"facts": {"ogre": 1}, "weights": {"a": [1]}}, "spec.weights"),
        ({"grammar": {"start": "a"}}, "spec.grammar"),
        ({"grammar": {"origin": "a", "place": "b"}}, "spec.grammar.place"),
        ({"grammar": {"origin": "#dragon#"}}, "spec.grammar.origin"),
        ({"grammar": {"origin": 3}}, "spec.grammar.origin"),
        ({"facts": {"ogre": 1}, "examples": ["a"]}, "spec.examples"),
        ({"grammar": GRAMMAR, "examples": ["Ada of Ham begs.", "Ada begs."]}, "spec.examples[1]"),
        ({"grammar": GRAMMAR, "weights": {}, "examples": ["Ada of Ham begs."]}, "spec.weights"),
        ({"grammar": GRAMMAR, "examples": []}, "spec.examples"),
        ({"grammar": GRAMMAR, "examples": ["a"] * 201}, "spec.examples"),
        ({"grammar": GRAMMAR, "examples": ["a" * 401]}, "spec.examples[0]"),
    ],
)
def test_bad_input_is_refused_naming_the_field(asked, field):
    with pytest.raises(InvalidInput) as refused:
        made(1, **asked)
    assert [one.field for one in refused.value.complaints] == [field]
