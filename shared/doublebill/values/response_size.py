"""The size of responses: what Lambda passes on, and the bytes that a body has there."""

MAX_RESPONSE_BYTES = 5_500_000
"""Lambda passes on 6 MB, with its own wrapping around the response."""


def wrapped_bytes(body: bytes) -> int:
    """Returns the bytes of a body once Lambda has put it into JSON of its own, which escapes quotes and backslashes."""
    return len(body) + body.count(b'"') + body.count(b"\\")
