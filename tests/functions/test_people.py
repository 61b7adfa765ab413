"""The people function against S3, DynamoDB and Secrets Manager (moto)."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from doublebill_local.host.environments import Context
from http_events import BROKEN_BODIES, ODD_IDS, Answer, Handler, ask, check_broken, check_problem, http_event
from stacks import Stack, post_events

MERGE = "POST /v1/catalogs/{catalog}/users/{user_id}/merge"
HISTORY = "GET /v1/catalogs/{catalog}/users/{user_id}/history"
RECOMMEND = "POST /v1/catalogs/{catalog}/recommendations"


@pytest.fixture(scope="module")
def handler(stack: Stack, world: str) -> Handler:
    """A warm people function."""
    made: Handler = stack.load("PeopleFunction").handler
    return made


def merge(handler: Handler, catalog: str, user_id: str, **body: object) -> Answer:
    return ask(handler, http_event(MERGE, body, {"catalog": catalog, "user_id": user_id}))


def sources(stack: Stack, user_id: str) -> set[str]:
    """The items of the user that an answer builds on."""
    event = http_event(RECOMMEND, {"user_id": user_id, "explain": True, "n": 500}, {"catalog": "world"})
    told = ask(stack.load("RecommendFunction").handler, event).body
    return {part["item_id"] for entry in told["recommendations"] for part in entry.get("contributions", [])}


def test_what_somebody_did_before_they_were_known_counts_for_them_at_once(handler: Handler, stack: Stack) -> None:
    played = [("visitor-1", "item-02"), ("visitor-1", "item-04"), ("known-1", "item-06")]
    events = [{"user_id": user, "item_id": item, "kind": "play"} for user, item in played]
    assert post_events(stack, "world", events).status == 202
    assert sources(stack, "known-1") == {"item-06"}
    answer = merge(handler, "world", "known-1", **{"from": "visitor-1"})
    assert (answer.status, answer.body) == (200, {"catalog": "world", "merged": 2})
    assert sources(stack, "known-1") == {"item-02", "item-04", "item-06"}
    assert sources(stack, "visitor-1") == set()


def test_a_merge_is_taken_back(handler: Handler, stack: Stack) -> None:
    played = [("visitor-3", "item-02"), ("known-3", "item-06")]
    post_events(stack, "world", [{"user_id": user, "item_id": item, "kind": "play"} for user, item in played])
    assert merge(handler, "world", "known-3", **{"from": "visitor-3"}).status == 200
    assert sources(stack, "known-3") == {"item-02", "item-06"}
    place = {"catalog": "world", "user_id": "known-3"}
    answers = [ask(handler, http_event(f"{MERGE[:-5]}unmerge", {"from": "visitor-3"}, place)) for _ in range(2)]
    assert [(one.status, one.body["cancelled"]) for one in answers] == [(200, True), (200, False)]
    assert (sources(stack, "known-3"), sources(stack, "visitor-3")) == ({"item-06"}, {"item-02"})
    never = ask(handler, http_event(f"{MERGE[:-5]}unmerge", {"from": "nobody"}, place))
    check_problem(never, 422, "unsatisfiable")
    assert never.fields == ["from"]


def test_merging_again_changes_nothing(handler: Handler, stack: Stack) -> None:
    post_events(stack, "world", [{"user_id": "visitor-2", "item_id": "item-02", "kind": "play"}])
    assert merge(handler, "world", "known-2", **{"from": "visitor-2"}).body["merged"] == 1
    assert merge(handler, "world", "known-2", **{"from": "visitor-2"}).body["merged"] == 0
    assert sources(stack, "known-2") == {"item-02"}


def test_a_training_counts_both_as_one_user(
    handler: Handler, stack: Stack, grow: Callable[[str], dict[str, Any]], fresh: str
) -> None:
    before = grow(fresh)["data"]["users"]
    assert merge(handler, fresh, "user-00", **{"from": "user-02"}).status == 200
    assert stack.train(fresh)["data"]["users"] == before - 1


@pytest.mark.parametrize("odd", ODD_IDS)
def test_any_characters_make_an_id(handler: Handler, odd: str) -> None:
    assert merge(handler, "world", odd, **{"from": odd + "'" if len(odd) < 256 else "other"}).body["merged"] == 0


def test_nobody_is_merged_with_themselves(handler: Handler) -> None:
    answer = merge(handler, "world", "anna", **{"from": "anna"})
    check_problem(answer, 422, "unsatisfiable")
    assert answer.fields == ["from"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        *[({"from": wrong}, "from") for wrong in ("", "x" * 257, 1, None, True, [], {}, "\ud800")],
        ({}, "from"),
        ({"from": "a", "to": "b"}, "to"),
        ({"from": "a", "from_": "b"}, "from_"),
    ],
)
def test_a_wrong_field_is_named(handler: Handler, body: dict[str, object], field: str) -> None:
    answer = merge(handler, "world", "anna", **body)
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == [field]


def test_an_id_too_long_for_an_id_is_refused_in_the_path(handler: Handler) -> None:
    answer = merge(handler, "world", "x" * 257, **{"from": "a"})
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == ["user_id"]


def test_an_unknown_catalog_is_not_found_and_nothing_is_written(handler: Handler, stack: Stack) -> None:
    check_problem(merge(handler, "no-such", "anna", **{"from": "a"}), 404, "not-found")
    assert not stack.objects("merges/no-such")


def test_user_ids_are_never_logged_or_stored(handler: Handler, stack: Stack, capfd: pytest.CaptureFixture[str]) -> None:
    post_events(stack, "world", [{"user_id": "somebody-old", "item_id": "item-00", "kind": "play"}])
    assert merge(handler, "world", "somebody-new", **{"from": "somebody-old"}).body["merged"] == 1
    merged = [data.decode() for data in stack.objects("merges/world/").values()]
    assert merged
    assert "somebody" not in "".join(merged) + repr(stack.rows()) + "".join(capfd.readouterr())


@pytest.mark.parametrize("broken", BROKEN_BODIES.values(), ids=BROKEN_BODIES)
def test_a_broken_body_is_refused(handler: Handler, broken: Any) -> None:
    check_broken(handler, MERGE, broken, {"catalog": "world", "user_id": "anna"})


def test_a_request_is_counted(handler: Handler, capsys: pytest.CaptureFixture[str]) -> None:
    merge(handler, "world", "anna", **{"from": "nobody"})
    (line,) = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (line["route"], line["status"], line["service"]) == (MERGE, 200, "people")


def shown(handler: Handler, catalog: str, user_id: str, **query: str) -> Answer:
    return ask(handler, http_event(HISTORY, None, {"catalog": catalog, "user_id": user_id}, query=query))


def test_a_history_is_shown_item_by_item_newest_first(handler: Handler, stack: Stack) -> None:
    plays = [{"item_id": "item-02", "kind": "play", "timestamp": 1_700_000_000 + n} for n in range(40)]
    rated = {"item_id": "item-04", "kind": "rate", "value": 4.5, "timestamp": 1_700_000_100}
    disliked = {"item_id": "item-02", "kind": "dislike", "timestamp": 1_700_000_030}
    assert post_events(stack, "world", [one | {"user_id": "reader"} for one in (*plays, rated, disliked)]).status == 202
    rating = {"count": 1, "weight": 4.5, "kinds": {"rate": 1}, "verdict": "rate", "rating": 4.5}
    since = {"count": 11, "weight": 8.0, "kinds": {"dislike": 1, "play": 10}, "verdict": "dislike"}
    entries = [
        {"item_id": "item-04", **rating, "timestamp": 1_700_000_100.0},
        {"item_id": "item-02", **since, "timestamp": 1_700_000_039.0},
    ]
    assert shown(handler, "world", "reader").body == {"catalog": "world", "items": entries, "older": 0}
    first = shown(handler, "world", "reader", n="1").body
    assert first["items"] == entries[:1]
    second = shown(handler, "world", "reader", n="1", cursor=first["next_cursor"]).body
    assert second == {"catalog": "world", "items": entries[1:], "older": 0}


def test_an_unknown_user_has_an_empty_history_and_an_unknown_catalog_none(handler: Handler) -> None:
    assert shown(handler, "world", "nobody at all").body["items"] == []
    check_problem(shown(handler, "nowhere", "reader"), 404, "not-found")
    check_problem(shown(handler, "world", "reader", cursor="@@"), 422, "unsatisfiable")


def test_a_history_of_a_time_has_what_had_come_by_then(handler: Handler, stack: Stack) -> None:
    play = {"user_id": "past reader", "item_id": "item-02", "kind": "play", "timestamp": 1_700_000_000}
    assert post_events(stack, "world", [play]).status == 202
    later = shown(handler, "world", "past reader", as_of="2026-01-20").body
    assert [(one["item_id"], one["count"]) for one in later["items"]] == [("item-02", 1)]
    assert shown(handler, "world", "past reader", as_of="2020-01-01T00:00:00Z").body["items"] == []
    check_problem(shown(handler, "nowhere", "past reader", as_of="2020-01-01"), 404, "not-found")


@pytest.mark.parametrize("wrong", ["soon", "03/04/2024", "3000-01-01", "x" * 65])
def test_what_is_no_time_is_refused_by_its_field(handler: Handler, wrong: str) -> None:
    answer = shown(handler, "world", "reader", as_of=wrong)
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == ["as_of"]


EXPORT = "GET /v1/catalogs/{catalog}/users/{user_id}"
EXPORTS = "POST /v1/catalogs/{catalog}/exports"


def test_all_that_is_stored_of_a_user_is_exported_by_id_and_by_support_id(handler: Handler, stack: Stack) -> None:
    post_events(
        stack, "world", [{"user_id": "gone/over", "item_id": item, "kind": "play"} for item in ("item-01", "x")]
    )
    found = ask(handler, http_event(EXPORT, None, {"catalog": "world", "user_id": "gone/over"}, query={"n": "1"})).body
    assert (found["n_events"], len(found["events"]), found["next_cursor"]) == (2, 1, 1)
    for named in ({"user_id": "gone/over"}, {"support_id": found["support_id"]}):
        again = ask(handler, http_event(EXPORTS, named, {"catalog": "world"})).body
        assert ({one["item_id"] for one in again["events"]}, len(again["history"])) == ({"item-01", "x"}, 2)
    assert ask(handler, http_event(EXPORTS, {}, {"catalog": "world"})).fields == ["user_id"]
    check_problem(ask(handler, http_event(EXPORTS, {"user_id": "a"}, {"catalog": "none"})), 404, "not-found")


ERASE = "DELETE /v1/catalogs/{catalog}/users/{user_id}"
ERASURES = "POST /v1/catalogs/{catalog}/erasures"
LISTED = "GET /v1/catalogs/{catalog}/erasures"
ERASURE = "GET /v1/catalogs/{catalog}/erasures/{erasure_id}"


def test_a_user_is_erased_and_the_receipt_follows_when_requests_have_ended(
    handler: Handler, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    for user in ("leaver-1", "leaver-2", "leaver-3"):
        post_events(stack, "world", [{"user_id": user, "item_id": "item-02", "kind": "play"}])
    assert sources(stack, "leaver-1") == {"item-02"}
    answer = ask(handler, http_event(ERASE, None, {"catalog": "world", "user_id": "leaver-1"}))
    assert (answer.status, answer.body["state"], answer.body["events"]) == (202, "sweeping", 1)
    assert sources(stack, "leaver-1") == set()
    support = ask(handler, http_event(EXPORT, None, {"catalog": "world", "user_id": "leaver-3"})).body["support_id"]
    named = {"user_ids": ["leaver-2"], "support_ids": [support]}
    assert ask(handler, http_event(ERASURES, named, {"catalog": "world"})).body["events"] == 2
    listed = ask(handler, http_event(LISTED, None, {"catalog": "world"})).body["erasures"]
    assert [(one["state"], one["users"]) for one in listed] == [("sweeping", 2), ("sweeping", 1)]
    module = stack.load("PeopleFunction")
    now_ms = module.now_ms
    monkeypatch.setattr(module, "now_ms", lambda: now_ms() + 61_000)
    assert module.handler({"schedule": True}, Context("PeopleFunction")) == {"unfinished": 0}
    place = {"catalog": "world", "erasure_id": answer.body["erasure_id"]}
    receipt = ask(handler, http_event(ERASURE, None, place)).body["receipt"]
    assert [one["place"] for one in receipt["remains"]] == ["earlier versions of objects", "backups"]
    check_problem(ask(handler, http_event(ERASURE, None, {**place, "erasure_id": "none"})), 404, "not-found")
    assert ask(handler, http_event(ERASURES, {}, {"catalog": "world"})).fields == ["user_ids"]
    for malformed in ("a b", "x/y", "é"):
        refused = ask(handler, http_event(ERASURES, {"support_ids": [malformed]}, {"catalog": "world"}))
        assert (refused.status, refused.fields) == (400, ["support_ids[0]"])
