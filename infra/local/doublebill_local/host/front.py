"""The HTTP front: API Gateway's HTTP API on loopback, turning requests into payload-2.0 events for the handlers."""

import contextlib
import re
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, wait
from http.server import ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from doublebill_local.host.connection import BUSY, REQUEST_SECONDS, Connection
from doublebill_local.host.environments import Environments
from doublebill_local.host.foreign import OwnAddress
from doublebill_local.host.template import Route, Template
from doublebill_local.host.worker import Workers

ANSWER_SECONDS = 30.0
"""Longest that API Gateway waits for a function."""

MOST_CONNECTIONS = 256
"""Connections at once; more are refused, so that they take no memory."""

MOST_REFUSED = 64
"""Refused connections that are kept open for a moment."""

type Invoke = Callable[[dict[str, Any]], dict[str, Any]]
"""Answers an event in the place of a function."""

NOWHERE: Mapping[str, Invoke] = {}

REFUSED_SECONDS = 1.0
"""How long a refused connection stays open: one closed before its request was read loses the refusal on its way."""


class Front(ThreadingHTTPServer):
    """Serves the routes of a template from its handlers."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        template: Template,
        port: int,
        answer_seconds: float = ANSWER_SECONDS,
        *,
        apart: Collection[str] = (),
        request_seconds: float = REQUEST_SECONDS,
        most_connections: int = MOST_CONNECTIONS,
        elsewhere: Mapping[str, Invoke] = NOWHERE,
    ) -> None:
        """Listens; functions in `apart` run in processes of their own, `elsewhere` answers for those in it."""
        functions = template.functions
        self._workers = {name: Workers(function) for name, function in functions.items() if name in apart}
        self._elsewhere = elsewhere
        self._refused: deque[tuple[float, Any]] = deque()
        super().__init__(("127.0.0.1", port), Connection)
        self._answer_seconds = answer_seconds
        self.request_seconds = request_seconds
        self._connections = threading.BoundedSemaphore(most_connections)
        self._environments = {name: Environments(function) for name, function in functions.items() if name not in apart}
        self.own_address = OwnAddress(self.server_address[1])
        self._routes = [(_pattern(route.path), route) for route in template.routes]

    @property
    def url(self) -> str:
        """Returns the URL of the service."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def invoke(self, function: str, event: dict[str, Any]) -> dict[str, Any]:
        """Returns the answer of a function to an event."""
        if function in self._elsewhere:
            return self._elsewhere[function](event)
        if function in self._workers:
            return self._workers[function].invoke(event) or {}
        return self._environments[function].invoke(event)

    def invoke_in_time(self, function: str, event: dict[str, Any]) -> dict[str, Any] | None:
        """Returns the answer of a function to an event, or None where it takes longer than API Gateway waits.

        The function goes on, as on Lambda, and keeps its environment until it ends; a process of its own is ended.

        Raises:
            Busy: when the function has no free environment.
        """
        if function in self._workers:
            return self._workers[function].invoke(event, self._answer_seconds)
        answer: Future[dict[str, Any]] = Future()

        def work() -> None:
            try:
                answer.set_result(self.invoke(function, event))
            except Exception as defect:  # noqa: BLE001  # whatever it is, the waiting thread raises it
                answer.set_exception(defect)

        threading.Thread(target=work, daemon=True).start()
        ended = wait([answer], self._answer_seconds).done
        return answer.result() if ended else None

    def match(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Finds the route of a request, with its path parameters."""
        for pattern, route in self._routes:
            found = pattern.fullmatch(path) if route.method == method else None
            if found:
                return route, {name: unquote(value) for name, value in found.groupdict().items()}
        return None

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serves a connection in a thread of its own, or refuses it where there are too many."""
        if self._connections.acquire(blocking=False):
            super().process_request(request, client_address)
            return
        request.setblocking(False)
        with contextlib.suppress(OSError):
            request.send(BUSY.whole_answer)
            request.shutdown(socket.SHUT_WR)
        self._refused.append((time.monotonic() + REFUSED_SECONDS, request))
        self.service_actions()

    def service_actions(self) -> None:
        """Closes refused connections whose time is over, and the oldest where there are too many."""
        while self._refused and (len(self._refused) > MOST_REFUSED or self._refused[0][0] <= time.monotonic()):
            self.close_request(self._refused.popleft()[1])

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serves a connection, and makes room for another."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._connections.release()

    def server_close(self) -> None:
        """Stops listening, and ends the processes of functions."""
        super().server_close()
        for _, refused in self._refused:
            self.close_request(refused)
        for workers in self._workers.values():
            workers.close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignores a client that went away; prints any other error, which is a defect."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # whatever socketserver gave


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)))
