"""The items function against S3 (moto)."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.edge.settings import REFRESH_SECONDS
from http_events import BROKEN_BODIES, ODD_IDS, Answer, Handler, ask, check_broken, check_problem, http_event
from stacks import Stack, post_events

PUT = "PUT /v1/catalogs/{catalog}/items"
PATCH = "PATCH /v1/catalogs/{catalog}/items"
LOOKUPS = "POST /v1/catalogs/{catalog}/items/lookups"
GET = "GET /v1/catalogs/{catalog}/items/{item_id}"
DELETE = "DELETE /v1/catalogs/{catalog}/items/{item_id}"


@pytest.fixture(scope="module")
def handler(stack: Stack) -> Handler:
    """A warm items function."""
    made: Handler = stack.load("ItemsFunction").handler
    return made


def one(handler: Handler, route: str, catalog: str, item_id: str) -> Answer:
    return ask(handler, http_event(route, None, {"catalog": catalog, "item_id": item_id}))


def put(handler: Handler, catalog: str, *items: object) -> Answer:
    return ask(handler, http_event(PUT, {"items": items}, {"catalog": catalog}))


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
    assert not stack.objects(f"catalogs/{fresh}.json")


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


def test_a_request_is_counted(handler: Handler, fresh: str, capsys: pytest.CaptureFixture[str]) -> None:
    put(handler, fresh, {"item_id": "i"})
    (line,) = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (line["route"], line["status"]) == (PUT, 200)
    assert (line["service"], line["Failed"]) == ("items", 0)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20)
items = st.fixed_dictionaries(
    {"item_id": st.text(min_size=1, max_size=5) | scalars},
    optional={name: scalars | st.lists(scalars, max_size=3) for name in ("title", "tags", "year", "available", "x")},
)


@given(sent=st.lists(items | scalars, max_size=3))
def test_no_item_whatever_is_answered_with_a_defect(handler: Handler, sent: list[object]) -> None:
    answer = put(handler, "whatever", *sent)
    if answer.status != 200:
        check_problem(answer, 400, "invalid-input")
        assert answer.fields


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


def test_null_an_empty_title_and_empty_tags_clear_a_field(handler: Handler, fresh: str) -> None:
    whole = {"title": "Heat", "tags": ["crime"], "year": 1995, "attributes": {"minutes": 170, "studio": "x"}}
    put(handler, fresh, {"item_id": "a", **whole}, {"item_id": "b", **whole})
    put(handler, fresh, {"item_id": "a", "title": "", "tags": [], "attributes": {"studio": None}})
    update = {"items": [{"item_id": "b", "title": None, "tags": None, "year": None, "attributes": None}]}
    assert ask(handler, http_event(PATCH, update, {"catalog": fresh})).body == {"catalog": fresh, "stored": 1}
    bare = {"available": True, "described": True, "in_champion": False}
    assert one(handler, GET, fresh, "a").body == {"item_id": "a", "year": 1995, "attributes": {"minutes": 170}, **bare}
    assert one(handler, GET, fresh, "b").body == {"item_id": "b", **bare}


def test_items_are_read_back_as_stored(handler: Handler, grow: Callable[[str], dict[str, Any]], fresh: str) -> None:
    grow(fresh)
    put(handler, fresh, {"item_id": "item-03", "available": False, "tags": ["x"]}, {"item_id": "new"})
    body = {"item_ids": ["new", "item-03", "nobody", "new"]}
    answer = ask(handler, http_event(LOOKUPS, body, {"catalog": fresh}))
    assert answer.body == {
        "catalog": fresh,
        "items": [
            {"item_id": "new", "available": True, "described": True, "in_champion": False},
            {
                "item_id": "item-03",
                "title": "Title 03",
                "tags": ["x"],
                "available": False,
                "described": True,
                "in_champion": True,
            },
        ],
        "unknown_items": ["nobody"],
    }


def test_odd_ids_are_read_back_and_removed_by_path(handler: Handler, fresh: str) -> None:
    put(handler, fresh, *({"item_id": odd, "title": odd} for odd in ODD_IDS))
    for odd in ODD_IDS:
        assert one(handler, GET, fresh, odd).body["title"] == odd
        assert one(handler, DELETE, fresh, odd).body == {"catalog": fresh, "item_id": odd, "removed": True}
        check_problem(one(handler, GET, fresh, odd), 404, "not-found")


def test_a_removed_item_leaves_answers_then_the_model_and_an_update_brings_it_back(
    handler: Handler, stack: Stack, grow: Callable[[str], dict[str, Any]], fresh: str
) -> None:
    grow(fresh)
    warm = stack.load("RecommendFunction").handler
    popular = http_event("GET /v1/catalogs/{catalog}/popular", path={"catalog": fresh}, query={"n": "12"})

    def shown() -> dict[str, str]:
        stack.clock.seconds += REFRESH_SECONDS
        ask(warm, popular)
        return {entry["item_id"]: entry.get("title", "") for entry in ask(warm, popular).body["popular"]}

    assert "item-05" in shown()
    one(handler, DELETE, fresh, "item-05")
    assert "item-05" not in shown()
    check_problem(one(handler, DELETE, fresh, "item-05"), 404, "not-found")
    posted = post_events(stack, fresh, [{"user_id": "user-00", "item_id": "item-05", "kind": "play"}])
    assert posted.body["accepted"] == 1
    assert stack.train(fresh)["data"]["items"] == 11  # type: ignore[index]
    assert "item-05" not in shown()
    put(handler, fresh, {"item_id": "item-05", "year": 1999})
    assert stack.train(fresh)["data"]["items"] == 12  # type: ignore[index]
    assert shown()["item-05"] == ""


def test_an_item_is_shown_within_its_window_only_by_the_clock_of_each_answer(
    handler: Handler, stack: Stack, grow: Callable[[str], dict[str, Any]], fresh: str
) -> None:
    grow(fresh)
    warm = stack.load("RecommendFunction").handler
    opens, closes = (stack.clock.now_ms() // 1000 + seconds for seconds in (3_600, 7_200))
    put(handler, fresh, {"item_id": "item-05", "available_from": opens, "available_until": closes})
    read_back = one(handler, GET, fresh, "item-05").body
    assert read_back["available_from"].endswith("Z")
    history = {"history": ["item-01", "item-03"], "exclude_seen": False}
    path = {"catalog": fresh}
    requests = {
        "recommendations": http_event("POST /v1/catalogs/{catalog}/recommendations", {**history, "n": 12}, path),
        "popular": http_event("GET /v1/catalogs/{catalog}/popular", None, path, query={"n": "12"}),
        "trending": http_event("GET /v1/catalogs/{catalog}/trending", None, path, query={"n": "12"}),
        "neighbours": http_event(
            "GET /v1/catalogs/{catalog}/items/{item_id}/neighbours", None, {**path, "item_id": "item-01"}
        ),
    }
    ranking = http_event(
        "POST /v1/catalogs/{catalog}/rankings", {"history": ["item-01"], "items": ["item-05", "item-03"]}, path
    )

    def check(shown: bool) -> None:
        stack.clock.seconds += REFRESH_SECONDS
        ask(warm, requests["popular"])
        for name, request in requests.items():
            assert ("item-05" in {entry["item_id"] for entry in ask(warm, request).body[name]}) is shown, name
        ranked = {entry["item_id"]: entry for entry in ask(warm, ranking).body["recommendations"]}
        assert ranked["item-05"].get("available", True) is shown
        assert "available" not in ranked["item-03"]

    check(shown=False)
    stack.clock.seconds += 3_600
    check(shown=True)
    stack.train(fresh)
    check(shown=True)
    stack.clock.seconds += 3_600
    check(shown=False)


def test_an_item_is_removed_by_body_too_and_stands_alone_there(handler: Handler, fresh: str) -> None:
    put(handler, fresh, {"item_id": "a", "title": "A"})
    wrong = put(handler, fresh, {"item_id": "a", "title": "B", "removed": True})
    check_problem(wrong, 400, "invalid-input")
    assert wrong.fields == ["items[0].removed"]
    assert put(handler, fresh, {"item_id": "a", "removed": True}).status == 200
    check_problem(one(handler, GET, fresh, "a"), 404, "not-found")


def test_items_of_an_unknown_catalog_are_not_found(handler: Handler, fresh: str) -> None:
    for route in (GET, DELETE):
        check_problem(one(handler, route, fresh, "a"), 404, "not-found")
    check_problem(ask(handler, http_event(LOOKUPS, {"item_ids": ["a"]}, {"catalog": fresh})), 404, "not-found")
