"""Refuses requests that a foreign web page may have sent: `doublebill up` does not ask who calls.

Any page that somebody reads can make their browser send requests to 127.0.0.1, and by DNS rebinding also read the
answers. Three headers, which no page can forge, tell such requests apart:

Host                    must name this service, with its port; a page that rebinds its own name sends that name
Origin, Sec-Fetch-Site  must be absent, as programs leave them out, or name the service's own pages; only a link that
                        somebody follows may stand on another page, no image, script or frame
Content-Type            must be application/json where there is a body; a foreign page may send that type only after a
                        preflight request (Fetch standard, CORS-safelisted request-header), which is refused
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus

NAMES = ("127.0.0.1", "localhost", "[::1]")
HTTP_PORT = 80
"""The port that a URL and a Host may leave out."""

READING = frozenset({"GET", "HEAD"})
"""Methods that change nothing but counts."""

OWN_SITES = frozenset({"same-origin", "none"})
"""Values of Sec-Fetch-Site for requests of own pages and of the address bar."""

ABSOLUTE_TARGET = re.compile(r"http://([^/?#]*).*", re.IGNORECASE)
"""A request target that is a whole URL; its host counts, whatever the header says (RFC 9112, section 3.2.2)."""

JSON_TYPE = re.compile(r'application/json\s*(;\s*charset\s*=\s*("utf-8"|utf-8)\s*)?', re.IGNORECASE)


@dataclass(frozen=True)
class Refusal:
    """The answer to a request that is refused, as a problem document (RFC 9457)."""

    status: HTTPStatus
    slug: str
    """The last part of the problem's type, which never changes."""
    title: str
    detail: str
    retry_after_seconds: int = 0
    """The time after which the same request may succeed; 0 where it never does."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Returns the headers of the answer."""
        retry = {"retry-after": str(self.retry_after_seconds)} if self.retry_after_seconds else {}
        return {"content-type": "application/problem+json", **retry}

    @property
    def body(self) -> str:
        """Returns the problem document as JSON."""
        kind = f"urn:doublebill:problem:{self.slug}"
        return json.dumps({"type": kind, "title": self.title, "status": self.status, "detail": self.detail})

    @property
    def whole_answer(self) -> bytes:
        """Returns the bytes of the answer to a connection that is closed then, without reading its request."""
        body = self.body.encode()
        headers = {**self.headers, "content-length": str(len(body)), "connection": "close"}
        lines = [f"HTTP/1.1 {self.status.value} {self.status.phrase}", *(f"{k}: {v}" for k, v in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + body


class OwnAddress:
    """The names under which a service on this machine and port may be called."""

    def __init__(self, port: int) -> None:
        self._hosts = {f"{name}:{port}" for name in NAMES} | (set(NAMES) if port == HTTP_PORT else set())
        self._origins = {f"http://{host}" for host in self._hosts}
        self._url = f"http://{NAMES[0]}:{port}"

    def refusal(self, method: str, target: str, headers: Message, has_body: bool) -> Refusal | None:
        """Returns the refusal of a request, or None where no foreign page can have sent it.

        `target` is the request target, a path or a whole URL.
        """
        return (
            self._host_refusal(target, headers)
            or self._origin_refusal(method, headers)
            or _type_refusal(method, headers, has_body)
        )

    def _host_refusal(self, target: str, headers: Message) -> Refusal | None:
        hosts = headers.get_all("Host", [])
        if len(hosts) != 1:  # RFC 9112, section 3.2
            detail = f"Host: found {len(hosts)} of these headers; send one, Host: {self._url.removeprefix('http://')}"
            return Refusal(HTTPStatus.BAD_REQUEST, "host-missing", "The request does not name one host", detail)
        if _plain(hosts[0]) in self._hosts and self._is_own_target(target):
            return None
        detail = (
            f"Host: names another host or port; use {self._url}, or localhost or [::1] with the same port. "
            "Through a tunnel, forward the same port number"
        )
        return Refusal(HTTPStatus.FORBIDDEN, "foreign-host", "The request names another host", detail)

    def _origin_refusal(self, method: str, headers: Message) -> Refusal | None:
        origins = {_plain(origin) for origin in headers.get_all("Origin", [])}
        sites = {_plain(site) for site in headers.get_all("Sec-Fetch-Site", [])}
        if origins <= self._origins and (sites <= OWN_SITES or _follows_a_link(method, headers)):
            return None
        detail = (
            f"Origin: the request comes from a web page of another origin; use a page of {self._url}, "
            "or a program that sends neither Origin nor Sec-Fetch-Site"
        )
        return Refusal(HTTPStatus.FORBIDDEN, "foreign-origin", "The request comes from a foreign web page", detail)

    def _is_own_target(self, target: str) -> bool:
        whole = ABSOLUTE_TARGET.fullmatch(target)
        return _plain(whole[1]) in self._hosts if whole else target.startswith("/") or target == "*"


def _plain(text: str) -> str:
    """Returns a header's text in small letters, without the white space around it."""
    return text.strip(" \t").lower()


def _follows_a_link(method: str, headers: Message) -> bool:
    """Checks whether a browser opens the answer as a page of its own."""
    fetch = [_plain(headers.get(f"Sec-Fetch-{part}", "")) for part in ("Mode", "Dest")]
    return method in READING and fetch == ["navigate", "document"]


def _type_refusal(method: str, headers: Message, has_body: bool) -> Refusal | None:
    """Refuses a body that is not JSON, and the empty body of a form."""
    types = headers.get_all("Content-Type", [])
    if not has_body and (method in READING or not types):
        return None
    if len(types) == 1 and JSON_TYPE.fullmatch(types[0].strip(" \t")):
        return None
    detail = "Content-Type: a body must be JSON in UTF-8; send Content-Type: application/json"
    return Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "The body is not JSON", detail)
