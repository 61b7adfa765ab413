"""The service as a process of its own."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from doublebill.errors import StoreUnavailable
from doublebill_local.host.home import Home

LOG = "demo.log"
"""Output of the service, in its state folder."""

START_SECONDS = 300
"""After which a silent service counts as one that hangs; a busy machine takes its time."""


@contextmanager
def running(home: Home) -> Iterator[str]:
    """Starts the service as a process on a free port, yields its URL and ends it afterwards."""
    home.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = home.folder / LOG
    command = [sys.executable, "-m", "doublebill_local", "up", "--port", "0", "--home", str(home.folder)]
    with log.open("w") as output:
        service = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    try:
        yield _url(service, log)
    finally:
        service.terminate()
        service.wait(timeout=START_SECONDS)


def _url(service: "subprocess.Popen[bytes]", log: Path) -> str:
    """Waits for the line with the URL in the log.

    Raises:
        StoreUnavailable: when the process ends before, or the line does not come in time.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and service.poll() is None:
        found = re.search(r"is up at (\S+),", log.read_text())
        if found:
            return found[1]
        time.sleep(0.05)
    raise StoreUnavailable(f"the service did not start: {log.read_text()[-500:]}")
