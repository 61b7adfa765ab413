"""Persons: the pseudonyms under which a catalog stores the events of one user.

A person is a pseudonym with all that were merged into it, directly or by a chain. A pseudonym that was itself merged
into another one is a person of its own here: what it did counts for the other, and stays distinguishable.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
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
    direct, final = user_aliases.direct_owners(pairs), user_aliases.belonging(pairs)
    found: list[Person] = []
    for user in users:
        newest = names.get(user, user)
        merged = {newest, *(one for one in direct if newest in _chain(direct, one))}
        pseudonyms = frozenset({*merged, *(earlier for earlier, name in names.items() if name in merged)})
        named = [one for one in stored if {one.alias, one.owner} & pseudonyms]
        own = frozenset({newest, *(earlier for earlier, name in names.items() if name == newest)})
        found.append(Person(user, pseudonyms, named, own, final.get(newest, ""), heirs_of(pairs, frozenset(merged))))
    return found


def listed_merges(merges: Iterable[Merge]) -> list[UserMerge]:
    """Returns merges of two users as people read them, oldest first; one of a user into itself cancels those before."""
    found: list[UserMerge] = []
    for one in sorted((merge for merge in merges if not merge.same_user), key=lambda merge: merge.key):
        if one.cancels:
            for before in found:
                if before["from_support_id"] == one.alias and "cancelled" not in before:
                    before["cancelled"] = runs.iso(one.merged_ms)
            continue
        shown = UserMerge(from_support_id=one.alias, to_support_id=one.owner, merged=runs.iso(one.merged_ms))
        found.append(shown)
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
