"""Ranks: AUC without sorting the catalog equals scikit-learn's over the whole catalog sorted."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from doublebill.fit.evaluation.ranks import CatalogRanks

ITEMS = 12
SCORES = st.sampled_from([-2.5, -1e-30, 0.0, 1e-30, 0.1, 0.5, 3e30])


@given(
    popularity=st.lists(st.sampled_from([0.0, 0.25, 0.5]), min_size=ITEMS, max_size=ITEMS),
    scores=st.dictionaries(st.integers(0, ITEMS - 1), SCORES),
    parts=st.lists(st.sampled_from(["shown", "hidden", "other"]), min_size=ITEMS, max_size=ITEMS),
)
def test_auc_is_that_of_scores_then_popularity_over_all_that_was_not_shown(
    popularity: list[float], scores: dict[int, float], parts: list[str]
) -> None:
    part = np.array(parts)
    shown, hidden, others = (np.flatnonzero(part == name) for name in ("shown", "hidden", "other"))
    if not len(hidden) or not len(others):
        return
    ranks_of = CatalogRanks(np.array(popularity, np.float32), np.zeros(len(popularity)))
    reached, values = np.array(list(scores), np.int32), np.array(list(scores.values()))
    keys = [(scores.get(item, 0.0), popularity[item]) for item in range(ITEMS)]
    ranks = np.array([sorted(set(keys)).index(key) for key in keys])
    candidates = part != "shown"
    expected = roc_auc_score(part[candidates] == "hidden", ranks[candidates])
    for _ in range(2):  # one user leaves nothing behind for the next
        assert np.isclose(ranks_of.auc(reached, values, shown, hidden), expected)


def test_when_everything_else_was_shown_nothing_can_stand_above() -> None:
    ranks_of = CatalogRanks(np.ones(3, np.float32), np.zeros(3))
    assert ranks_of.auc(np.zeros(0, np.int32), np.zeros(0), np.array([0, 1]), np.array([2])) == 1.0


def test_scores_equal_to_seven_digits_are_equal() -> None:
    ranks_of = CatalogRanks(np.ones(3, np.float32), np.zeros(3))
    assert ranks_of.auc(np.array([0, 1]), np.array([0.1, 0.1 + 1e-12]), np.array([2]), np.array([0])) == 0.5
