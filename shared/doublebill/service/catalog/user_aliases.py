"""Merges: which pseudonym was found to be another's, append only.

merges/<catalog>/<milliseconds>-<digest>.json   {"from": pseudonym, "to": pseudonym}

The events of `from`, of before and after, count as those of `to`. Events themselves are never rewritten: trainings read
the merges and attribute as they read.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from doublebill.errors import Conflict
from doublebill.events import Event
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order


def append(objects: Objects, catalog: str, from_user: str, to_user: str, now_ms: int) -> None:
    """Adds one merging of pseudonyms."""
    data = json.dumps({"from": from_user, "to": to_user}).encode()
    with contextlib.suppress(Conflict):  # the very same, already there
        objects.create(f"{prefix(catalog)}{now_ms:013d}-{hashlib.sha256(data).hexdigest()[:16]}.json", data)


def prefix(catalog: str) -> str:
    """Where the merges of a catalog stand, in the order of their keys."""
    return f"merges/{catalog}/"


def read(objects: Objects, keys: Sequence[str]) -> dict[str, str]:
    """To whom each merged pseudonym belongs after the merges under `keys`, in that order."""
    told = (json.loads(data) for data in in_order(objects, keys))
    return belonging((one["from"], one["to"]) for one in told)


def belonging(merges: Iterable[tuple[str, str]]) -> dict[str, str]:
    """To whom each merged pseudonym belongs in the end, from pairs of one and the other, oldest first.

    Chains are followed to their end. The latest word on a pseudonym counts; where it would close a circle, everybody in
    it belongs to whom it names.
    """
    heirs: dict[str, str] = {}
    for one, other in merges:
        if one == other:
            continue
        if _end(heirs, other, stop=one) == one:
            del heirs[other]
        heirs[one] = other
    return {one: _end(heirs, one) for one in heirs}


def _end(heirs: Mapping[str, str], user: str, stop: str = "") -> str:
    """The end of the chain that begins with `user`, or `stop` where that stands in it."""
    while user != stop and user in heirs:
        user = heirs[user]
    return user


def attributed(events: Iterable[Event], owners: Mapping[str, str]) -> Iterator[Event]:
    """The events, each as one of whom its user belongs to."""
    if not owners:
        yield from events
        return
    for event in events:
        owner = owners.get(event.user)
        yield replace(event, user=owner) if owner else event
