import pytest

from doublebill_local.display.console import pace


@pytest.mark.parametrize(
    ("rows", "seconds", "read", "size", "shown"),
    [
        (500, 0.2, 1, 2, "500 rows"),
        (3_000_000, 10.0, 250, 1000, "3,000,000 rows, 300,000 rows/s, about 30 s left"),
        (3_000_000, 100.0, 250, 1000, "3,000,000 rows, 30,000 rows/s, about 5 min 0 s left"),
        (1000, 2.0, 0, 0, "1,000 rows, 500 rows/s"),
        (1000, 2.0, 20, 10, "1,000 rows, 500 rows/s"),
    ],
)
def test_the_pace_says_rows_a_second_and_the_time_that_is_left(rows, seconds, read, size, shown):
    assert pace(rows, seconds, read, size) == shown
