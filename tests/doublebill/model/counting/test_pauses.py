"""Pauses: found whatever the order of times, closed to a day, and opened again."""

import numpy as np
import pytest

from doublebill.model.counting.pauses import NO_PAUSES, Pauses, ends_of_days
from doublebill.times.retention import DAY_MS

YEAR_MS = 365 * DAY_MS
TIMES = np.array([DAY_MS, 2 * DAY_MS + 5, YEAR_MS, YEAR_MS + 7 * DAY_MS, 3 * YEAR_MS + 9, 3 * YEAR_MS + DAY_MS])


def test_more_than_a_week_between_two_events_is_a_pause_and_a_week_is_none() -> None:
    assert [*Pauses.between(TIMES)] == [(2 * DAY_MS + 5, YEAR_MS), (YEAR_MS + 7 * DAY_MS, 3 * YEAR_MS + 9)]
    assert not len(Pauses.between(np.array([DAY_MS, 8 * DAY_MS])))
    assert len(Pauses.between(np.array([DAY_MS, 8 * DAY_MS + 1])))


def test_the_order_of_times_repetitions_and_unknown_times_change_nothing() -> None:
    shuffled = np.random.default_rng(1).permutation(np.concatenate([TIMES, TIMES[::2], np.zeros(3, np.int64)]))
    assert [*Pauses.between(shuffled)] == [*Pauses.between(TIMES)]


def test_a_pause_becomes_one_day_of_whole_days_and_the_newest_times_stay() -> None:
    closed = Pauses.between(TIMES).closed(TIMES)
    assert np.diff(closed).tolist() == [DAY_MS + 5, 2 * DAY_MS - 5, 7 * DAY_MS, DAY_MS + 9, DAY_MS - 9]
    assert closed[-2:].tolist() == TIMES[-2:].tolist()
    assert (closed % DAY_MS).tolist() == (TIMES % DAY_MS).tolist()
    assert not len(Pauses.between(closed))


def test_unknown_times_stay_unknown() -> None:
    pauses = Pauses.between(TIMES)
    assert pauses.closed(np.array([0, DAY_MS]))[0] == pauses.opened(np.array([0, DAY_MS]))[0] == 0


def test_closed_times_are_opened_again() -> None:
    pauses = Pauses.between(TIMES)
    assert pauses.opened(pauses.closed(TIMES)).tolist() == TIMES.tolist()
    assert int(pauses.opened(int(pauses.closed(YEAR_MS)))) == YEAR_MS


def test_without_a_pause_all_stays_as_it_is() -> None:
    steady = np.arange(1, 40) * DAY_MS
    assert not len(Pauses.between(steady))
    assert NO_PAUSES.closed(steady).tolist() == NO_PAUSES.opened(steady).tolist() == steady.tolist()


@pytest.mark.parametrize("seed", range(5))
def test_the_ends_of_days_of_several_tables_have_the_pauses_of_all_times(seed) -> None:
    chance = np.random.default_rng(seed)
    times = chance.integers(0, 400 * DAY_MS, 60)
    tables = np.array_split(chance.permutation(times), 4)
    ends = np.concatenate([ends_of_days(table) for table in tables])
    assert [*Pauses.between(ends)] == [*Pauses.between(times)]
    assert len(ends_of_days(times[:0])) == 0
