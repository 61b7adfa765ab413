"""Golden requests: right answers pass, and each thing that can be wrong with one is named."""

import json
from copy import deepcopy

import pytest

from doublebill.edge.authorise import identity_of
from doublebill.games.kinds import KINDS
from doublebill.service.content import generation
from doublebill.service.content.requests import ContentRequest
from doublebill.service.releasing import golden_requests
from doublebill.service.releasing.golden_requests import GoldenRequest

POPULAR = {"catalog": "films", "model_version": "v1", "degraded": False, "popular": [{"item_id": "a"}]}
EXPLAINED = {"item_id": "b", "score": 0.75, "contributions": [{"contribution": 0.5}, {"contribution": 0.25}]}
RECOMMENDED = {**POPULAR, "recommendations": [EXPLAINED]}


def problem(golden: GoldenRequest, body, status: int = 200) -> str:
    return golden.read({"statusCode": status, "body": json.dumps(body)})[1]


@pytest.fixture(scope="module")
def level():
    """The answer to the golden request for a level."""
    request = ContentRequest(**json.loads(golden_requests.maze().event["body"]))
    return dict(generation.generate("maze", request, lambda: 0, lambda kind, corpus, version: KINDS[kind]))


def test_right_answers_have_no_problem(level):
    assert problem(golden_requests.health(), {"status": "ok"}) == ""
    assert problem(golden_requests.popular_items("films"), POPULAR) == ""
    assert problem(golden_requests.recommendations("films", "a"), RECOMMENDED) == ""
    assert problem(golden_requests.maze(), level) == ""


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({**RECOMMENDED, "degraded": "version v1 cannot be served"}, "degraded: version v1 cannot be served"),
        ({**RECOMMENDED, "catalog": "music"}, "the catalog or the version"),
        ({**RECOMMENDED, "model_version": ""}, "the catalog or the version"),
        ({**RECOMMENDED, "recommendations": [{**EXPLAINED, "score": 0.8}]}, "the contributions to b sum to 0.75"),
        ({**POPULAR}, "another form: KeyError"),
        ([], "another form: TypeError"),
    ],
)
def test_a_wrong_recommendation_is_named(body, named: str):
    assert named in problem(golden_requests.recommendations("films", "a"), body)


def test_a_failure_and_an_answer_without_a_body_are_named():
    health = golden_requests.health()
    assert problem(health, {"title": "Internal Server Error"}, 500) == "answered 500 Internal Server Error"
    assert problem(health, {"status": "tired"}) == "not ok"
    assert health.read({"errorMessage": "x"})[1] == "an answer of another form: KeyError"
    assert health.read({"statusCode": 200, "body": "<html>"})[1].startswith("an answer of another form")


@pytest.mark.parametrize(
    ("moves", "named"),
    [("", "does not end at the exit"), ("UUUUUUUUU", "walks into a wall"), ("X", "another form: KeyError")],
)
def test_a_certificate_that_does_not_finish_the_level_is_named(level, moves: str, named: str):
    wrong = deepcopy(level)
    wrong["items"][0]["certificate"] |= {"moves": moves, "length": len(moves)}
    assert named in problem(golden_requests.maze(), wrong)


def test_golden_requests_come_from_the_release_alone():
    event = golden_requests.popular_items("films").event
    assert identity_of(event).release
    assert event["rawPath"] == "/v1/catalogs/films/popular"
    assert event["queryStringParameters"] == {"n": "1"}
