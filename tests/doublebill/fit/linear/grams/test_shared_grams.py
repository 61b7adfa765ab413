"""Shared grams: fits that share them are those of fits that share nothing, byte for byte."""

from dataclasses import replace

import numpy as np
import pytest

from doublebill.fit.fit_recommender import kernel_edges
from doublebill.fit.linear.gram import Gram
from doublebill.fit.linear.grams import shared_grams
from doublebill.fit.linear.grams.shared_grams import SharedGrams
from doublebill.model.config import Config, Edlae
from doublebill.model.counting.verdicts import Stars
from doublebill.model.interactions import Interactions

PLAIN = Config(Edlae(ridge=5.0), k=4)
CONFIGS = (
    PLAIN,
    replace(PLAIN, k=3),
    replace(PLAIN, family=Edlae(ridge=9.0)),
    replace(PLAIN, family=Edlae(ridge=5.0, dropout=0.3)),
    replace(PLAIN, family=Edlae(ridge=5.0, length_power=0.0)),
    replace(PLAIN, family=Edlae(ridge=5.0, support="cosine")),
    replace(PLAIN, family=Edlae(ridge=5.0, support="inverse")),
    replace(PLAIN, family=Edlae(ridge=5.0, order=0.5)),
    replace(PLAIN, family=Edlae(ridge=5.0, scaled=False)),
    replace(PLAIN, saturation="log"),
    replace(PLAIN, strength="log"),
    replace(PLAIN, strength="bm25"),
    replace(PLAIN, liked_from=4.0, liked_edges=1.0),
    replace(PLAIN, liked_from=3.0, liked_edges=1.0),
)


def rated(seed: int, users: int = 70, items: int = 25) -> Interactions:
    """Returns interactions with times, weights and stars."""
    random = np.random.default_rng(seed)
    pairs = np.argwhere(random.random((users, items)) < 0.3)
    weights, times = random.integers(1, 9, len(pairs)).astype(float), random.permutation(len(pairs)) + 1
    found = Interactions.of(pairs[:, 0], pairs[:, 1], weights, times, items)
    return replace(found, stars=Stars(random.integers(1, 6, len(pairs)).astype(np.float32), 4.0))


def test_what_is_shared_changes_no_byte_of_any_config_in_any_order() -> None:
    shared, data = SharedGrams(), (rated(1), rated(2))
    alone = {config: [kernel_edges(one, config) for one in data] for config in CONFIGS}
    for config in (*CONFIGS, *reversed(CONFIGS)):
        for one, expected in zip(data, alone[config], strict=True):
            found = kernel_edges(one, config, shared=shared)
            for name in ("indptr", "indices", "data"):
                np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), str(config))


@pytest.mark.parametrize(("most_bytes", "grams"), [(10**9, 2), (0, 3)])
def test_a_gram_is_made_again_only_where_it_was_dropped(
    most_bytes: int, grams: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_grams, "MOST_BYTES", most_bytes)
    shared, data, made = SharedGrams(), rated(3), []

    def make() -> Gram:
        made.append(Gram.of(data, 0.5, PLAIN.saturate))
        return made[-1]

    for key in ("plain", "plain", "strong", "plain"):
        assert len(shared.of(data, key, make).by_cosine(3).sources) >= 3 * 25
    assert len(made) == grams


def test_a_gram_is_dropped_before_one_as_large_would_be_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    shared, data = SharedGrams(), rated(3)
    first = shared.of(data, "first", lambda: Gram.of(data, 0.5, PLAIN.saturate))
    assert first.matrix.nbytes
    monkeypatch.setattr(shared_grams, "MOST_BYTES", 2 * first.nbytes)
    again = shared.of(data, "second", lambda: Gram.of(data, 0.5, PLAIN.saturate))
    assert again.matrix.nbytes == first.nbytes
    assert shared.of(data, "first", lambda: pytest.fail("it was dropped")) is first
    monkeypatch.setattr(shared_grams, "MOST_BYTES", 2 * first.nbytes - 1)
    third = shared.of(data, "third", lambda: Gram.of(data, 0.5, PLAIN.saturate))
    assert shared.of(data, "first", lambda: Gram.of(data, 0.5, PLAIN.saturate)) is not first
    assert third is not again
