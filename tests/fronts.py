"""The HTTP front on a real port, with a function that tells what it was given, and raw bytes to send to it."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from doublebill_local.host.front import ANSWER_SECONDS, Front
from doublebill_local.host.template import Function, Route, Template
from processes import PATIENCE_SECONDS

ECHO = """
import json

def handler(event, context):
    if event.get("body") == "raise":
        raise RuntimeError("the secret of the function")
    if event.get("body") == "picture":
        return {"statusCode": 200, "headers": {"ETag": "a"}, "body": "iVBORw==", "isBase64Encoded": True}
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(event)}
"""

ECHO_ROUTES = [
    ("GET", "/v1/things"),
    ("POST", "/v1/things"),
    ("PUT", "/v1/things/{thing}/parts/{part}"),
    ("GET", "/v1/things/{thing}"),
    ("HEAD", "/v1/things/{thing}"),
    ("DELETE", "/v1/things/{thing}"),
]


def echoing(folder: Path) -> Template:
    """Writes the function to the folder and returns the template of its routes."""
    (folder / "app.py").write_text(ECHO)
    function = Function("EchoFunction", folder, "app", "handler", frozenset())
    return Template({function.name: function}, tuple(Route(*route, function.name) for route in ECHO_ROUTES), {})


def starting(template: Template, answer_seconds: float = ANSWER_SECONDS, **limits: Any) -> Iterator[Front]:
    """Serves the template on a free port until the iterator goes on."""
    yield from serving(Front(template, 0, answer_seconds, **limits))


def serving(front: Front) -> Iterator[Front]:
    """Serves by a front that listens already, until the iterator goes on."""
    thread = threading.Thread(target=front.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield front
    finally:
        front.shutdown()
        thread.join()
        front.server_close()


def talk(front: Front, sent: bytes) -> bytes:
    """Everything that the front answers to raw bytes, until it closes.

    In them `$HOST` stands for the front's own address, and `$PORT` for its port.
    """
    address = front.url.removeprefix("http://").encode()
    whole = sent.replace(b"$HOST", address).replace(b"$PORT", address.rpartition(b":")[2])
    with socket.create_connection(front.server_address[:2], timeout=PATIENCE_SECONDS) as client:
        client.sendall(whole)
        client.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: client.recv(65536), b""))
