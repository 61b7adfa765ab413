"""Answers, refusals and what is told about them."""

import json
import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypedDict, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clocks import Clock
from doublebill import errors
from doublebill.access.callers import OWNER, Caller, Grant
from doublebill.concurrency.deadline import Deadline
from doublebill.edge.authorise import Authoriser
from doublebill.edge.decode import TooLarge
from doublebill.edge.http import UNSET, Api
from doublebill.edge.respond import PROBLEMS, json_response, problem_response
from doublebill.edge.settings import ApiSettings
from doublebill.schema import Input
from doublebill.values.response_size import MAX_RESPONSE_BYTES
from doublebill_local.host.environments import Context
from http_events import ODD_IDS, Answer, ask, check_problem, http_event, url_event
from stacks import follow_stdout

ITEM = "GET /v1/catalogs/{catalog}/items/{item_id}"
READ = "GET /v1/catalogs/{catalog}/things"
WRITE = "POST /v1/catalogs/{catalog}/users/{user_id}/things"


class Told(TypedDict, total=False):
    """What the tested functions give back."""

    catalog: str
    item_id: str
    n: int
    model_version: str
    degraded: bool | str
    recommendation_id: str


class Sent(Input, frozen=True):
    """What the tested functions take."""

    n: int = 1
    user_id: str | None = None


class Counted(Input, frozen=True):
    """The same, of content."""

    count: int = 1


@dataclass
class Doorkeeper:
    """A gate that knows one caller and notes what it is told."""

    known: Caller = OWNER
    spent: bool = False
    outdated: str | None = None
    counted: list[tuple[str, str, bool]] = field(default_factory=list)
    answers: list[tuple[str, str]] = field(default_factory=list)
    deadlines: list[float] = field(default_factory=list)
    """Seconds that each request has."""

    def caller(self, event: Mapping[str, Any], deadline: Deadline) -> Caller:
        self.deadlines.append(deadline.remaining)
        return self.known

    def admit(self, caller: Caller) -> None:
        if self.spent:
            raise errors.QuotaExceeded(17)

    def count(self, caller: Caller, route: str, failed: bool, milliseconds: float) -> None:
        self.counted.append((caller.name, route, failed))

    def count_recommendation(self, catalog: str, version: str) -> None:
        self.answers.append((catalog, version))


@pytest.fixture
def gate() -> Doorkeeper:
    """A gate through which everybody may."""
    return Doorkeeper()


@pytest.fixture
def api(gate: Doorkeeper) -> Api:
    """An API that tells what it was given, and fails as it is asked to."""
    return make_api(gate)


def make_api(gate: Doorkeeper, settings: ApiSettings = UNSET) -> Api:
    made = Api("tested", cast(Authoriser, gate), settings)

    @made.on(ITEM)
    def item(catalog: str, item_id: str) -> Told:
        return {"catalog": catalog, "item_id": item_id}

    @made.on(READ, "read")
    def read(catalog: str, request: Sent) -> Told:
        return {"catalog": catalog, "n": request.n}

    @made.on(WRITE, "write", status=202, users=["user_id"])
    def write(catalog: str, user_id: str, request: Sent) -> Told:
        return {"catalog": catalog, "n": request.n, "item_id": user_id}

    @made.on("GET /v1/degraded", status=203, recommends=True)
    def degraded() -> Told:
        return {
            "catalog": "music",
            "model_version": "v",
            "degraded": "the pointer is missing",
            "recommendation_id": "v.1",
        }

    @made.on("GET /v1/failing")
    def failing() -> Told:
        raise FAILURES[made.event["headers"]["with"]]

    follow_stdout("tested")
    return made


def fail_with(api: Api, name: str) -> Answer:
    """What is answered when the function raises that."""
    event = http_event("GET /v1/failing")
    event["headers"]["with"] = name
    return ask(api.handler, event)


FAILURES: dict[str, Exception] = {
    "TooLarge": TooLarge.of_value("body", "x", "less"),
    "InvalidInput": errors.InvalidInput.of_value("n", 0, "1"),
    "Unsatisfiable": errors.Unsatisfiable.of_value("spec", 0, "1"),
    "NotFound": errors.NotFound("no such thing"),
    "Forbidden": errors.Forbidden("not yours"),
    "QuotaExceeded": errors.QuotaExceeded(17),
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
        ("Forbidden", 403, "forbidden"),
        ("QuotaExceeded", 429, "quota-exceeded"),
        ("NoModel", 503, "no-model"),
        ("Conflict", 409, "conflict"),
        ("StoreUnavailable", 503, "store-unavailable"),
    ],
)
def test_each_error_is_one_problem(api: Api, name: str, status: int, slug: str) -> None:
    told = fail_with(api, name)
    check_problem(told, status, slug)
    assert ("retry-after" in told.headers) == (status in (429, 503))
    assert ("errors" in told.body) == isinstance(FAILURES[name], errors.InvalidInput)


@pytest.mark.parametrize("name", ["KeyError", "RecursionError"])
def test_any_other_error_is_a_defect_without_words(api: Api, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = fail_with(api, name)
    assert (told.status, told.body["type"]) == (500, "urn:doublebill:problem:defect")
    assert "somebody" not in json.dumps(told.body)
    assert capsys.readouterr().out.count('"Defects":1') == 1


def test_an_error_that_is_no_caller_s_business_goes_to_the_log_alone(
    api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    told = fail_with(api, "ArtifactCorrupt")
    assert (told.status, told.body["type"]) == (500, "urn:doublebill:problem:defect")
    assert "a bad byte" not in json.dumps(told.body)
    assert "ArtifactCorrupt: a bad byte" in capsys.readouterr().out


def test_what_store_failed_stands_in_the_log(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    fail_with(api, "StoreUnavailable")
    assert "StoreUnavailable: S3: SlowDown" in capsys.readouterr().out


def test_an_errors_subclass_stands_before_it() -> None:
    kinds = list(PROBLEMS)
    for place, kind in enumerate(kinds):
        assert not any(issubclass(later, kind) for later in kinds[place + 1 :])


@pytest.mark.parametrize("odd", ODD_IDS)
def test_a_path_parameter_arrives_as_it_was_sent(api: Api, odd: str) -> None:
    told = ask(api.handler, http_event(ITEM, path={"catalog": "music", "item_id": odd}))
    assert (told.status, told.body) == (200, {"catalog": "music", "item_id": odd})


@given(item_id=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=256))
def test_any_text_without_nul_is_a_path_parameter(item_id: str) -> None:
    api = make_api(Doorkeeper())
    told = ask(api.handler, http_event(ITEM, path={"catalog": "music", "item_id": item_id}))
    assert (told.status, told.body["item_id"]) == (200, item_id)


@given(catalog=st.text(min_size=1))
def test_only_catalog_names_reach_a_function(catalog: str) -> None:
    api = make_api(Doorkeeper())
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


def test_a_route_named_without_its_parameters_is_found_by_the_path(api: Api) -> None:
    event = http_event(ITEM, path={"catalog": "music", "item_id": "a"})
    del event["pathParameters"]
    assert ask(api.handler, event).body == {"catalog": "music", "item_id": "a"}


def test_a_path_without_parameters_comes_before_one_with_them(gate: Doorkeeper) -> None:
    api = Api("tested", cast(Authoriser, gate))

    @api.on("GET /v1/items/{item_id}")
    def some(item_id: str) -> Told:
        return {"item_id": item_id}

    @api.on("GET /v1/items/all")
    def every() -> Told:
        return {"item_id": "every"}

    assert ask(api.handler, url_event("GET /v1/items/all")).body == {"item_id": "every"}
    assert ask(api.handler, url_event("GET /v1/items/{item_id}", path={"item_id": "one"})).body == {"item_id": "one"}


def test_a_point_in_the_path_of_a_route_is_no_other_letter(gate: Doorkeeper) -> None:
    api = Api("tested", cast(Authoriser, gate))

    @api.on("GET /v1/facts.json")
    def facts() -> Told:
        return {"item_id": "facts"}

    assert ask(api.handler, url_event("GET /v1/facts.json")).status == 200
    check_problem(ask(api.handler, url_event("GET /v1/factsXjson")), 404, "not-found")


def test_version_and_degradation_are_headers_and_in_the_log(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    told = ask(api.handler, http_event("GET /v1/degraded"))
    assert told.status == 203
    assert (told.headers["x-model-version"], told.headers["x-degraded"]) == ("v", "true")
    (line,) = (json.loads(one) for one in capsys.readouterr().out.splitlines())
    assert (line["model_version"], line["degraded"], line["status"]) == ("v", "the pointer is missing", 203)
    assert (line["recommendation_id"], line["Degraded"]) == ("v.1", 1)


def test_the_log_names_the_catalog_and_the_first_request_of_an_environment(
    api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        ask(api.handler, http_event(READ, path={"catalog": "music"}))
    ask(api.handler, http_event("GET /v1/degraded"))
    lines = [json.loads(one) for one in capsys.readouterr().out.splitlines()]
    assert [(line.get("catalog"), line["first"]) for line in lines] == [
        ("music", True),
        ("music", False),
        (None, False),
    ]
    assert "model_version" not in lines[1]


def test_what_one_request_said_is_not_logged_for_the_next(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    ask(api.handler, http_event("GET /v1/degraded"))
    fail_with(api, "NotFound")
    _, line = (json.loads(one) for one in capsys.readouterr().out.splitlines())
    assert line["status"] == 404
    assert not {"recommendation_id", "model_version", "degraded", "catalog"} & line.keys()
    assert line["Degraded"] == 0


def test_the_path_is_never_logged(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    ask(api.handler, http_event(ITEM, path={"catalog": "music", "item_id": "somebody"}))
    assert "somebody" not in "".join(capsys.readouterr())


# ---- the URL of a function, which names no route ------------------------------------------------------------------


@pytest.mark.parametrize("odd", ODD_IDS)
def test_a_path_parameter_arrives_as_it_was_sent_by_a_function_url(api: Api, odd: str) -> None:
    told = ask(api.handler, url_event(ITEM, path={"catalog": "music", "item_id": odd}))
    assert (told.status, told.body) == (200, {"catalog": "music", "item_id": odd})


def test_a_path_may_leave_characters_as_they_are_that_need_no_encoding(api: Api) -> None:
    event = url_event(ITEM, path={"catalog": "music", "item_id": "x"})
    event["rawPath"] = event["rawPath"].removesuffix("x") + "a+b&c=d;e@f:g,h!i~j$k(l)m*n'o"
    assert ask(api.handler, event).body["item_id"] == "a+b&c=d;e@f:g,h!i~j$k(l)m*n'o"


def test_by_a_function_url_a_request_is_logged_and_counted_by_its_pattern(
    api: Api, gate: Doorkeeper, capsys: pytest.CaptureFixture[str]
) -> None:
    path = {"catalog": "music", "user_id": "somebody"}
    assert ask(api.handler, url_event(WRITE, {"n": 2}, path)).body["n"] == 2
    assert ask(api.handler, url_event(READ, path={"catalog": "music"}, query={"n": "3"})).body["n"] == 3
    written = capsys.readouterr().out
    assert [json.loads(line)["route"] for line in written.splitlines()] == [WRITE, READ]
    assert "somebody" not in written
    assert gate.counted == [("owner", WRITE, False), ("owner", READ, False)]


def test_a_path_that_is_no_route_is_not_logged(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    check_problem(ask(api.handler, url_event("GET /v1/users/somebody")), 404, "not-found")
    written = capsys.readouterr().out
    assert json.loads(written)["route"] == "$default"
    assert "somebody" not in written


def test_where_few_are_logged_errors_and_degraded_answers_are(
    gate: Doorkeeper, capsys: pytest.CaptureFixture[str]
) -> None:
    api = make_api(gate, ApiSettings(objects="", histories="", logged_share=0))
    for _ in range(40):
        ask(api.handler, http_event(READ, path={"catalog": "music"}))
    ask(api.handler, http_event("GET /v1/degraded"))
    ask(api.handler, http_event("GET /v1/nothing"))
    gate.outdated = "the bucket is down"
    ask(api.handler, http_event(READ, path={"catalog": "music"}))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    whole = [(line["route"], line["status"], line["first"]) for line in lines if line["message"] == "answered"]
    assert whole == [
        (READ, 200, True),
        ("GET /v1/degraded", 203, False),
        ("GET /v1/nothing", 404, False),
        (READ, 200, False),
    ]


def test_an_answer_is_compact_json_in_its_own_letters() -> None:
    made = json_response({"title": "Ключ 🎷", "n": 1})
    assert made.body == '{"title":"Ключ 🎷","n":1}'
    assert (made.status, made.content_type) == (200, "application/json")


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_what_json_cannot_say_is_never_sent(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_response({"score": number})


def test_half_a_surrogate_pair_is_sent_as_its_escape() -> None:
    made = problem_response(errors.InvalidInput.of_value("\ud800", "x", "a field"))
    assert made.body is not None
    assert made.body.encode()
    assert json.loads(made.body)["errors"][0]["field"] == "\ud800"


def test_a_request_without_headers_is_answered_too(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    event: dict[str, Any] = http_event("GET /v1/degraded")
    del event["headers"]
    ask(api.handler, event)
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_metrics_are_written_where_only_warnings_are_logged(
    api: Api, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    ask(api.handler, http_event("GET /v1/degraded"))
    caplog.set_level(logging.WARNING, "tested")
    ask(api.handler, http_event("GET /v1/degraded"))
    line, metrics = (json.loads(one) for one in capsys.readouterr().out.splitlines())
    assert line["message"] == "answered"
    assert "message" not in metrics
    assert metrics.keys() == {"service", "stage", "_aws", "Milliseconds", "Failed", "Degraded"}
    assert [metrics[name] for name in ("service", "Failed", "Degraded")] == ["tested", 0, 1]
    assert metrics["_aws"]["CloudWatchMetrics"] == line["_aws"]["CloudWatchMetrics"]


def bound(user_id: str) -> Caller:
    return Caller("app", (Grant("music", ("read", "write")),), user_id=user_id)


@pytest.mark.parametrize(("query", "n"), [(None, 1), ({"n": "7"}, 7)])
def test_a_get_reads_its_request_from_the_query_and_never_from_the_body(
    api: Api, query: dict[str, str] | None, n: int
) -> None:
    told = ask(api.handler, http_event(READ, {"n": 9}, {"catalog": "music"}, query))
    assert (told.status, told.body) == (200, {"catalog": "music", "n": n})


def test_a_post_reads_its_request_from_the_body_and_answers_with_its_status(api: Api) -> None:
    told = ask(api.handler, http_event(WRITE, {"n": 9}, {"catalog": "music", "user_id": "u"}, {"n": "7"}))
    assert (told.status, told.body["n"]) == (202, 9)


def test_every_route_is_described_as_its_function_annotates_it(api: Api) -> None:
    told = {f"{one.method} {one.path}": (one.right, one.status, one.takes, one.gives) for one in api.operations}
    assert told[READ] == ("read", 200, Sent, Told)
    assert told[WRITE] == ("write", 202, Sent, Told)
    assert told[ITEM] == (None, 200, None, Told)
    assert [one.has_body for one in api.operations if one.takes] == [False, True]


def test_a_route_asks_for_its_right(api: Api, gate: Doorkeeper) -> None:
    gate.known = Caller("shop", (Grant("music", ("read",)),))
    path = {"catalog": "music", "user_id": "u"}
    assert ask(api.handler, http_event(READ, path={"catalog": "music"})).status == 200
    check_problem(ask(api.handler, http_event(WRITE, {}, path)), 403, "forbidden")
    for catalog in ("films", "no-such"):
        check_problem(ask(api.handler, http_event(READ, path={"catalog": catalog})), 404, "not-found")
    assert ask(api.handler, http_event(ITEM, path={"catalog": "films", "item_id": "i"})).status == 200  # needs no right


def test_whoever_may_not_learns_nothing_of_what_else_is_wrong(api: Api, gate: Doorkeeper) -> None:
    gate.known = Caller("shop", (Grant("music", ("read",)),))
    told = ask(api.handler, http_event(WRITE, path={"catalog": "music", "user_id": "u"}, raw_body="{"))
    check_problem(told, 403, "forbidden")
    assert "errors" not in told.body


@pytest.mark.parametrize(
    ("user_id", "body", "status"),
    [("anna", {}, 202), ("anna", {"user_id": "anna"}, 202), ("bert", {}, 403), ("anna", {"user_id": "bert"}, 403)],
)
def test_who_is_bound_to_a_user_may_name_no_other(
    api: Api, gate: Doorkeeper, user_id: str, body: dict[str, str], status: int
) -> None:
    gate.known = bound("anna")
    told = ask(api.handler, http_event(WRITE, body, {"catalog": "music", "user_id": user_id}))
    assert told.status == status


def test_past_a_quota_nothing_is_read_and_the_answer_says_when_to_retry(api: Api, gate: Doorkeeper) -> None:
    gate.spent = True
    told = ask(api.handler, http_event(READ, path={"catalog": "music"}, query={"n": "wrong"}))
    check_problem(told, 429, "quota-exceeded")
    assert told.headers["retry-after"] == "17"


def test_requests_are_counted_by_caller_and_pattern_whatever_became_of_them(api: Api, gate: Doorkeeper) -> None:
    gate.known = replace(OWNER, name="shop")
    ask(api.handler, http_event(READ, path={"catalog": "music"}))
    ask(api.handler, http_event(READ, path={"catalog": "music"}, query={"n": "wrong"}))
    fail_with(api, "NotFound")
    fail_with(api, "KeyError")
    ask(api.handler, http_event("GET /v1/nothing"))  # nobody was asked who calls
    failing = "GET /v1/failing"
    assert gate.counted == [("shop", READ, False)] * 2 + [("shop", failing, False), ("shop", failing, True)]


def test_only_what_answers_with_a_recommendation_id_counts_as_an_answer(api: Api, gate: Doorkeeper) -> None:
    ask(api.handler, http_event(READ, path={"catalog": "music"}))
    assert gate.answers == []
    ask(api.handler, http_event("GET /v1/degraded"))
    assert gate.answers == [("music", "v")]


def test_the_caller_of_one_request_is_not_that_of_the_next(api: Api, gate: Doorkeeper) -> None:
    ask(api.handler, http_event(READ, path={"catalog": "music"}))
    assert api.caller is OWNER
    ask(api.handler, http_event("GET /v1/nothing"))
    with pytest.raises(LookupError):
        _ = api.caller


def test_an_answer_larger_than_lambda_passes_on_is_refused_with_the_way_out() -> None:
    for text in ("x" * MAX_RESPONSE_BYTES, "é" * (MAX_RESPONSE_BYTES // 2)):
        with pytest.raises(errors.InvalidInput, match=r"n: the answer has 55000.. bytes of at most"):
            json_response({"text": text}, count="n")
    assert json_response({"text": "x" * (MAX_RESPONSE_BYTES - 20)}).status == 200
    many = [""] * (MAX_RESPONSE_BYTES // 4)  # five characters in the wrapping for three of the answer
    with pytest.raises(errors.InvalidInput, match="bytes of at most"):
        json_response({"texts": many}, count="n")


def test_a_too_large_answer_names_the_field_that_asked_for_so_much(gate: Doorkeeper) -> None:
    api = Api("tested", cast(Authoriser, gate))

    @api.on("POST /v1/counted", count="count")
    def counted(request: Counted) -> Told:
        return {"item_id": "x" * request.count}

    @api.on("GET /v1/asked", count="n")
    def asked(request: Sent) -> Told:
        return {"item_id": "x" * request.n}

    for route, body, query, name in (
        ("POST /v1/counted", {"count": MAX_RESPONSE_BYTES}, None, "count"),
        ("GET /v1/asked", None, {"n": str(MAX_RESPONSE_BYTES)}, "n"),
    ):
        told = ask(api.handler, http_event(route, body, query=query))
        check_problem(told, 400, "invalid-input")
        assert told.fields == [name]


def test_what_anybody_may_ask_is_answered_without_asking_who_calls(gate: Doorkeeper) -> None:
    api = Api("tested", cast(Authoriser, gate))

    @api.on("GET /v1/alive", anybody=True)
    def alive() -> Told:
        return {"n": 1}

    gate.spent = True
    assert ask(api.handler, http_event("GET /v1/alive")).body == {"n": 1}
    assert gate.counted == []


def test_callers_that_may_be_outdated_are_logged(
    api: Api, gate: Doorkeeper, capsys: pytest.CaptureFixture[str]
) -> None:
    gate.outdated = "S3: SlowDown"
    ask(api.handler, http_event(READ, path={"catalog": "music"}))
    assert "may be outdated: S3: SlowDown" in capsys.readouterr().out


@pytest.mark.parametrize(("lambda_seconds", "seconds"), [(900, 20.0), (30, 20.0), (5, 4.5)])
def test_stores_have_the_answer_s_seconds_or_what_lambda_leaves(
    gate: Doorkeeper, monkeypatch: pytest.MonkeyPatch, lambda_seconds: int, seconds: float
) -> None:
    class StandingContext(Context):
        def get_remaining_time_in_millis(self) -> int:
            return lambda_seconds * 1000

    monkeypatch.setattr("doublebill.edge.clock.SYSTEM", Clock())
    api = Api("tested", cast(Authoriser, gate), ApiSettings(objects="", histories="", answer_seconds=20.0))

    @api.on("GET /v1/alive")
    def alive() -> Told:
        return {"n": 1}

    api.handler(http_event("GET /v1/alive"), StandingContext("Tested"))
    assert gate.deadlines == [seconds]
    assert api.within(1000.0).remaining == min(lambda_seconds, 29) - 0.5
