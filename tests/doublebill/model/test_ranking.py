"""Ranking: the order of the top."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.model.ranking import bounds, highest, top


@given(
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from([-1.0, 0.0, 0.5, 2.0])), unique_by=lambda e: e[0]),
    st.integers(0, 45),
)
def test_top_is_sorting_by_score_then_item(entries: list[tuple[int, float]], n: int) -> None:
    items, scores = np.array([e[0] for e in entries], np.int32), np.array([e[1] for e in entries])
    expected = [item for item, _ in sorted(entries, key=lambda e: (-e[1], e[0]))[:n]]
    assert items[top(items, scores, n)].tolist() == expected


@pytest.mark.parametrize("values", [3, 50, 10**6])
def test_the_highest_of_many_scores_are_those_from_the_least_of_them_on(values: int) -> None:
    scores = np.random.default_rng(1).integers(0, values, 2000) / values
    for n in (1, 20, 499, 1999):
        least = np.sort(scores)[-n]
        assert highest(scores, n).tolist() == np.flatnonzero(scores >= least).tolist()
        reached = np.count_nonzero(scores >= bounds(scores, n))
        assert reached >= n
    assert np.count_nonzero(scores >= bounds(scores, 20)) < 2000


def test_of_more_than_a_few_scores_all_that_tie_for_the_last_place_are_compared() -> None:
    items, scores = np.arange(1000)[::-1], np.ones(1000)
    assert items[top(items, scores, 3)].tolist() == [0, 1, 2]


def test_ranks_break_ties_before_item_numbers() -> None:
    items, scores = np.array([0, 1, 2], np.int32), np.array([1.0, 1.0, 1.0])
    assert items[top(items, scores, 2, ranks=np.array([2, 0, 1]))].tolist() == [1, 2]


@pytest.mark.parametrize("n", [0, -1])
def test_the_top_of_nothing_is_nothing(n: int) -> None:
    assert top(np.array([1]), np.array([1.0]), n).tolist() == []
