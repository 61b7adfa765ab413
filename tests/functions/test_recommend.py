"""The recommend function against S3, DynamoDB and Secrets Manager (moto)."""

import base64
import gzip
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_events import BROKEN_BODIES, ODD_IDS, Answer, Handler, ask, check_broken, check_problem, http_event, url_event
from stacks import Stack, post_events

POST = "POST /v1/catalogs/{catalog}/recommendations"
OF_USER = "GET /v1/catalogs/{catalog}/users/{user_id}/recommendations"
NEIGHBOURS = "GET /v1/catalogs/{catalog}/items/{item_id}/neighbours"
RANK = "POST /v1/catalogs/{catalog}/rankings"
ROWS = "GET /v1/catalogs/{catalog}/users/{user_id}/rows"
TRENDING = "GET /v1/catalogs/{catalog}/trending"
MAP = "GET /v1/catalogs/{catalog}/map"
POPULAR = "GET /v1/catalogs/{catalog}/popular"

ITEMS = 12
HEAD = {"catalog", "model_version", "degraded"}


@pytest.fixture(scope="module")
def handler(stack: Stack, world: str) -> Handler:
    """A warm recommend function."""
    made: Handler = stack.load("RecommendFunction").handler
    return made


def recommend(handler: Handler, catalog: str = "world", **body: object) -> Answer:
    return ask(handler, http_event(POST, body, {"catalog": catalog}))


def ids(answer: Answer) -> list[str]:
    return [entry["item_id"] for entry in answer.body["recommendations"]]


def is_even(item_id: str) -> bool:
    return int(item_id.removeprefix("item-")) % 2 == 0


def test_health_is_ok(handler: Handler) -> None:
    answer = ask(handler, http_event("GET /v1/health"))
    assert (answer.status, answer.body) == (200, {"status": "ok"})


def test_an_answer_has_the_documented_shape(handler: Handler, world: str) -> None:
    answer = recommend(handler, history=["item-00", "item-02"], n=3)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-model-version"] == world
    told = {"recommendation_id", "cold", "unknown_items", "recommendations", "next_cursor"}
    assert answer.body.keys() == HEAD | told
    assert answer.body["catalog"] == "world"
    assert answer.body["model_version"] == world
    assert answer.body["cold"] is False
    assert answer.body["degraded"] is False
    assert answer.body["unknown_items"] == []
    assert [entry.keys() for entry in answer.body["recommendations"]] == [{"item_id", "score", "title"}] * 3
    assert all(
        entry["title"] == entry["item_id"].replace("item-", "Title ") for entry in answer.body["recommendations"]
    )


def test_even_histories_get_even_items_and_odd_ones_odd(handler: Handler) -> None:
    assert all(is_even(item_id) for item_id in ids(recommend(handler, history=["item-00", "item-02"], n=4)))
    assert not any(is_even(item_id) for item_id in ids(recommend(handler, history=["item-01", "item-03"], n=4)))


def test_scores_descend_and_no_item_comes_twice(handler: Handler) -> None:
    answer = recommend(handler, history=["item-00"], n=500, exclude_seen=False)
    scores = [entry["score"] for entry in answer.body["recommendations"]]
    assert scores == sorted(scores, reverse=True)
    assert len(set(ids(answer))) == len(ids(answer)) == ITEMS


@pytest.mark.parametrize(
    "history",
    [
        ["item-00"],
        ["item-00", "item-02", "item-04"],
        ["item-00", "item-01"],
        [{"item_id": "item-00", "weight": 5}, {"item_id": "item-02", "weight": 0.25}],
        [{"item_id": "item-00", "weight": -1}, {"item_id": "item-02"}, {"item_id": "item-04", "weight": 3}],
        [{"item_id": "item-00"}, {"item_id": "item-00", "timestamp": 1.5}, "item-06"],
    ],
)
def test_contributions_sum_to_the_score_and_shares_to_one(handler: Handler, history: list[object]) -> None:
    answer = recommend(handler, history=history, n=ITEMS, explain=True)
    asked = {entry if isinstance(entry, str) else entry["item_id"] for entry in history}  # type: ignore[index]  # an object of JSON
    explained = 0
    for entry in answer.body["recommendations"]:
        parts = entry["contributions"]
        assert sum(part["contribution"] for part in parts) == pytest.approx(entry["score"], abs=1e-6)
        if parts:
            explained += 1
            assert sum(part["share"] for part in parts) == pytest.approx(1, abs=1e-9)
            assert {part["item_id"] for part in parts} <= asked
            total = sum(abs(part["contribution"]) for part in parts)
            assert all(part["share"] == pytest.approx(abs(part["contribution"]) / total) for part in parts)
            assert all(part.keys() == {"item_id", "contribution", "share", "title"} for part in parts)
    assert explained


def test_nothing_is_explained_unasked(handler: Handler) -> None:
    assert "contributions" not in recommend(handler, history=["item-00"]).body["recommendations"][0]


def test_an_event_just_posted_is_in_the_next_answer(handler: Handler, stack: Stack) -> None:
    before = recommend(handler, user_id="newcomer")
    assert before.body["cold"] is True
    posted = post_events(stack, "world", [{"user_id": "newcomer", "item_id": "item-03", "kind": "like"}])
    assert posted.body == {"accepted": 1, "rejected": [], "unknown_items": 0}
    after = recommend(handler, user_id="newcomer", explain=True, n=3)
    assert after.body["cold"] is False
    assert not any(is_even(item_id) for item_id in ids(after))
    top = after.body["recommendations"][0]
    assert [part["item_id"] for part in top["contributions"]] == ["item-03"]


def test_a_stored_user_and_the_same_history_sent_are_answered_alike(handler: Handler) -> None:
    stored = recommend(handler, user_id="user-01", n=5)
    sent = recommend(handler, history=[f"item-{item:02d}" for item in range(3, ITEMS, 2)], n=5)
    assert stored.body["recommendations"] == sent.body["recommendations"]


def test_by_path_and_by_body_a_user_is_answered_alike(handler: Handler) -> None:
    by_path = ask(
        handler,
        http_event(
            OF_USER,
            path={"catalog": "world", "user_id": "user-01"},
            query={"n": "4", "explain": "true", "exclude": "item-01,item-05", "exclude_seen": "false"},
        ),
    )
    exclude = ["item-01", "item-05"]
    by_body = recommend(handler, user_id="user-01", n=4, explain=True, exclude=exclude, exclude_seen=False)
    assert by_path.status == by_body.status == 200
    assert by_path.body["recommendations"] == by_body.body["recommendations"]
    assert set(exclude).isdisjoint(ids(by_path))


def test_unknown_users_and_empty_histories_get_what_is_popular(handler: Handler) -> None:
    popular = ask(handler, http_event(POPULAR, path={"catalog": "world"}, query={"n": "5"}))
    expected = popular.body["popular"]
    for asked in ({"user_id": "nobody"}, {"history": []}, {"history": ["no-such-item"]}):
        answer = recommend(handler, n=5, **asked)
        assert answer.status == 200
        assert answer.body["cold"] is True
        assert answer.body["recommendations"] == expected


def test_unknown_items_are_named_once_and_ignored(handler: Handler) -> None:
    answer = recommend(handler, history=["no-such", "item-00", "other", "no-such"], n=3)
    assert answer.body["unknown_items"] == ["no-such", "other"]
    assert answer.body["cold"] is False
    assert answer.body["recommendations"] == recommend(handler, history=["item-00"], n=3).body["recommendations"]


def test_excluded_items_never_come_back(handler: Handler) -> None:
    everything = ids(recommend(handler, history=["item-00"], n=500))
    answer = recommend(handler, history=["item-00"], n=500, exclude=[everything[0], everything[3], "no-such-item"])
    assert set(ids(answer)) == set(everything) - {everything[0], everything[3]}
    assert ids(recommend(handler, user_id="nobody", n=500, exclude=everything)) == ["item-00"]


def test_seen_items_come_back_only_when_asked_for(handler: Handler) -> None:
    history = ["item-00", "item-02"]
    assert set(history).isdisjoint(ids(recommend(handler, history=history, n=500, exclude_seen=True)))
    assert set(history) <= set(ids(recommend(handler, history=history, n=500, exclude_seen=False)))


@pytest.mark.parametrize("item_id", [f"item-{item:02d}" for item in (0, 5)])
def test_neighbours_have_the_documented_shape(handler: Handler, world: str, item_id: str) -> None:
    answer = ask(handler, http_event(NEIGHBOURS, path={"catalog": "world", "item_id": item_id}, query={"n": "4"}))
    assert answer.status == 200
    assert answer.body.keys() == HEAD | {"item_id", "neighbours"}
    assert answer.body["item_id"] == item_id
    assert answer.body["model_version"] == world
    assert [entry.keys() for entry in answer.body["neighbours"]] == [{"item_id", "score", "title"}] * 4
    assert all(is_even(entry["item_id"]) == is_even(item_id) for entry in answer.body["neighbours"])
    assert item_id not in [entry["item_id"] for entry in answer.body["neighbours"]]


def test_popular_has_the_documented_shape(handler: Handler, world: str) -> None:
    answer = ask(handler, http_event(POPULAR, path={"catalog": "world"}))
    assert answer.status == 200
    assert answer.body.keys() == HEAD | {"popular"}
    assert len(answer.body["popular"]) == 10
    assert all(entry.keys() == {"item_id", "score", "title"} for entry in answer.body["popular"])


def test_the_map_has_what_is_alike_in_one_place(handler: Handler, world: str) -> None:
    answer = ask(handler, http_event(MAP, path={"catalog": "world"}, query={"fields": "tags"}))
    assert answer.status == 200
    assert answer.body.keys() == HEAD | {"items"}
    assert answer.body["model_version"] == world
    assert all(entry.keys() >= {"item_id", "score", "x", "y", "title"} for entry in answer.body["items"])
    middles = [
        [sum(entry[axis] for entry in part) / len(part) for axis in ("x", "y")]
        for part in (
            [entry for entry in answer.body["items"] if is_even(entry["item_id"]) == even] for even in (True, False)
        )
    ]
    assert math.dist(*middles) > 300
    fewer = ask(handler, http_event(MAP, path={"catalog": "world"}, query={"n": "3"}))
    assert [one["item_id"] for one in fewer.body["items"]] == [one["item_id"] for one in answer.body["items"][:3]]


def test_an_unknown_item_is_not_found(handler: Handler) -> None:
    for item_id in ("no-such-item", *ODD_IDS):
        answer = ask(handler, http_event(NEIGHBOURS, path={"catalog": "world", "item_id": item_id}))
        check_problem(answer, 404, "not-found")


@pytest.mark.parametrize(
    ("route", "rest"), [(POST, {}), (OF_USER, {"user_id": "u"}), (NEIGHBOURS, {"item_id": "i"}), (POPULAR, {})]
)
def test_an_unknown_catalog_is_not_found_and_one_without_model_says_to_come_back(
    handler: Handler, stack: Stack, fresh: str, route: str, rest: dict[str, str]
) -> None:
    body = {"user_id": "u"} if route == POST else None
    check_problem(ask(handler, http_event(route, body, {"catalog": "no-such", **rest})), 404, "not-found")
    assert post_events(stack, fresh, [{"user_id": "u", "item_id": "i", "kind": "play"}]).status == 202
    answer = ask(handler, http_event(route, body, {"catalog": fresh, **rest}))
    check_problem(answer, 503, "no-model")
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "catalog", ["", "Music", "-a", "a-", "..", "../champions", "é", "a b", "x" * 65, "a\x00", "a/b"]
)
@pytest.mark.parametrize(("route", "rest"), [(POST, {}), (NEIGHBOURS, {"item_id": "item-00"})])
def test_what_no_catalog_can_be_called_is_refused(
    handler: Handler, catalog: str, route: str, rest: dict[str, str]
) -> None:
    answer = ask(handler, http_event(route, {"user_id": "u"}, {"catalog": catalog, **rest}))
    if catalog == "":
        check_problem(answer, 404, "not-found")  # the path has no such part, so there is no such route
    else:
        check_problem(answer, 400, "invalid-input")
        assert answer.fields == ["catalog"]


@pytest.mark.parametrize("broken", BROKEN_BODIES.values(), ids=BROKEN_BODIES)
def test_a_broken_body_is_refused(handler: Handler, broken: Any) -> None:
    check_broken(handler, POST, broken, {"catalog": "world"})


WRONG = [
    *[("n", n) for n in (-1, 0, 501, 10**9, 10**400, "10", True, None, 1.5, [], {})],
    *[("user_id", user_id) for user_id in ("", "x" * 257, 1, True, [], "\ud800")],
    *[("history", history) for history in ("item-00", {}, 1, ["x"] * 1001)],
    *[("history[0]", [entry]) for entry in (1, None, True, [], "", "x" * 257, "\udfff")],
    ("history[0].item_id", [{}]),
    ("history[0].item_id", [{"item_id": 5}]),
    ("history[1].weight", ["a", {"item_id": "a", "weight": "1"}]),
    ("history[0].weight", [{"item_id": "a", "weight": True}]),
    ("history[0].weight", [{"item_id": "a", "weight": 10**400}]),
    ("history[0].weight", [{"item_id": "a", "weight": 2e9}]),
    ("history[0].timestamp", [{"item_id": "a", "timestamp": -1}]),
    ("history[0].rating", [{"item_id": "a", "rating": -2e9}]),
    ("history[0].rating", [{"item_id": "a", "rating": "5"}]),
    *[("exclude", exclude) for exclude in ("item-00", None, ["x"] * 1001)],
    ("exclude[0]", [1]),
    ("exclude[1]", ["a", "x" * 257]),
    *[("exclude_seen", wrong) for wrong in ("true", 1, 0)],
    *[("explain", wrong) for wrong in ("true", 1, None)],
    *[("diversity", wrong) for wrong in (-0.1, 1.1, "0.5", True, None, 10**400)],
    *[("cursor", wrong) for wrong in ("", "0", "next", "AQ=", 1, [], "A" * 6000)],
    *[("filter", wrong) for wrong in (1, "rock", [], True)],
    *[("max_per", wrong) for wrong in (1, "artist", [], {f"t{n}": 1 for n in range(11)})],
    *[("promote", wrong) for wrong in (1, "rock", [], True)],
    ("limit", 10),
    ("N", 10),
    ("", 1),
]


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_a_wrong_field_is_named(handler: Handler, field: str, value: object) -> None:
    body = {"user_id": "u"} if not field.startswith(("user_id", "history")) else {}
    answer = ask(handler, http_event(POST, {**body, field.partition("[")[0]: value}, {"catalog": "world"}))
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == [field or '""']


def test_either_a_user_or_a_history_must_be_named(handler: Handler) -> None:
    for body in ({}, {"user_id": "u", "history": []}, {"user_id": None, "history": None}):
        answer = recommend(handler, **body)
        check_problem(answer, 400, "invalid-input")
        assert answer.fields == ["user_id"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        *[({"n": n}, "n") for n in ("-1", "0", "501", "1e3", "1.0", "", "ten", "1_0", " 5", "٣", "9" * 5000)],
        ({"explain": "1"}, "explain"),
        ({"explain": ""}, "explain"),
        ({"exclude_seen": "TRUE"}, "exclude_seen"),
        ({"exclude": "x" * 257}, "exclude[0]"),
        ({"limit": "5"}, "limit"),
        ({"user_id": "other"}, "user_id"),
        ({"history": "item-00"}, "history"),
    ],
)
def test_a_wrong_query_is_named(handler: Handler, query: dict[str, str], field: str) -> None:
    answer = ask(handler, http_event(OF_USER, path={"catalog": "world", "user_id": "u"}, query=query))
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == [field]


def test_ids_too_long_for_an_id_are_refused_in_the_path(handler: Handler) -> None:
    for route, name in ((OF_USER, "user_id"), (NEIGHBOURS, "item_id")):
        answer = ask(handler, http_event(route, path={"catalog": "world", name: "x" * 257}))
        check_problem(answer, 400, "invalid-input")
        assert answer.fields == [name]


@pytest.mark.parametrize("odd", ODD_IDS)
def test_any_characters_make_an_id(handler: Handler, odd: str) -> None:
    by_path = ask(handler, http_event(OF_USER, path={"catalog": "world", "user_id": odd}))
    assert (by_path.status, by_path.body["cold"]) == (200, True)
    answer = recommend(handler, history=[odd, "item-00"], exclude=[odd])
    assert answer.status == 200
    assert answer.body["unknown_items"] == [odd]
    assert recommend(handler, user_id=odd).status == 200


def test_a_body_in_base64_is_read(handler: Handler) -> None:
    raw = base64.b64encode(json.dumps({"history": ["item-00", "é"]}).encode()).decode()
    answer = ask(handler, http_event(POST, path={"catalog": "world"}, raw_body=raw, base64_encoded=True))
    assert answer.status == 200
    assert answer.body["unknown_items"] == ["é"]


def test_the_largest_history_is_answered(handler: Handler) -> None:
    history = [{"item_id": f"item-{n % ITEMS:02d}", "weight": 1e9, "timestamp": 1e11} for n in range(1000)]
    answer = recommend(handler, history=history, n=500, exclude_seen=False, explain=True)
    assert (answer.status, len(ids(answer))) == (200, ITEMS)


def test_an_explained_answer_may_be_empty(handler: Handler) -> None:
    everything = [f"item-{item:02d}" for item in range(ITEMS)]
    answer = recommend(handler, history=everything, exclude_seen=True, explain=True)
    assert (answer.status, ids(answer)) == (200, [])


def test_a_route_that_is_not_there_is_not_found(handler: Handler) -> None:
    for route in ("GET /v1/nothing", "DELETE /v1/health", "GET /", "GET /v1/catalogs/world/recommendations"):
        check_problem(ask(handler, http_event(route)), 404, "not-found")


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
)
item_ids = st.sampled_from([f"item-{item:02d}" for item in range(ITEMS)]) | st.text(min_size=1, max_size=5)
entries = item_ids | st.fixed_dictionaries(
    {"item_id": item_ids}, optional={"weight": st.floats(-10, 10) | st.integers(), "rating": st.floats(0, 5)}
)
bodies = st.fixed_dictionaries(
    {},
    optional={
        "history": st.lists(entries, max_size=5) | anything,
        "user_id": st.text(min_size=1, max_size=5) | anything,
        "n": st.integers(-1, 600) | anything,
        "exclude": st.lists(item_ids, max_size=5) | anything,
        "exclude_seen": st.booleans() | anything,
        "explain": st.booleans() | anything,
    },
)


@given(body=bodies | anything)
def test_no_body_whatever_is_answered_with_a_defect(handler: Handler, body: object) -> None:
    raw = json.dumps(body)
    answer = ask(handler, http_event(POST, path={"catalog": "world"}, raw_body=raw))
    if answer.status != 200:
        check_problem(answer, 400, "invalid-input")
        assert answer.fields


def test_by_the_function_s_url_a_request_is_answered_as_by_the_api(handler: Handler) -> None:
    path = {"catalog": "world", "user_id": "user-00"}
    by_url, by_api = (ask(handler, made(OF_USER, path=path, query={"n": "3"})) for made in (url_event, http_event))
    assert by_url.body["recommendations"]
    assert {**by_url.body, "recommendation_id": ""} == {**by_api.body, "recommendation_id": ""}


def test_log_lines_and_stored_objects_never_hold_a_user_id(
    stack: Stack, grow: Callable[[str], dict[str, Any]], fresh: str, capfd: pytest.CaptureFixture[str]
) -> None:
    grow(fresh)
    handler = stack.load("RecommendFunction").handler
    secret = "somebody-private@example.org"
    events = [{"user_id": secret, "item_id": "item-00", "kind": "play"}]
    bad = [{"user_id": secret * 20, "item_id": "item-00", "kind": "play"}]
    assert post_events(stack, fresh, events + bad).status == 202
    assert post_events(stack, fresh, bad).status == 400
    assert recommend(handler, fresh, user_id=secret).body["cold"] is False
    for user_id in (secret, secret * 20):
        ask(handler, http_event(OF_USER, path={"catalog": fresh, "user_id": user_id}))
        ask(handler, url_event(OF_USER, path={"catalog": fresh, "user_id": user_id}))
        ask(handler, http_event(OF_USER, path={"catalog": "-", "user_id": user_id}))
        ask(handler, http_event(OF_USER, path={"catalog": "no-such", "user_id": user_id}))
        ask(handler, http_event(OF_USER, path={"catalog": fresh, "user_id": user_id}, query={"user_id": user_id}))
        recommend(handler, fresh, user_id=user_id, nonsense=user_id)
        recommend(handler, fresh, **{user_id: user_id})
    stack.train(fresh)
    written = "".join(capfd.readouterr())
    assert written.count('"message":"answered"') > 10
    assert "somebody" not in written
    assert quote(secret, safe="") not in written
    told = repr(stack.rows()) + "".join(_text(key, data) for key, data in stack.objects().items())
    told += "".join(gzip.decompress(row["data"]["B"]).decode() for row in stack.rows() if _is_packed(row))
    assert "item-00" in told
    assert "somebody" not in told


def _is_packed(row: dict[str, Any]) -> bool:
    return bytes(row.get("data", {}).get("B", b""))[:2] == b"\x1f\x8b"


def _text(key: str, data: bytes) -> str:
    return key + (gzip.decompress(data) if key.endswith(".gz") else data).decode("latin-1")


def test_a_request_is_logged_and_counted_once(handler: Handler, world: str, capsys: pytest.CaptureFixture[str]) -> None:
    recommend(handler, history=["item-00"])
    (logged,) = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert logged["service"] == "recommend"
    assert logged["route"] == POST
    assert logged["status"] == 200
    assert (logged["catalog"], logged["model_version"], logged["cold"]) == ("world", world, False)
    assert logged["recommendation_id"].startswith(world)
    assert logged["correlation_id"] == "request-1"
    assert logged["milliseconds"] >= 0
    (directive,) = logged["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "doublebill"
    assert directive["Dimensions"] == [["service", "stage"]]
    assert {metric["Name"] for metric in directive["Metrics"]} == {"Milliseconds", "Failed", "Degraded", "Cold"}
    assert (logged["service"], logged["Failed"], logged["Degraded"]) == ("recommend", 0, 0)


def test_a_refusal_is_logged_and_is_no_failure(handler: Handler, capsys: pytest.CaptureFixture[str]) -> None:
    recommend(handler, n=0)
    (logged,) = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (logged["level"], logged["status"], logged["Failed"]) == ("INFO", 400, 0)


def test_a_defect_is_logged_counted_and_answered_without_its_words(
    stack: Stack, world: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    module = stack.load("RecommendFunction")

    def broken(catalog: str, deadline: object, user: str | None) -> None:
        raise RuntimeError("inner words")

    monkeypatch.setattr(module.stack.warm, "serving", broken)
    answer = recommend(module.handler, history=[])
    assert answer.status == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.body["type"] == "urn:doublebill:problem:defect"
    assert "inner words" not in json.dumps(answer.body)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["level"] == "ERROR"
    assert "inner words" in lines[0]["exception"]
    assert lines[-1]["Failed"] == 1


def test_while_a_store_does_not_answer_what_is_at_hand_does(
    stack: Stack, world: str, fresh: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    post_events(stack, fresh, [{"user_id": "u", "item_id": "i", "kind": "play"}])
    warm = stack.load("RecommendFunction").handler
    assert recommend(warm, history=["item-00"]).body["degraded"] is False
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    on_disk = recommend(stack.load("RecommendFunction").handler, history=["item-00"])
    monkeypatch.setenv("DOUBLEBILL_SCRATCH", str(tmp_path))
    nowhere = stack.load("RecommendFunction").handler
    remembered = recommend(nowhere, history=["item-00"])
    for answer in (on_disk, remembered):
        assert (answer.status, answer.body["model_version"]) == (200, world)
        assert answer.headers["x-degraded"] == "true"
        assert "the champion could not be checked: S3" in answer.body["degraded"]
    assert not on_disk.body["cold"]
    assert remembered.body["cold"]
    assert "only popular items are known" in remembered.body["degraded"]
    answer = recommend(nowhere, fresh, history=["item-00"])
    check_problem(answer, 503, "no-model")
    assert int(answer.headers["retry-after"]) > 0
    assert recommend(warm, history=["item-00"]).status == 200


def nested(levels: int) -> object:
    """A filter of that many levels."""
    made: object = {"seen": False}
    for _ in range(levels - 1):
        made = {"not": made}
    return made


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("filter.tags", {"filter": {"tags": "rock"}}),
        ("filter.tags.some", {"filter": {"tags": {"some": ["rock"]}}}),
        ("filter.tags.any[0]", {"filter": {"tags": {"any": [1]}}}),
        ("filter.year.min", {"filter": {"year": {"min": "1990"}}}),
        ("filter.seen", {"filter": {"seen": 1}}),
        ("filter.__proto__", {"filter": {"__proto__": 1}}),
        ("filter.all[1].available", {"filter": {"all": [{}, {"available": "yes"}]}}),
        ("filter" + ".not" * 10, {"filter": nested(11)}),
        ("max_per.artist", {"max_per": {"artist": 0}}),
        ("promote.share", {"promote": {"filter": {}, "share": 2}}),
        ("promote.filter", {"promote": {"share": 0.5}}),
        ("promote.filter.tags", {"promote": {"filter": {"tags": 1}, "share": 0.5}}),
    ],
)
def test_a_wrong_place_inside_a_new_field_is_named(handler: Handler, field: str, sent: dict[str, object]) -> None:
    answer = recommend(handler, history=["item-00"], **sent)
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == [field]


@pytest.mark.parametrize(
    ("field", "sent"), [("filter.mood", {"filter": {"mood": "calm"}}), ("max_per.artist", {"max_per": {"artist": 2}})]
)
def test_what_the_catalog_does_not_have_cannot_be_satisfied(
    handler: Handler, field: str, sent: dict[str, object]
) -> None:
    answer = recommend(handler, history=["item-00"], **sent)
    check_problem(answer, 422, "unsatisfiable")
    assert answer.fields == [field]


def test_a_filter_a_thousand_deep_is_refused(handler: Handler) -> None:
    raw = '{"history":[],"filter":' + '{"not":' * 1000 + "{}" + "}" * 1001
    answer = ask(handler, http_event(POST, path={"catalog": "world"}, raw_body=raw))
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == ["body"]


def test_a_filter_holds_and_one_that_excludes_everything_gives_an_empty_answer(handler: Handler) -> None:
    some = ["item-01", "item-03", "item-04"]
    answer = recommend(handler, history=["item-00"], n=500, exclude_seen=False, filter={"item_id": {"any": some}})
    assert set(ids(answer)) == set(some)
    none = recommend(handler, history=["item-00"], filter={"item_id": {"any": ["no-such-item"]}})
    assert (none.status, ids(none)) == (200, [])
    assert "next_cursor" not in none.body
    unseen = recommend(handler, history=["item-00"], n=500, exclude_seen=False, filter={"seen": False})
    assert "item-00" not in ids(unseen)
    assert len(ids(unseen)) == ITEMS - 1


def test_pages_give_every_item_once(handler: Handler) -> None:
    whole = ids(recommend(handler, history=["item-00"], n=500))
    pages: list[str] = []
    sent: dict[str, object] = {}
    while True:
        answer = recommend(handler, history=["item-00"], n=4, **sent)
        pages += ids(answer)
        if "next_cursor" not in answer.body:
            break
        sent = {"cursor": answer.body["next_cursor"]}
    assert pages == whole


def test_a_cursor_in_the_query_and_in_the_body_say_the_same(handler: Handler) -> None:
    first = recommend(handler, user_id="user-01", n=3)
    cursor = first.body["next_cursor"]
    by_body = recommend(handler, user_id="user-01", n=3, cursor=cursor)
    path = {"catalog": "world", "user_id": "user-01"}
    by_path = ask(handler, http_event(OF_USER, path=path, query={"n": "3", "cursor": cursor}))
    assert by_path.body["recommendations"] == by_body.body["recommendations"]
    assert set(ids(first)).isdisjoint(ids(by_body))


def test_objects_in_a_query_are_read_as_json(handler: Handler) -> None:
    wanted = {"item_id": {"any": ["item-03", "item-08", "item-09"]}}
    rules: dict[str, object] = {"filter": {"not": {"item_id": {"any": ["item-01"]}}}, "diversity": 0.5, "n": 6}
    rules["promote"] = {"filter": wanted, "share": 0.3}
    path = {"catalog": "world", "user_id": "user-01"}
    by_path = ask(handler, http_event(OF_USER, path=path, query={name: json.dumps(one) for name, one in rules.items()}))
    by_body = recommend(handler, user_id="user-01", **rules)
    assert by_path.status == 200
    assert by_path.body["recommendations"] == by_body.body["recommendations"]
    assert "item-01" not in ids(by_path)


def test_promoted_items_take_their_share_and_say_so(handler: Handler) -> None:
    odd = {"item_id": {"any": ["item-09", "item-11"]}}
    plain = recommend(handler, history=["item-00", "item-02"], n=4)
    promoting = recommend(handler, history=["item-00", "item-02"], n=4, promote={"filter": odd, "share": 0.5})
    promoted = [entry["item_id"] for entry in promoting.body["recommendations"] if entry.get("promoted")]
    assert set(promoted) == {"item-09", "item-11"}
    assert set(promoted).isdisjoint(ids(plain))
    assert len(ids(promoting)) == 4


def test_no_more_than_so_many_are_of_one_group(stack: Stack, grow: Callable[[str], dict[str, Any]], fresh: str) -> None:
    grow(fresh)
    items = [{"item_id": f"item-{n:02d}", "tags": [f"artist:{n // 4}"]} for n in range(ITEMS)]
    described = http_event("PUT /v1/catalogs/{catalog}/items", {"items": items}, {"catalog": fresh})
    assert ask(stack.load("ItemsFunction").handler, described).status == 200
    stack.train(fresh)
    handler = stack.load("RecommendFunction").handler
    answer = recommend(handler, fresh, history=["item-00"], n=3, exclude_seen=False, max_per={"artist": 1})
    artists = [int(item_id.removeprefix("item-")) // 4 for item_id in ids(answer)]
    assert sorted(artists) == [0, 1, 2]
    free = recommend(handler, fresh, history=["item-00"], n=3, exclude_seen=False)
    assert ids(free) != ids(answer)


def test_a_ranking_gives_back_the_same_items_best_first(handler: Handler, world: str) -> None:
    asked = ["item-01", "no-such", "item-04", "item-03", "item-04", "item-06"]
    body = {"history": ["item-00", "item-02"], "items": asked, "explain": True}
    answer = ask(handler, http_event(RANK, body, {"catalog": "world"}))
    assert answer.status == 200
    assert answer.body.keys() == HEAD | {"recommendation_id", "cold", "unknown_items", "recommendations"}
    assert sorted(ids(answer)) == sorted(set(asked))
    assert all(is_even(item_id) for item_id in ids(answer)[:2])
    assert ids(answer)[-1] == "no-such"
    assert answer.body["unknown_items"] == ["no-such"]
    top = answer.body["recommendations"][0]
    assert sum(part["contribution"] for part in top["contributions"]) == pytest.approx(top["score"], abs=1e-6)
    assert top["reason"].startswith("because of Title 0")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("items", wrong) for wrong in ([], "item-00", None, {}, ["x"] * 1001)],
        *[("items[0]", [wrong]) for wrong in ("", 1, None, "x" * 257)],
        ("n", 5),
        ("explain", "yes"),
    ],
)
def test_a_wrong_field_of_a_ranking_is_named(handler: Handler, field: str, value: object) -> None:
    body = {"user_id": "u", "items": ["item-00"], field.partition("[")[0]: value}
    answer = ask(handler, http_event(RANK, body, {"catalog": "world"}))
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == [field]


def test_rows_tell_their_source_and_no_item_twice(handler: Handler) -> None:
    path = {"catalog": "world", "user_id": "user-01"}
    answer = ask(handler, http_event(ROWS, path=path, query={"rows": "3", "n": "2", "explain": "true"}))
    assert answer.status == 200
    assert answer.body.keys() == HEAD | {"recommendation_id", "cold", "unknown_items", "rows"}
    rows = answer.body["rows"]
    assert 1 <= len(rows) <= 3
    given = [entry["item_id"] for row in rows for entry in row["items"]]
    assert len(set(given)) == len(given)
    for row in rows:
        assert row.keys() == {"source", "items"}
        assert row["source"].keys() == {"item_id", "title"}
        for entry in row["items"]:
            assert [part["item_id"] for part in entry["contributions"]] == [row["source"]["item_id"]]
    nobody = ask(handler, http_event(ROWS, path={"catalog": "world", "user_id": "nobody"}))
    assert (nobody.body["cold"], nobody.body["rows"]) == (True, [])


@pytest.mark.parametrize(
    ("name", "wrong"), [("rows", "0"), ("rows", "51"), ("n", "101"), ("filter", "x"), ("limit", "1")]
)
def test_a_wrong_query_of_rows_is_named(handler: Handler, name: str, wrong: str) -> None:
    answer = ask(handler, http_event(ROWS, path={"catalog": "world", "user_id": "u"}, query={name: wrong}))
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == [name]
