"""Experiments: shares hold, experiments are independent, intervals are Wilson's."""

import math
from functools import partial

import pytest

from doublebill.pseudonyms import Pseudonyms
from doublebill.service.registry import ab_test
from doublebill.service.registry.ab_test import PLACES, interval, is_served_by_challenger

OF = partial(Pseudonyms.under(b"a key that only tests know").of, "films")
USERS = [OF(f"user-{number}") for number in range(20_000)]
FIRST, SECOND = "a" * 32, "b" * 32


def chosen(challenger: str, share: float) -> set[str]:
    return {user for user in USERS if is_served_by_challenger(user, challenger, share)}


def within_noise(found: int, n: int, share: float) -> bool:
    """Within four standard deviations of a binomial."""
    return abs(found - n * share) <= 4 * math.sqrt(n * share * (1 - share))


@pytest.mark.parametrize("share", [0.01, 0.1, 1 / 3, 0.5, 0.9])
@pytest.mark.parametrize("challenger", [FIRST, SECOND])
def test_the_share_of_users_is_what_was_asked_for(challenger, share):
    assert within_noise(len(chosen(challenger, share)), len(USERS), share)


def test_nobody_and_everybody_are_exact():
    assert chosen(FIRST, 0.0) == set()
    assert chosen(FIRST, 1.0) == set(USERS)


def test_a_user_is_always_answered_alike_and_stays_in_when_the_share_grows():
    assert chosen(FIRST, 0.1) == chosen(FIRST, 0.1)
    assert chosen(FIRST, 0.1) < chosen(FIRST, 0.2)


def test_experiments_are_independent_of_one_another():
    both = chosen(FIRST, 0.5) & chosen(SECOND, 0.5)
    assert within_noise(len(both), len(USERS), 0.25)
    assert within_noise(len(both), len(chosen(FIRST, 0.5)), 0.5)


@pytest.mark.parametrize("place", [0, 1, 12345, PLACES - 1])
def test_a_share_is_exact_to_one_place(monkeypatch, place):
    class Digest:
        def digest(self) -> bytes:
            return place.to_bytes(4) + b"\xff" * 28

    monkeypatch.setattr(ab_test.hashlib, "sha256", lambda _: Digest())
    assert is_served_by_challenger("user", FIRST, (place + 1) / PLACES)
    assert not is_served_by_challenger("user", FIRST, place / PLACES)


@pytest.mark.parametrize(("clicks", "answers"), [(1, 10), (5, 10), (81, 263), (15, 148), (999, 1000), (1, 10**9)])
def test_the_bounds_of_the_interval_are_where_the_score_test_just_accepts(clicks, answers):
    for bound in interval(clicks, answers):
        z = abs(clicks / answers - bound) / math.sqrt(bound * (1 - bound) / answers)
        assert z == pytest.approx(1.959964, rel=1e-5)


def test_intervals_are_those_in_print():
    """R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
    printed = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (clicks, answers), (low, high) in printed.items():
        assert interval(clicks, answers) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_at_the_ends_it_reaches_the_end():
    assert interval(0, 7)[0] == 0.0
    assert interval(7, 7)[1] == 1.0


@pytest.mark.parametrize(("clicks", "answers"), [(0, 0), (8, 7), (-1, 7), (1, 0)])
def test_where_no_share_explains_the_counts_there_is_none(clicks, answers):
    assert interval(clicks, answers) is None
