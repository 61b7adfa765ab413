import numpy as np
import pytest

from doublebill.fit.priors.recency import recent_shares
from doublebill.model.interactions import Interactions
from doublebill.model.priors.visits import DAY_MS


def _interactions(visits: list[tuple[int, int, float]], n_items: int = 4) -> Interactions:
    """Returns the interactions of visits: user, item, days since 1970."""
    users, items, days = (np.array(column) for column in zip(*visits, strict=True))
    return Interactions.of(users, items, np.ones(len(visits)), (days * DAY_MS).astype(np.int64), n_items)


def test_a_visit_counts_half_for_each_half_life_before_the_newest_day() -> None:
    visits = [(0, 0, 30.0), (1, 1, 23.0), (2, 2, 16.0), (3, 2, 16.0)]

    assert recent_shares(_interactions(visits), 7.0) == pytest.approx(np.array([1, 0.5, 0.5, 0]) / 2)


def test_the_hours_of_a_day_count_alike() -> None:
    early, late = recent_shares(_interactions([(0, 0, 30.01), (1, 1, 30.99)], 2), 1.0)

    assert early == late == 0.5


def test_interactions_without_times_are_no_visits() -> None:
    assert recent_shares(_interactions([(0, 0, 30), (1, 1, 0)], 2), 7.0).tolist() == [1.0, 0.0]
    assert recent_shares(_interactions([(0, 0, 0), (1, 1, 0)], 2), 7.0).tolist() == [0.0, 0.0]


def test_the_shares_do_not_depend_on_the_order_of_users() -> None:
    rng = np.random.default_rng(1)
    visits = list(
        {(int(u), int(i)): (int(u), int(i), 20.0 + float(d)) for u, i, d in rng.integers(0, 9, (60, 3))}.values()
    )
    forwards, shuffled = _interactions(visits, 9), _interactions(visits, 9).rows(rng.permutation(9))

    assert recent_shares(forwards, 3.0).tolist() == recent_shares(shuffled, 3.0).tolist()
