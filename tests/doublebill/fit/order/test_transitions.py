"""Transitions against a slow oracle, and what has no order."""

import numpy as np
import pytest
import scipy.sparse as sp

from doublebill.fit.order import succession
from doublebill.fit.order import transitions as module
from doublebill.fit.order.transitions import transitions, with_transitions
from doublebill.model.config import Config, Knn
from doublebill.model.interactions import Interactions


def random_interactions(seed: int, moments: int, users: int = 12, items: int = 9) -> Interactions:
    random = np.random.default_rng(seed)
    present = np.argwhere(random.random((users, items)) < 0.6)
    times = random.integers(0, moments, len(present)) * 1000  # some are 0, not known
    return Interactions.of(present[:, 0], present[:, 1], np.ones(len(present)), times, items)


def oracle(interactions: Interactions, within: int) -> np.ndarray:
    """[sources, targets] by plain loops."""
    counts = interactions.popularity()
    found = np.zeros((interactions.n_items, interactions.n_items))
    for start, end in zip(interactions.indptr[:-1], interactions.indptr[1:], strict=True):
        entries = range(start, end)
        history = sorted(
            (interactions.timestamps[e], interactions.items[e]) for e in entries if interactions.timestamps[e]
        )
        for place, (time, source) in enumerate(history):
            for later, target in history[place + 1 : place + 1 + within]:
                if later > time:
                    found[source, target] += 1 / counts[source]
    return found


@pytest.mark.parametrize("within", [1, 2, 10])
@pytest.mark.parametrize("moments", [3, 50])
@pytest.mark.parametrize("block", [1, 40, 4_000_000])
def test_blocks_of_targets_count_what_the_slow_oracle_counts(
    within: int, moments: int, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(succession, "BLOCK_PAIRS", block)
    interactions = random_interactions(within, moments)
    np.testing.assert_allclose(transitions(interactions, within).toarray(), oracle(interactions, within))


def test_each_source_shares_its_transitions_by_its_own_users() -> None:
    users, items, times = np.array([0, 0, 0, 1]), np.array([2, 0, 1, 2]), np.array([10, 20, 30, 10])
    history = Interactions.of(users, items, np.ones(4), times, 3)
    assert transitions(history).toarray().tolist() == [[0, 1, 0], [0, 0, 0], [0.5, 0.5, 0]]


def test_items_of_one_moment_do_not_follow_each_other() -> None:
    history = Interactions.of(np.zeros(2, int), np.array([0, 1]), np.ones(2), np.array([10, 10]), 2)
    assert transitions(history).nnz == 0


def test_without_times_there_are_none() -> None:
    history = Interactions.of(np.zeros(2, int), np.array([0, 1]), np.ones(2), np.zeros(2, int), 2)
    found = transitions(history)
    assert found.shape == (2, 2)
    assert found.nnz == 0


def test_a_source_keeps_its_most_frequent_targets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_TARGETS", 1)
    users, items, times = np.array([0, 0, 0, 1, 1]), np.array([2, 0, 1, 2, 1]), np.array([10, 20, 30, 10, 20])
    history = Interactions.of(users, items, np.ones(5), times, 3)
    assert transitions(history).toarray().tolist() == [[0, 1, 0], [0, 0, 0], [0, 1, 0]]


class TestNewEdges:
    HISTORIES = random_interactions(3, 50)
    EDGES = sp.csr_array(np.eye(9, k=1))

    def test_are_all_transitions_where_there_is_room(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "NEW_SHARE", 100)
        found = with_transitions(self.EDGES, self.HISTORIES, Config(Knn(), transitions=0.5, new_transitions=True))
        expected = np.eye(9, k=1) + 0.5 * oracle(self.HISTORIES, 10)
        np.testing.assert_allclose(found.toarray(), expected)

    def test_are_those_between_items_that_share_most_users(self) -> None:
        found = with_transitions(
            self.EDGES, self.HISTORIES, Config(Knn(), transitions=1.0, new_transitions=True)
        ).toarray()
        users, followed = self.HISTORIES.popularity(), oracle(self.HISTORIES, 10)
        strengths = followed * np.sqrt(users[:, np.newaxis] / users) * (np.eye(9, k=1) == 0)
        new = (found != 0) & (np.eye(9, k=1) == 0)
        assert 2 <= new.sum() < 9
        assert strengths[new].min() > strengths[~new].max()
        np.testing.assert_allclose(found[new], followed[new])

    def test_are_none_unless_they_may_be(self) -> None:
        found = with_transitions(self.EDGES, self.HISTORIES, Config(Knn(), transitions=1.0)).toarray()
        assert not found[np.eye(9, k=1) == 0].any()
