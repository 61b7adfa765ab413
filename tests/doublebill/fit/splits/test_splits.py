"""Splits: users and interactions are kept apart, and what is hidden by time is the newest."""

import numpy as np
import pytest

from doublebill.fit.clean import clean
from doublebill.fit.splits import user_splits as splits
from doublebill.fit.splits.holdout import Holdout, Split
from doublebill.fit.splits.newest_split import newest_split
from doublebill.fit.splits.user_splits import MOST_REPEATS, repeat_holdout, split, temporal_split
from doublebill.model.interactions import Interactions
from worlds import checkerboard

Row = dict[int, int]
"""Times by item."""


def random_interactions(timed: bool = True, ties: bool = False) -> Interactions:
    """Every user another row, so that rows tell users apart."""
    random = np.random.default_rng(1)
    present = np.argwhere(random.random((50, 30)) < 0.4)
    times = (random.permutation(len(present)) // (10 if ties else 1) + 1) * timed
    return Interactions.of(present[:, 0], present[:, 1], np.ones(len(present)), times, 30)


def rows(matrix: Interactions) -> list[Row]:
    return [
        dict(zip(matrix.items[start:end].tolist(), matrix.timestamps[start:end].tolist(), strict=True))
        for start, end in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)
    ]


def asked(held_out: Holdout) -> list[tuple[Row, Row]]:
    return list(zip(rows(held_out.fold_in), rows(held_out.targets), strict=True))


def told(parts: Split | None) -> Split:
    assert parts is not None
    return parts


@pytest.mark.parametrize("splitting", [split, temporal_split])
def test_no_user_is_in_two_parts_and_none_is_lost(splitting) -> None:
    whole = random_interactions()
    parts = told(splitting(whole, seed=7, share=0.2))
    whole_rows = {frozenset(row) for row in rows(whole)}
    train = [frozenset(row) for row in rows(parts.train)]
    held = [
        frozenset(shown) | frozenset(hidden) for part in (parts.validation, parts.test) for shown, hidden in asked(part)
    ]
    assert len(train) + len(held) == len(whole_rows)
    assert set(train) | set(held) == whole_rows


@pytest.mark.parametrize("splitting", [split, temporal_split])
def test_what_is_hidden_is_not_shown_and_is_a_fifth(splitting) -> None:
    for shown, hidden in asked(told(splitting(random_interactions(), seed=7, share=0.2)).test):
        assert not set(shown) & set(hidden)
        assert len(hidden) == max(1, round((len(shown) + len(hidden)) * 0.2))


@pytest.mark.parametrize("splitting", [split, temporal_split, newest_split])
def test_the_split_follows_from_the_seed(splitting) -> None:
    one, same, other = (told(splitting(random_interactions(ties=True), seed)) for seed in (1, 1, 2))
    assert rows(one.test.targets) == rows(same.test.targets)
    assert rows(one.test.targets) != rows(other.test.targets)


@pytest.mark.parametrize("splitting", [split, temporal_split])
def test_too_few_users_cannot_be_split(splitting) -> None:
    assert splitting(clean(checkerboard(4, 12), {}).interactions, seed=1) is None


@pytest.mark.parametrize("ties", [False, True])
def test_by_time_nothing_hidden_is_older_than_what_is_shown(ties: bool) -> None:
    parts = told(temporal_split(random_interactions(ties=ties), seed=7, share=0.2))
    later = told(newest_split(random_interactions(ties=ties), seed=7))
    for held_out in (parts.validation, parts.test, later.validation, later.test):
        assert held_out.timed
        for shown, hidden in asked(held_out):
            assert min(hidden.values()) >= max(shown.values())


def test_by_time_or_not_the_same_users_are_held_out() -> None:
    whole = random_interactions()
    plain, timed = told(split(whole, seed=7)), told(temporal_split(whole, seed=7))
    assert not plain.test.timed
    assert rows(plain.train) == rows(timed.train)
    for part, by_time in ((plain.validation, timed.validation), (plain.test, timed.test)):
        assert [s | h for s, h in asked(part)] == [s | h for s, h in asked(by_time)]


def test_without_times_there_is_no_split_by_time() -> None:
    assert temporal_split(random_interactions(timed=False), seed=7) is None
    assert newest_split(random_interactions(timed=False), seed=7) is None


def test_users_without_times_are_not_asked_by_time() -> None:
    whole = random_interactions()
    first = np.repeat(np.arange(whole.n_users) < 25, np.diff(whole.indptr))
    half = Interactions(whole.indptr, whole.items, whole.weights, np.where(first, whole.timestamps, 0), 30)
    held = told(temporal_split(half, seed=7, share=0.4))
    everybody = told(newest_split(half, seed=7))
    for held_out in (held.validation, held.test, everybody.validation, everybody.test):
        assert all(max(shown.values()) > 0 for shown, _ in asked(held_out))
    assert rows(held.train) == rows(told(split(half, seed=7, share=0.4)).train)
    assert everybody.test.train.n_users == 50


def test_everybody_is_trained_on_the_old_and_asked_for_the_new() -> None:
    whole = random_interactions()
    parts = told(newest_split(whole, seed=7))
    assert parts.train is parts.validation.train
    for user, ((before, validated), (shown, hidden)) in enumerate(
        zip(asked(parts.validation), asked(parts.test), strict=True)
    ):
        size = len(shown) + len(hidden)
        assert rows(whole)[user] == shown | hidden
        assert shown == before | validated == rows(parts.test.reference)[user]
        assert before == rows(parts.validation.reference)[user]
        assert (len(hidden), len(validated)) == (max(1, round(size * 0.2)), max(1, round(size * 0.1)))


def test_users_with_few_interactions_are_trained_on_whole() -> None:
    users, items = np.array([0] * 4 + [1] * 5), np.array([0, 1, 2, 3, 0, 1, 2, 3, 4])
    parts = told(newest_split(Interactions.of(users, items, np.ones(9), np.arange(1, 10), 5), seed=1))
    assert asked(parts.test) == [({0: 5, 1: 6, 2: 7, 3: 8}, {4: 9})]
    assert asked(parts.validation) == [({0: 5, 1: 6, 2: 7}, {3: 8})]
    assert {0: 1, 1: 2, 2: 3, 3: 4} in rows(parts.test.reference)
    assert {0: 1, 1: 2, 2: 3, 3: 4} in rows(parts.validation.reference)


def test_few_users_are_asked_again_with_another_part_hidden() -> None:
    parts = split(random_interactions(), seed=1, share=0.2)
    assert parts is not None
    once, again = asked(parts.validation), asked(repeat_holdout(parts.validation, seed=3))
    assert len(again) == MOST_REPEATS * len(once)
    for number, (shown, hidden) in enumerate(again):
        before_shown, before_hidden = once[number % len(once)]
        assert shown | hidden == before_shown | before_hidden
        assert not shown.keys() & hidden.keys()
        assert len(hidden) == len(before_hidden)
    assert len({tuple(sorted(hidden)) for _, hidden in again[:: len(once)]}) > 1


def test_many_users_and_what_is_newest_are_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, timed = split(random_interactions(), 1, 0.2), temporal_split(random_interactions(), 1, 0.2)
    assert plain is not None
    assert timed is not None
    assert repeat_holdout(timed.validation, 1) is timed.validation
    monkeypatch.setattr(splits, "ENOUGH_HISTORIES", plain.validation.fold_in.n_users)
    assert repeat_holdout(plain.validation, 1) is plain.validation
