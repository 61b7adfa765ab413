"""Jobs as processes: each ends with the service that it works for."""

import os
import signal
import subprocess
import sys

from doublebill_local.host import job
from doublebill_local.host.job import SERVICE
from processes import PATIENCE_SECONDS


def test_a_job_ends_with_its_service_whichever_process_started_it() -> None:
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as service:
        command = [sys.executable, job.__file__, "TrainFunction"]
        environment = os.environ | {SERVICE: str(service.pid)}
        with subprocess.Popen(command, stdin=subprocess.PIPE, env=environment) as waiting_for_its_event:
            service.kill()
            service.wait()
            assert waiting_for_its_event.wait(PATIENCE_SECONDS) == 128 + signal.SIGTERM


LOADING = """
import os, signal, sys
from doublebill_local.host import job

def load_handler(_function):
    os.kill(os.getpid(), signal.SIGTERM)
    sum(range(1000))
    print("loaded", flush=True)
    return lambda *_: print("at work", flush=True)

job.load_handler = load_handler
sys.argv = ["job.py", "TrainFunction"]
job.main()
"""


def test_a_signal_while_a_job_loads_its_function_ends_it_before_it_works() -> None:
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as service:
        environment = os.environ | {SERVICE: str(service.pid)}
        command = [sys.executable, "-c", LOADING]
        done = subprocess.run(
            command, input=b"{}", capture_output=True, env=environment, timeout=PATIENCE_SECONDS, check=False
        )
        service.kill()
    assert (done.returncode, done.stdout, done.stderr) == (128 + signal.SIGTERM, b"loaded\n", b"")
