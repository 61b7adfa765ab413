"""Retries: whether and when a request is sent again."""

import pytest

from doublebill.client import Retries
from doublebill.client.retries import Answer, retry_after_seconds

POLICY = Retries(attempts=4, first_seconds=1, longest_seconds=10)


def wait(attempt: int, status: int, draw: float = 1.0, **headers: str) -> float | None:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return POLICY.wait_seconds(attempt, Answer(status, named, b""), lambda: draw)


def test_waits_are_drawn_below_a_bound_that_doubles() -> None:
    assert [wait(attempt, 503) for attempt in range(4)] == [1, 2, 4, None]
    assert wait(2, 503, draw=0.25) == 1
    assert Retries(9, 1, 10).wait_seconds(6, Answer(0, {}, b""), lambda: 1.0) == 10


@pytest.mark.parametrize("status", [200, 202, 304, 400, 403, 404, 409, 422])
def test_an_answer_that_will_not_change_is_final(status: int) -> None:
    assert wait(0, status) is None


@pytest.mark.parametrize("status", [0, 429, 500, 502, 503, 504])
def test_an_answer_that_may_change_is_asked_for_again(status: int) -> None:
    assert wait(0, status) == 1


def test_the_service_says_how_long_to_wait() -> None:
    assert wait(0, 503, 0.5, retry_after="7") == 7.5
    assert wait(0, 429, retry_after="11") is None
    date = {"date": "Sun, 29 Nov 2026 10:00:00 GMT", "retry_after": "Sun, 29 Nov 2026 10:00:04 GMT"}
    assert wait(0, 503, 0, **date) == 4


@pytest.mark.parametrize("written", ["", "soon", "nan", "inf", "Sun, 29 Nov 2026 10:00:04 GMT"])
def test_what_cannot_be_read_counts_as_nothing(written: str) -> None:
    assert retry_after_seconds({"retry-after": written}) is None
