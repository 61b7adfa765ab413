import json

import pytest

from doublebill.errors import InvalidInput, NotFound, Unsatisfiable
from doublebill.games.kinds import KINDS
from doublebill.schema import read
from doublebill.service.content import CELLS_LIMIT, ContentRequest, games, generate
from playable import faults


def asked(body):
    return read(ContentRequest, body)


def no_seed():
    raise AssertionError("a seed was asked for")


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_has_as_many_playable_items_as_asked(kind):
    answer = generate(kind, asked({"seed": "abc", "count": 5}), no_seed)
    assert (answer["kind"], answer["generator_version"]) == (kind, KINDS[kind].version)
    assert [item["seed"] for item in answer["items"]] == ["abc", "abc#1", "abc#2", "abc#3", "abc#4"]
    assert [faults(kind, item) for item in answer["items"]] == [[]] * 5


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_of_a_batch_has_the_same_bytes_when_asked_for_alone(kind):
    spec = {"width": 9, "height": [9][0]}
    batch = generate(kind, asked({"seed": 42, "count": 12, "spec": spec}), no_seed)["items"]
    for item in batch:
        alone = generate(kind, asked({"seed": item["seed"], "spec": spec}), no_seed)["items"]
        assert json.dumps(alone) == json.dumps([item])


def test_a_seed_in_digits_is_answered_as_the_integer():
    assert generate("maze", asked({"seed": "42"}), no_seed) == generate("maze", asked({"seed": 42}), no_seed)


def test_without_a_seed_a_fresh_one_is_taken_once_and_named():
    seeds = iter([17])
    answer = generate("maze", asked({"count": 2}), lambda: next(seeds))
    assert [item["seed"] for item in answer["items"]] == [17, "17#1"]
    assert answer == generate("maze", asked({"seed": 17, "count": 2}), no_seed)


def test_text_is_drawn_with_its_facts_and_no_grid():
    (item,) = generate("dungeon", asked({"seed": 1, "format": "text"}), no_seed)["items"]
    assert set(item) == {"seed", "text", "certificate", "controls", "attempts", "fallback"}
    assert "·" not in item["text"]
    (shown,) = generate("dungeon", asked({"seed": 1, "format": "text", "solution": True}), no_seed)["items"]
    assert "·" in shown["text"]


def test_answers_are_json():
    for kind in KINDS:
        answer = generate(kind, asked({"seed": 3, "spec": {"width": 12}}), no_seed)
        assert json.loads(json.dumps(answer)) == answer
    assert json.loads(json.dumps(games())) == games()


def test_every_kind_is_listed_with_the_schema_of_its_spec():
    listed = {kind["name"]: kind for kind in games()["kinds"]}
    assert set(listed) == {"maze", "dungeon"}
    for kind in listed.values():
        assert set(kind) == {"name", "description", "generator_version", "legend", "spec"}
        assert kind["spec"]["additionalProperties"] is False
        assert kind["spec"]["properties"]["width"]["default"] > 0


def test_a_kind_that_does_not_exist_is_not_found():
    with pytest.raises(NotFound, match="'castle'"):
        generate("castle", asked({}), no_seed)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"seed": -1}, "seed"),
        ({"seed": 2**53}, "seed"),
        ({"seed": 2**63}, "seed"),
        ({"seed": ""}, "seed"),
        ({"seed": "x" * 257}, "seed"),
        ({"seed": "\ud800"}, "seed"),
        ({"seed": True}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"count": 0}, "count"),
        ({"count": 101}, "count"),
        ({"format": "gif"}, "format"),
        ({"spec": []}, "spec"),
        ({"spec": {"width": 0}}, "spec.width"),
        ({"spec": {"width": 1}}, "spec.width"),
        ({"spec": {"width": 10**6}}, "spec.width"),
        ({"spec": {"width": "10"}}, "spec.width"),
        ({"spec": {"width": True}}, "spec.width"),
        ({"spec": {"path": [1]}}, "spec.path"),
        ({"spec": {"path": {"min": 1}}}, "spec.path"),
        ({"spec": {"colour": "red"}}, "spec.colour"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_bad_input_is_refused_naming_the_field(body, field):
    with pytest.raises(InvalidInput) as refused:
        generate("maze", asked(body), lambda: 1)
    assert not isinstance(refused.value, Unsatisfiable)
    assert [complaint.field for complaint in refused.value.complaints] == [field]


@pytest.mark.parametrize(
    ("spec", "fields"),
    [
        ({"path": [9, 8]}, ["spec.path[0]", "spec.path[1]"]),
        ({"path": 60, "openness": 20}, ["spec.path", "spec.openness"]),
    ],
)
def test_what_cannot_hold_together_is_refused_naming_both(spec, fields):
    with pytest.raises(Unsatisfiable) as refused:
        generate("maze", asked({"seed": 1, "spec": spec}), no_seed)
    assert [complaint.field for complaint in refused.value.complaints] == fields


def test_a_request_for_more_cells_than_seconds_allow_is_refused():
    spec = {"width": 64, "height": 64}
    most = CELLS_LIMIT // 64**2
    assert len(generate("dungeon", asked({"seed": 1, "count": most, "spec": spec}), no_seed)["items"]) == most
    with pytest.raises(InvalidInput) as refused:
        generate("dungeon", asked({"seed": 1, "count": most + 1, "spec": spec}), no_seed)
    assert [complaint.field for complaint in refused.value.complaints] == ["count", "spec.width", "spec.height"]


def test_a_hundred_levels_of_the_usual_sizes_are_one_request():
    assert CELLS_LIMIT >= 100 * 18 * 12
    assert CELLS_LIMIT >= 100 * 14 * 14
