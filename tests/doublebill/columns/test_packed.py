"""Packed columns keep every bit, give equal bytes for equal arrays, and are readable by NumPy alone."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from doublebill.columns.packed import from_npz, pack_floats, pack_integers, to_npz, unpack_floats, unpack_integers
from doublebill.errors import ObjectDamaged

INTEGERS = arrays.arrays(np.int64, st.integers(0, 8), elements=st.integers(-(2**63), 2**63 - 1))
SECONDS = arrays.arrays(np.int64, st.integers(0, 8), elements=st.integers(0, 2**32).map(lambda n: n * 1000))
FLOATS = arrays.arrays(np.float64, st.integers(0, 8), elements=st.floats(width=64) | st.floats(width=16))


@given(INTEGERS | SECONDS)
def test_integers_of_any_size_come_back(column: np.ndarray) -> None:
    assert unpack_integers("n", from_npz(to_npz(pack_integers("n", column)), "x")).tolist() == column.tolist()


@given(FLOATS)
def test_floats_come_back_to_the_bit(column: np.ndarray) -> None:
    back = unpack_floats("n", from_npz(to_npz(pack_floats("n", column)), "x"))
    assert back.view(np.uint64).tolist() == column.view(np.uint64).tolist()


def test_small_numbers_are_stored_narrow() -> None:
    assert pack_integers("n", np.array([1000, 3000, 2000]))["n"].dtype == np.uint8
    assert pack_integers("n", np.array([0, 1_700_000_000_000]))["n"].dtype == np.uint32
    assert pack_floats("n", np.array([0.5, 5.0]))["n"].dtype == np.float16
    assert pack_floats("n", np.array([0.1]))["n"].dtype == np.float64


def test_numpy_alone_reads_the_file() -> None:
    data = to_npz(pack_integers("times", np.array([5000, 7000])))
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        base, step = file["times_base"]
        assert (base + step * file["times"]).tolist() == [5000, 7000]


def test_equal_columns_have_equal_bytes() -> None:
    one = {"b": np.arange(3), "a": np.arange(2)}
    assert to_npz(one) == to_npz(dict(reversed(one.items())))


@given(st.data())
def test_a_file_that_is_cut_or_changed_is_refused_by_name(data: st.DataObject) -> None:
    column = np.arange(40)
    whole = to_npz(pack_integers("n", column))
    place = data.draw(st.integers(0, len(whole) - 1))
    flipped = whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :]
    with pytest.raises(ObjectDamaged, match="the-object"):
        unpack_integers("n", from_npz(whole[:place], "the-object"))
    try:
        found = unpack_integers("n", from_npz(flipped, "the-object"))
    except (ObjectDamaged, ValueError):
        return
    assert found.tolist() == column.tolist()  # the byte was none that matters, such as a date
