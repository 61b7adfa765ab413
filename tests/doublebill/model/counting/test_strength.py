"""Strength: an item counts by its weight beside the others of its history, less and less more."""

import numpy as np
import pytest

from doublebill.model.config import Config, Edlae
from doublebill.model.counting.strength import K1, strengths

ONE_USER = np.array([0, 2])


def test_an_item_of_the_mean_weight_counts_once() -> None:
    assert strengths(np.array([7.0, 7.0]), ONE_USER, "bm25") == pytest.approx([1, 1])
    assert strengths(np.array([7.0, 7.0]), ONE_USER, "log") == pytest.approx([1, 1])


def test_a_heavier_item_counts_more_but_not_in_proportion() -> None:
    heavy, light = strengths(np.array([500.0, 1.0]), ONE_USER, "bm25")
    assert heavy == pytest.approx((1 + K1) * 500 / (500 + K1 * 250.5))
    assert 0 < light < 0.01
    assert strengths(np.array([500.0, 1.0]), ONE_USER, "log").sum() == pytest.approx(2)


def test_each_history_has_its_own_mean_and_signs_stay() -> None:
    found = strengths(np.array([1.0, 1.0, 300.0, -300.0, 0.0]), np.array([0, 2, 2, 4, 5]), "bm25")
    assert found == pytest.approx([1, 1, 1, -1, 0])


def test_a_history_is_weighed_by_strength_where_the_config_says_so() -> None:
    weights, times = np.array([3.0, 1.0]), np.zeros(2, np.int64)
    assert Config(Edlae()).weigh(weights, times).tolist() == [1, 1]
    assert Config(Edlae(), strength="bm25").weigh(weights, times) == pytest.approx(strengths(weights, ONE_USER, "bm25"))
