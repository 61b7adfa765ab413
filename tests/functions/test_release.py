"""The release function: it asks the real functions, and CodeDeploy hears of every outcome, a crash among them."""

import json
from typing import Any

import boto3
import pytest

from doublebill_local.host.environments import Context
from stacks import Platform, Stack

EVENT = {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "hook-1"}
POPULAR = "GET /v1/catalogs/{catalog}/popular"


@pytest.fixture
def platform(stack: Stack) -> Platform:
    """Lambda and CodeDeploy, for clients that are made from now on."""
    boto3.setup_default_session()
    return Platform(stack)


def released(stack: Stack, event: dict[str, str] = EVENT) -> dict[str, Any]:
    answer: dict[str, Any] = stack.load("ReleaseFunction").handler(event, Context("ReleaseFunction", 300))
    return answer


def test_new_versions_that_answer_their_golden_requests_succeed(stack: Stack, world: str, platform: Platform) -> None:
    assert released(stack) == {"status": "Succeeded", "problems": []}
    assert platform.statuses == ["Succeeded"]
    new = {route for version, route in platform.invocations if version == "recommend:7"}
    assert new == {"GET /v1/health", POPULAR, "POST /v1/catalogs/{catalog}/recommendations"}
    assert ("generate:9", "POST /v1/games/{kind}") in platform.invocations


def test_declared_callers_do_not_keep_a_release_away(stack: Stack, world: str, platform: Platform) -> None:
    s3 = stack.client("s3")
    s3.put_object(Bucket=stack.bucket, Key="callers/callers.json", Body=b'{"callers": []}')
    try:
        assert released(stack)["status"] == "Succeeded"
    finally:
        s3.delete_object(Bucket=stack.bucket, Key="callers/callers.json")


@pytest.mark.parametrize("function", ["recommend:7", "generate:9"])
def test_a_version_that_only_fails_is_not_released(stack: Stack, world: str, platform: Platform, function: str) -> None:
    platform.broken[function] = lambda event: {"statusCode": 500, "body": '{"title": "The service has a defect"}'}
    answer = released(stack)
    assert platform.statuses == ["Failed"]
    assert answer["status"] == "Failed"
    assert all("answered 500 The service has a defect" in one for one in answer["problems"])


def test_a_version_whose_module_cannot_be_imported_is_not_released(stack: Stack, platform: Platform) -> None:
    def crashed(event: dict[str, Any]) -> dict[str, Any]:
        raise LookupError("no module")

    platform.broken["recommend:7"] = crashed
    problems = released(stack)["problems"]
    assert problems[0] == "health: Lambda: the function ended in LookupError"
    assert platform.statuses == ["Failed"]


def test_a_check_that_crashes_is_reported_with_its_traceback_in_the_log(
    stack: Stack, platform: Platform, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = stack.load("ReleaseFunction")
    monkeypatch.delenv("DOUBLEBILL_RECOMMEND_VERSION")
    assert module.handler(EVENT, Context("ReleaseFunction", 300))["status"] == "Failed"
    assert platform.statuses == ["Failed"]
    (line,) = [json.loads(one) for one in capsys.readouterr().out.splitlines() if "not checked" in one]
    assert "DOUBLEBILL_RECOMMEND_VERSION: missing" in line["exception"]


def test_by_hand_it_checks_and_reports_nothing(stack: Stack, world: str, platform: Platform) -> None:
    assert released(stack, {})["status"] == "Succeeded"
    assert platform.statuses == []
