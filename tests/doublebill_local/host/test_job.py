"""Jobs as processes: each ends with the service that it works for."""

import json
import os
import signal
import subprocess
import sys

from doublebill.edge.clock import now_ms
from doublebill.events import Event
from doublebill.service.registry import runs
from doublebill.service.training import start
from doublebill.stores.job_record import new_id
from doublebill_local.host import job
from doublebill_local.host.home import Home
from doublebill_local.host.job import SERVICE
from erased_users import QueuedJobs
from processes import PATIENCE_SECONDS
from trainings import fill


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


QUEUED = """
import os, signal, sys
from doublebill_local.host import job

def load_handler(_function):
    os.kill(os.getpid(), signal.SIGTERM)

job.load_handler = load_handler
sys.argv = ["job.py", "TrainFunction"]
job.main()
"""


def test_a_job_that_is_ended_before_it_works_lets_the_next_training_begin(tmp_path) -> None:
    objects, waiting = Home(tmp_path).objects(), QueuedJobs()
    fill(objects, [Event("ann", "a", "play")])
    queued = start.queue(objects, waiting, "films", new_id(now_ms(), "queued"), now_ms())
    environment = os.environ | Home(tmp_path).environment()
    command, event = [sys.executable, "-c", QUEUED], json.dumps(waiting.payloads[0]).encode()
    subprocess.run(command, input=event, capture_output=True, env=environment, timeout=PATIENCE_SECONDS, check=False)
    ended = runs.read(objects, "films", str(queued["run"]), now_ms())
    assert (ended["state"], ended["error"]) == ("failed", "interrupted")
    assert start.queue(objects, waiting, "films", new_id(now_ms(), "next"), now_ms())["state"] == "queued"
