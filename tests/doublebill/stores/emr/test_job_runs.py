"""Job runs of EMR Serverless: on moto, and what moto overlooks on a stub."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from doublebill.errors import StoreUnavailable
from doublebill.stores.emr.job_runs import MOST_ARGUMENT, EmrServerlessJobs, JobRun, driver_of
from quick_moto import aws_on_moto

ROLE, SCRIPT = "arn:aws:iam::123456789012:role/spark", "s3://bucket/spark/train_on_spark.py"
RUN = "1700000000000-abcd"
JOB = {"catalog": "films", "run": RUN, "plan": {"place": "spark"}}


@pytest.fixture
def client() -> Iterator[Any]:
    with aws_on_moto(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("moto.emrserverless.models.JOB_STATUS", "RUNNING")  # in which it begins, and there ends too
        yield boto3.client("emr-serverless", region_name="eu-central-1")


@pytest.fixture
def jobs(client: Any) -> EmrServerlessJobs:
    """The jobs of an application."""
    made = client.create_application(name="trainings", releaseLabel="emr-7.9.0", type="SPARK")
    return EmrServerlessJobs(made["applicationId"], ROLE, SCRIPT, client)


def started(client: Any, jobs: EmrServerlessJobs) -> list[dict[str, Any]]:
    """Every job run of the application."""
    found: list[dict[str, Any]] = client.list_job_runs(applicationId=jobs.application)["jobRuns"]
    return found


def test_a_training_is_a_job_run_with_its_job_as_an_argument(client: Any, jobs: EmrServerlessJobs) -> None:
    jobs.start(JOB)
    (found,) = started(client, jobs)
    assert found["name"] == f"films/{RUN}"
    run = client.get_job_run(applicationId=jobs.application, jobRunId=found["id"])["jobRun"]
    assert (run["executionRole"], run["tags"]) == (ROLE, {"doublebill:catalog": "films", "doublebill:run": RUN})
    driver = run["jobDriver"]["sparkSubmit"]
    assert driver["entryPoint"] == SCRIPT
    assert driver["entryPointArguments"][0] == "spark://"
    assert json.loads(driver["entryPointArguments"][1]) == JOB


@pytest.mark.parametrize(
    ("plan", "vcpus", "memory"),
    [
        ({"memory_mb": 8_000}, 4, 3),
        ({"memory_mb": 24_300}, 4, 3),
        ({"memory_mb": 24_301}, 8, 6),
        ({"memory_mb": 97_000}, 16, 12),
        ({"place": "spark"}, 16, 12),
        (None, 16, 12),
    ],
)
def test_a_driver_is_as_large_as_the_plan_needs_or_as_any_where_it_says_nothing(
    plan: object, vcpus: int, memory: int
) -> None:
    assert driver_of(plan) == f"--conf spark.driver.cores={vcpus} --conf spark.driver.memory={memory}g"


def test_the_run_is_the_token_by_which_a_second_start_is_the_same_job_run() -> None:
    client = boto3.client("emr-serverless", "eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(client) as stub:
        answer = {
            "applicationId": "00f1",
            "jobRunId": "00f2",
            "arn": "arn:aws:emr-serverless:eu-central-1:123456789012:/applications/00f1/jobruns/00f2",
        }
        expected = {
            "applicationId": "00f1",
            "clientToken": RUN,
            "executionRoleArn": ROLE,
            "jobDriver": ANY,
            "name": f"films/{RUN}",
            "tags": ANY,
            "executionTimeoutMinutes": 720,
        }
        for _ in range(2):
            stub.add_response("start_job_run", answer, expected)
            EmrServerlessJobs("00f1", ROLE, SCRIPT, client).start(JOB)


def test_a_job_run_tells_its_training_and_state_until_it_is_cancelled(client: Any, jobs: EmrServerlessJobs) -> None:
    jobs.start(JOB)
    jobs.start({**JOB, "run": "another"})
    mine, other = (one["id"] for one in started(client, jobs))
    assert jobs.read(mine) == JobRun("films", RUN, "RUNNING")
    assert jobs.cancel("films", RUN)
    assert jobs.read(mine).state == "CANCELLED"
    assert jobs.read(other).state == "RUNNING"
    assert not jobs.cancel("films", RUN)


def test_a_job_run_that_is_no_training_is_refused(client: Any, jobs: EmrServerlessJobs) -> None:
    made = client.start_job_run(
        applicationId=jobs.application, clientToken="a", executionRoleArn=ROLE, name="something else"
    )
    with pytest.raises(StoreUnavailable, match="none of a training"):
        jobs.read(made["jobRunId"])


def test_a_job_longer_than_an_argument_is_refused_before_it_is_sent() -> None:
    configs = [{"family": "knn", "k": number} for number in range(MOST_ARGUMENT // 20)]
    with pytest.raises(StoreUnavailable, match="name fewer configs"):
        EmrServerlessJobs("00f1", ROLE, SCRIPT, client=object()).start({**JOB, "configs": configs})


def test_an_application_that_is_not_there_makes_the_store_unavailable(client: Any) -> None:
    jobs = EmrServerlessJobs("00f1", ROLE, SCRIPT, client)
    for call in (lambda: jobs.start(JOB), lambda: jobs.read("00f2"), lambda: jobs.cancel("films", RUN)):
        with pytest.raises(StoreUnavailable, match="EMR Serverless: ResourceNotFoundException"):
            call()
