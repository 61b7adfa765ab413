"""The check of a release: only what the version that answers now can do and the new one cannot keeps it away."""

import json

import pytest

from clocks import Clock
from doublebill.errors import StoreUnavailable
from doublebill.service.releasing.release_check import ASK_SECONDS, MOST_CATALOGS, TRIES, ReleaseCheck, live
from doublebill.stores.jobs import NotInvoked
from fakes import MemoryObjects

RECOMMEND, GENERATE = "arn:recommend:7", "arn:generate:9"
GRID = ["..", ".."]
LEVEL = {"grid": GRID, "certificate": {"moves": "R", "length": 1, "from": [0, 0], "to": [1, 0]}}
GOOD = {
    "GET /v1/health": {"status": "ok"},
    "POST /v1/games/{kind}": {"generator_version": 2, "items": [LEVEL]},
    "GET /v1/catalogs/{catalog}/popular": {"model_version": "v", "degraded": False, "popular": [{"item_id": "a"}]},
    "POST /v1/catalogs/{catalog}/recommendations": {"model_version": "v", "degraded": False, "recommendations": []},
}


class Versions:
    """Versions of functions that answer rightly but where something else is said."""

    def __init__(self, wrong=None) -> None:
        self.wrong = wrong or {}
        """Version and route → the bodies that it answers one after the other, the last for ever; None for none, and an
        error to be raised."""
        self.requests = []

    def ask(self, version, event):
        route = event["routeKey"]
        self.requests.append((version, route))
        bodies = self.wrong.get((version, route), [GOOD[route]])
        body = bodies.pop(0) if len(bodies) > 1 else bodies[0]
        if isinstance(body, StoreUnavailable):
            raise body
        if body is None:
            raise StoreUnavailable("Lambda: the function ended in ImportModuleError")
        named = {"catalog": event["pathParameters"]["catalog"]} if "{catalog}" in route else {}
        return {"statusCode": 200, "body": json.dumps({**body, **named})}


def checked(versions: Versions, catalogs=("films",), left_seconds=lambda: 300.0):
    objects = MemoryObjects()
    for catalog in catalogs:
        objects.put(f"champions/{catalog}.json", b"{}")
    return ReleaseCheck(versions, RECOMMEND, GENERATE, left_seconds, Clock()).run(objects)


POPULAR = "GET /v1/catalogs/{catalog}/popular"
THROTTLED = NotInvoked("Lambda: TooManyRequestsException")
DEGRADED = {**GOOD[POPULAR], "degraded": "version v cannot be served"}


def test_new_versions_that_answer_as_they_must_pass():
    versions = Versions()
    outcome = checked(versions, ("films", "music"))
    assert (outcome.problems, outcome.passed_over, outcome.requests) == ((), (), 6)
    assert {version for version, _ in versions.requests} == {RECOMMEND, GENERATE, live(GENERATE)}


def test_without_a_catalog_health_and_a_level_are_enough():
    assert checked(Versions(), ()).requests == 2


@pytest.mark.parametrize(
    ("version", "route", "body", "named"),
    [
        (RECOMMEND, "GET /v1/health", None, "health: Lambda: the function ended in ImportModuleError"),
        (RECOMMEND, POPULAR, DEGRADED, "popular items of films: degraded: version v cannot be served"),
        (GENERATE, "POST /v1/games/{kind}", {"items": []}, "maze: an answer of another form"),
    ],
)
def test_what_only_the_new_version_cannot_do_is_a_problem(version, route, body, named):
    versions = Versions({(version, route): [body]})
    (problem,) = checked(versions).problems
    assert problem.startswith(named)
    assert versions.requests.count((version, route)) == TRIES


def test_what_the_version_that_answers_now_cannot_do_either_keeps_no_release_away():
    outcome = checked(Versions({(one, POPULAR): [DEGRADED] for one in (RECOMMEND, live(RECOMMEND))}))
    assert outcome.problems == ()
    (noted,) = outcome.passed_over
    assert noted.startswith("popular items of films: degraded")


@pytest.mark.parametrize("bodies", [[None, GOOD[POPULAR]], [DEGRADED], [{}], [THROTTLED]])
def test_no_other_problem_of_the_version_that_answers_now_excuses_one(bodies):
    outcome = checked(Versions({(RECOMMEND, POPULAR): [None], (live(RECOMMEND), POPULAR): bodies}))
    assert outcome.problems == ("popular items of films: Lambda: the function ended in ImportModuleError",)
    assert outcome.passed_over == ()


def test_a_new_version_that_was_never_invoked_is_excused_by_none_that_was_not_either():
    outcome = checked(Versions({(one, POPULAR): [THROTTLED] for one in (RECOMMEND, live(RECOMMEND))}))
    assert outcome.problems == ("popular items of films: Lambda: TooManyRequestsException",)


@pytest.mark.parametrize(("version", "route"), [(RECOMMEND, "GET /v1/health"), (GENERATE, "POST /v1/games/{kind}")])
def test_what_needs_nothing_that_is_stored_is_never_passed_over(version, route):
    outcome = checked(Versions({(one, route): [None] for one in (version, live(version))}))
    assert [problem.partition(":")[0] for problem in outcome.problems] == ["health" if version == RECOMMEND else "maze"]
    assert outcome.passed_over == ()


def test_a_level_that_nothing_can_be_compared_with_is_noted():
    outcome = checked(Versions({(live(GENERATE), "POST /v1/games/{kind}"): [None]}))
    assert outcome.problems == ()
    assert "maze: not compared" in outcome.passed_over[0]


def test_a_model_that_is_loaded_at_the_second_try_is_no_problem():
    assert checked(Versions({(RECOMMEND, POPULAR): [None, DEGRADED, GOOD[POPULAR]]})).problems == ()


def test_another_level_of_the_same_seed_and_generator_is_a_problem():
    route = "POST /v1/games/{kind}"
    other = {"generator_version": 2, "items": [{**LEVEL, "grid": ["..", "#."]}]}
    (problem,) = checked(Versions({(live(GENERATE), route): [other]})).problems
    assert "another level than before" in problem
    assert checked(Versions({(live(GENERATE), route): [{**other, "generator_version": 1}]})).problems == ()


def test_the_check_ends_in_time_and_counts_the_catalogs_it_did_not_ask():
    many = [f"films-{number:02d}" for number in range(MOST_CATALOGS + 3)]
    assert checked(Versions(), many).passed_over == (f"3 catalogs from {many[-3]} on were not tried",)
    late = Versions({(RECOMMEND, "GET /v1/health"): [None]})
    outcome = checked(late, many, lambda: ASK_SECONDS - 1)
    assert late.requests.count((RECOMMEND, "GET /v1/health")) == 1
    assert outcome.passed_over == (f"{len(many)} catalogs from {many[0]} on were not tried",)
    assert outcome.problems
