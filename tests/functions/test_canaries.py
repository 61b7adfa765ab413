"""Canaries by HTTP: user ids in every field of every route reach no store, no log line and no metric."""

import pytest

from canaries import search
from canary_requests import USERS, answers_of, everything, wrong_events
from stacks import Stack, post_events


def test_user_ids_in_every_field_of_every_route_reach_no_store_and_no_log(
    stack: Stack, capfd: pytest.CaptureFixture[str]
) -> None:
    assert post_events(stack, "world", wrong_events()).status == 202
    answers = answers_of(stack)
    logs = "".join(capfd.readouterr())
    statuses = {answer.status for answer in answers}
    assert {200, 400, 404} <= statuses <= {200, 202, 400, 404, 409, 422, 503}
    found = search([*everything(stack), ("logs", logs.encode())], USERS)
    assert found.hits == ()
    assert (found.places > 20, found.size_bytes > 20_000, logs.count("answered") >= len(answers)) == (True,) * 3
