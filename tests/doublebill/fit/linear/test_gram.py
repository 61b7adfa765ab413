"""The gram: against plain double precision, and as a sum from which users can be taken out to the last bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doublebill.fit.linear import gram as module
from doublebill.fit.linear.gram import Gram
from doublebill.fit.linear.sums import band_sums
from doublebill.model.config import Config
from doublebill.model.interactions import Interactions

ITEMS = 30
ALL = np.arange(ITEMS)
BINARY, LOG = Config(saturation="binary").saturate, Config(saturation="log").saturate


def random_interactions(seed: int, users: int = 60) -> Interactions:
    random = np.random.default_rng(seed)
    present = np.argwhere(random.random((users, ITEMS)) < 0.2)
    weights = random.integers(1, 50, len(present)).astype(float)
    return Interactions.of(present[:, 0], present[:, 1], weights, np.zeros(len(present), int), ITEMS)


def plain(interactions: Interactions, length_power: float, saturate: module.Saturate) -> np.ndarray:
    """The gram by dense algebra in double precision."""
    whole = np.zeros((interactions.n_users, ITEMS))
    whole[interactions.users_of_entries(), interactions.items] = saturate(interactions.weights)
    weights = np.diff(interactions.indptr) ** -length_power
    return whole.T @ np.diag(weights / weights.mean()) @ whole


@pytest.mark.parametrize("length_power", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("saturate", [BINARY, LOG])
def test_it_is_the_weighted_gram_up_to_rounding_of_each_value(length_power: float, saturate: module.Saturate) -> None:
    interactions = random_interactions(seed=1)
    found = Gram.of(interactions, length_power, saturate).dense(ALL, np.float64)
    np.testing.assert_allclose(found, plain(interactions, length_power, saturate), rtol=2e-3)


def test_binary_interactions_of_equal_weight_are_counted_exactly() -> None:
    interactions = random_interactions(seed=2)
    counts = plain(interactions, 0.0, BINARY)
    assert np.array_equal(Gram.of(interactions, 0.0, BINARY).dense(ALL), counts.astype(np.float32))


@pytest.mark.parametrize("saturate", [BINARY, LOG])
@given(seed=st.integers(0, 2**32 - 1), parts=st.integers(1, 6))
@settings(max_examples=8)
def test_users_in_any_order_and_grouping_sum_up_to_the_same_bytes(
    saturate: module.Saturate, seed: int, parts: int
) -> None:
    interactions, random = random_interactions(seed=3), np.random.default_rng(seed)
    groups = np.array_split(random.permutation(interactions.n_users), parts)
    first, *others = (Gram.of(interactions.rows(group), 0.5, saturate) for group in groups)
    summed = sum(others, first)
    whole = Gram.of(interactions, 0.5, saturate)
    assert summed.dense(ALL).tobytes() == whole.dense(ALL).tobytes()
    assert (summed.n_users, summed.scale) == (whole.n_users, whole.scale)
    assert np.array_equal(summed.popularity(), whole.popularity())


@pytest.mark.parametrize("saturate", [BINARY, LOG])
@given(user=st.integers(0, 50))
@settings(max_examples=8)
def test_a_user_taken_out_leaves_what_never_having_had_her_gives(saturate: module.Saturate, user: int) -> None:
    interactions = random_interactions(seed=4)
    others = np.setdiff1d(np.arange(interactions.n_users), user)
    left = Gram.of(interactions, 0.5, saturate) - Gram.of(interactions.rows(np.array([user])), 0.5, saturate)
    never = Gram.of(interactions.rows(others), 0.5, saturate)
    for form in (Gram.dense, lambda gram, active: gram.integers(active).data):
        assert form(left, ALL).tobytes() == form(never, ALL).tobytes()
    assert left.n_users == never.n_users
    assert np.array_equal(left.popularity(), never.popularity())


def test_sums_that_were_kept_change_by_the_sums_of_one_user() -> None:
    interactions = random_interactions(seed=5)
    one, others = np.array([7]), np.setdiff1d(np.arange(interactions.n_users), 7)
    whole, hers, rest = (
        Gram.of(part, 0.5, LOG).integers(ALL).toarray()
        for part in (interactions, interactions.rows(one), interactions.rows(others))
    )
    assert whole.dtype == np.int64
    assert np.array_equal(whole - hers, rest)


@pytest.mark.parametrize("saturate", [BINARY, LOG])
@pytest.mark.parametrize("active", [ALL, ALL[::-1], np.array([3, 1, 17]), np.zeros(0, int)])
def test_the_dense_gram_is_symmetric_and_scales_the_exact_sums(saturate: module.Saturate, active: np.ndarray) -> None:
    gram = Gram.of(random_interactions(seed=6), 0.5, saturate)
    dense, sums = gram.dense(active), gram.integers(active).toarray()
    assert np.array_equal(np.triu(dense), (sums * gram.scale).astype(np.float32))
    assert np.array_equal(dense, dense.T)
    assert dense.dtype == np.float32
    assert np.array_equal(gram.dense(ALL)[np.ix_(active, active)], dense)


@pytest.mark.parametrize("band", [1, 7, 1 << 20])
def test_neither_threads_nor_the_size_of_bands_show(band: int, monkeypatch: pytest.MonkeyPatch) -> None:
    gram = Gram.of(random_interactions(seed=7), 0.5, LOG)
    whole = gram.dense(ALL, threads=1)
    monkeypatch.setattr(band_sums, "BAND_NUMBERS", band)
    assert all(np.array_equal(gram.dense(ALL, threads=threads), whole) for threads in (1, 2, 3))


def test_sums_past_32_bits_are_as_exact_as_others() -> None:
    users, alike = 40_000, np.zeros(40_000, int)
    interactions = Interactions(np.arange(users + 1), alike, alike + 1.0, alike, 1)
    assert Gram.of(interactions, 0.0, BINARY).dense(np.array([0])).tolist() == [[users]]
    assert Gram.of(interactions, 0.0, BINARY).integers(np.array([0])).toarray().tolist() == [[users << 36]]


def test_what_fixed_point_cannot_hold_is_refused() -> None:
    huge = Interactions(np.array([0, 1]), np.zeros(1, int), np.ones(1), np.zeros(1, int), 1)
    gram = Gram.of(huge, 0.0, lambda weights: weights * 2.0**12.8)
    with pytest.raises(OverflowError, match="fixed point holds"):
        gram + gram
    with pytest.raises(OverflowError, match="past fixed point"):
        Gram.of(huge, 0.0, lambda weights: weights * 2.0**21)


def test_the_longest_history_still_counts() -> None:
    interactions = random_interactions(seed=8)
    gram = Gram.of(interactions, 9.0, BINARY)
    assert gram.n_users == interactions.n_users
    assert np.array_equal(gram.popularity(), interactions.popularity())


def test_no_users_give_a_gram_of_nothing() -> None:
    none = np.zeros(0, int)
    gram = Gram.of(Interactions.of(none, none, np.zeros(0), none, 3), 0.5, BINARY)
    assert gram.dense(np.arange(3)).tolist() == [[0, 0, 0]] * 3
    assert gram.integers(np.arange(3)).nnz == 0


@pytest.mark.parametrize("saturate", [BINARY, LOG, lambda weights: weights * 2.0**9])
@given(user=st.integers(0, 50), most=st.floats(0.01, 20))
@settings(max_examples=8)
def test_nobody_adds_more_to_the_gram_than_the_limit(saturate: module.Saturate, user: int, most: float) -> None:
    interactions = random_interactions(seed=8)
    others = np.setdiff1d(np.arange(interactions.n_users), user)
    whole = Gram.of(interactions, 0.5, saturate, most).integers(ALL)
    upper = (whole - Gram.of(interactions.rows(others), 0.5, saturate, most).integers(ALL)).toarray().astype(float)
    moved = np.linalg.norm(upper + np.triu(upper, 1).T)
    assert 0 < moved <= most * 2.0**module.WEIGHT_BITS * 4.0**module.VALUE_BITS * (1 + 1e-12)


def test_a_limit_that_nobody_reaches_changes_nothing() -> None:
    interactions = random_interactions(seed=9)
    limited, free = (Gram.of(interactions, 0.5, LOG, most) for most in (1e6, 0.0))
    assert limited.integers(ALL).data.tobytes() == free.integers(ALL).data.tobytes()
