"""A small client of the API, for the demo."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from doublebill.errors import DoublebillError

TIMEOUT_SECONDS = 30

direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Opens URLs without a proxy, whatever the environment says: the service is on loopback."""


class Refused(DoublebillError):
    """Raised when the service answers with a problem or not at all."""


class Client:
    """Sends requests to one service."""

    def __init__(self, url: str) -> None:
        self._url = url

    def get(self, path: str, **query: str | int) -> dict[str, Any]:
        """Returns the answer to a GET request."""
        return self._call("GET", f"{path}?{urlencode(query)}" if query else path, None)

    def post(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        """Returns the answer to a POST request."""
        return self._call("POST", path, json.dumps(body).encode())

    def _call(self, method: str, path: str, data: bytes | None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self._url + path, data, headers, method=method)  # noqa: S310  # http on loopback
        try:
            with direct.open(request, timeout=TIMEOUT_SECONDS) as answer:
                document: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                raise Refused(f"{method} {path}: {refused.code} {refused.read().decode()}") from refused
        except OSError as failed:
            raise Refused(f"{method} {path}: {failed}") from failed
        return document


def segment(text: str) -> str:
    """Returns a text as one segment of a path."""
    return quote(text, safe="")
