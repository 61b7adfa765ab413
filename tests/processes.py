"""Child processes for tests: many at work at once, or one to be killed; and calls that must not hang."""

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

PATIENCE_SECONDS = 300
"""After which something that should have ended counts as hanging."""

LOOK_SECONDS = 0.01


def until[T](found: Callable[[], T | None], what: str) -> T:
    """What `found` gives, as soon as it gives something that is true."""
    hangs = time.monotonic() + PATIENCE_SECONDS
    while not (result := found()):
        assert time.monotonic() < hangs, f"{what}: nothing within {PATIENCE_SECONDS} seconds"
        time.sleep(LOOK_SECONDS)
    return result


def in_time(call: Callable[[], object]) -> None:
    """Calls it, and fails where it hangs."""
    failed: list[BaseException] = []

    def target() -> None:
        try:
            call()
        except BaseException as error:  # noqa: BLE001  # raised again below
            failed.append(error)

    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive(), "it hangs: something is held by who is dead"
    if failed:
        raise failed[0]


_FORKED = multiprocessing.get_context("forkserver")
"""Children are forks of a process that has only imported, so that each begins at once."""

_FORKED.set_forkserver_preload(
    ["pytest", "trainings", "fakes", "doublebill.stores.histories", "doublebill.stores.secrets"]
)


def in_processes[T](target: Callable[..., T], arguments: list[tuple[Any, ...]], meeting: bool = False) -> list[T]:
    """What `target` gives in a process of its own for each of the arguments, all at work at once.

    With `meeting` it gets one argument more: a call that returns when all of them have come to it.
    """
    gate = _FORKED.Barrier(len(arguments))
    pairs = [_FORKED.Pipe(duplex=False) for _ in arguments]
    children = [
        _FORKED.Process(target=_answer, args=(answering, gate, target, told, meeting), daemon=True)
        for (_, answering), told in zip(pairs, arguments, strict=True)
    ]
    try:
        for child in children:
            child.start()
        for _, answering in pairs:
            answering.close()
        return [_received(hearing) for hearing, _ in pairs]
    finally:
        for child, (hearing, _) in zip(children, pairs, strict=True):
            hearing.close()
            child.join(PATIENCE_SECONDS)
            child.kill()
            child.join()
            child.close()


def _answer(answering, gate, target, told, meeting) -> None:
    gate.wait(PATIENCE_SECONDS)
    answering.send(target(*told, lambda: gate.wait(PATIENCE_SECONDS)) if meeting else target(*told))


def _received(hearing: multiprocessing.connection.Connection) -> Any:
    assert hearing.poll(PATIENCE_SECONDS), "a child says nothing"
    try:
        return hearing.recv()
    except EOFError:
        pytest.fail("a child died without an answer")


class Child:
    """A process that runs `target(*told, tell)`, to be ended from outside."""

    def __init__(self, target: Callable[..., None], *told: object) -> None:
        self._hearing, self._telling = _FORKED.Pipe(duplex=False)
        self._process = _FORKED.Process(target=_run_child, args=(target, told, self._telling), daemon=True)

    def __enter__(self) -> "Child":
        self._process.start()
        self._telling.close()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()
        self._process.close()
        self._hearing.close()

    def heard(self) -> Any:
        """The next thing that the child tells."""
        return _received(self._hearing)

    def kill(self) -> None:
        """Ends it as power loss would end a machine: no clean-up runs."""
        assert self._process.pid is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.join()

    def end(self, number: signal.Signals) -> int | None:
        """Ends it by a signal that it can handle; gives the exit code."""
        assert self._process.pid is not None
        os.kill(self._process.pid, number)
        self._process.join(PATIENCE_SECONDS)
        return self._process.exitcode

    def died(self) -> bool:
        """Whether it ended by being killed, once it has ended."""
        self._process.join(PATIENCE_SECONDS)
        return self._process.exitcode == -signal.SIGKILL


def _run_child(target, told, telling) -> None:
    target(*told, telling.send)
