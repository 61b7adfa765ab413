"""Products of sparse matrices into dense rows, against scipy's."""

import numpy as np
import pytest
import scipy.sparse as sp

from doublebill.fit.linear import products
from doublebill.fit.linear.products import dense_product


def random_matrix(seed: int, rows: int, columns: int) -> sp.csr_array:
    matrix = sp.random_array((rows, columns), density=0.2, format="csr", rng=np.random.default_rng(seed))
    matrix.data = np.rint(matrix.data * 20) + 1
    return matrix


@pytest.mark.parametrize("batch", [1, 10, 1 << 18])
@pytest.mark.parametrize("left", [bool, None])
@pytest.mark.parametrize("right", [bool, np.int32, np.int64, np.float64])
def test_it_is_what_scipy_gives(left: type | None, right: type, batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "BATCH", batch)
    one = random_matrix(1, 12, 40).astype(left or right)
    other = random_matrix(2, 40, 9).astype(right)
    expected = one.toarray().astype(np.float64) @ other.toarray().astype(np.float64)
    found = dense_product(one, other)
    assert np.array_equal(found, expected)
    assert found.dtype == (np.float32 if right is bool else right)


def test_rows_of_nothing_are_0() -> None:
    found = dense_product(sp.csr_array((3, 4), dtype=bool), random_matrix(3, 4, 5))
    assert found.tolist() == [[0.0] * 5] * 3


def test_a_matrix_without_rows_has_a_product_without_rows() -> None:
    assert dense_product(sp.csr_array((0, 4), dtype=bool), random_matrix(3, 4, 5)).shape == (0, 5)
