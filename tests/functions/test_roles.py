"""Whether each function's role in template.yaml allows every call to AWS that the function makes."""

import fnmatch
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
import yaml

from doublebill_local.environments import Context
from doublebill_local.template import ROOT
from http_events import ask, http_event
from stacks import Stack, post_events

ACTIONS = {
    "s3.ListObjectsV2": "s3:ListBucket",
    "lambda.Invoke": "lambda:InvokeFunction",
    "secrets-manager.GetSecretValue": "secretsmanager:GetSecretValue",
}
"""Where the action is not called as the operation is."""

RESOURCES = {
    "HistoriesTable.Arn": "table",
    "PseudonymKey": "secret",
    "TrainFunction.Arn": "train",
    "Bucket.Arn": "bucket",
    "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${AWS::StackName}-train": "train",
}
"""The resources of the policies, by short names."""


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as what stands behind them."""


_Loader.add_multi_constructor(
    "!",
    lambda loader, _, node: (
        loader.construct_sequence(node) if isinstance(node, yaml.SequenceNode) else loader.construct_scalar(node)
    ),
)


@dataclass
class Calls:
    """The actions and resources that were asked of AWS, under whichever function was named last."""

    function: str = ""
    made: set[tuple[str, str, str]] = field(default_factory=set)

    def note(self, params: dict[str, Any], event_name: str, **_: object) -> None:
        """One call, as botocore tells it."""
        operation = event_name.removeprefix("provide-client-params.")
        service, _, name = operation.partition(".")
        action = ACTIONS.get(operation, f"{service}:{name}")
        for needed in [action] if "IfMatch" not in params else [action, "s3:GetObject"]:
            self.made.add((self.function, needed, _resource(service, params)))


def _resource(service: str, params: dict[str, Any]) -> str:
    if service == "s3":
        return f"bucket/{params['Key']}" if "Key" in params else "bucket"
    return {"dynamodb": "table", "secrets-manager": "secret", "lambda": "train"}[service]


def allowed(function: str, action: str, resource: str) -> bool:
    """Whether the role of the function allows the action on the resource."""
    whole = yaml.load((ROOT / "template.yaml").read_text(), _Loader)
    policies = whole["Resources"][function]["Properties"].get("Policies", [])
    for statement in (one for policy in policies for one in policy["Statement"]):
        actions, resources = statement["Action"], statement["Resource"]
        if action not in ([actions] if isinstance(actions, str) else actions):
            continue
        for pattern in [resources] if isinstance(resources, str) else resources:
            short = RESOURCES.get(pattern) or pattern.replace("${Bucket.Arn}", "bucket")
            if fnmatch.fnmatchcase(resource, short):
                return True
    return False


@pytest.fixture
def calls(stack: Stack) -> Calls:
    """Hears every call of clients that are made from now on."""
    calls = Calls()
    boto3.setup_default_session()
    assert boto3.DEFAULT_SESSION
    boto3.DEFAULT_SESSION.events.register("provide-client-params", calls.note)
    return calls


def test_every_call_that_a_function_makes_is_allowed(stack: Stack, calls: Calls, fresh: str) -> None:
    def request(function: str, route: str, body: object = None, **path: str) -> dict[str, Any]:
        calls.function = function
        event = http_event(route, body, {"catalog": fresh, **path} if "{catalog}" in route else None)
        return ask(stack.load(function).handler, event).body

    version = _tour(stack, calls, fresh, request)
    request("ModelsFunction", "GET /v1/catalogs/{catalog}/models")
    request("ModelsFunction", "GET /v1/catalogs/{catalog}/models/{version}", version=version)
    request("ModelsFunction", "PUT /v1/catalogs/{catalog}/champion", {"version": version})
    training = request("ModelsFunction", "POST /v1/catalogs/{catalog}/trainings", {})
    assert training["status"] == 503  # there is no Lambda here to take the job
    request("CatalogsFunction", "GET /v1/catalogs")
    request("RecommendFunction", "POST /v1/catalogs/{catalog}/recommendations", {"user_id": "user-00"})
    request("RecommendFunction", "GET /v1/catalogs/{catalog}/popular")
    request("RecommendFunction", "GET /v1/catalogs/{catalog}/items/{item_id}/neighbours", item_id="item-00")
    assert {function for function, _, _ in calls.made} >= {"EventsFunction", "RecommendFunction", "TrainFunction"}
    assert [call for call in sorted(calls.made) if not allowed(*call)] == []


def _tour(stack: Stack, calls: Calls, catalog: str, request: Callable[..., dict[str, Any]]) -> str:
    """Fills the catalog, trains it twice, lets the schedule run; gives the version."""
    request("CatalogsFunction", "PUT /v1/catalogs/{catalog}/items", {"items": [{"item_id": "item-00"}]})
    calls.function = "EventsFunction"
    for user in range(3):
        sent = [{"user_id": f"user-0{user}", "item_id": f"item-0{item}", "kind": "view"} for item in range(4)]
        assert post_events(stack, catalog, sent).status == 202
    calls.function = "TrainFunction"
    version = str(stack.train(catalog)["version"])
    stack.train(catalog)
    started = stack.load("TrainFunction").handler({"schedule": True}, Context("TrainFunction"))["started"]
    assert [record["state"] for record in started] == ["failed"]  # the calls are recorded; no Lambda answers them
    return version


@pytest.mark.parametrize(
    "call",
    [
        ("EventsFunction", "s3:GetObject", "bucket/events/music/x"),
        ("EventsFunction", "s3:DeleteObject", "bucket/events/music/x"),
        ("RecommendFunction", "s3:PutObject", "bucket/champions/music.json"),
        ("RecommendFunction", "dynamodb:BatchWriteItem", "table"),
        ("GenerateFunction", "s3:GetObject", "bucket/artifacts/music/x"),
        ("ModelsFunction", "s3:GetObject", "bucket/artifacts/music/v/targets.npy"),
        ("CatalogsFunction", "dynamodb:Query", "table"),
        ("TrainFunction", "dynamodb:Query", "table"),
        ("TrainFunction", "secretsmanager:GetSecretValue", "secret"),
    ],
)
def test_a_role_allows_no_more_than_its_function_needs(call: tuple[str, str, str]) -> None:
    assert not allowed(*call)
