"""The HTTP front: API Gateway's HTTP API on loopback, turning requests into payload-2.0 events for the handlers."""

import base64
import json
import re
import sys
import threading
import time
import uuid
from collections.abc import Mapping
from concurrent.futures import Future, wait
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from doublebill_local.host.environments import Environments
from doublebill_local.host.foreign import OwnAddress
from doublebill_local.host.template import Route, Template

MAX_BODY_BYTES = 10_000_000
"""The largest body that API Gateway takes."""

ANSWER_SECONDS = 30.0
"""Longest that API Gateway waits for a function."""

UNREADABLE = {
    HTTPStatus.LENGTH_REQUIRED: "Length Required",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Request Entity Too Large",
}
"""Messages of API Gateway for bodies that it cannot or will not read."""


class Front(ThreadingHTTPServer):
    """Serves the routes of a template from its handlers."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, template: Template, port: int, answer_seconds: float = ANSWER_SECONDS) -> None:
        super().__init__(("127.0.0.1", port), _Connection)
        self._answer_seconds = answer_seconds
        self._environments = {name: Environments(function) for name, function in template.functions.items()}
        self.own_address = OwnAddress(self.server_address[1])
        self._routes = [(_pattern(route.path), route) for route in template.routes]

    @property
    def url(self) -> str:
        """Returns the URL of the service."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def invoke(self, function: str, event: dict[str, Any]) -> dict[str, Any]:
        """Returns the answer of a function to an event."""
        return self._environments[function].invoke(event)

    def invoke_in_time(self, function: str, event: dict[str, Any]) -> dict[str, Any] | None:
        """Returns the answer of a function to an event, or None where it takes longer than API Gateway waits.

        The function goes on, as on Lambda, and keeps its environment until it ends.
        """
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

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignores a client that went away; prints any other error, which is a defect."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # whatever socketserver gave


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)))


class _Connection(BaseHTTPRequestHandler):
    """One client's connection."""

    server: Front
    protocol_version = "HTTP/1.1"
    timeout = 60
    disable_nagle_algorithm = True

    def answer(self) -> None:
        """Answers one request."""
        length = self._length()
        refusal = self.server.own_address.refusal(self.command, self.path, self.headers, has_body=length != 0)
        body = self._body(length)
        if refusal:
            self.close_connection |= (
                refusal.status == HTTPStatus.BAD_REQUEST
            )  # where the next request begins is a guess
            self._send(refusal.status, refusal.headers, refusal.body.encode())
        elif isinstance(length, HTTPStatus):
            self._refuse(length, UNREADABLE[length])
        elif body is not None:
            self._invoke(body)

    def _invoke(self, body: bytes) -> None:
        """Answers with the response of the route's function."""
        parts = urlsplit(self.path)
        matched = self.server.match(self.command, parts.path)
        if matched is None:
            self._refuse(HTTPStatus.NOT_FOUND, "Not Found")
            return
        event = self._event(*matched, parts.path, parts.query, body)
        try:
            response = self.server.invoke_in_time(matched[0].function, event)
        except Exception as defect:  # noqa: BLE001  # as API Gateway: whatever a function raises is a 500
            print(f"doublebill: {matched[0].function} failed: {defect!r}", file=sys.stderr)
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal Server Error")
            return
        if response is None:
            print(f"doublebill: {matched[0].function} took too long", file=sys.stderr)
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "Service Unavailable")
            return
        content = response.get("body") or ""
        data = base64.b64decode(content) if response.get("isBase64Encoded") else content.encode()
        self._send(response["statusCode"], response.get("headers", {}), data)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = answer  # noqa: N815  # names of http.server

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002  # as http.server calls it
        """Refuses as API Gateway does what http.server refuses by itself; a method unknown to it has no route."""
        if code == HTTPStatus.NOT_IMPLEMENTED:
            self.answer()
            return
        self.close_connection = True
        self._refuse(HTTPStatus(code), HTTPStatus(code).phrase)

    def _length(self) -> int | HTTPStatus:
        """Returns the length of the body in bytes, or the status of a request whose body cannot be read."""
        digits = ",".join(self.headers.get_all("Content-Length", ["0"])).lstrip("0") or "0"
        if "Transfer-Encoding" in self.headers or not (digits.isascii() and digits.isdigit()):
            return HTTPStatus.LENGTH_REQUIRED
        if len(digits) > len(str(MAX_BODY_BYTES)) or int(digits) > MAX_BODY_BYTES:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return int(digits)

    def _body(self, length: int | HTTPStatus) -> bytes | None:
        """Reads the body; None where it cannot be read, or the client went away: half a request is none."""
        body = b"" if isinstance(length, HTTPStatus) else self.rfile.read(length)
        if isinstance(length, HTTPStatus) or len(body) < length:
            self.close_connection = True
            return None
        return body

    def _event(self, route: Route, parameters: dict[str, str], path: str, query: str, body: bytes) -> dict[str, Any]:
        """Returns the request in API Gateway's payload format 2.0."""
        key = f"{route.method} {route.path}"
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": key,
            "rawPath": unquote(path),
            "rawQueryString": query,
            "headers": {name.lower(): ",".join(self.headers.get_all(name, [])) for name in self.headers},
            "requestContext": {
                "accountId": "000000000000",
                "apiId": "local",
                "domainName": self.headers.get("Host", ""),
                "domainPrefix": "local",
                "http": {
                    "method": self.command,
                    "path": unquote(path),
                    "protocol": self.request_version,
                    "sourceIp": self.client_address[0],
                    "userAgent": self.headers.get("User-Agent", ""),
                },
                "requestId": str(uuid.uuid4()),
                "routeKey": key,
                "stage": "$default",
                "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime()),
                "timeEpoch": time.time_ns() // 1_000_000,
            },
            "isBase64Encoded": False,
        }
        if parameters:
            event["pathParameters"] = parameters
        if query:
            event["queryStringParameters"] = _joined(parse_qsl(query, keep_blank_values=True))
        if body:
            event |= _as_text(body)
        return event

    def _refuse(self, status: HTTPStatus, message: str) -> None:
        """Answers as API Gateway itself does, in its own shape."""
        self._send(status, {"content-type": "application/json"}, json.dumps({"message": message}).encode())

    def _send(self, status: int, headers: Mapping[str, str], data: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that http.server gives it
        """Logs nothing: handlers log requests by route, and a path has ids in it."""


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Returns query parameters by name; several values are joined with commas, as API Gateway does."""
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _as_text(body: bytes) -> dict[str, Any]:
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
