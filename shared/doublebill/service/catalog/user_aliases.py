"""User aliases: pseudonyms that belong to the user of another one, append only.

merges/<catalog>/<milliseconds>-<digest>.json   {"from": pseudonym, "to": pseudonym}

All events of `from`, earlier and later, count as events of `to`. Stored events are never rewritten: trainings read the
aliases and attribute the events as they read. Where both are the same pseudonym, the merges of it before are cancelled:
its events count as its own again. Code of earlier versions passes such an alias over.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from doublebill.errors import Conflict, ObjectDamaged
from doublebill.event_table import EventTable
from doublebill.service.catalog import stored_events
from doublebill.service.catalog.erased.tombstones import NO_TOMBSTONES, Tombstones
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order_or_missing


def append(objects: Objects, catalog: str, from_user: str, to_user: str, now_ms: int) -> None:
    """Adds one alias."""
    data = json.dumps({"from": from_user, "to": to_user}).encode()
    with contextlib.suppress(Conflict):  # the very same, already there
        objects.create(f"{prefix(catalog)}{now_ms:013d}-{hashlib.sha256(data).hexdigest()[:16]}.json", data)


def prefix(catalog: str) -> str:
    """Returns the prefix of the aliases of a catalog; their keys sort by time."""
    return f"merges/{catalog}/"


def read(
    objects: Objects, keys: Sequence[str], damaged: list[ObjectDamaged], erased: Tombstones = NO_TOMBSTONES
) -> dict[str, str]:
    """Returns the owner of each pseudonym that the aliases under `keys` name, applied in that order.

    A damaged object is left out and added to `damaged`; aliases of erased users are left out.
    """
    return belonging((one.alias, one.owner) for one in merges(objects, keys, damaged, erased))


@dataclass(frozen=True)
class Merge:
    """One stored alias."""

    key: str
    alias: str
    owner: str

    @property
    def cancels(self) -> bool:
        """Returns whether this cancels the merges of its alias: the user belongs to itself again."""
        return self.alias == self.owner

    @property
    def merged_ms(self) -> int:
        """Returns the time of the merge in milliseconds."""
        return stored_events.received_ms(self.key)


def merges(
    objects: Objects, keys: Sequence[str], damaged: list[ObjectDamaged], erased: Tombstones = NO_TOMBSTONES
) -> list[Merge]:
    """Returns the aliases under `keys`, in that order, without those of erased users.

    A damaged object is left out and added to `damaged`.
    """
    found: list[Merge] = []
    for key, data in in_order_or_missing(objects, keys):
        try:
            one = json.loads(stored_events.check_digest(key, data))
        except ObjectDamaged as wrong:
            damaged.append(wrong)
            continue
        found.append(Merge(key, one["from"], one["to"]))
    return [one for one in found if not any(erased.covers(user, one.merged_ms) for user in (one.alias, one.owner))]


def belonging(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Returns the final owner of each pseudonym, from pairs of alias and owner, oldest first.

    Chains are followed to their end. The latest pair of a pseudonym counts; where it would close a circle, all
    pseudonyms in it belong to the owner that it names. A pair of a pseudonym with itself ends what it belonged to.
    """
    heirs = direct_owners(pairs)
    return {one: _end(heirs, one) for one in heirs}


def direct_owners(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Returns the next pseudonym in the chain of each pseudonym, from the same pairs."""
    heirs: dict[str, str] = {}
    for one, other in pairs:
        if one == other:
            heirs.pop(one, None)
            continue
        if _end(heirs, other, stop=one) == one:
            del heirs[other]
        heirs[one] = other
    return heirs


def _end(heirs: Mapping[str, str], user: str, stop: str = "") -> str:
    """Returns the end of the chain that begins with `user`, or `stop` where the chain has it."""
    while user != stop and user in heirs:
        user = heirs[user]
    return user


def attributed(table: EventTable, owners: Mapping[str, str]) -> EventTable:
    """Returns the events, each under the owner of its pseudonym."""
    if not owners:
        return table
    return replace(table, users=table.users.mapped(lambda user: owners.get(user, user)))
