"""Interactions: compressed rows against a dense matrix."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from doublebill.model.interactions import Interactions

pairs = st.dictionaries(
    st.tuples(st.integers(0, 5), st.integers(0, 6)), st.sampled_from([-1.0, 0.0, 0.5, 2.0]), max_size=20
)


def of(entries: dict[tuple[int, int], float]) -> Interactions:
    users, items = (np.array([pair[axis] for pair in entries], int) for axis in (0, 1))
    return Interactions.of(users, items, np.array(list(entries.values())), np.zeros(len(entries), int), 7)


@given(pairs)
def test_the_rows_are_the_positive_entries(entries: dict[tuple[int, int], float]) -> None:
    matrix = of(entries)
    wanted = {}
    for (user, item), weight in entries.items():
        if weight > 0:
            wanted.setdefault(user, {})[item] = weight
    found = [
        dict(zip(matrix.items[a:b].tolist(), matrix.weights[a:b].tolist(), strict=True))
        for a, b in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)
    ]
    assert sorted(map(sorted, (row.items() for row in found))) == sorted(
        map(sorted, (row.items() for row in wanted.values()))
    )
    assert all(list(row) == sorted(row) for row in found)
    assert matrix.popularity().tolist() == [sum(item in row for row in found) for item in range(7)]


@given(pairs, st.permutations(range(6)))
def test_renaming_users_changes_nothing(entries: dict[tuple[int, int], float], names: list[int]) -> None:
    renamed = of({(names[user], item): weight for (user, item), weight in entries.items()})
    for name in ("indptr", "items", "weights", "timestamps"):
        np.testing.assert_array_equal(getattr(of(entries), name), getattr(renamed, name))


def test_rows_picks_users_in_the_order_asked() -> None:
    matrix = of({(0, 1): 1.0, (1, 2): 1.0, (1, 3): 1.0, (2, 4): 1.0})
    picked = matrix.rows(np.array([2, 0]))
    assert picked.n_users == 2
    assert picked.items.tolist() == [
        *matrix.items[matrix.indptr[2] : matrix.indptr[3]],
        *matrix.items[matrix.indptr[0] : matrix.indptr[1]],
    ]
