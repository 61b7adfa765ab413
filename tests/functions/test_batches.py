"""The batches function against S3, DynamoDB and Secrets Manager (moto), its jobs against a stub of Lambda."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from doublebill.errors import NotFound
from doublebill.stores.jobs import LambdaJobs
from doublebill_local.host.environments import Context
from http_events import BROKEN_BODIES, Answer, Handler, ask, check_broken, check_problem, http_event
from stacks import Stack, post_events

POST = "POST /v1/catalogs/{catalog}/batches"
SHOW = "GET /v1/catalogs/{catalog}/batches/{batch_id}"
RECOMMEND = "POST /v1/catalogs/{catalog}/recommendations"
USERS = ["user-00", "user-01", "nobody", "user-00"]


@pytest.fixture(scope="module")
def module(stack: Stack, world: str) -> Any:
    """A warm batches function's module."""
    return stack.load("BatchesFunction")


@pytest.fixture(scope="module")
def handler(module: Any) -> Handler:
    """A warm batches function."""
    made: Handler = module.handler
    return made


@pytest.fixture
def lambdas(module: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """Lambda, which takes a job; gives the jobs it was asked for."""
    client = boto3.client("lambda")
    sent: list[dict[str, Any]] = []
    client.meta.events.register(
        "provide-client-params.lambda.Invoke", lambda params, **_: sent.append(json.loads(params["Payload"]))
    )
    monkeypatch.setattr(module, "jobs", LambdaJobs("doublebill-batches", client))
    with Stubber(client) as stubber:
        wanted = {"FunctionName": "doublebill-batches", "InvocationType": "Event", "Payload": ANY}
        stubber.add_response("invoke", {"StatusCode": 202}, wanted)
        yield sent


def post(handler: Handler, catalog: str = "world", **body: object) -> Answer:
    return ask(handler, http_event(POST, body, {"catalog": catalog}))


def show(handler: Handler, batch: str, **query: str) -> Answer:
    return ask(handler, http_event(SHOW, path={"catalog": "world", "batch_id": batch}, query=query))


def work(handler: Handler, job: dict[str, Any]) -> dict[str, Any]:
    return handler(job, Context("BatchesFunction", timeout_seconds=900))


def test_a_batch_is_taken_worked_off_and_shown(
    handler: Handler, stack: Stack, lambdas: list[dict[str, Any]], world: str
) -> None:
    taken = post(handler, user_ids=USERS, n=3)
    assert taken.status == 202
    batch = taken.body["batch_id"]
    assert taken.body == {"catalog": "world", "batch_id": batch, "state": "queued", "users": 4, "parts": 1}
    assert lambdas == [{"catalog": "world", "batch": batch}]
    assert show(handler, batch).body == taken.body
    check_problem(show(handler, batch, part="0"), 404, "not-found")
    assert work(handler, lambdas[0])["state"] == "succeeded"
    told = show(handler, batch, part="0")
    assert (told.status, told.body["state"]) == (200, "succeeded")
    results = told.body["results"]
    assert [one["index"] for one in results] == [0, 1, 2, 3]
    recommender = stack.load("RecommendFunction").handler
    for user_id, result in zip(USERS, results, strict=True):
        alone = ask(recommender, http_event(RECOMMEND, {"user_id": user_id, "n": 3}, {"catalog": "world"})).body
        for name in ("model_version", "cold", "degraded", "recommendations"):
            assert result[name] == alone[name], name
    assert [one["cold"] for one in results] == [False, False, True, False]


def test_a_batch_keeps_its_options(handler: Handler, lambdas: list[dict[str, Any]]) -> None:
    taken = post(
        handler, user_ids=["user-00"], n=5, explain=True, exclude=["item-02"], exclude_seen=False, filter={"seen": True}
    )
    work(handler, lambdas[0])
    (result,) = show(handler, taken.body["batch_id"], part="0").body["results"]
    ids = [entry["item_id"] for entry in result["recommendations"]]
    assert ids
    assert "item-02" not in ids
    assert all(int(one.removeprefix("item-")) % 2 == 0 for one in ids)
    assert all("contributions" in entry for entry in result["recommendations"])


def test_no_user_id_is_stored_or_logged(
    handler: Handler, stack: Stack, lambdas: list[dict[str, Any]], capfd: pytest.CaptureFixture[str]
) -> None:
    post_events(stack, "world", [{"user_id": "somebody-private", "item_id": "item-00", "kind": "play"}])
    taken = post(handler, user_ids=["somebody-private"], n=3)
    work(handler, lambdas[0])
    told = show(handler, taken.body["batch_id"], part="0").body
    assert told["results"][0]["cold"] is False
    kept = stack.objects("batches/")
    assert kept
    text = "".join(
        key + (gzip.decompress(data) if key.endswith(".gz") else data).decode() for key, data in kept.items()
    )
    assert "somebody" not in text + json.dumps(told) + "".join(capfd.readouterr())


def test_a_job_that_cannot_be_started_says_so(handler: Handler, module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = boto3.client("lambda")
    monkeypatch.setattr(module, "jobs", LambdaJobs("doublebill-batches", client))
    with Stubber(client) as stubber:
        stubber.add_client_error("invoke", "TooManyRequestsException", http_status_code=429)
        answer = post(handler, user_ids=["u"])
    check_problem(answer, 503, "store-unavailable")
    assert answer.headers["retry-after"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("user_ids", wrong) for wrong in ("u", [], ["u"] * 10_001, None, {}, True)],
        *[("user_ids[0]", [wrong]) for wrong in ("", "x" * 257, 1, None, "\ud800")],
        *[("n", wrong) for wrong in (0, -1, 501, 10**9, "10", True)],
        ("cursor", "AQ"),
        ("filter.tags", {"tags": "rock"}),
        ("promote.filter", {"filter": 1, "share": 0.5}),
        ("promote.share", {"filter": {}, "share": 2}),
        ("user_id", "u"),
    ],
)
def test_a_wrong_field_is_named(handler: Handler, field: str, value: object) -> None:
    body = {"user_ids": ["u"], field.partition("[")[0].partition(".")[0]: value}
    answer = post(handler, **body)
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == [field]


@pytest.mark.parametrize("part", ["-1", "x", "1.5", "", "10001", "9" * 5000])
def test_a_wrong_part_is_named(handler: Handler, part: str) -> None:
    answer = show(handler, "1700000000000-00000000", part=part)
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == ["part"]


@pytest.mark.parametrize("batch", ["x", "🎷", "..", "a/../b", "{catalog}", "1700000000000-00000000", "x" * 256])
def test_odd_batches_are_not_found(handler: Handler, batch: str) -> None:
    check_problem(show(handler, batch), 404, "not-found")


def test_an_unknown_catalog_is_not_found(handler: Handler) -> None:
    check_problem(post(handler, "no-such", user_ids=["u"]), 404, "not-found")
    with pytest.raises(NotFound):
        work(handler, {"catalog": "no-such", "batch": "1700000000000-00000000"})


@pytest.mark.parametrize("broken", BROKEN_BODIES.values(), ids=BROKEN_BODIES)
def test_a_broken_body_is_refused(handler: Handler, broken: Any) -> None:
    check_broken(handler, POST, broken, {"catalog": "world"})
