"""Segments: what is measured on some items or users is what a look at only these gives."""

import numpy as np
import pytest

from doublebill.fit.evaluation.segments import figures, head_items, measure_segments, shown_segments
from doublebill.fit.splits.holdout import Holdout
from doublebill.model.interactions import Interactions

ITEMS = 20


def matrix(*rows: list[int]) -> Interactions:
    """One user per list of items, in this order."""
    indptr = np.cumsum([0, *map(len, rows)])
    items = np.array([item for row in rows for item in sorted(row)], np.int32)
    return Interactions(indptr, items, np.ones(len(items), np.float32), np.zeros(len(items), np.int64), ITEMS)


def measured(shown: list[list[int]], hidden: list[list[int]], answers: list[list[int]], known: Interactions):
    hits = np.array([np.isin(answer, row) for answer, row in zip(answers, hidden, strict=True)])
    held_out = Holdout(matrix(*shown), matrix(*hidden), train=known)
    return {name: figures(one) for name, one in measure_segments(np.array(answers, np.int32), hits, held_out).items()}


KNOWN = matrix(*[[0, 1, 2]] * 5, *[[0]] * 5)
"""Item 0 has half of the interactions, 1 and 2 a quarter each, the others none."""


def test_the_head_is_the_fewest_items_with_a_third_of_the_interactions() -> None:
    assert np.flatnonzero(head_items(np.array([1, 5, 2, 5, 5]))).tolist() == [1, 3]
    assert np.flatnonzero(head_items(np.array([1, 1, 1, 1]))).tolist() == [0, 1]
    assert np.flatnonzero(head_items(np.array([3, 9, 0]))).tolist() == [1]


def test_an_item_segment_wants_only_its_own_items() -> None:
    told = measured([[5], [6]], [[0, 1, 9], [1]], [[0, 9, 3, 4], [7, 1, 8, -1]], KNOWN)
    assert told["head items"] == {"recall@20": 1.0, "ndcg@100": 1.0, "users": 1, "hidden": 1}
    tail = told["tail items"]
    assert (tail["users"], tail["hidden"]) == (2, 3)
    assert tail["recall@20"] == (1 / 2 + 1) / 2
    second = 1 / np.log2(3)
    assert tail["ndcg@100"] == pytest.approx((second / (1 + second) + second) / 2)
    assert told["cold items"] == {"recall@20": 1.0, "ndcg@100": pytest.approx(second), "users": 1, "hidden": 1}


def test_a_user_segment_goes_by_the_length_of_the_history() -> None:
    told = measured([list(range(9)), list(range(10))], [[12], [12]], [[12, 11], [11, 13]], KNOWN)
    assert told["short histories"] == {"recall@20": 1.0, "ndcg@100": 1.0, "users": 1, "hidden": 1}
    assert told["long histories"] == {"recall@20": 0.0, "ndcg@100": 0.0, "users": 1, "hidden": 1}


def test_a_segment_of_nobody_has_counts_and_no_metrics() -> None:
    assert measured([[5]], [[1]], [[1]], KNOWN)["head items"] == {"users": 0, "hidden": 0}


def test_the_end_of_a_short_list_is_no_item() -> None:
    """-1 must not be taken for the last item of the catalog."""
    told = measured([[5]], [[ITEMS - 1]], [[3, -1]], KNOWN)
    assert told["cold items"]["recall@20"] == 0.0


def test_a_segment_of_few_users_has_no_figures_and_neither_has_the_rest_of_it() -> None:
    counts = {"head items": 9, "tail items": 2, "cold items": 1, "short histories": 9, "long histories": 0}
    shown = shown_segments({name: of_users(users) for name, users in counts.items()}, 3, {}, seed=1)
    assert [name for name, one in shown.items() if not one] == ["head items", "tail items", "cold items"]
    assert shown["long histories"] == {"users": 0, "hidden": 0}


def of_users(users: int, recall: float = 0.5) -> dict[str, np.ndarray]:
    """A segment of the first users of 40, whose recall differs a little."""
    within = np.where(np.arange(40) < users, 0.0, np.nan)
    return {"recall@20": within + recall + np.arange(40) / 1000, "ndcg@100": within + recall, "hidden": within + 2}


def test_a_segment_of_fewer_than_ten_users_has_numbers_and_no_figures() -> None:
    shown = shown_segments({"short histories": of_users(9), "long histories": of_users(10)}, 3, {}, seed=1)
    assert shown["short histories"] == {"users": 9, "hidden": 18}
    assert shown["long histories"]["recall@20"] == pytest.approx(0.5045)


def test_a_segment_has_intervals_and_stands_beside_others_on_the_same_users() -> None:
    ours, theirs = of_users(20), of_users(20, recall=0.3)
    shown = shown_segments({"cold items": ours}, 3, {"popularity": {"cold items": theirs}}, seed=1)["cold items"]
    low, high = shown["intervals"]["recall@20"]
    assert low < shown["recall@20"] < high
    popular = shown["beside"]["popularity"]
    assert popular["metrics"]["recall@20"] == pytest.approx(0.3095)
    assert popular["over"]["ndcg@100"] | {"standard_error": 0.0} == pytest.approx(
        {"difference": 0.2, "standard_error": 0.0, "low": 0.2, "high": 0.2, "users": 20}
    )
