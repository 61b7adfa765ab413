"""Common users: the same numbers whole and without zeros."""

import numpy as np
import pytest

from doublebill.fit.linear.grams import common_users
from doublebill.fit.linear.grams.common_users import CommonUsers
from doublebill.fit.linear.sums.summing import HERE
from doublebill.model.interactions import Interactions


@pytest.mark.parametrize("most", [3, 2], ids=["whole", "without zeros"])
def test_rows_have_the_numbers_of_users_of_both_items(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common_users, "HEAD_ITEMS", most)
    users, items = np.array([0, 0, 1, 1, 2]), np.array([0, 1, 0, 1, 2])
    interactions = Interactions.of(users, items, np.full(5, 7.0), np.zeros(5, int), 3)
    counts = CommonUsers.of(interactions, HERE)
    assert counts.rows(0, 2).tolist() == [[2, 2, 0], [2, 2, 0]]
    assert counts.rows(2, 9).tolist() == [[0, 0, 1]]
