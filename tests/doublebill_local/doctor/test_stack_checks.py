"""The doctor at a stack: each state of AWS that is wrong is a finding, and so is a refusal."""

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from doublebill.errors import StoreUnavailable
from doublebill_local.doctor import stack_checks
from doublebill_local.doctor.finding import Finding
from doublebill_local.doctor.stack_checks import check_stack

TRAIN, RETRAIN = "doublebill-train", "doublebill-retrain"
RESOURCES = {"AWS::Lambda::Function": TRAIN, "AWS::Scheduler::Schedule": RETRAIN}
LISTED = [{"ResourceType": kind, "PhysicalResourceId": name} for kind, name in RESOURCES.items()]
ALIKE = {"State": "Active", "LastUpdateStatus": "Successful", "MemorySize": 4096}
"""The configuration of a function, the one that answers and the one that was deployed last."""
ANSWERS: dict[str, Any] = {
    "describe_stacks": {"Stacks": [{"StackStatus": "UPDATE_COMPLETE"}]},
    "get_paginator": SimpleNamespace(paginate=lambda **_: [{"StackResourceSummaries": LISTED}]),
    "head_bucket": {},
    "get_public_access_block": {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}},
    "get_bucket_versioning": {"Status": "Enabled"},
    "describe_table": {
        "Table": {"TableStatus": "ACTIVE", "KeySchema": [{"AttributeName": "pk"}, {"AttributeName": "sk"}]}
    },
    "describe_time_to_live": {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}},
    "describe_secret": {},
    "get_account_settings": {"AccountLimit": {"ConcurrentExecutions": 1000}},
    "get_function_configuration": ALIKE,
    "get_schedule": {"State": "ENABLED", "ScheduleExpression": "rate(1 day)"},
}
"""The answers of a healthy account to each call."""


class Account:
    """An account that answers each call as given, or refuses it."""

    def __init__(self, **answers: Any) -> None:
        self._answers = ANSWERS | answers

    def __getattr__(self, call: str) -> Any:
        def answered(*_: object, **named: object) -> Any:
            answer = self._answers[call]
            if callable(answer) and not isinstance(answer, SimpleNamespace):
                answer = answer(**named)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return answered


@pytest.fixture(autouse=True)
def stores(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stack has its outputs, and its stores hold nothing."""
    urls = {f"DOUBLEBILL_{name}": f"x://{name}" for name in ("OBJECTS", "HISTORIES", "SECRETS")}
    home = SimpleNamespace(environment=lambda: urls)
    monkeypatch.setattr(stack_checks, "Home", SimpleNamespace(of_stack=lambda name: home))
    monkeypatch.setattr(stack_checks, "check_stores", lambda home, name, read_log: [])


def findings(**answers: Any) -> list[Finding]:
    """The findings that are not ok."""
    return [one for one in check_stack("doublebill", lambda _: Account(**answers), read_log=False) if one.state != "ok"]


def test_a_healthy_stack_has_no_findings() -> None:
    assert findings() == []


def test_the_functions_that_answer_are_looked_at_not_the_ones_deployed_last() -> None:
    def configuration(**request: object) -> dict[str, Any]:
        answers = request.get("Qualifier") == "live"
        return ALIKE | ({"State": "Failed", "StateReason": "no layer"} if answers else {})

    (finding,) = findings(get_function_configuration=configuration)
    assert (finding.state, finding.fix) == ("wrong", "deploy again")


REFUSED = ClientError({"Error": {"Code": "AccessDenied", "Message": "not you"}}, "HeadBucket")


@pytest.mark.parametrize(
    ("answers", "check", "state", "fix"),
    [
        ({"describe_stacks": {"Stacks": [{"StackStatus": "ROLLBACK_COMPLETE"}]}}, "stack", "wrong", "deploy again"),
        ({"describe_stacks": {"Stacks": [{"StackStatus": "UPDATE_ROLLBACK_COMPLETE"}]}}, "stack", "warning", "runbook"),
        ({"describe_stacks": {"Stacks": [{"StackStatus": "UPDATE_IN_PROGRESS"}]}}, "stack", "warning", "wait"),
        ({"describe_stacks": NoCredentialsError()}, "stack", "wrong", "credentials"),
        ({"head_bucket": REFUSED}, "bucket", "wrong", "rights of the caller"),
        (
            {"get_public_access_block": {"PublicAccessBlockConfiguration": {"BlockPublicAcls": False}}},
            "bucket",
            "wrong",
            "block all public access",
        ),
        ({"get_bucket_versioning": {}}, "bucket", "warning", "RecoveryDays"),
        (
            {"describe_table": {"Table": {"TableStatus": "ACTIVE", "KeySchema": [{"AttributeName": "id"}]}}},
            "table",
            "wrong",
            "ExistingTable",
        ),
        ({"describe_time_to_live": {"TimeToLiveDescription": {}}}, "table", "wrong", "`expires`"),
        ({"describe_secret": {"DeletedDate": "tomorrow"}}, "secret", "wrong", "restore-secret"),
        (
            {"get_function_configuration": {"State": "Failed", "MemorySize": 1, "StateReason": "no layer"}},
            "functions",
            "wrong",
            "deploy again",
        ),
        (
            {"get_account_settings": {"AccountLimit": {"ConcurrentExecutions": 10}}},
            "functions",
            "warning",
            "higher quota",
        ),
        (
            {"get_function_configuration": lambda **request: dict(ALIKE, MemorySize=len(request))},
            "functions",
            "warning",
            "Release",
        ),
        ({"get_schedule": {"State": "DISABLED"}}, "schedules", "warning", "RetrainState=ENABLED"),
    ],
)
def test_what_is_wrong_with_a_stack_is_found(answers: dict[str, Any], check: str, state: str, fix: str) -> None:
    (finding,) = findings(**answers)
    assert (finding.check, finding.state) == (check, state)
    assert fix in finding.fix


def test_a_stack_without_outputs_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(name: str) -> None:
        raise StoreUnavailable(f"stack {name!r}: no output Objects; name a stack of doublebill")

    monkeypatch.setattr(stack_checks, "Home", SimpleNamespace(of_stack=refused))
    (finding,) = findings()
    assert (finding.check, finding.state) == ("outputs", "wrong")
