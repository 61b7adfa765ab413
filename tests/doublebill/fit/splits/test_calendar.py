"""Calendar split: nothing of what happened after the moment is known, and only new items are targets."""

import numpy as np
import pytest

from doublebill.events import Event
from doublebill.fit.clean import clean
from doublebill.fit.splits import calendar
from doublebill.fit.splits.calendar import DAY_MILLISECONDS, Timeline, calendar_split, decides, later_test, newcomers
from doublebill.fit.splits.last import last_split
from doublebill.model.interactions import Interactions


def matrix(rows: list[list[tuple[int, int]]], n_items: int = 40) -> Interactions:
    """Returns users by their (item, time) pairs."""
    flat = np.array([(user, item, time) for user, row in enumerate(rows) for item, time in row])
    return Interactions.of(flat[:, 0], flat[:, 1], np.ones(len(flat)), flat[:, 2], n_items)


def steady(users: int = 20, days: int = 40) -> Timeline:
    """Returns users of whom each meets one new item a day, the same for everybody."""
    return Timeline.of(
        matrix([[(day, (day + 1) * DAY_MILLISECONDS + user) for day in range(days)] for user in range(users)])
    )


def test_training_ends_before_the_moment_and_targets_begin_there() -> None:
    timeline = steady()
    parts = calendar_split(timeline)
    assert parts is not None
    at_validation, at_test = timeline.moment(0.64), timeline.moment(0.8)
    assert parts.train.timestamps.max() < at_validation <= parts.validation.targets.timestamps.min()
    assert parts.validation.targets.timestamps.max() < at_test <= parts.test.targets.timestamps.min()
    assert parts.test.reference.timestamps.max() < at_test
    assert parts.test.fold_in.n_users == parts.test.targets.n_users == 20
    assert parts.test.timed
    later = later_test(timeline)
    assert later is not None
    assert later.targets.timestamps.min() >= timeline.moment(0.9)


def test_an_item_that_was_known_before_is_no_target_though_it_was_met_again() -> None:
    events = [Event("u", "a", "play", 1.0, 10), Event("u", "b", "play", 1.0, 90), Event("u", "a", "play", 1.0, 95)]
    cleaned = clean(events, {})
    known = cleaned.timeline.as_of(50)
    assert (known.items.tolist(), known.timestamps.tolist(), known.weights.tolist()) == ([0], [10], [1.0])
    test = calendar.later_holdout(known, cleaned.timeline.now)
    assert test is not None
    assert (test.fold_in.items.tolist(), test.targets.items.tolist()) == ([0], [1])


def test_a_verdict_of_later_is_not_known_before() -> None:
    events = [Event("u", "a", "play", 1.0, 10), Event("u", "a", "dislike", 1.0, 60), Event("u", "b", "play", 1.0, 70)]
    timeline = clean(events, {}).timeline
    assert timeline.as_of(50).items.tolist() == [0]
    assert timeline.now.items.tolist() == [1]


def test_rows_belong_to_the_same_users_at_every_moment() -> None:
    random = np.random.default_rng(3)
    events = [
        Event(f"u{random.integers(30)}", f"i{random.integers(20):02}", "play", 1.0, int(random.integers(1, 1000)))
        for _ in range(400)
    ]
    cleaned = clean(events, {})
    for moment in (1, 300, 700, 2000):
        known = cleaned.timeline.as_of(moment)
        pairs = set(zip(known.users_of_entries().tolist(), known.items.tolist(), strict=True))
        now = cleaned.timeline.now
        assert known.n_users == now.n_users
        assert pairs <= set(zip(now.users_of_entries().tolist(), now.items.tolist(), strict=True))
        assert len(pairs) == len({(one.user, one.item_id) for one in events if one.timestamp < moment})


def test_newcomers_are_measured_apart_with_nothing_known_of_them() -> None:
    rows = [[(day, day + 1) for day in range(20)] for _ in range(10)] + [[(3, 19), (4, 20)]] * 2
    timeline = Timeline.of(matrix(rows))
    parts, new = calendar_split(timeline), newcomers(timeline)
    assert parts is not None
    assert new is not None
    assert (parts.test.fold_in.n_users, new.fold_in.n_users) == (10, 2)
    assert (len(new.fold_in.items), len(new.targets.items)) == (0, 4)


@pytest.mark.parametrize("time", [0, 7, 10**15])
def test_without_different_times_there_is_no_calendar(time: int) -> None:
    assert calendar_split(Timeline.of(matrix([[(item, time) for item in range(10)]] * 5))) is None


def test_the_calendar_decides_with_enough_days_and_known_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "FEWEST_ACTIVE_USERS", 20)
    for timeline, decided in ((steady(), True), (steady(users=19), False), (steady(days=28), False)):
        assert decides(timeline, calendar_split(timeline)) is decided
    assert not decides(steady(), None)


def test_one_wrong_clock_makes_no_long_span() -> None:
    row = [(item, 1_000_000 + item) for item in range(30)]
    assert Timeline.of(matrix([row] * 20 + [[(0, 10**13)]])).days() < 1


def test_the_last_item_is_the_target_and_the_one_before_it_validates() -> None:
    parts = last_split(matrix([[(5, 30), (1, 20), (9, 10)], [(2, 1), (3, 2)], [(4, 0), (6, 0), (7, 0)]]), seed=1)
    assert parts is not None
    assert parts.test.targets.items.tolist() == [5]
    assert parts.validation.targets.items.tolist() == [1]
    assert parts.validation.fold_in.items.tolist() == [9]
    assert sorted(parts.test.reference.items.tolist()) == [1, 2, 3, 4, 6, 7, 9]
    assert last_split(matrix([[(1, 0), (2, 0), (3, 0)]]), seed=1) is None
