"""Band sums: exact sums of the terms of users, in units of the one value that all terms have."""

import numpy as np
import pytest
import scipy.sparse as sp

from doublebill.fit.linear.sums.band_sums import BandSums, SumForm, form_of, parts_of

WEIGHTS = np.array([2, 5])


@pytest.mark.parametrize(
    ("values", "form"), [([[3, 3], [0, 3]], SumForm(3, True)), ([[3, 1], [0, 2]], SumForm(0, False))]
)
def test_the_form_follows_from_the_values_and_the_sums_from_users(values: list[list[int]], form: SumForm) -> None:
    terms = sp.csr_array(np.array(values, np.int32))
    found = form_of(terms, bound=100.0)
    assert found == form
    wanted = np.array(values).T @ np.diag(WEIGHTS) @ np.array(values)
    ((first, band),) = BandSums(terms, WEIGHTS, found).dense((0, 2))
    assert first == 0
    assert (band * found.unit).tolist() == wanted.tolist()
    assert BandSums(terms, WEIGHTS, found).sparse((0, 2)).toarray().tolist() == np.triu(wanted).tolist()


def test_rows_within_a_range_have_the_sums_that_all_rows_have() -> None:
    terms = sp.csr_array(np.arange(12, dtype=np.int32).reshape(3, 4))
    form = form_of(terms, 1e9)
    whole, some = (BandSums(terms, np.ones(3, int), form, within) for within in (None, (1, 3)))
    assert some.sparse((1, 3)).toarray().tolist() == whole.sparse((1, 3)).toarray().tolist()


def test_sums_past_31_bits_are_not_small() -> None:
    terms = sp.csr_array(np.ones((1, 1), np.int32))
    assert form_of(terms, 2.0**31 - 2).small
    assert not form_of(terms, 2.0**31).small


def test_parts_cover_all_rows() -> None:
    assert parts_of(3) == [(0, 1), (1, 2), (2, 3)]
    assert parts_of(0) == []
