"""The generate function, which needs nothing from outside."""

import base64
import contextlib
import io
import itertools
import json
import zipfile
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from doublebill.edge.time_limit import time_limit
from doublebill.games.step_budget import STEPS
from doublebill.service.content.rewrite import open_checked_rewriter
from doublebill.stores import rewriters
from doublebill.stores.jobs import LambdaJobs
from doublebill.stores.rewriters import BedrockRewriter
from doublebill_local.host.environments import Context
from http_events import BROKEN_BODIES, Answer, Handler, ask, check_broken, check_problem, http_event
from playable import faults
from stacks import Stack

GAMES = "GET /v1/games"
POST = "POST /v1/games/{kind}"
DRAW = "GET /v1/games/{kind}"
BATCH = "POST /v1/games/{kind}/batches"
SHOW = "GET /v1/games/{kind}/batches/{batch_id}"
KINDS = ["maze", "chamber"]


@pytest.fixture(scope="module")
def handler(stack: Stack) -> Handler:
    """A warm generate function."""
    module = stack.load("GenerateFunction")
    stack.patch.setattr(module, "time_limit", contextlib.nullcontext)  # its steps end a request, however slow they are
    made: Handler = module.handler
    return made


def generate(handler: Handler, kind: str = "maze", **body: object) -> Answer:
    return ask(handler, http_event(POST, body, {"kind": kind}))


def test_games_lists_each_kind_with_the_schema_of_its_spec(handler: Handler) -> None:
    answer = ask(handler, http_event(GAMES))
    assert answer.status == 200
    assert [kind["name"] for kind in answer.body["kinds"]][: len(KINDS)] == KINDS
    for kind in answer.body["kinds"]:
        Draft202012Validator.check_schema(kind["spec"])
        told = {
            "name",
            "description",
            "generator_version",
            "generator_versions",
            "licence",
            "learns",
            "corpora",
            "legend",
            "moves",
            "formats",
            "spec",
        }
        assert ("xsb" in kind["formats"]) == (kind["name"] == "sokoban")
        assert kind.keys() == told


@pytest.mark.parametrize("kind", KINDS)
def test_a_level_has_the_documented_shape_and_is_playable(handler: Handler, kind: str) -> None:
    answer = generate(handler, kind, seed=1, count=3)
    assert answer.status == 200
    assert answer.body.keys() == {"kind", "generator_version", "licence", "variety", "items"}
    assert answer.body["kind"] == kind
    assert len(answer.body["items"]) == 3
    for item in answer.body["items"]:
        assert item.keys() == {"seed", "grid", "legend", "certificate", "controls", "attempts", "fallback"}
        assert len(item["certificate"]["moves"]) == item["certificate"]["length"]
        assert all(control.keys() == {"asked", "measured", "met"} for control in item["controls"].values())
        assert faults(kind, item) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [0, 42, "42", 2**53 - 1, "🎷", "x" * 256])
def test_the_same_seed_gives_the_same_bytes_in_another_instance(
    handler: Handler, stack: Stack, kind: str, seed: object
) -> None:
    other = stack.load("GenerateFunction").handler
    assert generate(handler, kind, seed=seed) == generate(other, kind, seed=seed)


def test_without_a_seed_levels_differ_and_each_names_the_seed_that_repeats_it(handler: Handler) -> None:
    first, second = generate(handler), generate(handler)
    assert first.body["items"][0]["seed"] != second.body["items"][0]["seed"]
    assert generate(handler, seed=first.body["items"][0]["seed"]).body == first.body


def test_each_level_of_a_batch_is_what_its_own_seed_gives_alone(handler: Handler) -> None:
    for item in generate(handler, seed="batch", count=4).body["items"]:
        assert generate(handler, seed=item["seed"]).body["items"] == [item]


@pytest.mark.parametrize("kind", KINDS)
def test_a_level_as_text_is_the_drawing_of_the_same_level(handler: Handler, kind: str) -> None:
    drawn = generate(handler, kind, seed=5, format="text")
    assert drawn.status == 200
    (item,) = drawn.body["items"]
    inside = [line[2:-2:2] for line in item["text"].splitlines()[1:-1]]  # two characters a cell, a wall around
    grid = [line.replace("█", "#").replace(" ", ".") for line in inside]
    assert grid == generate(handler, kind, seed=5).body["items"][0]["grid"]


def test_asked_ranges_are_met(handler: Handler) -> None:
    answer = generate(handler, "chamber", seed=3, count=5, spec={"player_key": [4, 9], "key_door": [5, 12]})
    for item in answer.body["items"]:
        assert faults("chamber", item) == []
        assert item["controls"]["player_key"]["asked"] == [4, 9]


@pytest.mark.parametrize("kind", ["", "castle", "Maze", "maze ", "..", "🎷", "a/b", "{kind}", "x" * 256])
def test_an_unknown_kind_is_not_found(handler: Handler, kind: str) -> None:
    check_problem(generate(handler, kind, seed=1), 404, "not-found")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("seed", seed) for seed in (-1, 2**53, 10**400, 1.5, "", "x" * 257, True, [], {}, "\ud800")],
        *[("count", count) for count in (-1, 0, 101, 10**9, "10", True, 1.5)],
        *[("format", wrong) for wrong in ("JSON", "gif", "", 1, None, [])],
        *[("solution", wrong) for wrong in (1, "true", None)],
        *[("spec", wrong) for wrong in (1, "maze", [], True)],
        *[("fixed", wrong) for wrong in (1, "#", {}, True)],
        *[("must_have", wrong) for wrong in (1, "#", {}, True)],
        *[("base", wrong) for wrong in (1, "#", [], True)],
        *[("strict", wrong) for wrong in (1, "true", None)],
        *[("flavour", wrong) for wrong in (1, "true", None)],
        ("size", 5),
        ("\ud800", 5),
    ],
)
def test_a_wrong_field_is_named(handler: Handler, field: str, value: object) -> None:
    answer = generate(handler, **{field: value})
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == [field]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("width", width) for width in (-1, 0, 2, 257, 10**9, "10", True, None, 7.5, [5, 6])],
        *[("path", path) for path in (0, -1, "10", True, [5], [5, 6, 7], ["5", 6], 10**400)],
        ("colour", 1),
    ],
)
def test_a_wrong_field_of_the_spec_is_named(handler: Handler, field: str, value: object) -> None:
    answer = generate(handler, spec={field: value})
    check_problem(answer, 400, "invalid-input")
    assert all(name.startswith(f"spec.{field}") for name in answer.fields)
    assert answer.fields


def test_what_cannot_exist_is_unsatisfiable(handler: Handler) -> None:
    answer = generate(handler, spec={"width": 3, "height": 3, "path": 4000})
    check_problem(answer, 422, "unsatisfiable")
    assert "spec.path" in answer.fields


def test_fixed_cells_that_cannot_be_are_unsatisfiable(handler: Handler) -> None:
    answer = generate(handler, "chamber", fixed=[{"x": x, "y": 0, "tile": "P"} for x in (1, 2)])
    check_problem(answer, 422, "unsatisfiable")
    assert answer.fields == ["fixed[0]", "fixed[1]"]


def test_a_strict_caller_learns_what_was_not_reached(handler: Handler) -> None:
    answer = generate(handler, seed=1, spec={"path": 122, "openness": [40, 70]}, strict=True)
    check_problem(answer, 422, "not-reached")
    assert "path" in answer.body["detail"]


@pytest.mark.parametrize("kind", ["quests", "items", "names", "maze"])
def test_flavour_is_refused_where_there_is_no_model(handler: Handler, kind: str) -> None:
    answer = generate(handler, kind, seed=1, flavour=True, spec={"facts": {"ogre": 3}} if kind == "quests" else {})
    check_problem(answer, 400, "invalid-input")
    assert set(answer.fields) == {"flavour"}
    errors = [(one["problem"], one["fix"]) for one in answer.body["errors"]]
    assert ("this deployment has no language model", "use false") in errors


def test_a_model_that_is_unavailable_gives_plain_texts_and_is_reported(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def converse(*_: object, **__: object) -> None:
        raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "a text of somebody"}}, "Converse")

    module = stack.load("GenerateFunction")
    client = SimpleNamespace(converse=converse)
    monkeypatch.setattr(rewriters, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(
        module,
        "rewriter",
        open_checked_rewriter(
            BedrockRewriter("a.b", client), module.records, stack.clock.now_ms, 500, module.api.within
        ),
    )
    body = {"seed": 1, "count": 2, "flavour": True, "spec": {"facts": {"ogre": 3}}}
    answer = generate(module.handler, "quests", **body)
    assert answer.status == 200
    assert answer.body["degraded"] == "texts could not be rewritten: Bedrock: ThrottlingException"
    assert answer.headers["x-degraded"] == "true"
    plain = generate(module.handler, "quests", **{**body, "flavour": False})
    for item, other in zip(answer.body["items"], plain.body["items"], strict=True):
        assert item["flavour"] == {"rewritten": False, "why": "unavailable"}
        assert item["plain"] == item["text"] == other["text"]


@pytest.mark.at_length
def test_the_items_that_are_too_much_work_for_one_request_are_named(handler: Handler) -> None:
    hard = {"width": 10, "height": 10, "crates": 4, "difficulty": 1000}
    answer = generate(handler, "sokoban", count=100, seed=7, spec=hard)
    made, unmade = answer.body["items"], answer.body["not_reached"]
    assert len(made) + len(unmade) == 100
    assert unmade[-1] == {"index": 99, "seed": "7#99", "limit": STEPS, "unit": "steps"}


def test_the_texts_that_are_too_much_work_for_one_request_are_named(handler: Handler) -> None:
    grammar = {"origin": ["#long#" * 60], "long": [f"#word.replace(a,{'a' * 450})#"], "word": ["a"]}
    answer = generate(handler, "quests", count=100, seed=7, spec={"facts": {"ogre": 3}, "grammar": grammar})
    made, unmade = answer.body["items"], answer.body["not_reached"]
    assert len(made) + len(unmade) == 100
    assert {one["limit"] for one in unmade} == {STEPS}


@pytest.mark.parametrize("broken", BROKEN_BODIES.values(), ids=BROKEN_BODIES)
def test_a_broken_body_is_refused(handler: Handler, broken: Any) -> None:
    check_broken(handler, POST, broken, {"kind": "maze"})


def test_a_request_is_counted(handler: Handler, capsys: pytest.CaptureFixture[str]) -> None:
    generate(handler, seed=1)
    (line,) = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (line["route"], line["status"]) == (POST, 200)
    assert (line["service"], line["Failed"]) == ("generate", 0)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
)
small = st.integers(1, 8)
specs = st.dictionaries(
    st.sampled_from(["width", "height", "path", "openness", "player_key", "key_door", "enemies", "walls"]),
    small | st.lists(small, min_size=2, max_size=2) | anything,
    max_size=4,
)
pins = st.fixed_dictionaries({"x": st.integers(-1, 15), "y": small, "tile": st.sampled_from("#.PKDEX")})
bases = st.fixed_dictionaries(
    {
        "grid": st.lists(st.text("#.PKDE", min_size=4, max_size=4), min_size=3, max_size=5),
        "reroll": st.fixed_dictionaries(dict.fromkeys(("x", "y", "width", "height"), small)),
    }
)
bodies = st.fixed_dictionaries(
    {"spec": specs | anything},
    optional={
        "seed": st.integers(0, 99) | anything,
        "count": st.integers(1, 3) | anything,
        "format": anything,
        "fixed": st.lists(pins, max_size=4) | anything,
        "must_have": st.lists(st.sampled_from("#.PKDEX"), max_size=3) | anything,
        "base": bases | anything,
        "strict": st.booleans(),
    },
)


@given(kind=st.sampled_from(KINDS), body=bodies)
def test_no_body_whatever_is_answered_with_a_defect(handler: Handler, kind: str, body: dict[str, object]) -> None:
    answer = generate(handler, kind, **body)
    if answer.status == 422:
        slug = answer.body["type"].rpartition(":")[2]
        assert slug in {"unsatisfiable", "not-reached"}
        check_problem(answer, 422, slug)
    elif answer.status != 200:
        check_problem(answer, 400, "invalid-input")
        assert answer.fields


PROVE = "POST /v1/games/{kind}/proofs"


def test_a_level_of_ones_own_is_proved_or_refused_with_its_reason(handler: Handler) -> None:
    answer = ask(handler, http_event(PROVE, {"grid": ["P.K", "#.D"]}, {"kind": "chamber"}))
    assert (answer.status, answer.body["playable"]) == (200, True)
    assert answer.body["levels"][0]["certificate"]["moves"] == "RRD"
    answer = ask(handler, http_event(PROVE, {"grid": ["P.D", "#.#"]}, {"kind": "crypt"}))
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == ["grid[0][2]"]
    assert ask(handler, http_event(PROVE, {"grid": ["."]}, {"kind": "castle"})).status == 404


@pytest.mark.parametrize("broken", BROKEN_BODIES.values(), ids=BROKEN_BODIES)
def test_a_broken_body_of_a_proof_is_refused(handler: Handler, broken: Any) -> None:
    check_broken(handler, PROVE, broken, {"kind": "maze"})


# ---- GET: files -----------------------------------------------------------------------------------------------------


def download(handler: Handler, kind: str = "maze", tag: str = "", **query: str) -> dict[str, Any]:
    event = http_event(DRAW, path={"kind": kind}, query=query)
    event["headers"] |= {"if-none-match": tag} if tag else {}
    answer = handler(event, Context("Tested"))
    answer["headers"] = {name.lower(): value for name, value in answer["headers"].items()}
    return answer


def test_a_link_gives_the_bytes_of_the_file_itself(handler: Handler) -> None:
    answer = download(handler, "crypt", seed="7", format="png", theme="ice", spec='{"width": 8, "height": 12}')
    assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, True)
    assert answer["headers"]["content-type"] == "image/png"
    assert answer["headers"]["content-disposition"] == 'inline; filename="crypt-7.png"'
    picture = generate(handler, "crypt", seed=7, format="png", theme="ice", spec={"width": 8, "height": 12})
    assert answer["body"] == picture.body["items"][0]["data"]


def test_a_file_in_json_is_sent_as_text(handler: Handler) -> None:
    answer = download(handler, seed="7", format="uvtt", spec='{"width": 8, "height": 8}')
    assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, False)
    assert answer["headers"]["content-type"] == "application/json"
    alone = generate(handler, seed=7, format="uvtt", spec={"width": 8, "height": 8})
    assert answer["body"] == alone.body["items"][0]["data"]


def test_files_that_belong_together_come_as_a_zip(handler: Handler) -> None:
    answer = download(handler, seed="7", format="tiled", count="2")
    assert answer["headers"]["content-type"] == "application/zip"
    assert answer["headers"]["content-disposition"] == 'inline; filename="maze-7-tiled.zip"'
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(answer["body"]))) as archive:
        assert archive.namelist() == ["maze-7.tmj", "maze-7_1.tmj", "stone-16.png", "maze.world"]


def test_only_a_link_that_names_every_version_is_kept_for_ever(handler: Handler) -> None:
    games = ask(handler, http_event(GAMES)).body
    versions = {
        "generator_version": str(games["kinds"][0]["generator_version"]),
        "files_version": str(games["files_version"]),
    }
    for missing in versions:
        named = {name: version for name, version in versions.items() if name != missing}
        assert "immutable" not in download(handler, seed="7", **named)["headers"]["cache-control"]
    assert "immutable" in download(handler, seed="7", **versions)["headers"]["cache-control"]
    for name, version in versions.items():
        query = {"seed": "7", **versions, name: "99"}
        answer = ask(handler, http_event(DRAW, path={"kind": "maze"}, query=query))
        check_problem(answer, 422, "unsatisfiable")
        assert [(one["field"], one["fix"]) for one in answer.body["errors"]] == [(name, f"use {version}")]


def test_what_a_cache_has_is_not_sent_again(handler: Handler) -> None:
    first = download(handler, seed="7", format="svg")
    again = download(handler, tag=f"W/{first['headers']['etag']}", seed="7", format="svg")
    assert (again["statusCode"], again["body"]) == (304, "")
    assert download(handler, tag='"other"', seed="7", format="svg")["statusCode"] == 200


@pytest.mark.parametrize(
    ("kind", "query", "field"),
    [
        ("maze", {}, "seed"),
        ("maze", {"seed": "1", "format": "json"}, "format"),
        ("names", {"seed": "1"}, "format"),
        ("maze", {"seed": "1", "tile_pixels": "17"}, "tile_pixels"),
        ("maze", {"seed": "1", "spec": "wide"}, "spec"),
        ("crypt", {"seed": "1", "format": "xsb"}, "format"),
    ],
)
def test_a_wrong_link_names_its_field(handler: Handler, kind: str, query: dict[str, str], field: str) -> None:
    answer = ask(handler, http_event(DRAW, path={"kind": kind}, query=query))
    assert (answer.status, answer.fields) == (400, [field])


def test_a_request_that_would_never_end_is_ended(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = stack.load("GenerateFunction")
    monkeypatch.setattr(module, "time_limit", lambda: time_limit(0.05))
    monkeypatch.setattr(module.generation, "generate", lambda *_: sum(0 for _ in itertools.count()))
    assert generate(module.handler).status == 500


def test_a_batch_is_taken_made_and_shown(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    module = stack.load("GenerateFunction")
    client = boto3.client("lambda")
    sent: list[dict[str, Any]] = []
    client.meta.events.register(
        "provide-client-params.lambda.Invoke", lambda params, **_: sent.append(json.loads(params["Payload"]))
    )
    monkeypatch.setattr(module, "jobs", LambdaJobs("doublebill-generate:live", client))
    body = {"seed": "batch", "count": 101, "spec": {"width": 4, "height": 4}}
    wanted = {"FunctionName": "doublebill-generate:live", "InvocationType": "Event", "Payload": ANY}
    with Stubber(client) as stubber:
        stubber.add_response("invoke", {"StatusCode": 202}, wanted)
        taken = ask(module.handler, http_event(BATCH, body, {"kind": "maze"}))
        again = ask(module.handler, http_event(BATCH, body, {"kind": "maze"}))
    assert (taken.status, taken.body["state"], taken.body["count"]) == (202, "queued", 101)
    assert again.body == taken.body
    batch = taken.body["batch_id"]
    assert sent == [{"kind": "maze", "batch": batch}]
    path = {"kind": "maze", "batch_id": batch}
    check_problem(ask(module.handler, http_event(SHOW, path=path, query={"part": "0"})), 404, "not-found")
    assert module.handler(sent[0], Context("GenerateFunction", timeout_seconds=900))["state"] == "succeeded"
    shown = ask(module.handler, http_event(SHOW, path=path, query={"part": "0"}))
    assert (shown.status, shown.body["state"], shown.body["parts"]) == (200, "succeeded", 1)
    assert len(shown.body["items"]) == 101
    assert generate(module.handler, **body | {"count": 1}).body["items"] == shown.body["items"][:1]


def test_a_count_that_is_too_large_names_the_batches(handler: Handler) -> None:
    answer = generate(handler, count=101)
    check_problem(answer, 400, "invalid-input")
    assert "batches" in answer.body["errors"][0]["fix"]


@pytest.mark.parametrize(
    ("field", "value"), [("count", 1001), ("count", 0), ("specs", [{}] * 1001), ("seed", -1), ("nosuch", 1)]
)
def test_a_wrong_field_of_a_batch_is_named(handler: Handler, field: str, value: object) -> None:
    answer = ask(handler, http_event(BATCH, {field: value}, {"kind": "maze"}))
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == [field]
