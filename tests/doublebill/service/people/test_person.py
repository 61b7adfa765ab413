"""The pseudonyms of a person: merges followed in the one direction, kept apart in the other."""

import pytest

from doublebill.errors import StoreUnavailable
from doublebill.service.catalog import user_aliases
from doublebill.service.people.person import Person, persons
from fakes import MemoryObjects


def merged(*pairs: tuple[str, str]) -> MemoryObjects:
    objects = MemoryObjects()
    for number, (one, other) in enumerate(pairs):
        user_aliases.append(objects, "films", one, other, number + 1)
    return objects


def person(objects: MemoryObjects, user: str) -> Person:
    (found,) = persons(objects, "films", [user])
    return found


def test_a_person_has_all_that_were_merged_into_it_by_chains_too() -> None:
    objects = merged(("phone", "cookie"), ("cookie", "ann"), ("tv", "ann"), ("bob's", "bob"))
    ann = person(objects, "ann")
    assert ann.pseudonyms == {"ann", "cookie", "phone", "tv"}
    assert (ann.owner, [(one.alias, one.merged_ms) for one in ann.merges]) == (
        "",
        [("phone", 1), ("cookie", 2), ("tv", 3)],
    )
    assert person(objects, "nobody").pseudonyms == {"nobody"}


def test_one_in_the_midst_of_a_chain_is_told_apart_from_its_owner() -> None:
    objects = merged(("phone", "cookie"), ("cookie", "ann"))
    cookie = person(objects, "cookie")
    assert (cookie.pseudonyms, cookie.owner) == ({"cookie", "phone"}, "ann")


def test_the_latest_merge_of_a_pseudonym_counts_and_circles_end() -> None:
    moved = merged(("phone", "ann"), ("phone", "bob"))
    assert person(moved, "ann").pseudonyms == {"ann"}
    assert len(person(moved, "ann").merges) == 1
    circle = merged(("a", "b"), ("b", "c"), ("c", "a"))
    assert person(circle, "a").pseudonyms == {"a", "b", "c"}
    assert person(circle, "c").pseudonyms == {"b", "c"}


def test_a_damaged_merge_is_named() -> None:
    objects = merged(("phone", "ann"))
    (key,) = objects.keys("merges/")
    objects.put(key, b"{}")
    with pytest.raises(StoreUnavailable, match=key):
        person(objects, "ann")
