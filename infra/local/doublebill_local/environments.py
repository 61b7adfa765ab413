"""Execution environments: Lambda functions as Lambda runs them, each environment answering one request at a time."""

import importlib.util
import itertools
import queue
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

from doublebill_local.template import Function

MOST_ENVIRONMENTS = 8
"""Environments of one function that may exist at once; further requests wait."""

Handler = Callable[[dict[str, Any], "Context"], dict[str, Any]]

_numbers = itertools.count()


class Context:
    """What a handler learns about its invocation."""

    def __init__(self, function: str, timeout_seconds: float = 30.0) -> None:
        self.function_name = function
        self.function_version = "$LATEST"
        self.memory_limit_in_mb = 1769
        self.invoked_function_arn = f"arn:aws:lambda:local:000000000000:function:{function}"
        self.aws_request_id = str(uuid.uuid4())
        self._deadline = time.monotonic() + timeout_seconds

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function's time is up."""
        return max(0, round((self._deadline - time.monotonic()) * 1000))


def load_handler(function: Function) -> Handler:
    """The function's handler from a fresh instance of its module, as a cold start makes one."""
    name = f"doublebill_function_{function.name}_{next(_numbers)}"
    spec = importlib.util.spec_from_file_location(name, function.folder / f"{function.file}.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"{function.folder}: no module {function.file}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    handler: Handler = getattr(module, function.handler)
    return handler


class Environments:
    """The execution environments of one function, made when needed and reused."""

    def __init__(self, function: Function) -> None:
        self._function = function
        self._idle: queue.LifoQueue[Handler] = queue.LifoQueue()
        self._unmade = queue.SimpleQueue[None]()
        for _ in range(MOST_ENVIRONMENTS):
            self._unmade.put(None)

    def invoke(self, event: dict[str, Any]) -> dict[str, Any]:
        """The function's answer."""
        handler = self._take()
        try:
            return handler(event, Context(self._function.name))
        finally:
            self._idle.put(handler)

    def _take(self) -> Handler:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            pass
        try:
            self._unmade.get_nowait()
        except queue.Empty:
            return self._idle.get()
        try:
            return load_handler(self._function)
        except BaseException:
            self._unmade.put(None)
            raise
