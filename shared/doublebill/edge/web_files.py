"""Web files: a web page kept in memory, as responses that let a browser load nothing from anywhere else."""

import base64
import gzip
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEDIA_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
"""The types of files by the ends of their names; files of other names are none of the page."""

SHEET_LINK = '<link rel="stylesheet" href="playground/style.css">'
"""Where the style sheet stands in the page: the page as it is sent has the sheet itself, so that a browser paints after
one response."""

PAGE, SHEET = "index.html", "style.css"

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""What the page may load, and from where (Content Security Policy, level 3)."""

HEADERS: Mapping[str, str] = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-cache",
    "vary": "accept-encoding",
}

NOT_FOUND = {"statusCode": 404, "headers": {"content-type": "application/json"}, "body": '{"message": "Not Found"}'}


@dataclass(frozen=True)
class WebFile:
    """One file as it is sent."""

    media_type: str
    tag: str
    """Its digest, by which a browser knows that its copy is the current one."""
    plain: str
    """The file in base64."""
    compressed: str
    """The file compressed by gzip, in base64; pictures are compressed already."""

    @classmethod
    def of(cls, name: str, content: bytes) -> "WebFile":
        """Returns the file of that name."""
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        smaller = gzip.compress(content, mtime=0) if not name.endswith(".png") else content
        return cls(MEDIA_TYPES[Path(name).suffix], tag, _base64(content), _base64(smaller))

    def response(self, headers: Mapping[str, str], policy: str) -> dict[str, Any]:
        """Returns the response to a request with these headers, by their small names, under a policy."""
        own = {**HEADERS, "content-security-policy": policy, "content-type": self.media_type, "etag": self.tag}
        if self.tag in headers.get("if-none-match", ""):
            return {"statusCode": 304, "headers": own}
        squeezed = "gzip" in headers.get("accept-encoding", "") and self.compressed != self.plain
        if squeezed:
            own["content-encoding"] = "gzip"
        body = self.compressed if squeezed else self.plain
        return {"statusCode": 200, "headers": own, "body": body, "isBase64Encoded": True}


class WebFiles:
    """The files of a web page, read when a function starts, and files that are made at the first request for them."""

    def __init__(self, *places: Path, made: Mapping[str, Callable[[], bytes]]) -> None:
        """Reads files and folders of files; `made` has the names of others, with the functions that make them."""
        files = [file for place in places for file in (sorted(place.iterdir()) if place.is_dir() else [place])]
        contents = {file.name: file.read_bytes() for file in files if file.suffix in MEDIA_TYPES}
        contents[PAGE] = with_sheet(contents[PAGE], contents[SHEET])
        self._policy = policy_for(contents[SHEET])
        self._files = {name: WebFile.of(name, content) for name, content in contents.items()}
        self._made = dict(made)

    def __call__(self, event: Mapping[str, Any], _: object = None) -> dict[str, Any]:
        """Returns the response to a payload-2.0 event: the file that its path names, or else index.html."""
        name = (event.get("pathParameters") or {}).get("file", PAGE)
        if name in self._made:
            self._files[name] = WebFile.of(name, self._made.pop(name)())
        found = self._files.get(name)
        return found.response(event.get("headers") or {}, self._policy) if found else NOT_FOUND

    @property
    def names(self) -> set[str]:
        """Returns the names of all files."""
        return {*self._files, *self._made}


def with_sheet(page: bytes, sheet: bytes) -> bytes:
    """Returns the page with its style sheet inside."""
    link = SHEET_LINK.encode()
    if page.count(link) != 1 or b"</style" in sheet:
        raise ValueError(f"{PAGE} must have {SHEET_LINK} once, and {SHEET} nothing that ends a style")
    return page.replace(link, b"<style>" + sheet + b"</style>")


def policy_for(sheet: bytes) -> str:
    """Returns the policy that lets the page have this style sheet inside, and no other style."""
    digest = base64.b64encode(hashlib.sha256(sheet).digest()).decode()
    return POLICY.replace("style-src 'self'", f"style-src 'self' 'sha256-{digest}'")


def json_bytes(content: object) -> bytes:
    """Returns content as the bytes of a JSON file."""
    return json.dumps(content, separators=(",", ":")).encode()


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
