"""Times in the forms that people and programs write, and the ones that nobody can be sure of."""

import contextlib
import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.errors import InvalidInput
from doublebill.times.moments import LATEST_MILLISECONDS, is_absent, milliseconds


def moment(*parts: int) -> int:
    """The milliseconds of a UTC time."""
    return round(datetime(*parts, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (1_700_000_000, 1_700_000_000_000),
        ("1700000000", 1_700_000_000_000),
        (" 1700000000 ", 1_700_000_000_000),
        ("1700000000.25", 1_700_000_000_250),
        (1_700_000_000_123, 1_700_000_000_123),
        ("1700000000123000", 1_700_000_000_123),
        ("1700000000000000000", 1_700_000_000_000),
        (20240105, moment(2024, 1, 5)),
        ("20240105", moment(2024, 1, 5)),
        ("20240105.0", moment(2024, 1, 5)),
        ("202401051230", moment(2024, 1, 5, 12, 30)),
        ("20240105123059", moment(2024, 1, 5, 12, 30, 59)),
        (0, 0),
    ],
)
def test_a_bare_number_is_told_by_its_size(found: object, expected: int) -> None:
    assert milliseconds(found) == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("2024-01-05", moment(2024, 1, 5)),
        ("2024-1-5", moment(2024, 1, 5)),
        ("2024/08/08", moment(2024, 8, 8)),
        ("2024.8.8", moment(2024, 8, 8)),
        ("2024-01-05 7:05:00", moment(2024, 1, 5, 7, 5)),
        ("2024/01/05 07:05", moment(2024, 1, 5, 7, 5)),
        ("2024-01-05T07:05:00.123456789Z", moment(2024, 1, 5, 7, 5) + 123),
        ("2024-1-5T7:05:00.5Z", moment(2024, 1, 5, 7, 5) + 500),
        ("2024-01-05T07:05:00+0200", moment(2024, 1, 5, 5, 5)),
        ("2024-01-05 07:05:00 -05:30", moment(2024, 1, 5, 12, 35)),
        ("2019-10-01 00:00:00 UTC", moment(2019, 10, 1)),
        ("2019-10-01 00:00 GMT", moment(2019, 10, 1)),
        ("31 Jan 2022 10:11", moment(2022, 1, 31, 10, 11)),
        ("05 Apr 2010, 11:59", moment(2010, 4, 5, 11, 59)),
        ("31-Jan-2022", moment(2022, 1, 31)),
        ("1st of February 2022", moment(2022, 2, 1)),
        ("Jan 31, 2022", moment(2022, 1, 31)),
        ("January 31, 2022 at 10:11 PM".replace(" at", ""), moment(2022, 1, 31, 22, 11)),
        ("Sept. 3, 2021, 12:05 AM", moment(2021, 9, 3, 0, 5)),
        ("Sat, 30 Mar 2024 23:50:00 GMT", moment(2024, 3, 30, 23, 50)),
        ("Sat, 30 Mar 2024 23:50:00 +0100", moment(2024, 3, 30, 22, 50)),
        ("Sat Mar 30 23:50:00 2024", moment(2024, 3, 30, 23, 50)),
        ("Sat Mar 30 23:50:00 +0000 2024", moment(2024, 3, 30, 23, 50)),
        ("Saturday, March 30, 2024", moment(2024, 3, 30)),
        ("09 13, 2009", moment(2009, 9, 13)),
        ("09 1, 2009", moment(2009, 9, 1)),
        ("  2024-08-08  ", moment(2024, 8, 8)),
        ("4/21/25", moment(2025, 4, 21)),
        ("24.01.23", moment(2023, 1, 24)),
        ("12/31/2023 1:05 pm", moment(2023, 12, 31, 13, 5)),
        ("31.12.2023 14:22:01", moment(2023, 12, 31, 14, 22, 1)),
        ("5/5/99", moment(1999, 5, 5)),
    ],
)
def test_a_written_time_is_read_in_every_common_form(found: str, expected: int) -> None:
    assert milliseconds(found) == expected


@pytest.mark.parametrize(("form", "expected"), [("day-first", (2024, 4, 3)), ("month-first", (2024, 3, 4))])
def test_the_order_of_day_and_month_is_never_guessed(form: str, expected: tuple[int, int, int]) -> None:
    assert milliseconds("03/04/2024", form) == moment(*expected)
    with pytest.raises(InvalidInput, match=r"the day or the month first.*--time-format"):
        milliseconds("03/04/2024")


def test_a_date_that_contradicts_the_order_is_refused() -> None:
    for found, form in (("31/12/2023", "month-first"), ("12/31/2023", "day-first")):
        with pytest.raises(InvalidInput):
            milliseconds(found, form)


@pytest.mark.parametrize(
    ("found", "form", "expected"),
    [
        ("45296", "excel-days", moment(2024, 1, 5)),
        (45296.5, "excel-days", moment(2024, 1, 5, 12)),
        ("19727", "unix-days", moment(2024, 1, 5)),
        ("2024", "year", moment(2024, 1, 1)),
        ("20240105", "seconds", 20_240_105_000),
        ("2024010507", "yyyymmddhh", moment(2024, 1, 5, 7)),
        ("5 janvier 24", "%d janvier %y", moment(2024, 1, 5)),
        ("05012024", "%d%m%Y", moment(2024, 1, 5)),
    ],
)
def test_a_form_that_the_caller_names_is_used(found: object, form: str, expected: int) -> None:
    assert milliseconds(found, form) == expected


@pytest.mark.parametrize(
    "found",
    [
        *["", "yesterday", "2009-13-01", "20241399", "10:11", "31 Foo 2022", "13/13/2023", "2024-01-05 25:00", "1_000"],
        *["0:30 PM 5 Jan 2022", "x" * 10_000, "٣", "nan", "inf", None, True, [], math.nan, math.inf, 10**400],
    ],
)
def test_other_values_are_refused_with_the_forms_that_are_understood(found: object) -> None:
    with pytest.raises(InvalidInput, match=r"timestamp.*seconds.*milliseconds.*YYYYMMDD.*ISO 8601"):
        milliseconds(found)


@pytest.mark.parametrize("found", ["9999-12-31", "99991231", "1969-12-31", -1, 5e9, "2100-01-02"])
def test_a_time_outside_the_range_says_so(found: object) -> None:
    with pytest.raises(InvalidInput, match=r"is (before 1970|after 2100-01-01)"):
        milliseconds(found)


def test_a_time_later_than_the_caller_allows_is_shown_as_a_date() -> None:
    with pytest.raises(InvalidInput, match=r"before 1970.*use a time from 1970-01-01 on"):
        milliseconds("1890-01-01", latest=1_735_689_600_000)
    with pytest.raises(InvalidInput, match=r"2033-05-18.*up to 2025-01-01"):
        milliseconds(2_000_000_000, latest=moment(2025, 1, 1))


@pytest.mark.parametrize("cell", ["", "  ", None, math.nan, "NULL", "\\N", "NaT", "0000-00-00", "0000-00-00 00:00:00"])
def test_a_cell_without_a_time_is_absent(cell: object) -> None:
    assert is_absent(cell)
    assert not is_absent("2024-01-05")


@given(st.datetimes(datetime(1970, 1, 1), datetime(2099, 12, 31)))  # noqa: DTZ001  the strategy adds no zone
def test_every_form_of_one_moment_is_the_same_moment(when: datetime) -> None:
    when = when.replace(microsecond=0, tzinfo=UTC)
    expected = round(when.timestamp() * 1000)
    forms = ("%Y-%m-%dT%H:%M:%SZ", "%Y/%m/%d %H:%M:%S", "%d %b %Y %H:%M:%S", "%a, %d %b %Y %H:%M:%S GMT", "%c")
    assert {milliseconds(when.strftime(form)) for form in forms} == {expected}


@given(st.text(max_size=40) | st.integers() | st.floats() | st.from_regex(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}.*"))
def test_nothing_but_a_time_in_range_or_a_complaint_comes_out(found: object) -> None:
    with contextlib.suppress(InvalidInput):
        assert 0 <= milliseconds(found) <= LATEST_MILLISECONDS
