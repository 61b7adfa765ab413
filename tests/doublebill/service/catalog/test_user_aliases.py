"""Merges: to whom each pseudonym belongs in the end."""

import itertools
import random

import pytest

from doublebill.event_table import EventTable
from doublebill.events import Event
from doublebill.service.catalog import user_aliases
from doublebill.service.catalog.user_aliases import attributed, belonging
from fakes import MemoryObjects


def after(*told: str) -> dict[str, str]:
    """Who belongs to whom after merges such as "ab": a became b."""
    return belonging((one[0], one[1]) for one in told)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], {}),
        (["ab"], {"a": "b"}),
        (["ab", "ab"], {"a": "b"}),
        (["aa"], {}),
        (["ab", "bc"], {"a": "c", "b": "c"}),
        (["bc", "ab"], {"a": "c", "b": "c"}),
        (["ab", "cb"], {"a": "b", "c": "b"}),
        (["ab", "ac"], {"a": "c"}),
        (["ab", "ba"], {"b": "a"}),
        (["ab", "ba", "ab"], {"a": "b"}),
        (["ab", "bc", "ca"], {"b": "a", "c": "a"}),
        (["ab", "bc", "cd", "db"], {"a": "b", "c": "b", "d": "b"}),
        (["ab", "ca"], {"a": "b", "c": "b"}),
    ],
)
def test_chains_are_followed_and_the_latest_word_counts(told, expected):
    assert after(*told) == expected


def test_no_merges_whatever_go_round_in_circles_and_the_latest_holds():
    users = "abcde"
    chance = random.Random(0)
    pairs = [one + other for one, other in itertools.product(users, users)]
    for _ in range(500):
        told = chance.choices(pairs, k=8)
        owners = after(*told)
        assert not owners.keys() & set(owners.values()), told
        one, other = told[-1]
        assert owners.get(one, one) == owners.get(other, other), told


def test_a_long_chain_is_followed_to_its_end():
    users = [f"user-{number}" for number in range(5000)]
    assert set(belonging(itertools.pairwise(users)).values()) == {users[-1]}


def test_what_was_appended_is_read_in_the_order_of_time():
    objects = MemoryObjects()
    user_aliases.append(objects, "films", "a", "c", 2000)
    user_aliases.append(objects, "films", "a", "b", 999)
    user_aliases.append(objects, "films", "a", "b", 999)
    user_aliases.append(objects, "film", "c", "d", 1)
    keys = list(objects.keys(user_aliases.prefix("films")))
    assert [key.split("/")[2].partition("-")[0] for key in keys] == ["0000000000999", "0000000002000"]
    assert user_aliases.read(objects, keys, []) == {"a": "c"}


def test_events_go_to_whom_their_user_belongs():
    events = [Event(user, "item", "view") for user in "abc"]
    assert attributed(EventTable.of(events), {"a": "c"}).users.rows() == ["c", "b", "c"]
    assert list(attributed(EventTable.of(events), {}).events()) == events
