"""Calls: requests to the HTTP API as values, with the type of their response; clients send them."""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode


@dataclass(frozen=True)
class Call[T]:
    """One request to the API, whose response is a T."""

    method: str
    path: str
    """Encoded, as `path_of` returns it."""
    query: Mapping[str, object] = field(default_factory=dict)
    body: Mapping[str, object] | None = None
    binary: bool = False
    """Whether the response is a file, and T is bytes."""

    @property
    def target(self) -> str:
        """Returns the path with its query string; lists have commas, objects are JSON, None is left out."""
        query = urlencode({name: _in_query(value) for name, value in self.query.items() if value is not None})
        return f"{self.path}?{query}" if query else self.path

    @property
    def data(self) -> bytes | None:
        """Returns the body as it is sent, or None where there is none."""
        return None if self.body is None else json.dumps(self.body, separators=(",", ":")).encode()

    def response(self, data: bytes) -> T:
        """Returns the response that the bytes of an answer stand for."""
        read: T = data if self.binary else json.loads(data)  # type: ignore[assignment]  # T is bytes if binary
        return read


@dataclass(frozen=True)
class Pages[A, T]:
    """A list that the API returns in pages: the call of the first page, and how one page leads to the next."""

    first: Call[A]
    entries: Callable[[A], Sequence[T]]
    following: Callable[[A], Call[A] | None]


@dataclass(frozen=True)
class Poll[A]:
    """A call that is repeated until its response says that something has ended."""

    call: Call[A]
    ended: Callable[[A], bool]


def path_of(*segments: str) -> str:
    """Returns a path below /v1 with its segments encoded: an id may have any character.

    Raises:
        ValueError: for the few ids that no URL can carry, since dots stand for folders in it.
    """
    for segment in segments:
        if segment in ("", ".", ".."):
            raise ValueError(f"{segment!r} cannot stand in a URL; use a call that has it in its body")
    return "/".join(["/v1", *(quote(segment, safe="") for segment in segments)])


def new_id() -> str:
    """Returns an id that nothing else has: a request that is sent again under it counts once."""
    return str(uuid.uuid4())


def _in_query(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return json.dumps(value, separators=(",", ":"))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ",".join(map(str, value))
    return value
