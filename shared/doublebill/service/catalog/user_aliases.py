"""User aliases: pseudonyms that belong to the user of another one, append only.

merges/<catalog>/<milliseconds>-<digest>.json      {"from": pseudonym, "to": pseudonym}
merges/<catalog>/<milliseconds>-<from>=<to>.json   the same of two names of one user, `from` that of an earlier key

All events of `from`, earlier and later, count as events of `to`. Stored events are never rewritten: trainings read the
aliases and attribute the events as they read. Where both are the same pseudonym, the merges of it before are cancelled:
its events count as its own again. Code of earlier versions passes such an alias over. Earlier names count first: a
merge that names a user by one of them means the user, whichever of both was stored first. The key alone says everything
of an earlier name, so these objects are listed and not read.
"""

import contextlib
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from doublebill.errors import Conflict, ObjectDamaged, StoreUnavailable
from doublebill.event_table import EventTable
from doublebill.service.catalog import stored_events
from doublebill.service.catalog.erased.tombstones import NO_TOMBSTONES, Tombstones
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order_or_missing

NAMES = "="
"""Separates both names of one user in a key; pseudonyms have no such character."""

WINDOW_MS = 10**8
"""A day and some hours: times in it begin with the same digits. A merge looks for clocks that are less ahead."""


def append(objects: Objects, catalog: str, from_user: str, to_user: str, now_ms: int) -> None:
    """Adds one alias."""
    data = json.dumps({"from": from_user, "to": to_user}).encode()
    with contextlib.suppress(Conflict):  # the very same, already there
        objects.create(f"{prefix(catalog)}{now_ms:013d}-{hashlib.sha256(data).hexdigest()[:16]}.json", data)


def append_last(
    objects: Objects, catalog: str, from_user: str, to_user: str, users: Collection[str], now_ms: int
) -> None:
    """Adds one alias after all stored ones that name any of these pseudonyms, though clocks ahead have dated them.

    Where the last of those is the very same, nothing is added.
    """
    since = f"{prefix(catalog)}{now_ms:013d}"
    windows = (now_ms // WINDOW_MS, now_ms // WINDOW_MS + 1)
    keys = [key for one in windows for key in objects.keys(f"{prefix(catalog)}{one:05d}") if key >= since]
    stored = [one for one in merges(objects, keys, []) if not one.same_user]  # trainings say which are damaged
    last = next((one for one in reversed(stored) if one.alias in users or one.owner in users), None)
    if last is None:
        append(objects, catalog, from_user, to_user, now_ms)
    elif (last.alias, last.owner) != (from_user, to_user):
        append(objects, catalog, from_user, to_user, last.merged_ms + 1)


def append_earlier_name(objects: Objects, catalog: str, earlier: str, user: str, now_ms: int) -> None:
    """Adds the pseudonym that a user had under an earlier key."""
    data = json.dumps({"from": earlier, "to": user}).encode()
    with contextlib.suppress(Conflict):  # the very same, already there
        objects.create(f"{prefix(catalog)}{now_ms:013d}-{earlier}{NAMES}{user}.json", data)


def prefix(catalog: str) -> str:
    """Returns the prefix of the aliases of a catalog; their keys sort by time."""
    return f"merges/{catalog}/"


def read(
    objects: Objects, keys: Sequence[str], damaged: list[ObjectDamaged], erased: Tombstones = NO_TOMBSTONES
) -> dict[str, str]:
    """Returns the owner of each pseudonym that the aliases under `keys` name, applied in that order.

    A damaged object is left out and added to `damaged`; aliases of erased users are left out.
    """
    return owners_of(merges(objects, keys, damaged, erased))


@dataclass(frozen=True)
class Merge:
    """One stored alias."""

    key: str
    alias: str
    owner: str
    same_user: bool = False
    """Whether both are names of one user, `alias` that under an earlier key."""

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
    found = [_of_key(key) for key in keys if NAMES in key]
    for key, data in in_order_or_missing(objects, [key for key in keys if NAMES not in key]):
        try:
            one = json.loads(stored_events.check_digest(key, data))
        except ObjectDamaged as wrong:
            damaged.append(wrong)
            continue
        found.append(Merge(key, one["from"], one["to"]))
    return [one for one in found if not any(erased.covers(user, one.merged_ms) for user in (one.alias, one.owner))]


def every(objects: Objects, catalog: str, erased: Tombstones = NO_TOMBSTONES) -> list[Merge]:
    """Returns all aliases of a catalog, without those of erased users.

    Raises:
        StoreUnavailable: when a stored one is damaged.
    """
    damaged: list[ObjectDamaged] = []
    found = merges(objects, list(objects.keys(prefix(catalog))), damaged, erased)
    for wrong in damaged:
        raise StoreUnavailable(f"a merge of users is damaged: {wrong}")
    return found


def _of_key(key: str) -> Merge:
    """Returns the earlier name in a key."""
    earlier, _, user = key.rpartition("/")[2].partition("-")[2].removesuffix(".json").partition(NAMES)
    return Merge(key, earlier, user, same_user=True)


def owners_of(found: Sequence[Merge]) -> dict[str, str]:
    """Returns the owner of each pseudonym that is not its own: of an earlier name, and of a merged user."""
    names = newest_names(found)
    owners = belonging(named_anew(found, names))
    return {**{earlier: owners.get(user, user) for earlier, user in names.items()}, **owners}


def newest_names(found: Sequence[Merge]) -> dict[str, str]:
    """Returns the newest name of the user of each earlier one."""
    return belonging((one.alias, one.owner) for one in found if one.same_user)


def named_anew(found: Sequence[Merge], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Returns alias and owner of each merge of two users by their newest names, in the same order."""
    every = [(one.alias, one.owner) for one in found if not one.same_user]
    return [(names.get(alias, alias), names.get(owner, owner)) for alias, owner in every]


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
