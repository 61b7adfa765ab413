"""The catalogs function against S3 (moto)."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doublebill.edge.settings import REFRESH_SECONDS
from doublebill_local.locations import ROOT
from http_events import BROKEN_BODIES, ODD_IDS, Answer, Handler, ask, check_broken, check_problem, http_event
from stacks import Stack, post_events

LIST = "GET /v1/catalogs"
PUT = "PUT /v1/catalogs/{catalog}/items"


@pytest.fixture(scope="module")
def handler(stack: Stack) -> Handler:
    """A warm catalogs function."""
    made: Handler = stack.load("CatalogsFunction").handler
    return made


def put(handler: Handler, catalog: str, *items: object) -> Answer:
    return ask(handler, http_event(PUT, {"items": items}, {"catalog": catalog}))


def listed(handler: Handler, catalog: str) -> dict[str, Any]:
    answer = ask(handler, http_event(LIST))
    assert answer.status == 200
    assert answer.body.keys() == {"catalogs"}
    (found,) = [one for one in answer.body["catalogs"] if one["catalog"] == catalog]
    return dict(found)


def test_a_catalog_is_there_with_its_first_items(handler: Handler, fresh: str) -> None:
    answer = put(handler, fresh, {"item_id": "a", "title": "A"}, {"item_id": "b"})
    assert (answer.status, answer.body) == (200, {"catalog": fresh, "stored": 2})
    assert listed(handler, fresh) == {"catalog": fresh, "champion": None}


def test_a_trained_catalog_tells_its_champion_counts_and_headline(handler: Handler, world: str) -> None:
    found = listed(handler, "world")
    assert found.keys() == {"catalog", "champion", "counts", "headline"}
    assert found["champion"] == world
    assert found["counts"]["users"] == 20
    assert found["counts"]["items"] == 12
    assert found["headline"].keys() == {"recall@20", "ndcg@100"}
    assert all(one.keys() == {"model", "popularity"} for one in found["headline"].values())


def test_a_described_title_is_in_the_answers_of_the_next_model(
    handler: Handler, stack: Stack, grow: Callable[[str], dict[str, Any]], fresh: str
) -> None:
    grow(fresh)
    put(handler, fresh, {"item_id": "item-00", "title": "Renamed 🎷"})
    stack.train(fresh)
    route = "GET /v1/catalogs/{catalog}/popular"
    event = http_event(route, path={"catalog": fresh}, query={"n": "12"})
    popular = ask(stack.load("RecommendFunction").handler, event).body["popular"]
    assert {entry["item_id"]: entry["title"] for entry in popular}["item-00"] == "Renamed 🎷"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("item_id", wrong) for wrong in ("", "x" * 257, 1, None, [], "\ud800")],
        *[("title", wrong) for wrong in (1, "x" * 513, [], "\ud800")],
        *[("tags", wrong) for wrong in ("rock", 1, {}, ["x"] * 65)],
        *[("tags[1]", ["a", wrong]) for wrong in ("", 1, None, "x" * 129, "\udfff")],
        *[("year", wrong) for wrong in ("1999", 1999.5, True, 10_000, 10**400)],
        *[("available", wrong) for wrong in (1, "false", [])],
        ("name", "x"),
        ("\ud800", "x"),
    ],
)
def test_a_wrong_field_is_named(handler: Handler, stack: Stack, fresh: str, field: str, value: object) -> None:
    answer = put(handler, fresh, {"item_id": "fine"}, {"item_id": "i", field.partition("[")[0]: value})
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == [f"items[1].{field}"]
    assert f"catalogs/{fresh}.json" not in stack.objects()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "items"),
        ({"items": []}, "items"),
        ({"items": [{"item_id": "i"}] * 1001}, "items"),
        ({"items": {"item_id": "i"}}, "items"),
        ({"items": [1]}, "items[0].item_id"),
        ({"items": [{"item_id": "i", "attributes": 1}]}, "items[0].attributes"),
        ({"items": [{"item_id": "i", "attributes": {"A": 1}}]}, "items[0].attributes.A"),
        ({"items": [{"item_id": "i", "attributes": {"a": [1]}}]}, "items[0].attributes.a"),
        ({"items": [{"item_id": "i"}], "replace": True}, "replace"),
    ],
)
def test_a_wrong_request_is_named(handler: Handler, fresh: str, body: object, field: str) -> None:
    answer = ask(handler, http_event(PUT, body, {"catalog": fresh}))
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == [field]


@pytest.mark.parametrize("broken", BROKEN_BODIES.values(), ids=BROKEN_BODIES)
def test_a_broken_body_is_refused(handler: Handler, broken: Any) -> None:
    check_broken(handler, PUT, broken, {"catalog": "music"})


@pytest.mark.parametrize("catalog", ["Music", "-", "a/b", "..", "é", "x" * 65])
def test_what_no_catalog_can_be_called_is_refused(handler: Handler, catalog: str) -> None:
    answer = put(handler, catalog, {"item_id": "i"})
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == ["catalog"]


def test_any_characters_make_an_id(handler: Handler, fresh: str) -> None:
    answer = put(handler, fresh, *({"item_id": odd, "title": odd, "tags": [odd[:128]]} for odd in ODD_IDS))
    assert answer.body == {"catalog": fresh, "stored": len(ODD_IDS)}


def test_posting_events_makes_the_catalog_too(handler: Handler, stack: Stack, fresh: str) -> None:
    post_events(stack, fresh, [{"user_id": "u", "item_id": "i", "kind": "play"}])
    assert listed(handler, fresh)["champion"] is None


def test_a_request_is_counted(handler: Handler, fresh: str, capsys: pytest.CaptureFixture[str]) -> None:
    put(handler, fresh, {"item_id": "i"})
    (line,) = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (line["route"], line["status"]) == (PUT, 200)
    assert (line["service"], line["Failed"]) == ("catalogs", 0)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20)
items = st.fixed_dictionaries(
    {"item_id": st.text(min_size=1, max_size=5) | scalars},
    optional={name: scalars | st.lists(scalars, max_size=3) for name in ("title", "tags", "year", "available", "x")},
)


@settings(max_examples=100)
@given(sent=st.lists(items | scalars, max_size=3))
def test_no_item_whatever_is_answered_with_a_defect(handler: Handler, sent: list[object]) -> None:
    answer = put(handler, "whatever", *sent)
    if answer.status != 200:
        check_problem(answer, 400, "invalid-input")
        assert answer.fields


def test_the_document_of_the_api_is_the_committed_one(handler: Handler) -> None:
    answer = ask(handler, http_event("GET /v1/openapi.json"))
    assert answer.status == 200
    assert answer.body == json.loads((ROOT / "infra" / "openapi.json").read_text())


def test_usage_is_listed_by_day_caller_and_route(stack: Stack, fresh: str) -> None:
    module = stack.load("CatalogsFunction")
    put(module.handler, fresh, {"item_id": "i"})
    answer = ask(module.handler, http_event("GET /v1/usage", query={"days": "1"}))
    assert answer.status == 200
    (told,) = answer.body["usage"]
    assert told.keys() == {"day", "caller", "routes"}
    assert told["caller"] == "owner"
    (route,) = [one for one in told["routes"] if one["route"] == PUT]
    assert route.keys() == {"route", "requests", "failed", "milliseconds"}
    assert route["requests"] >= 1


@pytest.mark.parametrize("days", ["0", "32", "-1", "x", "1.5", ""])
def test_a_wrong_number_of_days_is_named(handler: Handler, days: str) -> None:
    answer = ask(handler, http_event("GET /v1/usage", query={"days": days}))
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == ["days"]


def test_a_title_taken_down_disappears_within_the_refresh_interval_without_training(
    handler: Handler, stack: Stack, grow: Callable[[str], dict[str, Any]], fresh: str
) -> None:
    version = grow(fresh)["version"]
    warm = stack.load("RecommendFunction").handler
    event = http_event("GET /v1/catalogs/{catalog}/popular", path={"catalog": fresh}, query={"n": "12"})

    def shown() -> set[str]:
        answer = ask(warm, event).body
        assert answer["model_version"] == version
        return {entry["item_id"] for entry in answer["popular"]}

    assert "item-05" in shown()
    for available in (False, True):
        put(handler, fresh, {"item_id": "item-05", "available": available})
        assert ("item-05" in shown()) is not available
        stack.clock.seconds += REFRESH_SECONDS
        assert ("item-05" in shown()) is available
