import json

import pytest

from checkers.quests import counted, faults, order_faults
from doublebill.errors import InvalidInput, Unsatisfiable
from doublebill.games.chamber.kind import CHAMBER, ChamberSpec
from doublebill.games.content_kind import GenerationRequest
from doublebill.games.learners import shipped
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
        sent = level(seed)
        items, repeats = made(40, level=sent)
        assert [faults(item, counted(sent)) for item in items] == [[]] * 40
        assert repeats == 0
        assert len({item["text"] for item in items}) == 40


def answered(kind, seed, spec=None):
    """A level as an answer in JSON has it."""
    (item,) = next(iter(shipped(kind).values())).generate(GenerationRequest(spec or {}, seed)).items
    return json.loads(json.dumps(item))


@pytest.mark.parametrize("kind", ["sokoban", "runner", "platform", "crypt", "dungeon"])
def test_verbs_fit_the_sorts_of_the_things_of_every_kind(kind):
    for seed in (7, 8, 9):
        sent = answered(kind, seed)
        items, _ = made(40, level=sent, tasks=[1, 2] if kind == "sokoban" else None)
        assert [faults(item, counted(sent)) for item in items] == [[]] * 40


LOCKED = {"locks": 4, "boss": True, "small_locks": 2, "gates": 1, "treasures": 2}


@pytest.mark.parametrize("seed", [3, 5, 9])
def test_tasks_stand_in_the_order_of_the_certificate(seed):
    sent = answered("dungeon", seed, LOCKED)
    for tasks in ([1, 3], [4, 6]):
        items, _ = made(60, level=sent, tasks=tasks)
        assert [[*faults(item, counted(sent)), *order_faults(item, sent)] for item in items] == [[]] * 60


def test_the_way_out_comes_last():
    for kind in ("runner", "platform", "dungeon"):
        for item in made(40, level=answered(kind, 7), tasks=[2, 3])[0]:
            named = [name for name in item["facts"] if name not in ("place", "giver", "spike")]
            assert max(named, key=lambda name: item["text"].lower().find(name[:4])) == "exit" or "exit" not in named


def test_foes_are_passed_where_no_rule_lets_one_beat_them():
    sent = answered("runner", 7)
    texts = " ".join(item["text"] for item in made(60, level=sent)[0])
    assert "get past the 7 enemies" in texts.lower()
    assert not {"slay", "defeat", "beat"} & set(texts.lower().split())


def test_a_crate_on_a_goal_is_a_crate_and_a_goal():
    sent = {"grid": ["*.$@oo"], "legend": {
        "*": "crate on goal", ".": "floor", "$": "crate", "@": "player", "o": "goal"
    }}  # fmt: skip
    items, _ = made(30, level=sent, tasks=2)
    assert all("push the 2 crates onto the 3 goals" in item["text"].lower() for item in items)


def test_keys_of_several_doors_open_them_together():
    items, _ = made(20, facts={"small key": 2, "small door": 2}, tasks=2)
    assert all("open the 2 small doors with the 2 small keys" in item["text"].lower() for item in items)


def test_plain_doors_are_ways_through_beside_an_exit_and_a_way_out_without_one():
    grid = {"grid": ["P++X"], "legend": {"P": "player", "+": "door", "X": "exit"}}
    assert {name for item in made(20, level=grid)[0] for name in item["facts"]} <= {"exit", "giver", "place"}
    alone = {"grid": ["P.D"], "legend": {"P": "player", ".": "floor", "D": "door"}}
    assert any("leave by the door" in item["text"].lower() for item in made(20, level=alone)[0])


def test_ground_is_wanted_only_where_the_request_names_it():
    grid = {"grid": ["P[]"], "legend": {"P": "player", "[": "pipe left", "]": "pipe right"}}
    with pytest.raises(InvalidInput, match="there are no things"):
        made(1, level=grid)
    items, _ = made(5, level=grid, facts={"pipe left": 1})
    assert all("the pipe left" in item["text"] for item in items)


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
    sent = ["Ada of Ham begs.", "Old Bob of Fen Mouth begs and begs.", "Cy of Ham begs.", "They say Ham is lost."]
    items, _ = made(100, grammar=GRAMMAR, examples=sent * 10)
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
        ({"level": LEVEL | {"order": "key"}}, "spec.level.order"),
        ({"level": LEVEL | {"order": [{"do": "take"}]}}, "spec.level.order[0]"),
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
