"""Liked targets: an item that somebody rated low is no target, and stays known."""

import dataclasses

import numpy as np

from doublebill.events import Event
from doublebill.fit.clean import clean
from doublebill.fit.splits.liked import liked_split, liked_targets
from doublebill.fit.splits.user_splits import repeat_holdout, split
from doublebill.model.counting.verdicts import Stars
from doublebill.model.interactions import Interactions


def rated(low: int) -> Interactions:
    """Returns 40 users with 10 ratings each, of which `low` are 1 and the others 5."""
    events = [
        Event(f"u{user}", f"i{(user + item) % 15:02}", "rate", 1.0 if item < low else 5.0, 10 * user + item)
        for user in range(40)
        for item in range(10)
    ]
    return clean(events, {}).interactions


def test_a_low_rating_is_not_liked_and_everything_else_is() -> None:
    events = [
        Event("u", "a", "rate", 3.9, 1),
        Event("u", "b", "rate", 4.0, 2),
        Event("u", "c", "rate", 1.0, 3),
        Event("u", "d", "rate", 5.0, 4),
        Event("u", "e", "play", 1.0, 5),
        Event("u", "c", "play", 9.0, 6),
        Event("u", "f", "rate", 1.0, 7),
        Event("u", "f", "rate", 5.0, 8),
    ]
    liked = clean(events, {}).interactions.liked
    assert liked is not None
    assert liked.tolist() == [False, True, False, True, True, True]


def test_without_low_ratings_nothing_is_marked() -> None:
    assert clean([Event("u", "a", "rate", 5.0, 1), Event("u", "b", "play", 1.0, 1)], {}).interactions.liked is None


def test_targets_are_the_liked_ones_and_histories_stay_whole() -> None:
    parts = split(rated(low=5), seed=7, share=0.4)
    liked = liked_split(parts)
    assert parts is not None
    assert liked is not None
    for before, after in ((parts.validation, liked.validation), (parts.test, liked.test)):
        assert after.targets.liked is not None
        assert after.targets.liked.all()
        assert 0 < len(after.targets.items) < len(before.targets.items)
        assert len(after.fold_in.items) == 8 * after.fold_in.n_users
        assert np.diff(after.targets.indptr).min() > 0
    again = repeat_holdout(liked.test, seed=3)
    assert again.fold_in.n_users > liked.test.fold_in.n_users
    assert again.targets.liked is not None
    assert again.targets.liked.all()


def test_users_who_liked_nothing_have_no_targets_at_all() -> None:
    parts = split(rated(low=9), seed=7, share=0.4)
    assert parts is not None
    none = dataclasses.replace(parts.test.targets, stars=Stars(np.ones(len(parts.test.targets.items), np.float32), 4))
    assert liked_targets(dataclasses.replace(parts.test, targets=none)) is None
    assert liked_split(None) is None
