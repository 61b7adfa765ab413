"""Uncertainty: intervals of means over users are those of the bootstrap, and repeat for one seed."""

import numpy as np
import pytest
from scipy import stats

from doublebill.fit.evaluation.uncertainty import bootstrap, paired


def test_the_interval_is_that_of_scipys_bootstrap() -> None:
    values = np.random.default_rng(1).exponential(size=300)
    low, high = bootstrap(values, seed=3)
    random = np.random.default_rng(4)
    expected = stats.bootstrap(
        (values,), np.mean, n_resamples=5000, method="percentile", rng=random
    ).confidence_interval
    error = values.std() / np.sqrt(300)
    assert low == pytest.approx(expected.low, abs=error / 5)
    assert high == pytest.approx(expected.high, abs=error / 5)


def test_the_interval_holds_the_mean_of_all_users_as_often_as_it_claims() -> None:
    random = np.random.default_rng(2)
    holds = [low <= 0.3 <= high for low, high in (bootstrap(random.random(80) < 0.3, 1, 100) for _ in range(100))]
    assert 0.88 <= np.mean(holds) <= 0.99


def test_metrics_drawn_together_have_the_intervals_they_have_alone() -> None:
    values = np.random.default_rng(1).random((40, 3))
    together = bootstrap(values, seed=5, draws=50)
    alone = [bootstrap(values[:, metric], seed=5, draws=50) for metric in range(3)]
    assert np.allclose(np.transpose(together), alone)


def test_the_interval_follows_from_the_seed() -> None:
    values = np.random.default_rng(1).random(40)
    assert bootstrap(values, seed=5) == bootstrap(values, seed=5)
    assert bootstrap(values, seed=5) != bootstrap(values, seed=6)


def test_a_difference_is_paired_by_user() -> None:
    theirs = np.random.default_rng(1).random((50, 1))
    (difference,) = paired(theirs + 0.25, theirs, seed=1)
    expected = {"difference": 0.25, "standard_error": 0, "users": 50, "low": 0.25, "high": 0.25}
    assert difference == pytest.approx(expected)


def test_the_standard_error_of_a_difference_is_that_of_its_mean() -> None:
    ours, theirs = np.random.default_rng(1).random((2, 50, 3))
    for metric, difference in enumerate(paired(ours, theirs, seed=1)):
        assert difference["standard_error"] == pytest.approx(stats.sem((ours - theirs)[:, metric]))
        assert difference["low"] < difference["difference"] < difference["high"]


def test_one_user_has_no_standard_error() -> None:
    (difference,) = paired(np.array([[0.5]]), np.array([[0.25]]), seed=1, draws=10)
    assert difference == {"difference": 0.25, "standard_error": 0.0, "users": 1, "low": 0.25, "high": 0.25}
