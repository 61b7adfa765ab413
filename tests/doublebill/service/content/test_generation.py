import json
from dataclasses import replace

import pytest

from doublebill.errors import InvalidInput, NotFound, NotReached, Unsatisfiable
from doublebill.games.files import FILES_VERSION
from doublebill.games.kinds import KINDS
from doublebill.schema import read
from doublebill.service.content import generation
from doublebill.service.content.generation import generate, generate_files
from doublebill.service.content.requests import ContentRequest
from playable import faults

PART = {"x": 0, "y": 0, "width": 3, "height": 3}


def asked(body):
    return read(ContentRequest, body)


def no_seed():
    raise AssertionError("a seed was asked for")


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_has_as_many_playable_items_as_asked(kind):
    answer = generate(kind, asked({"seed": "abc", "count": 5}), no_seed)
    assert (answer["kind"], answer["generator_version"]) == (kind, KINDS[kind].version)
    own = [str(item["seed"]).partition("/")[0] for item in answer["items"]]
    assert own == ["abc", "abc#1", "abc#2", "abc#3", "abc#4"]
    assert answer["variety"] == {"asked": 5, "alike": 0}, "set a `variety` that the kind's generator can reach"
    assert [faults(kind, item) for item in answer["items"]] == [[]] * 5


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_of_a_batch_has_the_same_bytes_when_asked_for_alone(kind):
    side = 20 if kind == "dungeon" else 9
    spec = {"length": 30} if kind == "runner" else {"width": side, "height": side}
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
    (item,) = generate("chamber", asked({"seed": 1, "format": "text"}), no_seed)["items"]
    assert set(item) == {"seed", "text", "certificate", "controls", "attempts", "fallback"}
    assert "·" not in item["text"]
    (shown,) = generate("chamber", asked({"seed": 1, "format": "text", "solution": True}), no_seed)["items"]
    assert "·" in shown["text"]


def test_answers_are_json():
    for kind in KINDS:
        answer = generate(kind, asked({"seed": 3}), no_seed)
        assert json.loads(json.dumps(answer)) == answer


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
        ({"strict": 1}, "strict"),
        ({"fixed": {}}, "fixed"),
        ({"fixed": [{"x": 0, "y": 0}]}, "fixed[0].tile"),
        ({"fixed": [{"x": -1, "y": 0, "tile": "#"}]}, "fixed[0].x"),
        ({"fixed": [{"x": 14, "y": 0, "tile": "#"}]}, "fixed[0]"),
        ({"fixed": [{"x": 0, "y": 0, "tile": "X"}]}, "fixed[0].tile"),
        ({"fixed": [{"x": 0, "y": 0, "tile": ""}]}, "fixed[0].tile"),
        ({"fixed": [{"x": 0, "y": 0, "tile": tile} for tile in "#.#"]}, "fixed[1]"),
        ({"fixed": [{"x": 0, "y": 0, "tile": "#"}] * 1025}, "fixed"),
        ({"must_have": ["#", "X"]}, "must_have[1]"),
        ({"must_have": "#"}, "must_have"),
        ({"base": {"grid": ["..."] * 3}}, "base.reroll"),
        ({"base": {"grid": [], "reroll": PART}}, "base.grid"),
        ({"base": {"grid": ["...", "..", "..."], "reroll": PART}}, "base.grid[1]"),
        ({"base": {"grid": ["...", ".X.", "..."], "reroll": PART}}, "base.grid[1]"),
        ({"base": {"grid": ["..."] * 3, "reroll": PART | {"x": 1}}}, "base.reroll"),
        ({"base": {"grid": ["..."] * 3, "reroll": PART | {"width": 0}}}, "base.reroll.width"),
        ({"base": {"grid": ["..."] * 3, "reroll": PART}, "spec": {"width": 4}}, "base.grid"),
        ({"base": {"grid": ["." * 65] * 64, "reroll": PART}}, "base.grid"),
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


@pytest.mark.parametrize(("kind", "width", "height"), [("maze", 28, 28), ("chamber", 18, 12), ("platform", 20, 12)])
def test_a_hundred_levels_of_the_usual_sizes_are_one_request(kind, width, height):
    body = {"seed": 1, "count": 100, "spec": {"width": width, "height": height}}
    answer = generate(kind, asked(body), no_seed)
    assert len(answer["items"]) == 100
    assert "not_reached" not in answer


@pytest.mark.parametrize("kind", ["maze", "chamber"])
@pytest.mark.parametrize("seed", range(4))
def test_what_is_fixed_stays_and_the_controls_still_hold(kind, seed):
    fixed = [{"x": x, "y": (x * 3 + seed) % 7, "tile": "#."[x % 2]} for x in range(8)]
    spec = {"width": 11, "height": 7} | ({"path": [16, 24]} if kind == "maze" else {"player_key": 9, "walls": 25})
    body = {"seed": seed, "count": 3, "spec": spec, "fixed": fixed}
    answer = generate(kind, asked(body), no_seed)
    for item in answer["items"]:
        assert faults(kind, item) == []
        assert not item["fallback"]
        assert all(item["grid"][pin["y"]][pin["x"]] == pin["tile"] for pin in fixed)
        assert generate(kind, asked(body | {"seed": item["seed"], "count": 1}), no_seed)["items"] == [item]


def test_a_tile_that_must_be_there_is_there():
    spec = {"walls": 0, "width": 5, "height": 5}
    for seed in range(5):
        (item,) = generate("chamber", asked({"seed": seed, "must_have": ["E"], "spec": spec}), no_seed)["items"]
        assert "E" in "".join(item["grid"])
        assert faults("chamber", item) == []


def test_a_part_is_made_again_while_the_rest_stays():
    spec = {"player_key": [5, 12], "key_door": [5, 12]}
    (before,) = generate("chamber", asked({"seed": 1, "spec": spec}), no_seed)["items"]
    part = {"x": 2, "y": 1, "width": 6, "height": 4}
    body = {"spec": spec, "base": {"grid": before["grid"], "reroll": part}}
    made = [generate("chamber", asked(body | {"seed": seed}), no_seed)["items"][0] for seed in range(4)]
    for item in made:
        assert faults("chamber", item) == []
        for y, row in enumerate(item["grid"]):
            inside = slice(2, 8) if 1 <= y < 5 else slice(0, 0)
            was = before["grid"][y]
            assert row[: inside.start] + row[inside.stop :] == was[: inside.start] + was[inside.stop :]
    assert len({tuple(item["grid"]) for item in made}) == 4


def test_a_base_gives_the_size_where_the_spec_does_not():
    base = {"grid": ["....."] * 4, "reroll": {"x": 0, "y": 0, "width": 5, "height": 2}}
    (item,) = generate("maze", asked({"seed": 1, "base": base}), no_seed)["items"]
    assert item["grid"][2:] == ["....."] * 2
    assert len(item["grid"]) == 4


def test_a_part_of_a_runner_is_made_again_at_the_length_of_its_base():
    (before,) = generate("runner", asked({"seed": 1, "spec": {"length": 40}}), no_seed)["items"]
    part = {"x": 12, "y": 0, "width": 10, "height": len(before["grid"])}
    (item,) = generate("runner", asked({"seed": 2, "base": {"grid": before["grid"], "reroll": part}}), no_seed)["items"]
    assert faults("runner", item) == []
    assert [row[:12] + row[22:] for row in item["grid"]] == [row[:12] + row[22:] for row in before["grid"]]


WALLED = [{"x": x, "y": 3, "tile": "#"} for x in range(11)]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"fixed": [{"x": x, "y": 0, "tile": "K"} for x in (0, 5)]}, ["fixed[0]", "fixed[1]"]),
        ({"must_have": ["E"], "spec": {"enemies": 0}}, ["spec.enemies", "must_have[0]"]),
        ({"fixed": WALLED, "spec": {"walls": [0, 10]}}, ["spec.walls", *(f"fixed[{x}]" for x in range(11))]),
        ({"fixed": [{"x": 0, "y": 0, "tile": "."}], "spec": {"width": 3, "height": 3, "walls": 6, "enemies": 1}}, None),
        (
            {"fixed": [*WALLED, {"x": 1, "y": 1, "tile": "P"}, {"x": 1, "y": 5, "tile": "."}]},
            ["fixed[11]", "fixed[12]"],
        ),
        (
            {"base": {"grid": ["PE.", "#.#", "..."], "reroll": {"x": 0, "y": 1, "width": 1, "height": 1}}},
            ["base.reroll"],
        ),
    ],
)
def test_constraints_that_cannot_hold_together_are_named(body, fields):
    with pytest.raises(Unsatisfiable) as refused:
        generate("chamber", asked({"seed": 1} | body), no_seed)
    if fields:
        assert [complaint.field for complaint in refused.value.complaints] == fields


def test_what_is_not_reached_is_refused_where_the_caller_is_strict():
    body = {"seed": 1, "spec": {"path": 122, "openness": [40, 70]}}
    assert generate("maze", asked(body), no_seed)["items"][0]["fallback"]
    with pytest.raises(NotReached, match=r"path is \d+ instead of 122"):
        generate("maze", asked(body | {"strict": True}), no_seed)
    assert not generate("maze", asked({"seed": 1, "strict": True}), no_seed)["items"][0]["fallback"]


def test_a_batch_says_where_it_could_not_be_varied():
    # a 3 × 3 maze without a wall is one level
    answer = generate(
        "maze", asked({"seed": 1, "count": 6, "spec": {"width": 3, "height": 3, "openness": 100}}), no_seed
    )
    assert answer["variety"] == {"asked": 6, "alike": 5}


def test_files_are_those_of_the_same_levels():
    body = {"seed": 42, "count": 2, "format": "svg", "solution": True}
    made = generate_files("maze", asked(body), no_seed)
    items = generate("maze", asked(body), no_seed)["items"]
    assert [file.content.decode() for file in made.files] == [item["data"] for item in items]


@pytest.mark.parametrize(
    ("kind", "named", "unchanging"),
    [
        ("maze", {}, False),
        ("maze", {"generator_version": KINDS["maze"].version}, False),
        ("maze", {"generator_version": KINDS["maze"].version, "files_version": FILES_VERSION}, True),
        ("runner", {"generator_version": KINDS["runner"].version, "files_version": FILES_VERSION}, False),
    ],
)
def test_files_never_change_where_the_request_names_every_version(kind, named, unchanging):
    assert generate_files(kind, asked({"seed": 1, "format": "svg"} | named), no_seed).unchanging == unchanging


@pytest.mark.parametrize(("kind", "kept"), [("maze", "use 2"), ("names", "use 4 or 1")])
def test_another_version_of_the_generator_is_refused_with_those_that_are_kept(kind, kept):
    with pytest.raises(Unsatisfiable, match="version 99") as refused:
        generate(kind, asked({"seed": 1, "generator_version": 99}), no_seed)
    assert [complaint.fix for complaint in refused.value.complaints] == [kept]


def test_the_version_before_gives_its_own_items():
    now, then = (generate("names", asked({"seed": 1, "generator_version": version}), no_seed) for version in (4, 1))
    assert (now["generator_version"], then["generator_version"]) == (4, 1)
    assert then["model_version"] == now["model_version"]


@pytest.mark.parametrize(("kind", "form"), [("maze", "json"), ("maze", "text"), ("names", "png")])
def test_what_is_no_file_is_refused(kind, form):
    with pytest.raises(InvalidInput) as refused:
        generate_files(kind, asked({"seed": 1, "format": form}), no_seed)
    assert [complaint.field for complaint in refused.value.complaints] == ["format"]


def test_files_of_fewer_levels_than_requested_are_refused(monkeypatch):
    usual = generation.generation_request
    monkeypatch.setattr(generation, "generation_request", lambda *whole: replace(usual(*whole), steps=20_000))
    with pytest.raises(
        NotReached, match=r"^count: (\d+) of 100 levels are the work of one request; use at most \1, or POST"
    ):
        generate_files("maze", asked({"seed": 1, "count": 100, "format": "csv"}), no_seed)


def test_specs_are_answered_in_order_one_item_each():
    specs = [{"width": 9}, {"width": 12, "height": 5}, {}]
    answer = generate("maze", asked({"seed": 3, "specs": specs}), no_seed)
    assert [len(item["grid"][0]) for item in answer["items"]] == [9, 12, 14]
    assert answer == generate("maze", asked({"seed": 3, "specs": specs, "count": 3}), no_seed)
    files = generate_files("maze", asked({"seed": 3, "specs": specs, "format": "csv"}), no_seed).files
    assert [file.content.count(b"\n") for file in files] == [14, 5, 14]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"specs": [{}, {}], "spec": {}}, "spec"),
        ({"specs": [{}, {}], "count": 3}, "count"),
        ({"specs": []}, "specs"),
        ({"specs": [{}] * 101}, "specs"),
        ({"specs": [{}, {"width": 2}]}, "specs[1].width"),
        ({"specs": [{}, {"path": [9, 3]}]}, "specs[1].path[0]"),
        ({"unlike": "colour"}, "unlike"),
    ],
)
def test_a_list_of_specs_that_is_wrong_is_refused_by_its_field(body, field):
    with pytest.raises(InvalidInput) as raised:
        generate("maze", asked(body), lambda: 1)
    assert field in [one.field for one in raised.value.complaints]


def test_an_answer_says_by_which_measure_and_how_far_its_items_are_unlike():
    answer = generate("maze", asked({"seed": 3, "count": 5, "unlike": "structure"}), no_seed)
    variety = answer["variety"]
    assert variety == {"asked": 5, "alike": 0, "unlike": "structure", "nearest": variety["nearest"]}
    assert 0 < variety["nearest"] <= 100
    with pytest.raises(InvalidInput, match="only levels"):
        generate("names", asked({"unlike": "cells"}), lambda: 1)
