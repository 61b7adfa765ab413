"""Home: which folder it is, and what every setting is there or on a stack."""

import os
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.stub import Stubber

from doublebill.errors import InvalidInput, StoreUnavailable
from doublebill_local.host.home import Home
from doublebill_local.host.template import read_template
from doublebill_local.locations import DEFAULT_HOME, HOME_VARIABLE


def test_a_named_folder_wins_over_the_environment_and_that_over_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Home.at(None).folder == tmp_path / DEFAULT_HOME
    monkeypatch.setenv(HOME_VARIABLE, "from the environment")
    assert Home.at(None).folder == tmp_path / "from the environment"
    assert Home.at("told").folder == tmp_path / "told"


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(InvalidInput, match=r"--home: .* is a file; name a folder"):
        Home.at(str(file))


def test_every_setting_points_into_the_folder(tmp_path: Path) -> None:
    environment = Home(tmp_path).environment()
    started = {"JOBS": "TrainFunction", "BATCH_JOBS": "BatchesFunction", "CONTENT_JOBS": "GenerateFunction"}
    for name, function in started.items():
        jobs = environment.pop(f"DOUBLEBILL_{name}")
        assert jobs.startswith("process:///")
        assert jobs.endswith(f"/doublebill_local/host/job.py#{function}")
        assert function in read_template().functions
    assert Path(environment.pop("DOUBLEBILL_OPENAPI")).is_file()
    assert Path(environment.pop("DOUBLEBILL_CLIENT_SCRIPT")).is_file()
    assert environment == {
        "DOUBLEBILL_OBJECTS": f"file://{tmp_path}/objects",
        "DOUBLEBILL_HISTORIES": f"sqlite://{tmp_path}/histories.sqlite",
        "DOUBLEBILL_SECRETS": f"file://{tmp_path}/pseudonym.key",
        "DOUBLEBILL_SCRATCH": f"{tmp_path}/scratch",
        "DOUBLEBILL_REFRESH_SECONDS": "1",
        "DOUBLEBILL_METER_SECONDS": "1",
        "DOUBLEBILL_ANSWER_SECONDS": "20",
        "DOUBLEBILL_UNPROVEN": "local",
    }


def test_variables_that_are_set_already_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOUBLEBILL_OBJECTS", "s3://elsewhere")
    assert Home(tmp_path).environment()["DOUBLEBILL_OBJECTS"] == "s3://elsewhere"


@pytest.mark.parametrize("name", ["a b", "100%", "%20", "#1", "what?", "grün 🎸"])
def test_the_stores_are_in_the_folder_whatever_its_name(name: str, tmp_path: Path) -> None:
    home = Home(tmp_path / name)
    home.objects().put("here/it/is", b"")
    home.intake()
    home.histories().newest("music", "nobody", 1, 0)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert {path.name for path in home.folder.iterdir()} >= {"objects", "pseudonym.key", "histories.sqlite"}


OUTPUTS = {"Objects": "s3://b", "Histories": "dynamodb://t", "Secrets": "secretsmanager://k", "Jobs": "lambda://f"}


@pytest.fixture
def cloudformation(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """Stubs the one client that a home asks for."""
    client = boto3.client(
        "cloudformation", region_name="eu-central-1", aws_access_key_id="none", aws_secret_access_key="none"
    )
    monkeypatch.setattr(boto3, "client", {"cloudformation": client}.__getitem__)
    with Stubber(client) as stubber:
        yield stubber
    client.close()


def described(outputs: dict[str, str]) -> dict[str, object]:
    told = [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()]
    stack = {"StackName": "mine", "CreationTime": "2026-01-01T00:00:00Z", "StackStatus": "CREATE_COMPLETE"}
    return {"Stacks": [{**stack, "Outputs": told}]}


def test_the_home_of_a_stack_has_the_stores_of_its_outputs(cloudformation: Stubber, tmp_path: Path) -> None:
    told = {**OUTPUTS, "ApiUrl": "https://api.test"}
    cloudformation.add_response("describe_stacks", described(told), {"StackName": "mine"})
    home = Home.of_stack("mine", str(tmp_path))
    environment = home.environment()
    assert {name: environment[f"DOUBLEBILL_{name.upper()}"] for name in OUTPUTS} == OUTPUTS
    assert environment["DOUBLEBILL_SCRATCH"] == f"{tmp_path}/scratch"


def test_the_home_of_a_stack_keeps_rows_for_as_long_as_the_stack(
    cloudformation: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOUBLEBILL_RETENTION_DAYS", "7")
    told = described(OUTPUTS)
    told["Stacks"][0]["Parameters"] = [{"ParameterKey": "RetentionDays", "ParameterValue": "30"}]  # type: ignore[index]  # as a mapping
    cloudformation.add_response("describe_stacks", told, {"StackName": "mine"})
    assert Home.of_stack("mine").retention_days() == 30.0


def test_a_stack_that_is_not_there_is_named(cloudformation: Stubber) -> None:
    cloudformation.add_client_error("describe_stacks", "ValidationError", "Stack with id mine does not exist")
    with pytest.raises(StoreUnavailable, match=r"stack 'mine': .*does not exist"):
        Home.of_stack("mine")


def test_a_stack_of_somebody_else_is_refused_and_nothing_is_set(cloudformation: Stubber) -> None:
    before = dict(os.environ)
    cloudformation.add_response("describe_stacks", described({"Objects": "s3://b"}), {"StackName": "mine"})
    with pytest.raises(StoreUnavailable, match="stack 'mine': no output Histories, Secrets, Jobs"):
        Home.of_stack("mine")
    assert dict(os.environ) == before
