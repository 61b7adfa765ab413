"""The users of a catalog: every pseudonym that its log, its imports and its merges name."""

import json
import zlib
from collections.abc import Iterable, Iterator

from doublebill.errors import DoublebillError
from doublebill.event_table import EventTable
from doublebill.stores.jsonl_gz import unpack
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order_or_missing

PREFIXES = ("blocks", "events", "imports", "merges")

UNREADABLE = (DoublebillError, ValueError, TypeError, KeyError, AttributeError, EOFError, OSError, zlib.error)
"""Errors of damaged objects, whose users are unknown."""


def users_of(objects: Objects, catalog: str) -> set[str]:
    """Returns the pseudonyms in everything that is stored of the catalog; objects that are damaged are passed over."""
    return users_in(objects, (key for prefix in PREFIXES for key in objects.keys(f"{prefix}/{catalog}/")))


def users_in(objects: Objects, keys: Iterable[str]) -> set[str]:
    """Returns the pseudonyms in the objects under these keys; objects that went meanwhile are passed over."""
    users: set[str] = set()
    for key, data in in_order_or_missing(objects, keys):
        try:
            users.update(_users(key, data or b""))
        except UNREADABLE:
            continue
    return users


def _users(key: str, data: bytes) -> Iterator[str]:
    if key.startswith("merges/"):
        yield json.loads(data)["to"]
    elif key.endswith(".jsonl.gz"):
        yield from {json.loads(line)["user"] for line in unpack(data)}
    elif key.endswith(".npz"):
        yield from EventTable.from_bytes(data).users.names()
