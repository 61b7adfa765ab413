"""Two stacks of one template side by side in one account of MiniStack, and one more on the data that a stack left."""

import contextlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest

from doublebill_local.cli.app import main
from doublebill_local.host.template import read_template
from processes import until
from runtimes import transformed

STACKS: dict[str, dict[str, str]] = {
    "doublebill-dev": {},
    "doublebill-prod": {
        "RecoveryDays": "14",
        "ArchiveAfterDays": "90",
        "TrainConcurrency": "2",
        "PermissionsBoundary": "arn:aws:iam::000000000000:policy/bound",
    },
}
"""Each stack, and its parameters."""
DEV, PROD = STACKS
BY_DEFAULT = ("MakesBucket", "MakesTable", "MakesKey")
"""The conditions that hold in both stacks."""
NOT_EMULATED = {"AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup"}
"""What MiniStack does not know, and what this test leaves out therefore.

It makes all else, but for the routes of the API, whose OpenAPI body it does not read, the lifecycle of the bucket, the
recovery of the table and the expiry of its rows, and the boundaries of roles.
"""


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    """The template as CloudFormation gets it, after the transform."""
    return transformed()


class Account:
    """An account on MiniStack."""

    def __init__(self, template: Mapping[str, Any], endpoint: str) -> None:
        self._clients: dict[str, Any] = {}
        with contextlib.suppress(self.client("s3").exceptions.BucketAlreadyOwnedByYou):
            self.client("s3").create_bucket(
                Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
            )
        self.client("s3").put_object(Bucket="bucket", Key="value", Body=empty_code())
        self.client("s3").put_object(Bucket="bucket", Key="template", Body=json.dumps(emulated(template)).encode())
        self._url = f"{endpoint}/bucket/template"

    def client(self, service: str) -> Any:
        """A client of a service."""
        if service not in self._clients:
            self._clients[service] = boto3.client(service)  # type: ignore[call-overload]  # any service by name
        return self._clients[service]

    def create(self, name: str, **parameters: str) -> dict[str, str]:
        """Creates a stack; gives its resources by their logical ids."""
        self.client("cloudformation").create_stack(
            StackName=name,
            TemplateURL=self._url,
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        )
        assert self._ended(name) == "CREATE_COMPLETE", self.failures(name)
        pages = self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=name)
        found = [one for page in pages for one in page["StackResourceSummaries"]]
        return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found}

    def delete(self, name: str) -> None:
        """Deletes a stack."""
        self.client("cloudformation").delete_stack(StackName=name)
        stacks = self.client("cloudformation")
        until(lambda: name not in {one["StackName"] for one in stacks.describe_stacks()["Stacks"]}, "the deletion")

    def outputs(self, name: str) -> dict[str, str]:
        """The outputs of a stack."""
        stack = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        return {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}

    def failures(self, name: str) -> list[str]:
        """Why resources of a stack could not be made."""
        events = self.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
        return [f"{one['LogicalResourceId']}: {one['ResourceStatusReason']}" for one in events if "FAILED" in str(one)]

    def close(self) -> None:
        """Closes the clients."""
        for client in self._clients.values():
            client.close()

    def _ended(self, name: str) -> str:
        def status() -> str | None:
            found: str = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
            return None if found.endswith("IN_PROGRESS") else found

        return until(status, f"the end of the creation of {name}")


SIMPLE = {"Namespace": "doublebill", "MetricName": "Failed", "Statistic": "Sum", "Period": 60}
"""What an alarm on a formula watches here instead, since MiniStack has alarms on single metrics only."""


def emulated(template: Mapping[str, Any]) -> dict[str, Any]:
    """The template without what MiniStack does not know."""
    resources = {}
    for name, one in template["Resources"].items():
        if one["Type"] in NOT_EMULATED:
            continue
        resources[name] = {key: part for key, part in one.items() if key != "UpdatePolicy"}
        if one["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in one["Properties"]:
            simple = {key: part for key, part in one["Properties"].items() if key != "Metrics"}
            resources[name]["Properties"] = {**simple, **SIMPLE}
    return {**template, "Resources": resources}


def empty_code() -> bytes:
    """A function's code that does nothing: what is tried here is that stacks can be created."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("app.py", "def handler(event, context):\n    return event\n")
    return data.getvalue()


@pytest.fixture
def account(template: dict[str, Any], aws: str) -> Iterator[Account]:
    """An account with nothing but the code and the template."""
    account = Account(template, aws)
    yield account
    account.close()


def test_two_stacks_stand_side_by_side_and_data_is_adopted(account: Account, template: dict[str, Any]) -> None:
    resources = emulated(template)["Resources"]
    wanted = {name for name, resource in resources.items() if resource.get("Condition", "MakesBucket") in BY_DEFAULT}
    dev, prod = (account.create(name, **parameters) for name, parameters in STACKS.items())
    assert dev.keys() == prod.keys() == wanted
    shared = {name for name in wanted if dev[name] == prod[name]}
    assert shared == {"ApiApiGatewayDefaultStage"}, "both stacks have these by the same name"  # each API has its own
    for name in STACKS:
        check_complete(account, name)

    versions = [account.client("s3").get_bucket_versioning(Bucket=one["Bucket"]).get("Status") for one in (dev, prod)]
    assert versions == [None, "Enabled"]

    left = account.outputs(DEV)
    bucket, table, key = (left[name].partition("://")[2] for name in ("Objects", "Histories", "Secrets"))
    account.client("s3").put_object(Bucket=bucket, Key="champions/films.json", Body=b"{}")
    account.delete(DEV)
    again = account.create(DEV, ExistingBucket=bucket, ExistingTable=table, ExistingKey=key)
    assert wanted - again.keys() == {"Bucket", "BucketPolicy", "HistoriesTable", "PseudonymKey"}
    assert account.outputs(DEV).items() >= {name: left[name] for name in ("Objects", "Histories", "Secrets")}.items()
    assert account.client("s3").get_object(Bucket=bucket, Key="champions/films.json")["Body"].read() == b"{}"


def check_complete(account: Account, name: str) -> None:
    """Asserts that the functions, schedules and stores of a stack are there and point at each other."""
    outputs = account.outputs(name)
    bucket, table, secret = (outputs[key].partition("://")[2] for key in ("Objects", "Histories", "Secrets"))
    assert account.client("s3").get_bucket_policy(Bucket=bucket)["Policy"]
    keys = account.client("dynamodb").describe_table(TableName=table)["Table"]["KeySchema"]
    assert [one["AttributeName"] for one in keys] == ["pk", "sk"]
    assert len(account.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]) == 64
    functions = [one for one in account.client("lambda").list_functions()["Functions"] if name in one["FunctionName"]]
    assert len(functions) == len(read_template().functions)
    settings = [one["Environment"]["Variables"].get("DOUBLEBILL_OBJECTS") for one in functions]
    assert settings.count(f"s3://{bucket}") == len(functions) - 1  # the playground reads nothing
    schedules = account.client("scheduler").list_schedules()["Schedules"]
    assert len([one for one in schedules if name in one["Name"]]) == len(read_template().schedules)


def test_data_without_its_key_is_refused(account: Account) -> None:
    with pytest.raises(account.client("cloudformation").exceptions.ClientError, match="ExistingKey is missing"):
        account.create("doublebill-orphan", ExistingBucket="some-bucket")


def test_the_doctor_looks_at_a_stack(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    account.create("doublebill-patient")
    assert main(["doctor", "--stack", "doublebill-patient", "--json"]) == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    everything = {"stack", "bucket", "table", "secret", "functions", "schedules", "key", "callers"}
    assert {one["check"] for one in findings} == everything
    assert [one["detail"] for one in findings if one["state"] == "wrong"] == ["rows never expire"]  # not emulated
    (warned,) = [one["detail"] for one in findings if one["state"] == "warning"]
    assert "keeps no earlier versions" in warned
    assert main(["doctor", "--stack", "nobody", "--json"]) == 1
    assert "outputs" in {one["check"] for one in json.loads(capsys.readouterr().out)["findings"]}
