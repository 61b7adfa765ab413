"""Jobs: work that is started here and done elsewhere; and functions that are called and waited for.

lambda://function               an asynchronous Lambda invocation
process:///script.py#function   a child process that runs the script for a function, the payload as JSON on its input
spark://local[2]?python=/python&script=/script.py
                                the same with another Python, for a Spark of so many cores on this computer
emr-serverless://application?role=arn:…&script=s3://bucket/script.py
                                a job run of EMR Serverless; see `doublebill.stores.emr.job_runs`
"""

import atexit
import json
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote, urlsplit

from doublebill.errors import SettingsIncomplete, StoreUnavailable
from doublebill.stores.emr.job_runs import FORM, QUEUE_MINUTES, EmrServerlessJobs

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class Jobs(Protocol):
    """Starts jobs."""

    def start(self, payload: Mapping[str, object]) -> None:
        """Starts a job and returns; may raise `StoreUnavailable`."""
        ...


FORMS = (
    "lambda://function, process:///script.py#function or, for trainings that need Spark, "
    "spark://local[2]?python=/python&script=/script.py or emr-serverless://application?role=arn:…&script=s3://…"
)

LOCAL_SPARK = re.compile(r"(?P<master>local\[[0-9]{1,3}\])\?python=(?P<python>/[^&]+)&script=(?P<script>/[^&]+)")


def open_jobs(url: str) -> Jobs:
    """Opens the jobs that `url` names.

    Raises:
        SettingsIncomplete: when the URL has none of the forms above.
    """
    scheme, _, name = url.partition("://")
    if scheme == "lambda" and name:
        return LambdaJobs(name)
    if scheme == "process" and name.startswith("/"):
        parts = urlsplit(url)
        return ProcessJobs(Path(unquote(parts.path)), parts.fragment)
    if scheme == "spark" and (found := LOCAL_SPARK.fullmatch(name)):
        return ProcessJobs(Path(unquote(found["script"])), f"spark://{found['master']}", unquote(found["python"]))
    if scheme == "emr-serverless" and (found := FORM.fullmatch(name)):
        return EmrServerlessJobs(found["application"], found["role"], found["script"])
    raise SettingsIncomplete(f"jobs: {url!r} is not a valid URL; use {FORMS}")


LONGEST_QUEUE_MS = 6 * 3600 * 1000
"""The longest time for which Lambda holds an event that it cannot invoke a function with yet, by default."""


class LambdaJobs:
    """Jobs as asynchronous invocations of a Lambda function."""

    def __init__(self, function: str, client: "LambdaClient | None" = None) -> None:
        self._function = function
        self._client = client

    def start(self, payload: Mapping[str, object]) -> None:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            brief = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard"})
            self._client = self._client or boto3.client("lambda", config=brief)
            self._client.invoke(
                FunctionName=self._function, InvocationType="Event", Payload=json.dumps(payload).encode()
            )
        except ClientError as refused:
            raise StoreUnavailable(f"Lambda: {refused.response['Error']['Code']}") from refused
        except BotoCoreError as failed:
            raise StoreUnavailable(f"Lambda: {type(failed).__name__}") from failed


def queue_ms(jobs: Jobs) -> int:
    """Returns the time for which a started job may wait for its turn; 0 where it begins at once or never."""
    if isinstance(jobs, EmrServerlessJobs):
        return QUEUE_MINUTES * 60_000
    return LONGEST_QUEUE_MS if isinstance(jobs, LambdaJobs) else 0


class NotInvoked(StoreUnavailable):
    """A function was not invoked, so that nothing is known about it."""


class LambdaFunctions:
    """Versions of Lambda functions, by their ARNs, whose answers are waited for."""

    def __init__(self, client: "LambdaClient | None" = None, answer_seconds: float = 25.0) -> None:
        self._client = client
        self._answer_seconds = answer_seconds

    def ask(self, version: str, event: Mapping[str, object]) -> Mapping[str, Any]:
        """Returns the answer of a version to an event.

        Raises:
            NotInvoked: when Lambda refuses to invoke it, as it does where too many are at work.
            StoreUnavailable: when it gives no answer in time, or ends in an error.
        """
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            once = Config(connect_timeout=2, read_timeout=self._answer_seconds, retries={"total_max_attempts": 1})
            self._client = self._client or boto3.client("lambda", config=once)
            done = self._client.invoke(FunctionName=version, Payload=json.dumps(event).encode())
            answer = json.loads(done["Payload"].read())
        except ClientError as refused:
            raise NotInvoked(f"Lambda: {refused.response['Error']['Code']}") from refused
        except (BotoCoreError, ValueError) as failed:
            raise StoreUnavailable(f"Lambda: {type(failed).__name__}") from failed
        if "FunctionError" in done or not isinstance(answer, dict):
            kind = answer.get("errorType", "an error") if isinstance(answer, dict) else "no object"
            raise StoreUnavailable(f"Lambda: the function ended in {kind}")
        return answer


ENDING_SECONDS = 10.0
"""Time that a process has to end in order once it was told to."""


class ProcessJobs:
    """Jobs as child processes of this one."""

    def __init__(self, script: Path, function: str = "", python: str = "") -> None:
        self._command = [python or sys.executable, str(script), *([function] if function else [])]
        self._children: list[subprocess.Popen[bytes]] = []
        atexit.register(self.stop)  # one that is killed cannot; its jobs look for the end of their service

    def start(self, payload: Mapping[str, object]) -> None:
        self._children = [child for child in self._children if child.poll() is None]
        try:
            child = subprocess.Popen(self._command, stdin=subprocess.PIPE)  # noqa: S603  # this interpreter, a script of ours
            self._children.append(child)
            if child.stdin is not None:
                with child.stdin as pipe:
                    pipe.write(json.dumps(payload).encode())
        except OSError as failed:
            raise StoreUnavailable(f"process: {failed.strerror}") from failed

    def wait(self) -> None:
        """Returns when every job started here has ended."""
        for child in self._children:
            child.wait()

    def stop(self) -> None:
        """Ends every job started here that still runs; one that takes too long to give back what it has is killed."""
        for child in self._children:
            child.terminate()
        ends = time.monotonic() + ENDING_SECONDS
        for child in self._children:
            try:
                child.wait(max(0.0, ends - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
        self.wait()
