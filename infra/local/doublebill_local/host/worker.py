"""Workers: environments in processes of their own, for functions that keep a core busy.

Python runs one thread at a time, so that a level that takes ten seconds to build would slow all other answers down. A
worker takes no such part of them, has a lower priority than they have, and is ended where its time is up.

python -m doublebill_local.host.worker NAME FOLDER FILE HANDLER DESCRIPTOR    events on standard input, a line each;
                                                                              the outcomes go to the descriptor
"""

import contextlib
import json
import os
import queue
import select
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any, cast

from doublebill_local.host.environments import WAIT_SECONDS, Busy, Context, Places, load_handler
from doublebill_local.host.template import Function

READY = "ready"
"""Line that a worker writes once the function is loaded."""

START_SECONDS = 120.0
"""Longest that loading a function takes, on a busy machine."""

NICENESS = 10
"""Added to the priority of a worker; the scheduler of the system then prefers the other answers."""


class Worker:
    """One environment in a process of its own."""

    def __init__(self, function: Function) -> None:
        reading, writing = os.pipe()
        place = [function.name, str(function.folder), function.file, function.handler, str(writing)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "doublebill_local.host.worker", *place],
            stdin=subprocess.PIPE,
            pass_fds=(writing,),
            start_new_session=True,  # ctrl-c ends the service, which ends its workers
            text=True,
        )
        os.close(writing)
        self._events = cast(IO[str], self._process.stdin)
        self._outcomes = os.fdopen(reading)
        self._name = function.name
        self._loaded = False
        self._load_until = time.monotonic() + START_SECONDS

    def load(self, seconds: float | None) -> bool:
        """Waits until the function is loaded and returns True, or False where it takes longer; it then goes on loading.

        Raises:
            RuntimeError: when it cannot be loaded, or not within `START_SECONDS`.
        """
        if self._loaded:
            return True
        patience = max(0.0, self._load_until - time.monotonic())
        self._loaded = self._line(patience if seconds is None else min(seconds, patience)).strip() == READY
        if not self._loaded and (self.ended or time.monotonic() >= self._load_until):
            self.end()
            raise RuntimeError(f"{self._name} could not be loaded")
        return self._loaded

    def invoke(self, event: dict[str, Any], seconds: float | None) -> dict[str, Any] | None:
        """Returns the answer of the function, or None where it takes longer; the worker is ended then.

        Raises:
            RuntimeError: when the function raised, or its process ended.
        """
        with contextlib.suppress(OSError):  # it has ended; then it has no outcome either
            self._events.write(json.dumps(event) + "\n")
            self._events.flush()
        line = self._line(seconds)
        if not line:
            late = not self.ended
            self.end()
            if late:
                return None
            raise RuntimeError(f"its process ended with {self._process.returncode}")
        outcome: dict[str, Any] = json.loads(line)
        if "error" in outcome:
            raise RuntimeError(outcome["error"])
        answer: dict[str, Any] = outcome["answer"]
        return answer

    def _line(self, seconds: float | None) -> str:
        """Returns the next line that the process writes; empty where it ends, or takes longer."""
        if not select.select([self._outcomes], [], [], seconds)[0]:
            return ""
        line = self._outcomes.readline()
        if not line:
            self._process.wait()
        return line

    @property
    def ended(self) -> bool:
        """Whether the process has ended."""
        return self._process.poll() is not None

    def end(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError):  # an event that it never read
            self._events.close()
        self._outcomes.close()


class Workers:
    """The workers of one function, made when needed and reused: at most `most`, else one a core, and at least two."""

    def __init__(self, function: Function, most: int | None = None, wait_seconds: float = WAIT_SECONDS) -> None:
        self._function = function
        self._idle: list[Worker] = []
        self._places = Places(most or max(2, os.cpu_count() or 1), wait_seconds=wait_seconds)

    def invoke(self, event: dict[str, Any], seconds: float | None = None) -> dict[str, Any] | None:
        """Returns the function's answer, or None where it takes longer than `seconds`.

        They are for all of it: waiting for a worker, loading it, and the work.

        Raises:
            Busy: when no worker is free and loaded by then.
            RuntimeError: when the function cannot be loaded or raised, or its process ended.
        """
        until = None if seconds is None else time.monotonic() + seconds
        with self._places.taken(seconds):
            worker = self._take()
            try:
                if not worker.load(_left(until)):
                    raise Busy  # it goes on loading, for a later request
                return worker.invoke(event, _left(until))
            finally:
                if not worker.ended:
                    self._idle.append(worker)

    def close(self) -> None:
        """Ends the workers that have nothing to do; the others end with this process."""
        while worker := self._idle_one():
            worker.end()

    def _take(self) -> Worker:
        """Takes the idle worker that was used last, or makes one."""
        while worker := self._idle_one():
            if not worker.ended:
                return worker
        return Worker(self._function)

    def _idle_one(self) -> Worker | None:
        with contextlib.suppress(IndexError):  # another thread may have taken the last one
            return self._idle.pop()
        return None


def _left(until: float | None) -> float | None:
    """Returns the seconds until a time, at least 0; None for no time."""
    return None if until is None else max(0.0, until - time.monotonic())


def main(name: str, folder: str, file: str, handler: str, descriptor: str) -> None:
    """Answers events until standard input ends, which also ends an answer, or a loading, under way."""
    os.nice(NICENESS)
    events: queue.SimpleQueue[str] = queue.SimpleQueue()

    def read() -> None:
        for line in sys.stdin:
            events.put(line)
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    handle = load_handler(Function(name, Path(folder), file, handler, frozenset()))
    with os.fdopen(int(descriptor), "w") as outcomes:
        print(READY, file=outcomes, flush=True)
        while True:
            event = json.loads(events.get())
            outcome: dict[str, object]
            try:
                outcome = {"answer": handle(event, Context(name))}
            except Exception as defect:  # noqa: BLE001  # as Lambda: whatever a function raises is its outcome
                outcome = {"error": repr(defect)}
            print(json.dumps(outcome), file=outcomes, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
