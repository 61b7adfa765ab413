"""Before a deployment: whatever would fail late, or lose sight of data, is found first."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError, NoRegionError

from doublebill_local.doctor import deploy_checks
from doublebill_local.doctor.deploy_checks import LONGEST_NAME, check_deployment, check_parameters
from doublebill_local.doctor.finding import Finding
from doublebill_local.locations import ROOT

BUCKET, TABLE = "doublebill-bucket-1", "doublebill-HistoriesTable-2"
KEY = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:PseudonymKey-3"
LEFT = [f"arn:aws:s3:::{BUCKET}", f"arn:aws:dynamodb:eu-central-1:123456789012:table/{TABLE}", KEY]
ADOPTED = {"ExistingBucket": BUCKET, "ExistingTable": TABLE, "ExistingKey": KEY}


class Account:
    """An account with these stacks and these resources that stacks left."""

    def __init__(
        self, stacks: tuple[str, ...] = (), left: tuple[str, ...] = (), error: Exception | None = None
    ) -> None:
        self.meta = SimpleNamespace(region_name="eu-central-1")
        self._stacks, self._left, self._error = stacks, left, error

    def get_caller_identity(self) -> dict[str, str]:
        if self._error:
            raise self._error
        return {"Account": "123456789012"}

    def get_paginator(self, _: str) -> Any:
        summaries = [{"StackName": name, "StackStatus": "CREATE_COMPLETE"} for name in self._stacks]
        deleted = {"StackName": "doublebill", "StackStatus": "DELETE_COMPLETE"}
        return SimpleNamespace(paginate=lambda: [{"StackSummaries": [*summaries, deleted]}])

    def get_resources(self, TagFilters: object) -> dict[str, Any]:  # noqa: N803  # as boto3 names it
        assert TagFilters == [{"Key": "doublebill:stack", "Values": ["doublebill"]}]
        return {"ResourceTagMappingList": [{"ResourceARN": arn} for arn in self._left]}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout that was built, under Lambda's Python."""
    monkeypatch.setattr(deploy_checks.sys, "version_info", (3, 13, 1))
    for name in (".tools/sam/bin/sam", ".aws-sam/build/template.yaml"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    return tmp_path


def wrong(root: Path, account: Account, name: str = "doublebill", **parameters: str) -> list[Finding]:
    """The findings that stop a deployment."""
    found = check_deployment(name, parameters, lambda _: account, root)
    return [one for one in found if one.state == "wrong"]


def test_a_new_stack_an_update_and_adopted_data_are_let_through(root: Path) -> None:
    assert wrong(root, Account()) == []
    assert wrong(root, Account(stacks=("doublebill",), left=tuple(LEFT))) == []
    assert wrong(root, Account(left=tuple(LEFT)), **ADOPTED) == []


def test_data_of_an_earlier_stack_is_never_left_behind_in_silence(root: Path) -> None:
    assert [one.check for one in wrong(root, Account(left=tuple(LEFT)), **dict.fromkeys(ADOPTED, ""))] == ["data"]
    (finding,) = wrong(root, Account(left=tuple(LEFT)))
    assert finding.check == "data"
    assert all(f"--parameter {name}={value}" in finding.fix for name, value in ADOPTED.items())


@pytest.mark.parametrize("error", [NoCredentialsError(), NoRegionError()])
def test_missing_credentials_and_regions_are_found(root: Path, error: Exception) -> None:
    (finding,) = wrong(root, Account(error=error))
    assert finding.check == "credentials"
    assert "credentials, region" in finding.fix


def test_a_missing_build_and_a_wrong_python_are_found(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / ".aws-sam/build/template.yaml").unlink()
    monkeypatch.setattr(deploy_checks.sys, "version_info", (3, 12, 1))
    assert [one.check for one in wrong(root, Account())] == ["python", "build"]


@pytest.mark.parametrize("name", ["", "1st", "under_score", "n" * 57])
def test_a_name_that_cannot_name_a_stack_is_found(root: Path, name: str) -> None:
    assert "name" in [one.check for one in wrong(root, Account(stacks=(name,)), name)]


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("TrainMemry", "1", "no such parameter"),
        ("Deployment", "Slowly", "none of AllAtOnce"),
        ("TrainMemory", "20000", "no number from 1024 to 10240"),
        ("RecoveryDays", "many", "no number from 0 to 35"),
        ("ExistingKey", "my-key", "has not the form"),
    ],
)
def test_a_wrong_parameter_is_named(name: str, value: str, problem: str) -> None:
    (finding,) = check_parameters({name: value})
    assert (finding.state, problem in finding.detail, name in finding.detail) == ("wrong", True, True)


def test_right_parameters_are_taken() -> None:
    assert [one.state for one in check_parameters({"RecoveryDays": "14", "Deployment": "AllAtOnce", **ADOPTED})] == [
        "ok"
    ]


def test_the_longest_name_leaves_room_for_every_function_named_after_its_stack() -> None:
    ends = re.findall(r"FunctionName: !Sub \$\{AWS::StackName\}(\S+)", (ROOT / "template.yaml").read_text())
    assert max(map(len, ends)) + LONGEST_NAME == 64
