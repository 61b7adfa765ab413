"""Tracing: off by default, when it loads nothing; and silent about what a request says."""

import os
import subprocess
import sys

SOURCE = """
import sys
import doublebill.edge.http
from doublebill.edge.settings import WatchSettings
from doublebill.edge.tracing import traced

def handler(event, context):
    return {"body": "somebody"}

wrapped = traced(handler, "tested", WatchSettings(tracing=TRACING))
print(wrapped is handler, "aws_xray_sdk" in sys.modules)
if wrapped is not handler:
    from aws_xray_sdk.core import xray_recorder
    sent = []
    xray_recorder.emitter = type("Noted", (), {"send_entity": lambda self, one: sent.append(one.serialize())})()
    print(wrapped({}, None)["body"])
    print("## handler" in "".join(sent), "somebody" in "".join(sent))
"""


def printed(tracing: str) -> list[str]:
    """Returns what a fresh interpreter prints, which believes to be Lambda's."""
    source = SOURCE.replace("TRACING", repr(tracing))
    trace = "Root=1-67f1a2b3-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=1"
    environment = {**os.environ, "LAMBDA_TASK_ROOT": "/var/task", "_X_AMZN_TRACE_ID": trace}
    command = [sys.executable, "-W", "ignore", "-c", source]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_without_tracing_a_handler_stays_as_it_is_and_no_sdk_is_loaded() -> None:
    assert printed("PassThrough") == ["True False"]


def test_a_trace_has_the_handler_and_nothing_of_its_response() -> None:
    assert printed("Active") == ["False True", "somebody", "True False"]
