"""A small S3 on loopback that can do to its clients what the real one, and the network before it, sometimes do."""

import contextlib
import functools
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from doublebill.stores.objects import Pace, S3Objects
from fakes import MemoryObjects
from processes import PATIENCE_SECONDS

REFUSALS = {
    "500": (500, "InternalError"),
    "SlowDown": (503, "SlowDown"),
    "AccessDenied": (403, "AccessDenied"),
    "no bucket": (404, "NoSuchBucket"),
    "empty bucket": (404, "NoSuchKey"),
}

FAULTS = [*REFUSALS, "silence", "drip", "reset", "truncated", "hung up", "nonsense"]
"""`silence` never answers, `drip` sends the body a byte at a time, `reset` and `truncated` half of it, `hung up` closes
the connection at once, and `nonsense` answers what is no HTTP."""

DRIP_SECONDS = 0.05
"""Between two bytes; on the clock of the clients no other time passes, so that nothing else is ever too slow."""

LONG = 60.0
PATIENT = Pace(connect_seconds=LONG, read_seconds=LONG, tries=1, body_seconds=LONG)


def hurried(fault: str) -> Pace:
    """The pace of a client that gives up soon what this fault delays, and waits for anything else however long."""
    if fault == "silence":
        return replace(PATIENT, read_seconds=0.2)
    return replace(PATIENT, body_seconds=0.3) if fault == "drip" else PATIENT


class FaultyS3:
    """The bucket `tested` with the objects of `memory`; `fault` is what happens to every read, nothing while empty."""

    def __init__(self, memory: MemoryObjects) -> None:
        self.memory = memory
        self.fault = ""
        self.prefix = ""
        """Of the keys whose reads fail."""
        self.asked: list[str] = []
        self.released = threading.Event()
        self.seconds = 0.0
        handler = type("Handler", (_Handler,), {"s3": self})
        self._server = _Server(("127.0.0.1", 0), handler)

    @contextlib.contextmanager
    def listening(self) -> Iterator["FaultyS3"]:
        """Answers for a while, to clients that are made meanwhile."""
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{self._server.server_port}")
                patch.setenv("AWS_ACCESS_KEY_ID", "tested")
                patch.setenv("AWS_SECRET_ACCESS_KEY", "tested")
                patch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
                patch.delenv("AWS_PROFILE", raising=False)
                yield self
        finally:
            self.released.set()
            self._server.shutdown()
            self._server.server_close()

    @functools.cache  # noqa: B019  # as long as the server
    def objects(self, pace: Pace) -> S3Objects:
        """The objects of a client in a hurry or not."""
        return S3Objects("tested", pace=pace, clock=lambda: self.seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def shutdown_request(self, request: Any) -> None:
        """Closes the connection without the politeness of telling that before, so that it can be reset."""
        self.close_request(request)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    s3: ClassVar[FaultyS3]

    def do_GET(self) -> None:
        key = self.path.partition("?")[0].removeprefix("/tested/")
        self.s3.asked.append(key)
        fault = self.s3.fault if key.startswith(self.s3.prefix) else ""
        if fault in REFUSALS:
            self._refuse(*REFUSALS[fault])
        elif fault == "silence":
            self.s3.released.wait(PATIENCE_SECONDS)
            self.close_connection = True
        elif fault == "hung up":
            self.close_connection = True
        elif fault == "nonsense":
            self.wfile.write(b"\0\1\2\r\n\r\n")
            self.close_connection = True
        elif key not in self.s3.memory.held:
            self._refuse(404, "NoSuchKey")
        else:
            self._answer(fault, *_stored(self.s3.memory, key))

    def _answer(self, fault: str, data: bytes, etag: str) -> None:
        if self.headers.get("If-None-Match") == etag:
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("ETag", etag)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if not fault:
            self.wfile.write(data)
            return
        self.close_connection = True
        if fault == "drip":
            with contextlib.suppress(OSError):
                for byte in data:
                    self.wfile.write(bytes([byte]))
                    if self.s3.released.wait(DRIP_SECONDS):
                        return
                    self.s3.seconds += DRIP_SECONDS
            return
        self.wfile.write(data[: len(data) // 2])
        if fault == "reset":  # closing without lingering sends RST instead of FIN
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _refuse(self, status: int, code: str) -> None:
        body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>tested</Message></Error>".encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


def _stored(memory: MemoryObjects, key: str) -> tuple[bytes, str]:
    stored = memory.held[key]
    return stored.data, f'"{stored.etag}"'
