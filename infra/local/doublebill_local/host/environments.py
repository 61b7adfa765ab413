"""Execution environments: Lambda functions as Lambda runs them, each environment answering one request at a time."""

import contextlib
import importlib.util
import itertools
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from doublebill_local.host.template import Function

MOST_ENVIRONMENTS = 8
"""Most environments of one function at once; further requests wait."""

MOST_WAITING = 64
"""Requests to one function that wait at once; more are refused."""

WAIT_SECONDS = 5.0
"""Longest that a request waits for an environment."""

Handler = Callable[[dict[str, Any], "Context"], dict[str, Any]]

_numbers = itertools.count()
_loading = threading.Lock()
"""Loads one function at a time: what modules set up while they load is not safe for threads."""


class Busy(Exception):
    """The function has no free environment, and will not soon."""


class Places:
    """The places of the requests of one function: so many at work, and a bounded line that waits for them."""

    def __init__(self, at_work: int, waiting: int = MOST_WAITING, wait_seconds: float = WAIT_SECONDS) -> None:
        self._free = threading.BoundedSemaphore(at_work)
        self._line = threading.BoundedSemaphore(at_work + waiting)
        self._wait_seconds = wait_seconds

    @contextlib.contextmanager
    def taken(self, seconds: float | None = None) -> Iterator[None]:
        """Takes a place while the block runs; waits for it as long as `seconds` say, or else as all requests do.

        Raises:
            Busy: when none becomes free in time, or too many requests wait already.
        """
        if not self._line.acquire(blocking=False):
            raise Busy
        try:
            if not self._free.acquire(timeout=self._wait_seconds if seconds is None else seconds):
                raise Busy
            try:
                yield
            finally:
                self._free.release()
        finally:
            self._line.release()


class Context:
    """The context of one invocation, as Lambda passes it to a handler."""

    def __init__(self, function: str, timeout_seconds: float = 30.0) -> None:
        self.function_name = function
        self.function_version = "$LATEST"
        self.memory_limit_in_mb = 1769
        self.invoked_function_arn = f"arn:aws:lambda:local:000000000000:function:{function}"
        self.aws_request_id = str(uuid.uuid4())
        self._deadline = time.monotonic() + timeout_seconds

    def get_remaining_time_in_millis(self) -> int:
        """Returns the milliseconds until the function's time is up."""
        return max(0, round((self._deadline - time.monotonic()) * 1000))


def load_handler(function: Function) -> Handler:
    """Returns the function's handler from a fresh instance of its module, as after a cold start."""
    handler: Handler = getattr(load_module(function), function.handler)
    return handler


def load_module(function: Function) -> ModuleType:
    """Returns a fresh instance of the function's module."""
    name = f"doublebill_function_{function.name}_{next(_numbers)}"
    spec = importlib.util.spec_from_file_location(name, function.folder / f"{function.file}.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"{function.folder}: no module {function.file}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        with _loading:
            spec.loader.exec_module(module)
    except BaseException:  # as the import system does: half a module must not be found
        del sys.modules[name]
        raise
    return module


class Environments:
    """The execution environments of one function, made when needed and reused."""

    def __init__(self, function: Function) -> None:
        self._function = function
        self._idle: list[Handler] = []
        self._places = Places(MOST_ENVIRONMENTS)

    def invoke(self, event: dict[str, Any]) -> dict[str, Any]:
        """Returns the function's answer.

        Raises:
            Busy: when no environment is free.
        """
        with self._places.taken():
            handler = self._take()
            try:
                return handler(event, Context(self._function.name))
            finally:
                self._idle.append(handler)

    def _take(self) -> Handler:
        """Takes the idle environment that was used last, or makes one."""
        try:
            return self._idle.pop()
        except IndexError:
            return load_handler(self._function)
