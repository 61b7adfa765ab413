"""Persons: the pseudonyms under which a catalog stores the events of one user.

A person is a pseudonym with all that were merged into it, directly or by a chain. A pseudonym that was itself merged
into another one is a person of its own here: what it did counts for the other, and stays distinguishable.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NotRequired, TypedDict

from doublebill.service.catalog import user_aliases
from doublebill.service.catalog.erased.tombstones import Tombstones
from doublebill.service.catalog.user_aliases import Merge
from doublebill.service.registry import runs
from doublebill.stores.objects import Objects


class UserMerge(TypedDict):
    """Two users that were said to be one."""

    from_support_id: str
    to_support_id: str
    merged: str
    """ISO 8601."""
    cancelled: NotRequired[str]
    """From then on they are two again. ISO 8601."""


@dataclass(frozen=True)
class Person:
    """The pseudonyms of one user."""

    user: str
    """The pseudonym that the request names: the support id."""
    pseudonyms: frozenset[str]
    """It, the others that the same user has under earlier and newer keys, and all that were merged into any of them."""
    merges: Sequence[Merge]
    """Stored merges that name any of them, oldest first."""
    cancelled: Mapping[str, int] = field(default_factory=dict)
    """When merges of the catalog were cancelled, by their keys, in milliseconds."""
    names: frozenset[str] = frozenset()
    """The pseudonyms of the user alone, under every key, without those that were merged into them."""
    owner: str = ""
    """The pseudonym for which their events count, where that is another one."""
    heirs: frozenset[str] = frozenset()
    """Other pseudonyms into which any of them was ever merged, by chains too: their histories may have its items."""


def persons(objects: Objects, catalog: str, users: Collection[str]) -> list[Person]:
    """Returns the persons with these pseudonyms, in the same order.

    Raises:
        StoreUnavailable: when a stored merge is damaged.
    """
    stored = user_aliases.every(objects, catalog, Tombstones.of_now(objects, catalog))
    names = user_aliases.newest_names(stored)
    pairs = user_aliases.named_anew(stored, names)
    cancelled = cancelled_ms(stored)
    direct, final = user_aliases.direct_owners(pairs), user_aliases.belonging(pairs)
    found: list[Person] = []
    for user in users:
        newest = names.get(user, user)
        merged = {newest, *(one for one in direct if newest in _chain(direct, one))}
        pseudonyms = frozenset({*merged, *(earlier for earlier, name in names.items() if name in merged)})
        named = [one for one in stored if {one.alias, one.owner} & pseudonyms]
        own = frozenset({newest, *(earlier for earlier, name in names.items() if name == newest)})
        heirs = heirs_of(pairs, frozenset(merged))
        found.append(Person(user, pseudonyms, named, cancelled, own, final.get(newest, ""), heirs))
    return found


def merges_of(people: Iterable[Person]) -> list[UserMerge]:
    """Returns the merges that name any of some persons of a catalog, each once."""
    merges = {one.key: one for person in people for one in person.merges}
    return listed_merges(merges.values(), {key: ms for person in people for key, ms in person.cancelled.items()})


def listed_merges(merges: Iterable[Merge], cancelled: Mapping[str, int]) -> list[UserMerge]:
    """Returns merges of two users as people read them, oldest first; `cancelled` as `cancelled_ms` gives it."""
    found: list[UserMerge] = []
    for one in sorted(merges, key=lambda merge: merge.key):
        if one.same_user or one.cancels:
            continue
        shown = UserMerge(from_support_id=one.alias, to_support_id=one.owner, merged=runs.iso(one.merged_ms))
        if one.key in cancelled:
            shown["cancelled"] = runs.iso(cancelled[one.key])
        found.append(shown)
    return found


def cancelled_ms(stored: Sequence[Merge]) -> dict[str, int]:
    """Returns when merges were cancelled, by their keys, from all merges of a catalog, without those that stand."""
    names, standing, found = user_aliases.newest_names(stored), dict[str, list[str]](), dict[str, int]()
    for one in sorted((merge for merge in stored if not merge.same_user), key=lambda merge: merge.key):
        alias = names.get(one.alias, one.alias)
        if one.cancels:
            found |= dict.fromkeys(standing.pop(alias, ()), one.merged_ms)
        else:
            standing.setdefault(alias, []).append(one.key)
    return found


def heirs_of(pairs: Sequence[tuple[str, str]], pseudonyms: frozenset[str]) -> frozenset[str]:
    """Returns the other pseudonyms that stored merges lead to, those that no longer count among them."""
    reached = set(pseudonyms)
    while following := {owner for alias, owner in pairs if alias in reached} - reached:
        reached |= following
    return frozenset(reached - pseudonyms)


def _chain(direct: dict[str, str], user: str) -> set[str]:
    """Returns the pseudonyms that follow one in its chain."""
    passed: set[str] = set()
    while user in direct:
        user = direct[user]
        passed.add(user)
    return passed
