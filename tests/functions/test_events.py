"""The events function against S3, DynamoDB and Secrets Manager (moto)."""

import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.history.page import from_bytes
from http_events import BROKEN_BODIES, ODD_IDS, Answer, Handler, ask, check_broken, check_problem, http_event
from stacks import Stack

POST = "POST /v1/catalogs/{catalog}/events"
PLAY = {"user_id": "u", "item_id": "i", "kind": "play"}


@pytest.fixture(scope="module")
def handler(stack: Stack) -> Handler:
    """A warm events function."""
    made: Handler = stack.load("EventsFunction").handler
    return made


def post(handler: Handler, catalog: str, *events: object) -> Answer:
    return ask(handler, http_event(POST, {"events": events}, {"catalog": catalog}))


def logged(stack: Stack, catalog: str) -> list[dict[str, Any]]:
    """The event lines of the catalog in the event log."""
    packed = stack.objects(f"events/{catalog}/").values()
    return [json.loads(line) for data in packed for line in gzip.decompress(data).decode().split("\n")[:-1]]


def remembered(stack: Stack, catalog: str) -> list[dict[str, Any]]:
    """What the histories of the catalog have: each event of a tail, each entry of a page."""
    rows = [row for row in stack.rows() if row["pk"]["S"].startswith(f"{catalog}#")]
    folded = [
        row | {"item_id": {"S": item}}
        for row in rows
        if "page" in row
        for item in from_bytes(bytes(row["page"]["B"])).items
    ]
    return [row for row in rows if "page" not in row] + folded


def test_accepted_events_are_in_the_log_and_in_the_histories(handler: Handler, stack: Stack, fresh: str) -> None:
    answer = post(handler, fresh, PLAY, {**PLAY, "item_id": "j", "kind": "rate", "value": 4, "timestamp": 1.7e9})
    assert answer.status == 202
    assert answer.body == {"accepted": 2, "rejected": []}
    lines = logged(stack, fresh)
    assert [(line["item_id"], line["kind"], line.get("value")) for line in lines] == [
        ("i", "play", None),
        ("j", "rate", 4.0),
    ]
    assert lines[1]["timestamp"] == 1_700_000_000_000
    rows = remembered(stack, fresh)
    assert {row["item_id"]["S"] for row in rows} == {"i", "j"}
    assert {row["pk"]["S"] for row in rows} == {f"{fresh}#{lines[0]['user']}"}


def test_histories_keep_an_event_for_the_retention_of_the_template(handler: Handler, stack: Stack, fresh: str) -> None:
    post(handler, fresh, PLAY)
    (row,) = remembered(stack, fresh)
    (line,) = logged(stack, fresh)
    assert int(row["expires"]["N"]) - line["timestamp"] // 1000 == 400 * 24 * 3600


def test_bad_events_are_rejected_with_their_place_and_the_others_accepted(handler: Handler, fresh: str) -> None:
    answer = post(handler, fresh, PLAY, {**PLAY, "kind": "eat"}, PLAY, {"item_id": "i", "kind": "play"}, 7)
    assert answer.status == 202
    assert answer.body["accepted"] == 2
    rejected = answer.body["rejected"]
    assert [one["index"] for one in rejected] == [1, 3, 4]
    assert all(one.keys() == {"index", "reason"} for one in rejected)
    assert rejected[0]["reason"].startswith("kind: 'eat' is not valid")
    assert rejected[1]["reason"].startswith("user_id: missing")


def test_nothing_is_stored_when_every_event_is_bad(handler: Handler, stack: Stack, fresh: str) -> None:
    answer = post(handler, fresh, {**PLAY, "kind": "eat"}, {})
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == ["events[0].kind", "events[1].user_id", "events[1].item_id", "events[1].kind"]
    assert not logged(stack, fresh)
    assert not remembered(stack, fresh)
    assert not stack.objects(f"catalogs/{fresh}.json")


def test_an_event_sent_twice_counts_once_in_the_histories(handler: Handler, stack: Stack, fresh: str) -> None:
    named = {**PLAY, "event_id": "once", "timestamp": 1_700_000_000}
    post(handler, fresh, named)
    post(handler, fresh, named, named)
    assert len(remembered(stack, fresh)) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("user_id", wrong) for wrong in ("", "x" * 257, 12, 1.5, True, None, [], {}, "\ud800")],
        *[("item_id", wrong) for wrong in ("", "x" * 257, 12, None, "\udfff")],
        *[("event_id", wrong) for wrong in ("", "x" * 257, 12)],
        *[("kind", wrong) for wrong in ("", "Play", "eat", 1, None, [], {})],
        *[("value", wrong) for wrong in (-1, 2e9, 10**400, "1", True, [], {})],
        *[("timestamp", wrong) for wrong in (-1, 99991231, 10**400, "soon", True)],
        ("userId", "u"),
        ("\ud800", 1),
        ("", 1),
    ],
)
def test_a_wrong_field_is_named(handler: Handler, fresh: str, field: str, value: object) -> None:
    answer = post(handler, fresh, {**PLAY, field: value})
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == [f"events[0].{field}" if field else "events[0]"]
    partly = post(handler, fresh, PLAY, {**PLAY, field: value})
    assert (partly.status, [one["index"] for one in partly.body["rejected"]]) == (202, [1])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "events"),
        ({"events": []}, "events"),
        ({"events": [PLAY] * 1001}, "events"),
        ({"events": PLAY}, "events"),
        ({"events": None}, "events"),
        ({"events": [PLAY], "catalog": "music"}, "catalog"),
        (PLAY, "user_id"),
    ],
)
def test_a_wrong_request_is_named(handler: Handler, fresh: str, body: object, field: str) -> None:
    answer = ask(handler, http_event(POST, body, {"catalog": fresh}))
    check_problem(answer, 400, "invalid-input")
    assert field in answer.fields


def test_an_absent_body_is_refused(handler: Handler) -> None:
    answer = ask(handler, http_event(POST, path={"catalog": "music"}))
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == ["events"]


@pytest.mark.parametrize("broken", BROKEN_BODIES.values(), ids=BROKEN_BODIES)
def test_a_broken_body_is_refused(handler: Handler, broken: Any) -> None:
    check_broken(handler, POST, broken, {"catalog": "music"})


@pytest.mark.parametrize("catalog", ["Music", "-", "a/b", "..", "é", "x" * 65])
def test_what_no_catalog_can_be_called_is_refused(handler: Handler, catalog: str) -> None:
    answer = post(handler, catalog, PLAY)
    check_problem(answer, 400, "invalid-input")
    assert answer.fields == ["catalog"]


@pytest.mark.parametrize("odd", ODD_IDS)
def test_any_characters_make_an_id(handler: Handler, stack: Stack, fresh: str, odd: str) -> None:
    answer = post(handler, fresh, {"user_id": odd, "item_id": odd, "event_id": odd, "kind": "play"})
    assert answer.body == {"accepted": 1, "rejected": []}
    (line,) = logged(stack, fresh)
    assert (line["item_id"], line["event_id"]) == (odd, odd)
    (row,) = remembered(stack, fresh)
    assert row["item_id"]["S"] == odd
    assert line["user"] != odd


def test_more_events_than_one_write_takes_are_all_stored(handler: Handler, stack: Stack, fresh: str) -> None:
    events = [{"user_id": f"u{n % 7}", "item_id": f"i{n}", "kind": "play", "timestamp": n + 1} for n in range(130)]
    assert post(handler, fresh, *events).body == {"accepted": 130, "rejected": []}
    assert len(logged(stack, fresh)) == len(remembered(stack, fresh)) == 130


def test_user_ids_are_never_logged_or_stored(
    handler: Handler, stack: Stack, fresh: str, capfd: pytest.CaptureFixture[str]
) -> None:
    secret = "somebody-private@example.org"
    post(handler, fresh, {**PLAY, "user_id": secret}, {**PLAY, "user_id": secret, "kind": "eat"})
    post(handler, fresh, {**PLAY, "user_id": [secret]}, {"user_id": secret})
    post(handler, fresh, {**PLAY, secret: secret}, secret)
    ask(handler, http_event(POST, {secret: secret}, {"catalog": fresh}))
    written = "".join(capfd.readouterr())
    assert written.count('"message":"answered"') == 4
    assert "somebody" not in written
    assert "somebody" not in json.dumps([logged(stack, fresh), remembered(stack, fresh), list(stack.objects())])


def test_a_request_is_counted(handler: Handler, fresh: str, capsys: pytest.CaptureFixture[str]) -> None:
    post(handler, fresh, PLAY)
    (line,) = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (line["route"], line["status"]) == (POST, 202)
    assert (line["service"], line["Failed"]) == ("events", 0)
    assert line["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "doublebill"
    assert (line["Accepted"], line["Rejected"]) == (1, 0)


def test_events_are_counted_as_rejected_where_none_is_valid(
    handler: Handler, fresh: str, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {**PLAY, "kind": "eat"}
    assert post(handler, fresh, wrong, wrong).status == 400
    (line,) = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (line["Accepted"], line["Rejected"]) == (0, 2)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
)
events = st.fixed_dictionaries(
    {"user_id": st.text(min_size=1, max_size=5), "item_id": st.text(min_size=1, max_size=5)},
    optional={
        "kind": st.sampled_from(["play", "rate"]) | anything,
        "value": st.floats(0, 5) | anything,
        "timestamp": st.floats(0, 2e9) | anything,
        "event_id": st.text(st.characters(), max_size=5) | anything,
    },
)


@given(sent=st.lists(events | anything, max_size=4))
def test_no_event_whatever_is_answered_with_a_defect(handler: Handler, sent: list[object]) -> None:
    answer = post(handler, "whatever", *sent)
    if answer.status == 202:
        assert answer.body["accepted"] + len(answer.body["rejected"]) == len(sent)
        assert answer.body["accepted"]
    else:
        check_problem(answer, 400, "invalid-input")
        assert answer.fields
