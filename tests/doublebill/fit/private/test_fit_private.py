"""Private fits: made of public facts and noised sums, loadable like any model, and never fitted again."""

from pathlib import Path

import numpy as np
import pytest

from doublebill.fit.fit_recommender import fit
from doublebill.fit.private.fit_private import fit_private
from doublebill.model import artifact
from doublebill.model.catalog import Catalog
from doublebill.model.config import Private
from doublebill.values.privacy_claim import PrivacyClaim
from private_data import interactions_of

CLAIM = PrivacyClaim(8.0, 1e-6)
CATALOG = Catalog.of((f"item-{number:02d}" for number in range(60)), {})
EVEN, ODD = (dict.fromkeys(range(start, 60, 2), 1.0) for start in (0, 1))
CHECKERBOARD = interactions_of([EVEN] * 120 + [ODD] * 120, 60)


def test_even_users_still_like_even_items_under_noise() -> None:
    model = fit_private(CATALOG, CHECKERBOARD, CLAIM).model
    history = np.array([0, 2, 4, 6, 8, 10])
    found = model.recommend(history, np.ones(6), 10, history)
    assert (found.items % 2 == 0).mean() >= 0.8


def test_a_private_model_loads_like_any_other(tmp_path: Path) -> None:
    dumped = artifact.dump(fit_private(CATALOG, CHECKERBOARD, CLAIM, exclude_seen=False).model)
    for name, data in dumped.files.items():
        (tmp_path / name).write_bytes(data)
    loaded = artifact.load(tmp_path, dumped.version)
    assert loaded.config.family == Private(8.0, 1e-6)
    assert not loaded.config.exclude_seen
    assert not loaded.config.additive
    assert loaded.ratings is None
    assert loaded.recent is None


def test_the_artifact_says_nothing_that_the_noised_sums_do_not_say() -> None:
    fitted = fit_private(CATALOG, CHECKERBOARD, CLAIM)
    positive = np.maximum(fitted.sums.popularity, 0)
    assert np.array_equal(fitted.model.popularity, (positive / positive.max()).astype(np.float32))
    assert fitted.model.popularity.max() == 1.0


def test_a_model_of_nobody_is_noise_and_no_error() -> None:
    model = fit_private(CATALOG, interactions_of([], 60), CLAIM).model
    assert len(model.recommend(np.array([3]), np.ones(1), 5, np.array([3])).items) == 5


def test_a_private_config_is_never_fitted_to_the_data_again() -> None:
    config = fit_private(CATALOG, CHECKERBOARD, CLAIM).model.config
    with pytest.raises(ArithmeticError, match="spend privacy"):
        fit(CATALOG, CHECKERBOARD, config)
