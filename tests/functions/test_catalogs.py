"""The catalogs function against S3 (moto)."""

import json
from typing import Any

import pytest

from doublebill_local.locations import ROOT
from http_events import Answer, Handler, ask, check_problem, http_event
from stacks import Stack, post_events

LIST = "GET /v1/catalogs"
PUT = "PUT /v1/catalogs/{catalog}/items"


@pytest.fixture(scope="module")
def handler(stack: Stack) -> Handler:
    """A warm catalogs function."""
    made: Handler = stack.load("CatalogsFunction").handler
    return made


def put(stack: Stack, catalog: str, *items: object) -> Answer:
    event = http_event(PUT, {"items": items}, {"catalog": catalog})
    return ask(stack.load("ItemsFunction").handler, event)


def listed(handler: Handler, catalog: str) -> dict[str, Any]:
    answer = ask(handler, http_event(LIST))
    assert answer.status == 200
    assert answer.body.keys() == {"catalogs"}
    (found,) = [one for one in answer.body["catalogs"] if one["catalog"] == catalog]
    return dict(found)


def test_a_catalog_is_there_with_its_first_items(handler: Handler, stack: Stack, fresh: str) -> None:
    answer = put(stack, fresh, {"item_id": "a", "title": "A"}, {"item_id": "b"})
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


def test_posting_events_makes_the_catalog_too(handler: Handler, stack: Stack, fresh: str) -> None:
    post_events(stack, fresh, [{"user_id": "u", "item_id": "i", "kind": "play"}])
    assert listed(handler, fresh)["champion"] is None


def test_the_document_of_the_api_is_the_committed_one(handler: Handler) -> None:
    answer = ask(handler, http_event("GET /v1/openapi.json"))
    assert answer.status == 200
    assert answer.body == json.loads((ROOT / "infra" / "openapi.json").read_text())


def test_usage_is_listed_by_day_caller_and_route(stack: Stack, fresh: str) -> None:
    module = stack.load("CatalogsFunction")
    put(stack, fresh, {"item_id": "i"})
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


SETTINGS = "{} /v1/catalogs/{{catalog}}/settings"


def settings_of(handler: Handler, catalog: str, **changes: object) -> Answer:
    event = http_event(SETTINGS.format("PUT" if changes else "GET"), changes or None, {"catalog": catalog})
    return ask(handler, event)


def test_settings_are_changed_field_by_field(handler: Handler, fresh: str) -> None:
    assert settings_of(handler, fresh).status == 404
    changed = settings_of(handler, fresh, kinds={"addtocart": {"weight": 2}}, rating_scale=[-10, 10])
    assert changed.status == 200
    assert changed.body["kinds"]["addtocart"] == {"weight": 2.0, "verdict": False, "repeats": False}
    assert settings_of(handler, fresh, exclude_seen=True).body["rating_scale"] == [-10.0, 10.0]
    assert settings_of(handler, fresh, rating_scale=None).body == settings_of(handler, fresh).body
    assert settings_of(handler, fresh).body["rating_scale"] is None
    assert settings_of(handler, fresh).body["exclude_seen"] is True


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kinds": {"Add to cart": {}}}, "kinds.Add to cart"),
        ({"kinds": {"cart": 2}}, "kinds.cart"),
        ({"kinds": {"cart": {"weight": "2"}}}, "kinds.cart.weight"),
        ({"kinds": 7}, "kinds"),
        ({"rating_scale": [5, 1]}, "rating_scale"),
        ({"rating_scale": [1]}, "rating_scale"),
        ({"exclude_seen": 1}, "exclude_seen"),
        ({"unrated": 1e10}, "unrated"),
        ({"colour": 1}, "colour"),
    ],
)
def test_wrong_settings_are_refused_by_field(handler: Handler, fresh: str, changes: dict[str, Any], field: str) -> None:
    answer = settings_of(handler, fresh, **changes)
    assert answer.status == 400
    assert [error["field"] for error in answer.body["errors"]] == [field]
    assert settings_of(handler, fresh).status == 404


def test_an_event_of_an_added_kind_is_accepted_at_once(handler: Handler, stack: Stack, fresh: str) -> None:
    event = {"user_id": "ann", "item_id": "a", "kind": "addtocart"}
    refused = post_events(stack, fresh, [event])
    assert (
        "'addtocart' is not valid; use one of play, view"
        in refused.body["errors"][0]["problem"] + "; " + (refused.body["errors"][0]["fix"])
    )
    settings_of(handler, fresh, kinds={"addtocart": {"weight": 2}})
    assert post_events(stack, fresh, [event]).status == 202


def test_a_rating_outside_of_the_scale_is_rejected_with_the_scale(handler: Handler, stack: Stack, fresh: str) -> None:
    settings_of(handler, fresh, rating_scale=[-10, 10])
    rated = [{"user_id": "ann", "item_id": "a", "kind": "rate", "value": value} for value in (-7.5, 11)]
    answer = post_events(stack, fresh, rated)
    assert answer.body["accepted"] == 1
    assert "a number from -10 to 10" in answer.body["rejected"][0]["reason"]
