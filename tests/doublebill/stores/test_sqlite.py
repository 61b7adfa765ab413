"""The SQLite file that threads share."""

import subprocess
import sys

import pytest

SCRIPT = """
import contextlib
import sys
import threading
from pathlib import Path
from doublebill.errors import StoreUnavailable
from doublebill.stores.sqlite import SqliteFile

file, at_work = SqliteFile(Path(sys.argv[1]), ()), threading.Event()


def work():
    with file.connected() as connection:
        connection.execute("CREATE TABLE numbers (number)")
    with contextlib.suppress(StoreUnavailable):  # when the file was closed
        while True:
            with file.connected() as connection:
                connection.execute("INSERT INTO numbers VALUES (1)")
            at_work.set()


threading.Thread(target=work, daemon=True).start()
at_work.wait()
"""


@pytest.mark.parametrize("time", range(6))
def test_a_process_that_ends_while_a_thread_writes_ends_well(tmp_path, time):
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "file.sqlite")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
