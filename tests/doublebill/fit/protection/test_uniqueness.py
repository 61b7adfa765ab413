"""How many users are unique, on worlds where that is plain."""

import numpy as np
import pytest

from doublebill.fit.protection.uniqueness import uniqueness
from doublebill.model.interactions import Interactions


def world(histories: list[list[int]]) -> Interactions:
    users = np.repeat(np.arange(len(histories)), [len(one) for one in histories])
    items = np.array([item for one in histories for item in one])
    return Interactions.of(users, items, np.ones(len(users)), np.zeros(len(users), int), int(items.max()) + 1)


@pytest.mark.parametrize(
    ("histories", "expected"),
    [
        ([[2 * user, 2 * user + 1] for user in range(120)], 1.0),
        ([[0, 1, 2]] * 120, 0.0),
        ([[2 * user, 2 * user + 1] for user in range(60)] + [[200, 201]] * 60, 0.5),
    ],
)
def test_users_are_unique_whose_items_nobody_else_has_together(histories: list[list[int]], expected: float) -> None:
    assert uniqueness(world(histories), (2,)) == {"2": expected}


def test_of_few_users_no_share_is_said() -> None:
    histories = [[user, user + 1, user + 2] for user in range(99)]
    assert uniqueness(world(histories)) == {"2": None, "4": None, "8": None}
