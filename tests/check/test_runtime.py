"""Every handler under AWS's runtime interface emulator and runtime client, fed with the files of infra/events.

The environment is what `sam local invoke --env-vars infra/events/env.json` makes of that file, only the address of the
emulator replaced by that of one started here as `make emulator` starts it.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from doublebill_local.host.template import read_template
from runtimes import EVENTS, FUNCTION_OF, TOLD_ADDRESS, Runtime, emulated, sam_environments


@pytest.fixture(scope="module")
def environments() -> Iterator[dict[str, dict[str, str]]]:
    """Each function's environment while the emulator runs."""
    with emulated() as address:
        yield sam_environments(address)


@pytest.fixture
def nobody_trains(environments: dict[str, dict[str, str]]) -> None:
    """Takes the lease from a training that an earlier test queued, and that nothing here will begin."""
    told = environments["TrainFunction"]
    access = {"aws_access_key_id": told["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": told["AWS_SECRET_ACCESS_KEY"]}
    s3 = boto3.client("s3", endpoint_url=told["AWS_ENDPOINT_URL"], region_name="us-east-1", **access)
    s3.delete_object(Bucket=told["DOUBLEBILL_OBJECTS"].removeprefix("s3://"), Key="leases/demo.json")
    s3.close()


@pytest.fixture
def invoke(environments: dict[str, dict[str, str]], tmp_path: Path) -> Iterator[Any]:
    """Invokes a file's function with it and gives the answer."""
    started: list[Runtime] = []

    def invoked(file: str) -> dict[str, Any]:
        function = read_template().functions[FUNCTION_OF[file]]
        started.append(Runtime(function.folder, environments[function.name], tmp_path))
        return started[-1].invoke((EVENTS / f"{file}.json").read_bytes())

    yield invoked
    for runtime in started:
        runtime.end()


def body(answer: dict[str, Any], status: int = 200) -> dict[str, Any]:
    """The JSON body of an HTTP answer."""
    assert answer["statusCode"] == status, answer
    assert answer["headers"]["Content-Type"] == "application/json"
    told: dict[str, Any] = json.loads(answer["body"])
    return told


def test_every_file_is_invoked_and_every_function_is_covered() -> None:
    assert {file.stem for file in EVENTS.glob("*.json")} == {*FUNCTION_OF, "env"}
    assert set(FUNCTION_OF.values()) == set(read_template().functions)


def test_the_readme_tells_the_command_of_every_file() -> None:
    text = (EVENTS / "README.md").read_text()
    for file, function in FUNCTION_OF.items():
        assert f"sam local invoke -e infra/events/{file}.json --env-vars infra/events/env.json {function}\n" in text
        assert f"| `{file}.json` | {function} |" in text


def test_sam_hands_every_variable_of_the_file_to_its_function(environments: dict[str, dict[str, str]]) -> None:
    told = json.loads((EVENTS / "env.json").read_text())
    assert told.keys() == environments.keys() == read_template().functions.keys()
    for function, variables in told.items():
        assert variables["AWS_ENDPOINT_URL"] == TOLD_ADDRESS
        assert variables.keys() <= environments[function].keys()
        rest = {name: value for name, value in variables.items() if name != "AWS_ENDPOINT_URL"}
        assert rest.items() <= environments[function].items()


def test_recommend_answers(invoke: Any) -> None:
    told = body(invoke("recommend"))
    assert told["cold"] is False
    assert [entry["item_id"].partition("-")[0] for entry in told["recommendations"]] == ["jazz"] * 3
    for entry in told["recommendations"]:
        assert sum(part["contribution"] for part in entry["contributions"]) == pytest.approx(entry["score"], abs=1e-6)


def test_recommend_reads_the_stored_history_of_a_user(invoke: Any) -> None:
    told = body(invoke("recommend-user"))
    assert told["cold"] is False
    assert {entry["item_id"].partition("-")[0] for entry in told["recommendations"]} == {"metal"}


def test_events_accepts_and_rejects(invoke: Any) -> None:
    told = body(invoke("events"), 202)
    assert told["accepted"] == 1
    assert [one["index"] for one in told["rejected"]] == [1]


def test_generate_proves_its_level(invoke: Any) -> None:
    (item,) = body(invoke("generate"))["items"]
    assert item["seed"] == 42
    assert item["certificate"]["length"] == len(item["certificate"]["moves"]) > 0


def test_imports_are_listed(invoke: Any) -> None:
    assert body(invoke("imports"))["catalog"] == "demo"


def test_models_lists_the_champion(invoke: Any) -> None:
    told = body(invoke("models"))
    assert told["models"][0]["champion"] is True
    assert told["champion"] == told["models"][0]["version"]


@pytest.mark.usefixtures("nobody_trains")
def test_models_queues_a_training(invoke: Any) -> None:
    assert body(invoke("trainings"), 202).keys() == {"training_id"}


def test_catalogs_lists_the_demo(invoke: Any) -> None:
    (told,) = body(invoke("catalogs"))["catalogs"]
    assert told["catalog"] == "demo"
    assert told["counts"]["items"] == 12


def test_catalogs_takes_metadata(invoke: Any) -> None:
    assert body(invoke("items")) == {"catalog": "demo", "stored": 1}


@pytest.mark.usefixtures("nobody_trains")
def test_train_trains_the_demo(invoke: Any) -> None:
    record = invoke("train")
    assert (record["catalog"], record["state"]) == ("demo", "succeeded")


@pytest.mark.usefixtures("nobody_trains")
def test_the_schedule_starts_a_job_for_the_demo(invoke: Any) -> None:
    (started,) = invoke("train-schedule")["started"]
    assert (started["catalog"], started["state"]) == ("demo", "queued")


def test_batches_takes_a_batch(invoke: Any) -> None:
    told = body(invoke("batches"), 202)
    assert (told["catalog"], told["state"]) == ("demo", "queued")


def test_people_merges(invoke: Any) -> None:
    assert body(invoke("merge")).keys() == {"catalog", "merged"}


def test_trending_counts_the_demo(invoke: Any) -> None:
    told = invoke("trending")["refreshed"]
    assert told["failed"] == {}
    assert "demo" in told["refreshed"] + told["kept"]
