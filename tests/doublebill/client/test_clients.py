"""Both clients: what they send, what they send again, and how they say that it failed."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from doublebill.client import (
    AsyncClient,
    Client,
    ClientError,
    NotPermitted,
    Options,
    QuotaUsedUp,
    RequestInvalid,
    Unavailable,
    Unreachable,
    bearer,
)
from scripted_service import Script

BUSY = (503, {"retry-after": "3"}, b'{"type": "urn:doublebill:problem:store-unavailable", "title": "away"}')
EMPTY = (200, {}, b'{"recommendations": []}')
PLAY: Any = {"user_id": "ann", "item_id": "a", "kind": "play"}

type Ask = Callable[..., tuple[Any, list[float]]]
"""Calls a method by its name and returns the response, and the seconds that the client waited in between."""


def blocking(script: Script, name: str, *arguments: Any, options: Options | None = None) -> tuple[Any, list[float]]:
    waits: list[float] = []
    with Client(script.url, options or Options(dice=lambda: 1.0), waits.append) as client:
        response = getattr(client, name)(*arguments)
        return (response if isinstance(response, dict | bytes) else list(response)), waits


def asynchronous(script: Script, name: str, *arguments: Any, options: Options | None = None) -> tuple[Any, list[float]]:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async def ask() -> Any:
        async with AsyncClient(script.url, options or Options(dice=lambda: 1.0), sleep) as client:
            response = getattr(client, name)(*arguments)
            return [one async for one in response] if hasattr(response, "__aiter__") else await response

    return asyncio.run(ask()), waits


@pytest.fixture(params=[blocking, asynchronous])
def ask(request: pytest.FixtureRequest, script: Script) -> Ask:
    function: Ask = request.param
    return lambda name, *arguments, **options: function(script, name, *arguments, **options)


def test_a_service_that_is_away_is_asked_again_when_it_says(ask: Ask, script: Script) -> None:
    script.plays(BUSY, (0, {}, b""), (429, {}, b"{}"), EMPTY)
    response, waits = ask("recommend", "films")
    assert response == {"recommendations": []}
    assert waits == [3 + 0.2, 0.2 * 2, 0.2 * 4]
    assert {request[1] for request in script.requests} == {"/v1/catalogs/films/recommendations"}


def test_events_that_are_sent_again_have_the_same_ids(ask: Ask, script: Script) -> None:
    script.plays((0, {}, b""), (202, {}, b'{"accepted": 2, "rejected": []}'))
    ask("send_events", "films", [PLAY, {**PLAY, "event_id": "mine"}])
    first, second = (json.loads(body)["events"] for *_, body in script.requests)
    assert first == second
    assert len(first[0]["event_id"]) == 36
    assert first[1]["event_id"] == "mine"


@pytest.mark.parametrize("name", ["start_training", "start_batch", "start_content_batch"])
def test_a_job_whose_start_is_sent_again_has_one_key(ask: Ask, script: Script, name: str) -> None:
    script.plays((0, {}, b""), (202, {}, b"{}"), (202, {}, b"{}"))
    ask(name, "films")
    ask(name, "films")
    lost, again, another = (json.loads(body)["idempotency_key"] for *_, body in script.requests)
    assert lost == again != another


def test_a_client_gives_up_after_its_attempts_or_a_long_wait(ask: Ask, script: Script) -> None:
    script.plays(BUSY)
    with pytest.raises(Unavailable) as away:
        ask("health")
    assert (away.value.kind, away.value.retry_after_seconds, len(script.requests)) == ("store-unavailable", 3, 5)
    script.plays((429, {"retry-after": "40000"}, b'{"type": "urn:doublebill:problem:quota-exceeded"}'))
    with pytest.raises(QuotaUsedUp) as used_up:
        ask("health")
    assert (used_up.value.retry_after_seconds, len(script.requests)) == (40000, 1)


def test_a_problem_is_an_error_with_the_fields_that_are_wrong(ask: Ask, script: Script) -> None:
    errors = [{"field": "n", "problem": "found 0", "fix": "1 to 500"}]
    problem = {"type": "urn:doublebill:problem:invalid-input", "title": "t", "status": 400, "errors": errors}
    script.plays((400, {}, json.dumps(problem).encode()))
    with pytest.raises(RequestInvalid) as refused:
        ask("popular", "films")
    assert (refused.value.errors[0].field, refused.value.errors[0].fix) == ("n", "1 to 500")
    script.plays((403, {}, b'{"message": "Forbidden"}'))
    with pytest.raises(NotPermitted, match="403 no-problem-document: Forbidden"):
        ask("popular", "films")


def test_a_service_that_is_not_there_is_unreachable(ask: Ask, script: Script) -> None:
    script.plays((0, {}, b""))
    with pytest.raises(Unreachable, match="GET http://127"):
        ask("health")
    assert len(script.requests) == 5


def test_a_client_goes_round_proxies(ask: Ask, script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.invalid:1")
    script.plays(EMPTY)
    assert ask("popular", "films")[0] == {"recommendations": []}


def test_an_answer_that_is_not_json_is_an_error_of_the_client(ask: Ask, script: Script) -> None:
    script.plays((200, {}, b"<html>"))
    with pytest.raises(ClientError, match="not JSON: b'<html>'"):
        ask("health")


def test_pages_are_one_list(ask: Ask, script: Script) -> None:
    page = b'{"recommendations": [{"item_id": "a", "score": 2}], "next_cursor": "AQ"}'
    script.plays((200, {}, page), (200, {}, b'{"recommendations": [{"item_id": "b", "score": 1}]}'))
    items, _ = ask("recommend_all", "films")
    assert [item["item_id"] for item in items] == ["a", "b"]
    assert [json.loads(body).get("cursor") for *_, body in script.requests] == [None, "AQ"]


def test_the_results_of_a_batch_are_read_part_by_part(ask: Ask, script: Script) -> None:
    script.plays(*((200, {}, json.dumps({"parts": 3, "results": [{"index": part}]}).encode()) for part in range(3)))
    assert ask("batch_results", "films", "b1")[0] == [{"index": 0}, {"index": 1}, {"index": 2}]
    assert [target.partition("?")[2] for _, target, *_ in script.requests] == ["part=0", "part=1", "part=2"]


def test_many_events_are_sent_in_several_requests(ask: Ask, script: Script) -> None:
    script.plays((202, {}, b'{"accepted": 1000, "rejected": []}'))
    assert len(ask("send_all_events", "films", [PLAY] * 2001)[0]) == 3
    assert [len(json.loads(body)["events"]) for *_, body in script.requests] == [1000, 1000, 1]


def test_a_client_waits_for_the_end_of_a_training(ask: Ask, script: Script) -> None:
    states = [json.dumps({"state": state}).encode() for state in ("queued", "running", "succeeded")]
    script.plays(*((200, {}, state) for state in states))
    response, waits = ask("ended_training", "films", "run1", options=Options(poll_seconds=7))
    assert (response["state"], waits) == ("succeeded", [7, 7])


def test_every_attempt_is_signed_anew(ask: Ask, script: Script) -> None:
    tokens = iter(["first", "second"])
    script.plays(BUSY, EMPTY)
    ask("popular", "films", options=Options(signer=bearer(lambda: next(tokens))))
    assert [headers["authorization"] for _, _, headers, _ in script.requests] == ["Bearer first", "Bearer second"]


def test_a_file_is_bytes(ask: Ask, script: Script) -> None:
    script.plays((200, {}, b"\x89PNG"))
    assert ask("draw", "maze")[0] == b"\x89PNG"


def test_the_client_loads_nothing_of_the_service() -> None:
    code = "import doublebill.client, sys; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "urllib3" in loaded
    own = {name for name in loaded if name.startswith("doublebill.") and not name.startswith("doublebill.client")}
    assert own | {"numpy", "botocore", "msgspec"} & set(loaded) == set()
