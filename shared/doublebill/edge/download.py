"""Downloads: a file as the response, with what a cache needs to keep it."""

import hashlib
from dataclasses import dataclass

from doublebill.edge.respond import Headers, Response
from doublebill.errors import InvalidInput
from doublebill.values.response_size import MAX_RESPONSE_BYTES, wrapped_bytes

YEAR_SECONDS = 31_536_000
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Download:
    """The file itself, with its media type."""

    name: str
    """Offered to those who save it."""
    media_type: str
    content: bytes
    unchanging: bool
    """Whether the same request always gives the same content."""
    items: int = 1
    """Number of levels in it."""


def download_response(file: Download, cached_tags: str, count: str = "") -> Response:
    """Returns a file as a response, or 304 where `cached_tags`, the header If-None-Match, names what it would send.

    Raises:
        InvalidInput: when it is too large to be sent, naming `count`, the field that says how many items it has.
    """
    tag = f'"{hashlib.sha256(file.content).hexdigest()[:32]}"'
    headers: Headers = {
        "ETag": tag,
        "Cache-Control": f"private, max-age={YEAR_SECONDS}, immutable" if file.unchanging else "private, no-cache",
    }
    if _names(cached_tags, tag):
        return Response(304, file.media_type, "", headers)
    # a response in JSON must be a text; everything else is sent as base64
    text = file.content.decode() if file.media_type == JSON else None
    size_bytes = len(file.content) * 4 // 3 if text is None else wrapped_bytes(file.content)
    if size_bytes > MAX_RESPONSE_BYTES:
        size = f"the file has {size_bytes} bytes as it is sent, of at most {MAX_RESPONSE_BYTES}"
        fits = file.items * MAX_RESPONSE_BYTES // size_bytes
        fix = f"use at most {fits}" if fits else "use a smaller level or another format"
        raise InvalidInput.one(count or "request", size, fix)
    headers |= {"Content-Disposition": f'inline; filename="{file.name}"', "X-Content-Type-Options": "nosniff"}
    return Response(200, file.media_type, file.content if text is None else text, headers)


def _names(cached_tags: str, tag: str) -> bool:
    """Checks whether a header If-None-Match names a tag; a cache may have marked it as weak (RFC 9110, 13.1.2)."""
    tags = [one.strip().removeprefix("W/") for one in cached_tags.split(",")]
    return tag in tags or "*" in tags
