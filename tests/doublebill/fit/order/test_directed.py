"""The directed gram against a slow oracle, and the regressions that aim at it."""

from dataclasses import replace

import numpy as np
import pytest

from doublebill.fit.linear.edlae import fit_edges
from doublebill.fit.linear.gram import Gram
from doublebill.fit.linear.support import Support
from doublebill.fit.order import succession
from doublebill.fit.order.directed import DECAY, DirectedGram
from doublebill.model.config import Config, Edlae, Saturation
from doublebill.model.interactions import Interactions

ITEMS = 12


def random_histories(seed: int, moments: int = 40, users: int = 30) -> Interactions:
    random = np.random.default_rng(seed)
    present = np.argwhere(random.random((users, ITEMS)) < 0.6)
    times = random.integers(0, moments, len(present)) * 1000  # some are 0: unknown
    return Interactions.of(present[:, 0], present[:, 1], random.integers(1, 5, len(present)), times, ITEMS)


def grams(interactions: Interactions, config: Config) -> tuple[np.ndarray, np.ndarray]:
    """The gram and the directed gram [sources, targets] by plain loops."""
    gram, directed = np.zeros((ITEMS, ITEMS)), np.zeros((ITEMS, ITEMS))
    lengths = np.diff(interactions.indptr)
    weights = lengths**-0.5 / (lengths**-0.5).mean()
    for weight, start, end in zip(weights, interactions.indptr[:-1], interactions.indptr[1:], strict=True):
        values = np.zeros(ITEMS)
        values[interactions.items[start:end]] = config.saturate(interactions.weights[start:end])
        gram += weight * np.outer(values, values)
        rows = zip(interactions.timestamps[start:end], interactions.items[start:end], strict=True)
        history = sorted((time, item) for time, item in rows if time)
        for place, (time, source) in enumerate(history):
            for lag, (later, target) in enumerate(history[place + 1 : place + 11]):
                if later > time:
                    directed[source, target] += weight * values[source] * values[target] * DECAY**lag
    return gram, directed


def whole_support() -> Support:
    targets, sources = np.nonzero(~np.eye(ITEMS, dtype=bool))
    indptr = np.searchsorted(targets, np.arange(ITEMS + 1))
    return Support(indptr, sources.astype(np.int32), np.ones(len(sources), np.float32))


@pytest.mark.parametrize("saturation", ["binary", "log"])
@pytest.mark.parametrize("block", [1, 200, 4_000_000])
def test_bands_sum_what_the_slow_oracle_sums(
    saturation: Saturation, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(succession, "BLOCK_PAIRS", block)
    interactions, config, support = random_histories(1), Config(saturation=saturation), whole_support()
    directed = DirectedGram.of(interactions, Gram.of(interactions, 0.5, config.saturate))
    expected = grams(interactions, config)[1][support.sources, support.targets]
    np.testing.assert_allclose(directed.on(support, np.arange(ITEMS)), expected, rtol=1e-3, atol=1e-3)


def test_sums_are_the_same_whoever_comes_first() -> None:
    interactions, support = random_histories(2), whole_support()
    others = interactions.rows(np.arange(interactions.n_users)[::-1])
    one, other = (DirectedGram.of(part, Gram.of(part, 0.5, np.sign)) for part in (interactions, others))
    np.testing.assert_array_equal(one.on(support, np.arange(ITEMS)), other.on(support, np.arange(ITEMS)))


@pytest.mark.parametrize("scaled", [True, False])
@pytest.mark.parametrize("way", ["pruned", "cosine", "inverse"])
def test_each_target_is_the_ridge_that_aims_at_both_grams(way: str, scaled: bool) -> None:
    interactions, order = random_histories(3), 0.75
    family = Edlae(10.0, 0.2, support=way, order=order, scaled=scaled)  # type: ignore[arg-type]  # one of the three
    found = fit_edges(interactions, Config(family, k=ITEMS)).toarray()
    gram, directed = grams(interactions, Config())
    aim, regular = (1 - order) * gram + order * directed, gram + np.diag(10 + 0.25 * np.diag(gram))
    for target in range(ITEMS):
        others = np.delete(np.arange(ITEMS), target)
        values = np.linalg.solve(regular[np.ix_(others, others)], aim[others, target])
        explained = values @ gram[np.ix_(others, others)] @ values
        scale = values @ aim[others, target] / explained if scaled else 1.0
        np.testing.assert_allclose(found[others, target], values * scale, rtol=2e-3, atol=1e-4)


def test_without_times_only_the_gram_is_left() -> None:
    timeless = random_histories(4, moments=1)
    plain = fit_edges(timeless, Config(Edlae(10.0))).toarray()
    ordered = fit_edges(timeless, Config(replace(Edlae(10.0), order=0.5))).toarray()
    np.testing.assert_allclose(ordered, plain / 2, rtol=1e-4)
