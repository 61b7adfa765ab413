"""The models function against S3 (moto), its jobs against a stub of Lambda."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from doublebill.edge.settings import METER_SECONDS
from doublebill.service.access.usage_meter import UNHURRIED
from doublebill.stores.jobs import LambdaJobs
from http_events import BROKEN_BODIES, Answer, Handler, ask, check_broken, check_problem, http_event
from stacks import Stack, post_events

LIST = "GET /v1/catalogs/{catalog}/models"
CARD = "GET /v1/catalogs/{catalog}/models/{version}"
BY_VERSION = "POST /v1/catalogs/{catalog}/models/{version}/recommendations"
CHALLENGER = "PUT /v1/catalogs/{catalog}/challenger"
END = "DELETE /v1/catalogs/{catalog}/challenger"
CHAMPION = "PUT /v1/catalogs/{catalog}/champion"
TRAIN = "POST /v1/catalogs/{catalog}/trainings"
RUNS = "GET /v1/catalogs/{catalog}/trainings"
RUN = "GET /v1/catalogs/{catalog}/trainings/{training_id}"
NO_VERSION = "0" * 32

ENTRY = {"version", "champion", "challenger", "created", "run", "promoted", "why", "parent"}
ENTRY |= {"data", "platform", "report", "warnings"}


@pytest.fixture(scope="module")
def module(stack: Stack) -> Any:
    """A warm models function's module."""
    return stack.load("ModelsFunction")


@pytest.fixture(scope="module")
def handler(module: Any) -> Handler:
    """A warm models function."""
    made: Handler = module.handler
    return made


@pytest.fixture
def lambdas(module: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """What Lambda is expected to be asked for."""
    client = boto3.client("lambda")
    monkeypatch.setattr(module, "jobs", LambdaJobs("doublebill-train", client))
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def list_models(handler: Handler, catalog: str) -> dict[str, Any]:
    answer = ask(handler, http_event(LIST, path={"catalog": catalog}))
    assert answer.status == 200
    return answer.body


def put_champion(handler: Handler, catalog: str, version: object) -> Answer:
    return ask(handler, http_event(CHAMPION, {"version": version}, {"catalog": catalog}))


@pytest.fixture
def two(grow: Callable[[str], dict[str, Any]], stack: Stack, fresh: str) -> tuple[str, str, str]:
    """A catalog with two versions, the older and the newer, which is champion."""
    old = grow(fresh)["version"]
    post_events(stack, fresh, [{"user_id": "user-00", "item_id": "item-01", "kind": "view"}])
    new = stack.train(fresh)["version"]
    assert old != new
    return fresh, old, new


def test_models_are_listed_newest_first_in_the_documented_shape(handler: Handler, two: tuple[str, str, str]) -> None:
    catalog, old, new = two
    told = list_models(handler, catalog)
    assert told.keys() == {"catalog", "champion", "challenger", "share", "models"}
    assert (told["challenger"], told["share"]) == (None, 0.0)
    assert (told["catalog"], told["champion"]) == (catalog, new)
    assert [(one["version"], one["champion"]) for one in told["models"]] == [(new, True), (old, False)]
    assert all(one.keys() == ENTRY for one in told["models"])
    assert [one["parent"] for one in told["models"]] == [old, None]


def test_a_catalog_without_models_lists_none(handler: Handler, stack: Stack, fresh: str) -> None:
    post_events(stack, fresh, [{"user_id": "u", "item_id": "i", "kind": "play"}])
    assert list_models(handler, fresh) == {
        "catalog": fresh,
        "champion": None,
        "challenger": None,
        "share": 0.0,
        "models": [],
    }


def test_a_model_card_tells_config_format_and_size(handler: Handler, world: str) -> None:
    answer = ask(handler, http_event(CARD, path={"catalog": "world", "version": world}))
    assert answer.status == 200
    assert answer.body.keys() == ENTRY | {"config", "format", "privacy_card", "size_bytes"}
    assert answer.body["version"] == world
    assert answer.body["config"]["family"]["name"] in {"edlae", "knn", "factors"}
    assert answer.body["size_bytes"] > 0
    assert answer.body["report"]["metrics"].keys() == answer.body["report"]["popularity"].keys()


def test_rolling_back_and_promoting_again_moves_the_champion(
    handler: Handler, stack: Stack, two: tuple[str, str, str]
) -> None:
    catalog, old, new = two
    answer = put_champion(handler, catalog, old)
    assert answer.status == 200
    assert (answer.body["catalog"], answer.body["version"]) == (catalog, old)
    assert list_models(handler, catalog)["champion"] == old
    route = "GET /v1/catalogs/{catalog}/popular"
    served = ask(stack.load("RecommendFunction").handler, http_event(route, path={"catalog": catalog}))
    assert served.body["model_version"] == old
    assert put_champion(handler, catalog, new).status == 200
    assert list_models(handler, catalog)["champion"] == new


@pytest.mark.parametrize("version", ["", "champion", "0" * 31, "0" * 33, "A" * 32, "../" + "0" * 29, 7, None, True, []])
def test_what_is_no_version_is_refused(handler: Handler, world: str, version: object) -> None:
    answer = put_champion(handler, "world", version)
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == ["version"]
    assert list_models(handler, "world")["champion"] == world


def test_a_version_that_was_never_published_is_not_found(handler: Handler, world: str) -> None:
    check_problem(put_champion(handler, "world", NO_VERSION), 404, "not-found")
    check_problem(ask(handler, http_event(CARD, path={"catalog": "world", "version": NO_VERSION})), 404, "not-found")
    assert list_models(handler, "world")["champion"] == world


@pytest.mark.parametrize("version", ["x", "🎷", "..", "a/b", "x" * 256, "{catalog}"])
def test_odd_versions_are_not_found(handler: Handler, world: str, version: str) -> None:
    check_problem(ask(handler, http_event(CARD, path={"catalog": "world", "version": version})), 404, "not-found")


def test_a_training_is_queued_once_as_an_asynchronous_invocation(
    handler: Handler, lambdas: Stubber, stack: Stack, fresh: str
) -> None:
    post_events(stack, fresh, [{"user_id": "u", "item_id": "i", "kind": "play"}])
    sent: list[bytes] = []
    lambdas.client.meta.events.register(
        "provide-client-params.lambda.Invoke", lambda params, **_: sent.append(params["Payload"])
    )
    lambdas.add_response(
        "invoke",
        {"StatusCode": 202, "Payload": io.BytesIO()},
        {"FunctionName": "doublebill-train", "InvocationType": "Event", "Payload": ANY},
    )
    keyed = http_event(TRAIN, {"force": True, "idempotency_key": "k"}, {"catalog": fresh})
    answer = ask(handler, keyed)
    assert answer.status == 202
    assert ask(handler, keyed).body == answer.body
    assert answer.body.keys() == {"training_id"}
    training = answer.body["training_id"]
    assert json.loads(sent[0]) == {"catalog": fresh, "run": training, "force": True}
    told = ask(handler, http_event(RUN, path={"catalog": fresh, "training_id": training}))
    assert told.status == 200
    assert told.body.keys() == {"training_id", "run", "catalog", "created", "state", "generation", "queued_until_ms"}
    assert (told.body["run"], told.body["catalog"], told.body["state"]) == (training, fresh, "queued")
    assert told.body["training_id"] == training


def test_a_training_without_a_body_is_queued_and_a_second_one_refused(
    handler: Handler, lambdas: Stubber, stack: Stack, fresh: str
) -> None:
    post_events(stack, fresh, [{"user_id": "u", "item_id": "i", "kind": "play"}])
    lambdas.add_response("invoke", {"StatusCode": 202, "Payload": io.BytesIO()})
    first = ask(handler, http_event(TRAIN, path={"catalog": fresh}))
    assert first.status == 202
    second = ask(handler, http_event(TRAIN, path={"catalog": fresh}))
    check_problem(second, 409, "training-running")
    assert second.body["training_id"] == first.body["training_id"]


def test_a_training_that_cannot_be_started_says_so(
    handler: Handler, lambdas: Stubber, stack: Stack, grow: Callable[[str], dict[str, Any]], fresh: str
) -> None:
    grow(fresh)
    lambdas.add_client_error("invoke", "TooManyRequestsException", http_status_code=429)
    answer = ask(handler, http_event(TRAIN, path={"catalog": fresh}))
    check_problem(answer, 503, "store-unavailable")
    assert answer.headers["retry-after"]
    states = [json.loads(data)["state"] for data in stack.objects(f"runs/{fresh}/").values()]
    assert sorted(states) == ["failed", "succeeded"]


def test_a_finished_training_tells_its_version(handler: Handler, stack: Stack, world: str) -> None:
    run = list_models(handler, "world")["models"][0]["run"]
    answer = ask(handler, http_event(RUN, path={"catalog": "world", "training_id": run}))
    assert (answer.body["state"], answer.body["version"], answer.body["promoted"]) == ("succeeded", world, True)


def test_trainings_are_listed_with_their_headline(handler: Handler, world: str) -> None:
    answer = ask(handler, http_event(RUNS, path={"catalog": "world"}, query={"n": "500"}))
    made = [one for one in answer.body["runs"] if one["version"] == world]
    assert [(one["state"], one["promoted"]) for one in made] == [("succeeded", True)]
    assert made[0]["headline"].keys() == {"recall@20", "ndcg@100"}
    check_problem(ask(handler, http_event(RUNS, path={"catalog": "world"}, query={"n": "0"})), 400, "invalid-input")


@pytest.mark.parametrize("training", ["x", "🎷", "..", "a/../b", "{catalog}", "%2e", " ", "x" * 200])
def test_odd_trainings_are_not_found(handler: Handler, world: str, training: str) -> None:
    answer = ask(handler, http_event(RUN, path={"catalog": "world", "training_id": training}))
    check_problem(answer, 404, "not-found")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"force": 1}, "force"),
        ({"force": "true"}, "force"),
        ({"config": {}}, "config"),
        ({"configs": [{"k": 0}]}, "configs[0].k"),
    ],
)
def test_a_wrong_training_is_named(handler: Handler, world: str, body: object, field: str) -> None:
    answer = ask(handler, http_event(TRAIN, body, {"catalog": "world"}))
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == [field]


@pytest.mark.parametrize("route", [CHAMPION, CHALLENGER, TRAIN])
@pytest.mark.parametrize("broken", BROKEN_BODIES.values(), ids=BROKEN_BODIES)
def test_a_broken_body_is_refused(handler: Handler, world: str, route: str, broken: Any) -> None:
    check_broken(handler, route, broken, {"catalog": "world"})


@pytest.mark.parametrize(
    ("route", "rest", "body"),
    [
        (LIST, {}, None),
        (CARD, {"version": NO_VERSION}, None),
        (CHAMPION, {}, {"version": NO_VERSION}),
        (CHALLENGER, {}, {"version": NO_VERSION, "share": 0.5}),
        (END, {}, None),
        (TRAIN, {}, {}),
        (RUNS, {}, None),
        (RUN, {"training_id": "0"}, None),
    ],
)
def test_an_unknown_catalog_is_not_found_and_an_impossible_one_refused(
    handler: Handler, route: str, rest: dict[str, str], body: object
) -> None:
    check_problem(ask(handler, http_event(route, body, {"catalog": "no-such", **rest})), 404, "not-found")
    for catalog in ("Music", "..", "a/b", "é", "x" * 65):
        answer = ask(handler, http_event(route, body, {"catalog": catalog, **rest}))
        check_problem(answer, 400, "invalid-input")
        assert answer.fields == ["catalog"]


def test_a_request_is_counted(handler: Handler, world: str, capsys: pytest.CaptureFixture[str]) -> None:
    list_models(handler, "world")
    (line,) = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (line["route"], line["status"]) == (LIST, 200)
    assert (line["service"], line["Failed"]) == ("models", 0)


RECOMMEND = "POST /v1/catalogs/{catalog}/recommendations"


def put_challenger(handler: Handler, catalog: str, version: object, share: object = 1.0) -> Answer:
    return ask(handler, http_event(CHALLENGER, {"version": version, "share": share}, {"catalog": catalog}))


def test_a_challenger_answers_its_share_until_it_is_withdrawn(
    handler: Handler, stack: Stack, two: tuple[str, str, str]
) -> None:
    catalog, old, new = two
    told = put_challenger(handler, catalog, old)
    assert told.status == 200
    assert (told.body["version"], told.body["challenger"], told.body["share"]) == (new, old, 1.0)
    listed = list_models(handler, catalog)
    assert (listed["champion"], listed["challenger"], listed["share"]) == (new, old, 1.0)
    assert {one["version"]: one["challenger"] for one in listed["models"]} == {new: False, old: True}
    asked = http_event(RECOMMEND, {"user_id": "user-01"}, {"catalog": catalog})
    answered = ask(stack.load("RecommendFunction").handler, asked)
    assert answered.body["model_version"] == old
    assert answered.body["recommendation_id"].startswith(old)
    unnamed = http_event(RECOMMEND, {"history": ["item-00"]}, {"catalog": catalog})
    assert ask(stack.load("RecommendFunction").handler, unnamed).body["model_version"] == new
    ended = ask(handler, http_event(END, path={"catalog": catalog}))
    assert (ended.status, ended.body["version"], ended.body["challenger"], ended.body["share"]) == (200, new, None, 0.0)
    assert ask(stack.load("RecommendFunction").handler, asked).body["model_version"] == new


def test_events_that_quote_an_answer_are_its_versions_click_through(stack: Stack, two: tuple[str, str, str]) -> None:
    catalog, _, new = two
    recommender = stack.load("RecommendFunction")
    quoted = []
    for number in range(4):
        if number == 3:
            stack.clock.seconds += UNHURRIED * METER_SECONDS  # so that the last request writes what was counted
        asked = http_event(RECOMMEND, {"user_id": f"user-0{number}"}, {"catalog": catalog})
        quoted.append(ask(recommender.handler, asked).body["recommendation_id"])
    clicks = [
        {"user_id": "user-00", "item_id": "item-00", "kind": "play", "recommendation_id": quoted[0]},
        {"user_id": "user-00", "item_id": "item-00", "kind": "like", "recommendation_id": quoted[0]},
        {"user_id": "user-01", "item_id": "item-02", "kind": "skip", "recommendation_id": quoted[1]},
        {"user_id": "user-02", "item_id": "item-02", "kind": "play", "recommendation_id": "no-such-answer"},
        {"user_id": "user-03", "item_id": "item-02", "kind": "play"},
    ]
    assert post_events(stack, catalog, clicks).status == 202
    models = stack.load("ModelsFunction").handler
    (online,) = [one["online"] for one in list_models(models, catalog)["models"] if "online" in one]
    assert (online["answers"], online["clicks"], online["click_through"]) == (4, 1, 0.25)
    low, high = online["interval"]
    assert 0 < low < 0.25 < high < 1
    card = ask(models, http_event(CARD, path={"catalog": catalog, "version": new})).body
    assert card["online"] == online


def test_the_champion_cannot_challenge_itself(handler: Handler, world: str) -> None:
    answer = put_challenger(handler, "world", world)
    assert answer.status in (400, 422)
    assert answer.fields == ["version"]


@pytest.mark.parametrize(
    ("field", "body"),
    [
        *[("share", {"version": NO_VERSION, "share": wrong}) for wrong in (-0.1, 1.1, "0.5", True, None, 10**400, [])],
        *[("version", {"version": wrong, "share": 0.5}) for wrong in ("", "x", "A" * 32, 7, None)],
        ("until", {"version": NO_VERSION, "share": 0.5, "until": 1}),
    ],
)
def test_a_wrong_challenge_is_named(handler: Handler, world: str, field: str, body: object) -> None:
    answer = ask(handler, http_event(CHALLENGER, body, {"catalog": "world"}))
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == [field]


@pytest.mark.parametrize(
    "version", ["0" * 31, "0" * 33, "A" * 32, "0" * 32 + "\n", "café", "\x7f\u0130", "../secrets", " ", "x" * 256]
)
@pytest.mark.parametrize("route", [CARD, BY_VERSION])
def test_a_version_of_a_name_that_none_can_have_is_not_found(
    handler: Handler, world: str, route: str, version: str
) -> None:
    body = {"history": ["item-00"]} if route == BY_VERSION else None
    check_problem(ask(handler, http_event(route, body, {"catalog": "world", "version": version})), 404, "not-found")


def test_a_version_that_was_never_published_cannot_challenge(handler: Handler, world: str) -> None:
    check_problem(put_challenger(handler, "world", NO_VERSION), 404, "not-found")
