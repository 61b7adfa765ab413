"""The newest items of each user: no more than so many, however many others there are."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from doublebill.fit.fit_recommender import fit
from doublebill.fit.protection.newest_items import newest_items
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Knn
from doublebill.model.interactions import Interactions

ITEMS = 8

rows = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, ITEMS - 1), st.integers(1, 3), st.integers(0, 3)),
    unique_by=lambda row: row[:2],
    min_size=1,
    max_size=30,
)


def interactions_of(table: list[tuple[int, int, int, int]]) -> Interactions:
    users, items, weights, times = np.array(table, np.int64).T
    return Interactions.of(users, items, weights.astype(float), times, ITEMS)


@given(table=rows, most=st.integers(1, 5))
@settings(max_examples=60)
def test_of_each_user_the_newest_items_are_kept_and_no_more(table: list[tuple[int, int, int, int]], most: int) -> None:
    whole = interactions_of(table)
    found = newest_items(whole, most)
    assert np.array_equal(np.diff(found.indptr), np.minimum(np.diff(whole.indptr), most))
    for user in range(whole.n_users):
        row, kept = (slice(*one.indptr[user : user + 2]) for one in (whole, found))
        order = sorted(
            range(row.start, row.stop),
            key=lambda entry: (-whole.timestamps[entry], -whole.weights[entry], whole.items[entry]),
        )
        assert found.items[kept].tolist() == sorted(whole.items[order[:most]].tolist())


def test_histories_within_the_limit_are_left_alone() -> None:
    whole = interactions_of([(0, 1, 1, 0), (0, 2, 1, 0), (1, 1, 1, 0)])
    assert newest_items(whole, 2) is whole
    assert newest_items(whole, 0) is whole


def test_a_model_is_fitted_to_the_newest_items_alone() -> None:
    table = [(user, item, 1, 1 + item) for user in range(4) for item in range(5)]
    catalog = Catalog.of((f"item-{n}" for n in range(ITEMS)), {})
    model = fit(catalog, interactions_of(table), Config(Knn(), most_items=3))
    assert np.flatnonzero(model.popularity).tolist() == [2, 3, 4]
    assert np.flatnonzero(np.diff(model.neighbours.indptr)).tolist() == [2, 3, 4]
