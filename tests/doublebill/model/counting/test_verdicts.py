"""Verdicts: an item that was liked or not rated counts whole, another less, and a low one not at all."""

import numpy as np

from doublebill.model.config import Config
from doublebill.model.counting.verdicts import RatingLevels, Stars, liked, shares

STARS = np.array([5, 4, 3.5, 1, np.nan], np.float32)
LEVELS = RatingLevels(mean=3.5, middle=3.0)


def test_an_item_counts_by_its_verdict() -> None:
    assert shares(STARS, 4.0, 0.3, LEVELS).tolist() == [1, 1, 0.3, 0, 1]
    assert shares(STARS, 4.0, 0.3, None).tolist() == [1, 1, 0.3, 0.3, 1]
    assert shares(STARS, None, 1.0, LEVELS).tolist() == [1, 1, 1, 0, 1]


def test_an_item_without_a_rating_is_liked() -> None:
    assert liked(STARS, 4.0).tolist() == [True, True, False, False, True]
    assert Stars(STARS, 4.0).take(np.array([2, 4])).liked.tolist() == [False, True]


def test_levels_are_those_of_the_ratings_there_are() -> None:
    assert RatingLevels.of(Stars(STARS, 4.0)) == RatingLevels(mean=3.375, middle=3.0)


def test_the_weight_of_a_history_item_is_saturated_and_then_judged() -> None:
    config = Config(liked_from=4.0, others=0.5)
    times = np.zeros(5, np.int64)
    assert config.weigh(np.nan_to_num(STARS, nan=9), times, STARS, LEVELS).tolist() == [1, 1, 0.5, 0, 1]
    assert config.weigh(np.ones(5), times).tolist() == [1] * 5
