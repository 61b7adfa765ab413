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
