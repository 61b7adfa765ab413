"""EMR Serverless: trainings as job runs of one application for Spark.

    emr-serverless://APPLICATION?role=ARN&script=s3://bucket/spark/train_on_spark.py

The application says how much capacity all its job runs may have together, and has their settings. A job run gets its
job as an argument of the script, and the name `<catalog>/<run>`. The run is the token too: a training that is started
twice has one job run.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from doublebill.errors import StoreUnavailable

FORM = re.compile(r"(?P<application>[0-9a-z]{1,64})\?role=(?P<role>arn:[^&]+)&script=(?P<script>s3://[^&]+)")

MASTER = "spark://"
"""The URL by which the script takes the executors that the application gives it."""

MOST_ARGUMENT = 10_240
"""Characters of one argument of a script that EMR Serverless takes."""

LONGEST_MINUTES = 720
"""Time after which a job run ends whatever it does."""

QUEUE_MINUTES = 720
"""Time for which a job run may wait until those before it have ended; `template.yaml` sets it."""

DRIVERS = ((4, 3), (8, 6), (16, 12))
"""Drivers: vCPUs, and the GB of Spark's own memory."""

BESIDE = 9
"""Times as much memory beside Spark's own, for Python; `template.yaml` sets it."""

SPARE = 0.9
"""Share of the memory for Python that a training may take as planned."""

AT_WORK = ("SUBMITTED", "PENDING", "SCHEDULED", "QUEUED", "RUNNING")

TAG = "doublebill"


@dataclass(frozen=True)
class JobRun:
    """A job run of a training."""

    catalog: str
    run: str
    state: str
    """As EMR Serverless names it: SUCCESS, FAILED, CANCELLED, …"""


class EmrServerlessJobs:
    """Trainings as job runs of an application."""

    def __init__(self, application: str, role: str, script: str, client: Any = None) -> None:
        self.application = application
        self._role = role
        self._script = script
        self._client = client

    def start(self, payload: Mapping[str, object]) -> None:
        """Starts the job run of a training, which is that of the payload's catalog and run."""
        catalog, run, job = str(payload["catalog"]), str(payload["run"]), json.dumps(payload)
        if len(job) > MOST_ARGUMENT:
            raise StoreUnavailable(f"Spark: the job has {len(job):,} characters; name fewer configs")
        with self._connected() as client:
            client.start_job_run(
                applicationId=self.application,
                clientToken=run,
                executionRoleArn=self._role,
                jobDriver={
                    "sparkSubmit": {
                        "entryPoint": self._script,
                        "entryPointArguments": [MASTER, job],
                        "sparkSubmitParameters": driver_of(payload.get("plan")),
                    }
                },
                name=f"{catalog}/{run}",
                tags={f"{TAG}:catalog": catalog, f"{TAG}:run": run},
                executionTimeoutMinutes=LONGEST_MINUTES,
            )

    def cancel(self, catalog: str, run: str) -> bool:
        """Cancels the job run of a training; returns whether one was at work or waiting."""
        with self._connected() as client:
            pages = client.get_paginator("list_job_runs").paginate(applicationId=self.application, states=list(AT_WORK))
            found = [one["id"] for page in pages for one in page["jobRuns"] if one.get("name") == f"{catalog}/{run}"]
            for job_run in found:
                client.cancel_job_run(applicationId=self.application, jobRunId=job_run)
        return bool(found)

    def read(self, job_run: str) -> JobRun:
        """Returns a job run by its id.

        Raises:
            StoreUnavailable: when it cannot be read, or is none of a training.
        """
        with self._connected() as client:
            found = client.get_job_run(applicationId=self.application, jobRunId=job_run)["jobRun"]
        catalog, slash, run = str(found.get("name", "")).partition("/")
        if not slash:
            raise StoreUnavailable(f"EMR Serverless: the job run {job_run} is none of a training")
        return JobRun(catalog, run, str(found["state"]))

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        """Gives a client, whose errors are translated."""
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            brief = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard"})
            self._client = self._client or boto3.client("emr-serverless", config=brief)
            yield self._client
        except ClientError as refused:
            raise StoreUnavailable(f"EMR Serverless: {refused.response['Error']['Code']}") from refused
        except BotoCoreError as failed:
            raise StoreUnavailable(f"EMR Serverless: {type(failed).__name__}") from failed


def driver_of(plan: object) -> str:
    """Returns the options for the least driver that has the memory of a plan; the largest where it says none."""
    memory_mb = plan.get("memory_mb") if isinstance(plan, Mapping) else None
    needed_gb = math.inf if memory_mb is None else memory_mb / 1000 / SPARE
    vcpus, memory_gb = next((one for one in DRIVERS if one[1] * BESIDE >= needed_gb), DRIVERS[-1])
    return f"--conf spark.driver.cores={vcpus} --conf spark.driver.memory={memory_gb}g"
