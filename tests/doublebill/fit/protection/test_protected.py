"""The limits of a catalog, on configs of any origin, and data that they leave nothing of."""

import numpy as np
import pytest

from doublebill.fit.protection.protected import Protected, too_few_users
from doublebill.model.config import Config
from doublebill.model.interactions import Interactions


@pytest.mark.parametrize(
    ("written", "fitted"), [((1, 0), (3, 100)), ((2, 200), (3, 100)), ((3, 100), (3, 100)), ((5, 50), (5, 50))]
)
def test_a_config_keeps_to_the_limits_and_may_be_stricter(written: tuple[int, int], fitted: tuple[int, int]) -> None:
    found = Protected(3, 100).config(Config(minimum_users=written[0], most_items=written[1]))
    assert (found.minimum_users, found.most_items) == fitted


def test_where_no_item_has_enough_users_a_sentence_says_so() -> None:
    users, items = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 2])
    interactions = Interactions.of(users, items, np.ones(4), np.zeros(4, int), 3)
    assert too_few_users(interactions, 2) == []
    assert "no item has the 3 users" in too_few_users(interactions, 3)[0]
