"""The rating scale that is learnt where nobody set one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.events import Event
from doublebill.fit.clean import clean
from doublebill.values.learnt_scale import LearntScale, Ratings, scale_of_counts
from doublebill.values.rating_scale import RatingScale

STARS = [1.0, 2.0, 3.0, 4.0, 5.0] * 40


def learnt_scale(ratings: Ratings) -> RatingScale | None:
    return scale_of_counts(*np.unique(ratings, return_counts=True))


def learnt(*more: float) -> RatingScale | None:
    return learnt_scale(np.array([*STARS, *more]))


def test_ratings_of_one_grid_are_all_inside() -> None:
    assert learnt() == RatingScale(1, 5)
    assert learnt(0.0, 0.5) == RatingScale(0, 5)


@pytest.mark.parametrize("odd", [(100.0, 100.0), (10.0,), (100.0, 1e9), (50.0, 60.0, 70.0)])
def test_a_few_ratings_beyond_a_wide_gap_are_outside(odd: tuple[float, ...]) -> None:
    assert learnt(*odd) == RatingScale(1, 5)


def test_many_ratings_beyond_a_gap_are_a_part_of_the_scale() -> None:
    assert learnt(*[100.0] * 20) == RatingScale(1, 100)


def test_a_low_rating_is_honest_and_a_negative_one_beyond_a_gap_is_not() -> None:
    assert learnt_scale(np.array([8.0, 9.0, 10.0] * 40 + [1.0])) == RatingScale(1, 10)
    assert learnt(-99.0) == RatingScale(1, 5)


def test_a_scale_around_zero_is_learnt() -> None:
    assert learnt_scale(np.linspace(-10, 10, 41)) == RatingScale(-10, 10)


def test_equal_ratings_and_none_are_no_scale() -> None:
    assert learnt_scale(np.array([5.0, 5.0])) is None
    assert learnt_scale(np.zeros(0)) is None


@given(st.lists(st.integers(-5, 5).map(float), min_size=2))
def test_a_scale_has_both_ends_among_the_ratings(ratings: list[float]) -> None:
    scale = learnt_scale(np.array(ratings))
    if scale is not None:
        assert {scale.lowest, scale.highest} <= set(ratings)
        assert sum(rating not in scale for rating in ratings) <= 0.1 * len(ratings)


def test_ratings_outside_of_the_scale_count_for_nothing_and_are_counted() -> None:
    good = [Event(f"u{n % 20}", f"i{n}", "rate", stars) for n, stars in enumerate(STARS)]
    odd = [Event("u1", "i3", "rate", 100.0, 9000), Event("u2", "new", "rate", 100.0)]
    cleaned = clean([*good, *odd], {})
    assert (cleaned.scale, cleaned.outside, cleaned.events) == (RatingScale(1, 5), 2, len(good) + 2)
    assert cleaned.ratings.weights.max() == 5
    assert len(cleaned.catalog) == len(good)
    same = clean(good, {})
    assert cleaned.interactions.weights.tobytes() == same.interactions.weights.tobytes()


def test_a_scale_that_was_set_replaces_the_learnt_one() -> None:
    events = [Event(f"u{n}", "i", "rate", float(n)) for n in range(10)]
    assert clean(events, {}, scale=RatingScale(2, 6)).outside == 5


def test_ratings_below_zero_are_interactions_when_the_scale_has_them() -> None:
    events = [Event("u", f"i{n}", "rate", rating) for n, rating in enumerate((-10.0, -5.0, 0.0, 10.0))]
    cleaned = clean(events, {}, scale=RatingScale(-10, 10))
    assert sorted(cleaned.interactions.weights.tolist()) == [5.0, 10.0, 20.0]
    assert sorted(cleaned.ratings.weights.tolist()) == [-10.0, -5.0, 0.0, 10.0]


def test_two_values_make_a_grid() -> None:
    assert learnt_scale(np.array([1.0, 5.0] * 300 + [100.0, 100.0])) == RatingScale(1, 5)


def test_later_ratings_are_compared_with_a_scale_that_was_learnt() -> None:
    stars = LearntScale(RatingScale(1, 5), 600)
    assert [rating in stars for rating in (0.5, 5.0, 6.0, 9.0, 10.0, 100.0, -1.0)] == [True] * 4 + [False] * 3
    assert 100.0 in LearntScale(RatingScale(1, 5), 10)  # one of eleven ratings is not rare
    assert -5.0 in LearntScale(RatingScale(-10, 10), 600)
    assert LearntScale.of_json(stars.to_json()) == stars


def test_many_later_ratings_widen_a_learnt_scale() -> None:
    stars = LearntScale(RatingScale(1, 5), 600)
    values = np.array([3.0, 100.0])
    assert stars.with_ratings(values, np.array([1, 2])) == RatingScale(1, 5)
    assert stars.with_ratings(values, np.array([1, 200])) == RatingScale(1, 100)
