"""One client's connection: reads requests in bounded time and memory, and writes the answers of the functions."""

import base64
import io
import json
import sys
import time
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from doublebill.edge.decode import MAX_BODY_BYTES
from doublebill_local.host.environments import Busy
from doublebill_local.host.foreign import Refusal
from doublebill_local.host.request_reader import RequestReader
from doublebill_local.host.template import Route

if TYPE_CHECKING:
    from doublebill_local.host.front import Front

IDLE_SECONDS, REQUEST_SECONDS = 60.0, 20.0
"""Longest that a connection waits for a request, and that a request takes to arrive once it has begun."""

DRAINED_BYTES = 10 * MAX_BODY_BYTES
"""As much of a body that is too large is read and forgotten, so that its client comes to reading the answer."""

TOO_LARGE = Refusal(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "too-large",
    "The body is too large",
    f"body: it has too many bytes; send at most {MAX_BODY_BYTES}",
)
TOO_SLOW = Refusal(
    HTTPStatus.REQUEST_TIMEOUT,
    "too-slow",
    "The request took too long",
    f"body: it did not arrive within {REQUEST_SECONDS:.0f} seconds; send it faster, or a smaller one",
)
BUSY = Refusal(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "busy",
    "The service is busy",
    "too many requests are being answered; try again later",
    retry_after_seconds=5,
)


class Connection(BaseHTTPRequestHandler):
    """One client's connection."""

    server: "Front"
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True

    def setup(self) -> None:
        """Reads requests in bounded time."""
        super().setup()
        self._reader = RequestReader(self.connection, IDLE_SECONDS, self.server.request_seconds)
        self.rfile = io.BufferedReader(self._reader)

    def handle_one_request(self) -> None:
        """Answers the next request, and closes a connection that is silent for too long."""
        self._reader.expect_request()
        super().handle_one_request()

    def answer(self) -> None:
        """Answers one request."""
        length = self._length()
        refusal = self.server.own_address.refusal(self.command, self.path, self.headers, has_body=length != 0)
        body = self._body(length)
        if refusal:
            self.close_connection |= (
                refusal.status == HTTPStatus.BAD_REQUEST
            )  # where the next request begins is a guess
            self._send_refusal(refusal)
        elif isinstance(length, HTTPStatus):
            self._refuse(length, "Length Required")
        elif length > MAX_BODY_BYTES:
            self._send_refusal(TOO_LARGE)
            self._drain()
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
        except Busy:
            self._send_refusal(BUSY)
            return
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
        return int(digits[: len(str(MAX_BODY_BYTES)) + 1])  # more digits are too many whatever they are

    def _body(self, length: int | HTTPStatus) -> bytes | None:
        """Reads the body; None where it cannot be read, or does not come whole: half a request is none."""
        if isinstance(length, HTTPStatus) or length > MAX_BODY_BYTES:
            self.close_connection = True
            return None
        try:
            body = self.rfile.read(length)
        except TimeoutError:
            self.close_connection = True
            self._send_refusal(TOO_SLOW)
            return None
        if len(body) < length:
            self.close_connection = True
            return None
        return body

    def _drain(self) -> None:
        """Reads what the client goes on to send, so that it comes to reading the answer; keeps none of it."""
        left = DRAINED_BYTES
        while left > 0 and (some := self.rfile.read1(min(left, 1 << 16))):
            left -= len(some)

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

    def _send_refusal(self, refusal: Refusal) -> None:
        self._send(refusal.status, refusal.headers, refusal.body.encode())

    def _send(self, status: int, headers: Mapping[str, str], data: bytes) -> None:
        self.connection.settimeout(IDLE_SECONDS)
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
