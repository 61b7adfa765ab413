"""Time budget: what it allows follows from its clock, its deadline and the slowest fit so far."""

import math

from doublebill.fit.selection.time_budget import ENDLESS, MEASURING, REFIT, TimeBudget


def test_without_an_end_it_allows_everything() -> None:
    assert ENDLESS.allows(1e12)


def test_it_allows_one_more_only_with_time_for_what_comes_after_the_last() -> None:
    needed = 10 * (1 + REFIT + MEASURING)
    assert TimeBudget(lambda: 0.0, needed).allows(10)
    assert not TimeBudget(lambda: 0.1, needed).allows(10)


def test_its_seconds_count_from_when_it_is_made() -> None:
    assert TimeBudget.of(lambda: 100.0, 5.0).deadline == 105.0
    assert TimeBudget.of(lambda: 100.0, math.inf).allows(1e12)


def test_with_no_time_left_it_allows_nothing() -> None:
    assert not TimeBudget.of(lambda: 100.0, -1.0).allows(0.0)


def test_seconds_may_be_kept_at_its_end() -> None:
    kept = TimeBudget(lambda: 0.0, 50.0).keeping(10)
    assert kept.deadline == 40.0
    assert ENDLESS.keeping(10).allows(1e12)
