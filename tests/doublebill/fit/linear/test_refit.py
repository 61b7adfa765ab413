"""Refit: several ridges at once give the same edges as one after the other."""

import numpy as np
import pytest

from doublebill.fit.linear import refit as module
from doublebill.fit.linear.grams.gram_matrix import DenseGram
from doublebill.fit.linear.refit import Aim, Regression, refit, refit_all
from doublebill.fit.linear.support import Support, choose_support


def random_system(seed: int, items: int = 12) -> tuple[DenseGram, Support]:
    terms = (np.random.default_rng(seed).random((60, items)) < 0.4).astype(np.float32)
    gram = DenseGram(terms.T @ terms)
    support = choose_support(gram.correlations(gram.diagonal ** np.float32(-0.5)), np.full(items, 5), 4)
    return gram, support


def test_several_regressions_at_once_are_each_of_them_alone() -> None:
    gram, support = random_system(seed=1)
    weak, strong = (np.full(12, ridge, np.float32) for ridge in (1, 100))
    ones = np.ones(len(support.sources), np.float32)
    aim = Aim(ones / 2, ones)
    several = [Regression(weak), Regression(strong), Regression(weak, scaled=False), Regression(weak, aim=aim)]
    together = refit_all(gram, support, several)
    for one, values in zip(several, together, strict=True):
        np.testing.assert_array_equal(values, refit(gram, one.ridge, support, one.scaled, one.aim))
    assert len({values.tobytes() for values in together}) == len(several)


def test_each_target_is_the_ridge_on_its_sources_scaled_to_least_squares() -> None:
    gram, support = random_system(seed=2)
    whole, found = gram.whole.astype(np.float64), refit(gram, np.full(12, 3, np.float32), support)
    for target in np.unique(support.targets):
        sources = support.of(target)
        among, towards = whole[np.ix_(sources, sources)], whole[sources, target]
        values = np.linalg.solve(among + 3 * np.eye(len(sources)), towards)
        scale = values @ towards / (values @ among @ values)
        np.testing.assert_allclose(found[support.targets == target], values * scale, rtol=1e-4)


def test_targets_with_many_sources_are_solved_step_by_step_to_the_same_edges(monkeypatch: pytest.MonkeyPatch) -> None:
    gram, support = random_system(3)
    ridge = np.full(12, 3, np.float32)
    direct = refit(gram, ridge, support)
    monkeypatch.setattr(module, "MANY_SOURCES", 1)
    monkeypatch.setattr(module, "lapack", None)  # no Cholesky
    np.testing.assert_allclose(refit(gram, ridge, support), direct, rtol=1e-3, atol=1e-5)
