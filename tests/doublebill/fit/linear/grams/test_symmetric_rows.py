"""A symmetric matrix is made whole from its upper triangle, in rows."""

import numpy as np
import pytest
import scipy.sparse as sp

from doublebill.fit.linear.grams import symmetric_rows
from doublebill.fit.linear.grams.symmetric_rows import SymmetricRows


def triangle(n: int, seed: int = 1) -> sp.csr_array:
    """Returns an upper triangle [n, n] of few entries, some of the diagonal among them."""
    numbers = np.random.default_rng(seed).integers(1, 9, (n, n)).astype(np.float32)
    numbers[numbers > 3] = 0
    return sp.csr_array(np.triu(numbers))


@pytest.mark.parametrize("rows", [1, 7, 100])
@pytest.mark.parametrize(("most_short", "width"), [(29, np.int32), (30, np.uint16)])
def test_a_triangle_is_mirrored_in_bands(
    rows: int, most_short: int, width: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(symmetric_rows, "TURNED_ROWS", rows)
    monkeypatch.setattr(symmetric_rows, "MOST_SHORT", most_short)
    upper = triangle(30)
    found, expected = SymmetricRows.of(upper), upper.toarray() + np.triu(upper.toarray(), 1).T
    np.testing.assert_array_equal(found.values, expected[expected > 0])
    assert np.array_equal(found.columns, np.nonzero(expected)[1])
    assert np.array_equal(np.diff(found.starts), np.count_nonzero(expected, axis=1))
    assert found.columns.dtype == width


def test_the_last_of_as_many_items_as_two_bytes_number_has_its_column() -> None:
    last = symmetric_rows.MOST_SHORT - 1
    upper = sp.csr_array(([2.0], ([0], [last])), shape=(last + 1, last + 1), dtype=np.float32)
    assert SymmetricRows.of(upper).columns.tolist() == [last, 0]


def test_a_block_of_some_items_is_that_of_the_whole_matrix() -> None:
    upper, items = triangle(30), np.array([0, 3, 4, 29])
    whole = upper.toarray() + np.triu(upper.toarray(), 1).T
    np.testing.assert_array_equal(SymmetricRows.of(upper).block(items), whole[np.ix_(items, items)])
