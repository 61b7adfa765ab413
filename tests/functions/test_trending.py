"""The trending function against S3 (moto), and what the recommend function answers afterwards."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from doublebill.edge.settings import REFRESH_SECONDS
from doublebill_local.host.environments import Context
from http_events import Answer, Handler, ask, check_problem, http_event
from stacks import Stack, post_events

TRENDING = "GET /v1/catalogs/{catalog}/trending"
POPULAR = "GET /v1/catalogs/{catalog}/popular"


def refresh(stack: Stack) -> dict[str, Any]:
    told: dict[str, Any] = stack.load("TrendingFunction").handler({"schedule": True}, Context("TrendingFunction"))
    return told["refreshed"]  # type: ignore[no-any-return]  # an object of JSON


def trending(handler: Handler, catalog: str, **query: str) -> Answer:
    return ask(handler, http_event(TRENDING, path={"catalog": catalog}, query=query))


def turn_to(stack: Stack, catalog: str, **items: int) -> None:
    """So many users turn to each item now."""
    events: list[dict[str, object]] = [
        {"user_id": f"late-{user}", "item_id": item.replace("_", "-"), "kind": "play"}
        for item, users in items.items()
        for user in range(users)
    ]
    assert post_events(stack, catalog, events).status == 202


def test_what_people_turn_to_now_trends_after_the_next_refresh_without_training(
    stack: Stack, grow: Callable[[str], dict[str, Any]], fresh: str
) -> None:
    version = grow(fresh)["version"]
    turn_to(stack, fresh, item_09=4, item_04=3)
    assert fresh in refresh(stack)["refreshed"]
    answer = trending(stack.load("RecommendFunction").handler, fresh, n="4")
    assert answer.status == 200
    assert answer.body.keys() == {"catalog", "model_version", "degraded", "trending"}
    assert answer.body["model_version"] == version
    told = answer.body["trending"]
    assert [(entry["item_id"], entry["title"]) for entry in told[:2]] == [
        ("item-09", "Title 09"),
        ("item-04", "Title 04"),
    ]
    assert told[0]["score"] > told[1]["score"] > 0
    assert len(told) == 4


def test_a_refresh_that_finds_nothing_newer_keeps_what_is_stored(
    stack: Stack, grow: Callable[[str], dict[str, Any]], fresh: str
) -> None:
    grow(fresh)
    turn_to(stack, fresh, item_01=1)
    refresh(stack)
    stored = stack.objects()[f"trending/{fresh}.json"]
    assert fresh in refresh(stack)["kept"]
    assert stack.objects()[f"trending/{fresh}.json"] == stored


def test_a_warm_function_learns_of_it_within_the_refresh_interval(
    stack: Stack, grow: Callable[[str], dict[str, Any]], fresh: str
) -> None:
    grow(fresh)
    handler = stack.load("RecommendFunction").handler
    before = trending(handler, fresh).body["trending"][0]["item_id"]
    assert before != "item-11"
    turn_to(stack, fresh, item_11=3)
    refresh(stack)
    assert trending(handler, fresh).body["trending"][0]["item_id"] == before
    stack.clock.seconds += REFRESH_SECONDS
    assert trending(handler, fresh).body["trending"][0]["item_id"] == "item-11"


def test_a_filter_holds_and_n_is_given_where_the_catalog_can(stack: Stack, world: str) -> None:
    handler = stack.load("RecommendFunction").handler
    some = {"item_id": {"any": ["item-03", "item-05", "item-07"]}}
    told = trending(handler, "world", n="10", filter=json.dumps(some)).body["trending"]
    assert {entry["item_id"] for entry in told} == {"item-03", "item-05", "item-07"}
    assert len(trending(handler, "world", n="12").body["trending"]) == 12


@pytest.mark.parametrize("route", [TRENDING, POPULAR])
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"n": "0"}, "n"),
        ({"n": "501"}, "n"),
        ({"filter": "rock"}, "filter"),
        ({"filter": "[]"}, "filter"),
        ({"filter": '{"tags": 1}'}, "filter.tags"),
        ({"filter": '{"year": NaN}'}, "body"),
        ({"filter": "[" * 60 + "]" * 60}, "filter"),
        ({"history": "item-00"}, "history"),
    ],
)
def test_a_wrong_query_is_named(stack: Stack, world: str, route: str, query: dict[str, str], field: str) -> None:
    answer = ask(stack.load("RecommendFunction").handler, http_event(route, path={"catalog": "world"}, query=query))
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == [field]


def test_the_function_logs_what_became_of_the_catalogs(
    stack: Stack, world: str, capsys: pytest.CaptureFixture[str]
) -> None:
    refresh(stack)
    line, *champions = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (line["service"], line["message"]) == ("trending", "refreshed")
    assert "world" in line["catalogs"]["kept"] + line["catalogs"]["refreshed"]
    assert line["catalogs"]["failed"] == {}
    [age] = [one["ChampionAgeHours"] for one in champions if one["catalog"] == "world"]
    assert age >= 0
