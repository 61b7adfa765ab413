"""Answers, refusals and what is told about them."""

import json
import math
from typing import Any

import pytest
from aws_lambda_powertools.event_handler import Response
from hypothesis import given, settings
from hypothesis import strategies as st

from doublebill import errors
from doublebill.edge.http import PROBLEMS, Api, answer, problem
from doublebill.edge.requests import TooLarge
from http_events import ODD_IDS, ask, check_problem, http_event
from stacks import follow_stdout

ITEM = "GET /v1/catalogs/{catalog}/items/{item_id}"


@pytest.fixture(scope="module")
def api() -> Api:
    """An API that tells what it was given, and fails as it is asked to."""
    made = Api("tested")

    @made.get("/v1/catalogs/<catalog>/items/<item_id>")
    def item(catalog: str, item_id: str) -> Response[str]:
        return answer({"catalog": catalog, "item_id": item_id})

    @made.get("/v1/degraded")
    def degraded() -> Response[str]:
        return answer({"model_version": "v", "degraded": "the pointer is missing"}, 203)

    @made.get("/v1/failing")
    def failing() -> Response[str]:
        raise FAILURES[made.event.query_string_parameters["with"]]

    follow_stdout("tested")
    return made


FAILURES: dict[str, Exception] = {
    "TooLarge": TooLarge.one("body", "x", "less"),
    "InvalidInput": errors.InvalidInput.one("n", 0, "1"),
    "Unsatisfiable": errors.Unsatisfiable.one("spec", 0, "1"),
    "NotFound": errors.NotFound("no such thing"),
    "NoModel": errors.NoModel("no model"),
    "Conflict": errors.Conflict("moved"),
    "StoreUnavailable": errors.StoreUnavailable("S3: SlowDown"),
    "ArtifactCorrupt": errors.ArtifactCorrupt("a bad byte"),
    "KeyError": KeyError("somebody"),
    "RecursionError": RecursionError("deep"),
}


@pytest.mark.parametrize(
    ("name", "status", "slug"),
    [
        ("TooLarge", 413, "too-large"),
        ("InvalidInput", 400, "invalid-input"),
        ("Unsatisfiable", 422, "unsatisfiable"),
        ("NotFound", 404, "not-found"),
        ("NoModel", 503, "no-model"),
        ("Conflict", 409, "conflict"),
        ("StoreUnavailable", 503, "store-unavailable"),
    ],
)
def test_each_error_is_one_problem(api: Api, name: str, status: int, slug: str) -> None:
    told = ask(api.handler, http_event("GET /v1/failing", query={"with": name}))
    check_problem(told, status, slug)
    assert ("retry-after" in told.headers) == (status == 503)
    assert ("errors" in told.body) == isinstance(FAILURES[name], errors.InvalidInput)


@pytest.mark.parametrize("name", ["KeyError", "RecursionError"])
def test_any_other_error_is_a_defect_without_words(api: Api, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = ask(api.handler, http_event("GET /v1/failing", query={"with": name}))
    assert (told.status, told.body["type"]) == (500, "urn:doublebill:problem:defect")
    assert "somebody" not in json.dumps(told.body)
    assert capsys.readouterr().out.count('"Failed":[1.0]') == 1


def test_an_error_that_is_no_callers_business_is_told_to_the_log_alone(
    api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ask(api.handler, http_event("GET /v1/failing", query={"with": "ArtifactCorrupt"}))
    assert (told.status, told.body["type"]) == (500, "urn:doublebill:problem:defect")
    assert "a bad byte" not in json.dumps(told.body)
    assert "ArtifactCorrupt: a bad byte" in capsys.readouterr().out


def test_what_store_failed_stands_in_the_log(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    ask(api.handler, http_event("GET /v1/failing", query={"with": "StoreUnavailable"}))
    assert "StoreUnavailable: S3: SlowDown" in capsys.readouterr().out


def test_an_errors_subclass_stands_before_it() -> None:
    kinds = list(PROBLEMS)
    for place, kind in enumerate(kinds):
        assert not any(issubclass(later, kind) for later in kinds[place + 1 :])


@pytest.mark.parametrize("odd", ODD_IDS)
def test_a_path_parameter_arrives_as_it_was_sent(api: Api, odd: str) -> None:
    told = ask(api.handler, http_event(ITEM, path={"catalog": "music", "item_id": odd}))
    assert (told.status, told.body) == (200, {"catalog": "music", "item_id": odd})


@settings(deadline=None)
@given(item_id=st.text(min_size=1, max_size=256))
def test_any_text_is_a_path_parameter(api: Api, item_id: str) -> None:
    told = ask(api.handler, http_event(ITEM, path={"catalog": "music", "item_id": item_id}))
    assert (told.status, told.body["item_id"]) == (200, item_id)


@settings(deadline=None)
@given(catalog=st.text(min_size=1))
def test_only_catalog_names_reach_a_function(api: Api, catalog: str) -> None:
    told = ask(api.handler, http_event(ITEM, path={"catalog": catalog, "item_id": "i"}))
    if told.status == 200:
        assert catalog.isascii()
        assert len(catalog) <= 64
    else:
        check_problem(told, 400, "invalid-input")
        assert told.fields == ["catalog"]


def test_a_path_parameter_too_long_for_an_id_is_refused(api: Api) -> None:
    told = ask(api.handler, http_event(ITEM, path={"catalog": "music", "item_id": "x" * 257}))
    check_problem(told, 400, "invalid-input")
    assert told.fields == ["item_id"]


@pytest.mark.parametrize("route", ["GET /", "GET /v1/nothing", "POST /v1/degraded", "GET /v1/degraded/", "$default"])
def test_another_route_is_not_found(api: Api, route: str) -> None:
    check_problem(ask(api.handler, http_event(route)), 404, "not-found")


def test_version_and_degradation_are_headers_and_in_the_log(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    told = ask(api.handler, http_event("GET /v1/degraded"))
    assert told.status == 203
    assert (told.headers["x-model-version"], told.headers["x-degraded"]) == ("v", "true")
    line, metrics = (json.loads(one) for one in capsys.readouterr().out.splitlines())
    assert (line["x-model-version"], line["x-degraded"], line["status"]) == ("v", "true", 203)
    assert metrics["Degraded"] == [1.0]


def test_the_path_is_never_logged(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    ask(api.handler, http_event(ITEM, path={"catalog": "music", "item_id": "somebody"}))
    assert "somebody" not in "".join(capsys.readouterr())


def test_an_answer_is_compact_json_in_its_own_letters() -> None:
    made = answer({"title": "Ключ 🎷", "n": 1})
    assert made.body == '{"title":"Ключ 🎷","n":1}'
    assert (made.status_code, made.content_type) == (200, "application/json")


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_what_json_cannot_say_is_never_sent(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        answer({"score": number})


def test_half_a_surrogate_pair_is_sent_as_its_escape() -> None:
    made = problem(errors.InvalidInput.one("\ud800", "x", "a field"))
    assert made.body is not None
    assert made.body.encode()
    assert json.loads(made.body)["errors"][0]["field"] == "\ud800"


def test_a_request_without_headers_is_answered_too(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    event: dict[str, Any] = http_event("GET /v1/degraded")
    del event["headers"]
    ask(api.handler, event)
    assert len(capsys.readouterr().out.splitlines()) == 2
