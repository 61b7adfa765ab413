"""Releases: everything that calls a function calls its alias, which moves by CodeDeploy and can be moved back."""

import json
from pathlib import Path
from typing import Any

import pytest

from doublebill_local.host.template import read_template
from doublebill_local.locations import ROOT
from runtimes import transformed

FUNCTIONS = list(read_template().functions)
RELEASE = "ReleaseFunction"
HOOKED = {"RecommendFunction", "GenerateFunction"}
"""Functions whose new versions are tried before traffic moves to them."""


@pytest.fixture(scope="module")
def resources() -> dict[str, Any]:
    """The resources of the template after the transform."""
    made: dict[str, Any] = transformed()["Resources"]
    return made


def test_every_route_and_schedule_calls_an_alias(resources: dict[str, Any]) -> None:
    paths = resources["Api"]["Properties"]["Body"]["paths"]
    called = [
        json.dumps(operation["x-amazon-apigateway-integration"]["uri"])
        for methods in paths.values()
        for operation in methods.values()
    ]
    assert len(called) == len(read_template().routes)
    assert [uri for uri in called if "FunctionAliaslive}" not in uri] == []
    schedules = [one["Properties"] for one in resources.values() if one["Type"] == "AWS::Scheduler::Schedule"]
    assert all(one["Target"]["Arn"]["Ref"].endswith("FunctionAliaslive") for one in schedules)
    permissions = [one["Properties"] for one in resources.values() if one["Type"] == "AWS::Lambda::Permission"]
    assert all(one["FunctionName"]["Ref"].endswith("FunctionAliaslive") for one in permissions)
    asynchronous = [one for one in resources.values() if one["Type"] == "AWS::Lambda::EventInvokeConfig"]
    assert [one["Properties"]["Qualifier"] for one in asynchronous] == ["live"] * len(asynchronous)


def test_new_versions_are_asked_before_traffic_moves(resources: dict[str, Any]) -> None:
    moves = {name: one["UpdatePolicy"] for name, one in resources.items() if "UpdatePolicy" in one}
    hooks = {
        name.removesuffix("Aliaslive"): one["CodeDeployLambdaAliasUpdate"]["BeforeAllowTrafficHook"]
        for name, one in moves.items()
        if "BeforeAllowTrafficHook" in one["CodeDeployLambdaAliasUpdate"]
    }
    assert hooks == {name: {"Ref": RELEASE} for name in HOOKED}
    variables = resources[RELEASE]["Properties"]["Environment"]["Variables"]
    for function in HOOKED:
        version = variables[f"DOUBLEBILL_{function.removesuffix('Function').upper()}_VERSION"]["Ref"]
        assert resources[version] == resources[version] | {"Type": "AWS::Lambda::Version"}
        alias = resources[f"{function}Aliaslive"]["Properties"]["FunctionVersion"]
        assert alias == {"Fn::GetAtt": [version, "Version"]}, "the version that is tried is the one that is released"
    assert f"{RELEASE}DeploymentGroup" not in resources
    (invoked,) = resources["ReleaseRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    assert invoked["Resource"] == {"Fn::GetAtt": [RELEASE, "Arn"]}


@pytest.mark.parametrize("function", [name for name in FUNCTIONS if name != RELEASE])
def test_an_alias_moves_by_a_deployment_that_can_go_back(resources: dict[str, Any], function: str) -> None:
    alias, group = resources[f"{function}Aliaslive"], resources[f"{function}DeploymentGroup"]["Properties"]
    assert alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["DeploymentGroupName"] == {
        "Ref": f"{function}DeploymentGroup"
    }
    assert group["AutoRollbackConfiguration"]["Enabled"] is True
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
    alarms = group["AlarmConfiguration"]["Fn::If"]
    assert alarms[0] == "ShiftsSlowly"
    assert alarms[1]["Alarms"] == [{"Name": {"Ref": "ReleaseErrors"}}, {"Name": {"Ref": "ReleaseDefects"}}]
    assert group["ServiceRoleArn"] == {"Fn::GetAtt": ["ReleaseRole", "Arn"]}


def test_another_name_of_the_release_publishes_every_function(tmp_path: Path) -> None:
    source = (ROOT / "template.yaml").read_text()
    unnamed = '  Release:\n    Type: String\n    Default: ""\n'
    assert unnamed in source
    published = []
    for name in ("0000000001", "0000000002"):
        (tmp_path / "template.yaml").write_text(source.replace(unnamed, unnamed.replace('""', f'"{name}"')))
        resources = transformed(tmp_path / "template.yaml")["Resources"]
        published.append({key for key, one in resources.items() if one["Type"] == "AWS::Lambda::Version"})
    assert [len(one) for one in published] == [len(FUNCTIONS)] * 2
    assert not published[0] & published[1]


def test_versions_and_the_layer_they_stand_on_are_kept(resources: dict[str, Any]) -> None:
    kept = [one for one in resources.values() if one["Type"] in ("AWS::Lambda::Version", "AWS::Lambda::LayerVersion")]
    assert len(kept) == len(FUNCTIONS) + 1
    assert {one["DeletionPolicy"] for one in kept} == {"Retain"}


def test_the_alarm_counts_every_function_behind_the_api(resources: dict[str, Any]) -> None:
    metrics = resources["ReleaseErrors"]["Properties"]["Metrics"]
    counted = {one["MetricStat"]["Metric"]["Dimensions"][0]["Value"]["Ref"] for one in metrics if "MetricStat" in one}
    assert counted == {route.function for route in read_template().routes} - {"PlaygroundFunction"}, "it serves files"
    assert len(counted) <= 9, "an alarm takes at most ten metrics, the sum among them"


def test_roles_may_write_traces_only_where_tracing_is_on(resources: dict[str, Any], tmp_path: Path) -> None:
    source = (ROOT / "template.yaml").read_text()
    off = "    Default: Disabled\n    AllowedValues: [Disabled, PassThrough, Active]"
    assert source.count(off) == 1
    (tmp_path / "template.yaml").write_text(source.replace(off, off.replace("Disabled\n", "Active\n")))
    traced = transformed(tmp_path / "template.yaml")["Resources"]
    assert [len(writers(one)) for one in (resources, traced)] == [0, len(FUNCTIONS)]


def writers(resources: dict[str, Any]) -> list[str]:
    """The roles that have AWS's policy for X-Ray."""
    roles = {name: one["Properties"] for name, one in resources.items() if one["Type"] == "AWS::IAM::Role"}
    return [name for name, one in roles.items() if "xray" in str(one.get("ManagedPolicyArns", "")).lower()]


def test_a_schedule_that_reaches_no_function_leaves_its_event_in_the_queue(resources: dict[str, Any]) -> None:
    schedules = [one["Properties"] for one in resources.values() if one["Type"] == "AWS::Scheduler::Schedule"]
    queue = {"Fn::GetAtt": ["FailedJobs", "Arn"]}
    assert [one["Target"]["DeadLetterConfig"] for one in schedules] == [{"Arn": queue}] * len(schedules)
    for one in schedules:
        policies = resources[one["Target"]["RoleArn"]["Fn::GetAtt"][0]]["Properties"]["Policies"]
        rights = [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]
        assert [one["Resource"] for one in rights if one["Action"] == "sqs:SendMessage"] == [queue]
