"""Clipped users: the law of sensitivity, for any user beside any others, in whole numbers."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doublebill.fit.private.clipped_users import MOST_ITEMS, SENSITIVITY, clipped, pair_sums, popularity_sums
from doublebill.fit.private.noised_sums import head_of
from private_data import interactions_of

N_ITEMS = 12

Histories = list[dict[int, float]]

history = st.dictionaries(st.integers(0, N_ITEMS - 1), st.floats(0.1, 1e6), min_size=1, max_size=N_ITEMS)
others = st.lists(history, max_size=5)
head = st.sets(st.integers(0, N_ITEMS - 1), min_size=1).map(lambda items: np.array(sorted(items)))


def squared_length(with_user: np.ndarray, without: np.ndarray) -> int:
    """The squared Euclidean length of a difference, in whole numbers of any size."""
    return sum(int(one) ** 2 for one in (with_user - without).tolist())


def sums(histories: Sequence[dict[int, float]], items: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both released sums over some items, without noise."""
    terms = clipped(interactions_of(histories, N_ITEMS), items)
    return popularity_sums(terms), pair_sums(terms)


@settings(max_examples=60)
@given(others=others, user=history, items=head)
def test_no_user_moves_the_sums_by_more_than_the_sensitivity(
    others: Histories, user: dict[int, float], items: np.ndarray
) -> None:
    before, after = sums(others, items), sums([*others, user], items)
    for with_user, without in zip(after, before, strict=True):
        assert squared_length(with_user, without) <= SENSITIVITY**2


@pytest.mark.parametrize("length", [1, 2, 3, 50, 199, 200, 201, 450])
def test_a_user_of_any_length_reaches_the_bound_but_never_passes_it(length: int) -> None:
    user = interactions_of([dict.fromkeys(range(length), 1.0)], 500)
    terms = clipped(user, np.arange(500))
    for one in (popularity_sums(terms), pair_sums(terms)):
        found = sum(int(value) ** 2 for value in one.tolist())
        assert 0.99 * SENSITIVITY**2 <= found <= SENSITIVITY**2


def test_of_a_long_history_without_times_the_items_of_greatest_weight_count() -> None:
    user = interactions_of([{item: 1.0 + item for item in range(MOST_ITEMS + 50)}], MOST_ITEMS + 50)
    assert clipped(user, np.arange(MOST_ITEMS + 50)).indices.tolist() == list(range(50, MOST_ITEMS + 50))


def test_clipping_looks_at_no_other_user() -> None:
    long = {item: float(item % 7 + 1) for item in range(MOST_ITEMS + 30)}
    n_items = len(long)
    alone = clipped(interactions_of([long], n_items), np.arange(n_items))
    crowd = [{item: 5.0} for item in range(40)]
    beside = interactions_of([*crowd, long], n_items)
    row = int(np.argmax(np.diff(beside.indptr)))
    assert clipped(beside, np.arange(n_items))[[row]].indices.tolist() == alone.indices.tolist()


def test_sums_are_those_of_a_count_by_hand() -> None:
    popularity, pairs = sums([{0: 1.0, 2: 9.0}, {2: 1.0}, {5: 3.0}], np.array([0, 2]))
    one, two, pair = SENSITIVITY, int(SENSITIVITY / 2**0.5), int(SENSITIVITY / 3**0.5)
    assert popularity.tolist() == [two, two + one]
    assert pairs.tolist() == [pair, pair, pair + one]


def test_the_head_has_clear_items_first_and_no_more_than_its_bounds() -> None:
    popularity = np.zeros(1_000, np.int64)
    popularity[[3, 700, 999]] = 10, 30, 20
    assert {3, 700, 999} < set(head_of(popularity, 1).tolist())
    assert len(head_of(popularity, 1)) == 150
    assert len(head_of(popularity + 100, 1)) == 600
    assert head_of(popularity[:20], 1).tolist() == list(range(20))
