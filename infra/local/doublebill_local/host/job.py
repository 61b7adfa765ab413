"""One job in a process of its own: runs a function on the event from standard input.

python job.py FUNCTION < event.json

A job ends soon after the service that it works for, however that ended: see `SERVICE`.
"""

import contextlib
import json
import os
import signal
import sys
import threading
import time
from typing import Any

from doublebill.concurrency.endings import end_in_order
from doublebill.edge.settings import variable
from doublebill.errors import DoublebillError
from doublebill.stores.jobs import ENDING_SECONDS
from doublebill_local.host.environments import Context, load_handler
from doublebill_local.host.template import read_template
from doublebill_local.host.worker import NICENESS

SERVICE = "DOUBLEBILL_SERVICE_PROCESS"
"""Environment variable with the id of the process that serves; its jobs inherit it, whichever process started them."""

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM)

LOOK_SECONDS = 0.5
"""Time between two looks at that process."""


def main() -> None:
    """Runs the job, behind the answers of the service."""
    end_in_order(*ENDING_SIGNALS)
    os.nice(NICENESS)
    os.umask(0o077)  # whatever it makes is for its owner alone
    if SERVICE in os.environ:
        threading.Thread(target=_end_with, args=(int(os.environ[SERVICE]),), daemon=True).start()
    event = json.load(sys.stdin)
    # an exit within an import can get lost there: signals wait until the function is loaded
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)
    function = read_template().functions[sys.argv[1]]
    handler = load_handler(function)
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING_SIGNALS)
        handler(event, Context(function.name, timeout_seconds=86400))
    except SystemExit:
        _give_back(event)
        raise


def _give_back(event: dict[str, Any]) -> None:
    """Lets the next training begin where this one was ended before it did; one that had begun has done so itself."""
    from doublebill.service.training import start  # numpy's threads must not be there before signals are blocked
    from doublebill.stores.objects import open_objects

    if "catalog" in event and "run" in event:
        with contextlib.suppress(DoublebillError):  # its time in the queue passes
            start.give_back(open_objects(os.environ[variable("objects")]), event["catalog"], event["run"])


def _end_with(service: int) -> None:
    """Waits for the end of a process, then ends this one."""
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)  # they are the main thread's, which may let them wait
    with contextlib.suppress(OSError):  # there is no such process any more, or it is another user's
        while True:
            os.kill(service, 0)
            time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(ENDING_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
