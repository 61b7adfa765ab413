import numpy as np
import pytest

from doublebill.games.text.words import packed, unpacked


def test_words_come_back_as_they_were():
    for words in ([], ["a"], ["été", "x", "", "日本"]):
        arrays = packed(words, "some")
        assert {name: array.dtype.str for name, array in arrays.items()} == {"some": "|u1", "some_ends": "<u4"}
        assert unpacked(arrays, "some") == words


@pytest.mark.parametrize("ends", [[1, 2], [2, 1, 3], [3, 4]])
def test_arrays_that_hold_no_words_are_refused(ends):
    with pytest.raises(ValueError, match="some_ends"):
        unpacked({"some": np.frombuffer(b"abc", np.uint8), "some_ends": np.array(ends, "<u4")}, "some")
