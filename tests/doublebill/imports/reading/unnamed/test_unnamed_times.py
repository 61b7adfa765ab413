"""Times in a column of an unknown name are found by the cells, or the command puts a question to their owner."""

import io

import pytest

from doublebill.errors import InvalidInput
from doublebill.imports.files.table_source import open_table
from doublebill.imports.reading.decide import decide, recognised
from doublebill.imports.reading.event_rows import event_rows
from doublebill.imports.reading.flags import ReadingFlags
from doublebill.times.moments import milliseconds


def times_of(text: str, flags: ReadingFlags = ReadingFlags(), file: str = "my.csv") -> tuple[str, list[int]]:  # noqa: B008  # it is frozen
    """The column of the times, and the times."""
    table = recognised(open_table(io.BytesIO(text.encode()), file))
    (block,) = table.blocks()
    reading = decide(table, flags)
    rows = event_rows(block, reading)
    assert rows.bad == []
    return reading.one("time"), rows.timestamps.tolist()


@pytest.mark.parametrize(
    ("column", "cells", "moments"),
    [
        ("eventdate", ("2016-05-09", "2016-05-10"), ("2016-05-09", "2016-05-10")),
        ("DateCreated", ("2023-11-15 20:01:02.1234567", "2023-11-16 20:01:02"), ("2023-11-15 20:01:02.123",)),
        ("TRANSACTION_DT", ("11/21/2000", "11/30/2000"), ("2000-11-21", "2000-11-30")),
        ("Seen", ("2000-11-21T10:00:00Z", ""), ("2000-11-21 10:00:00",)),
        ("happened", ("20240105", "20240106"), ("2024-01-05", "2024-01-06")),
        ("click_ts", ("1704412800", "1704499200"), ("2024-01-05", "2024-01-06")),
        ("sentAt", ("1704412800000", "1704499200000"), ("2024-01-05", "2024-01-06")),
        ("logged", ("Fri, 5 Jan 2024 10:00:00 GMT", "31 Jan 2022 10:11"), ("2024-01-05 10:00:00",)),
    ],
)
def test_one_column_of_which_all_cells_are_times_is_the_time(column, cells, moments) -> None:
    text = f'user,item,{column}\nann,a,"{cells[0]}"\nbob,b,"{cells[1]}"\n'
    found, times = times_of(text)
    assert found == column
    assert times[: len(moments)] == [milliseconds(moment) for moment in moments]


def test_a_column_found_by_its_cells_says_so() -> None:
    table = recognised(open_table(io.BytesIO(b"user,item,noticed\nann,a,2016-05-09\n"), "my.csv"))
    (column,) = [one for one in decide(table, ReadingFlags()).columns if one.meaning == "time"]
    assert column.how == "its cells are all times; as written"


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("level", ("1", "2")),
        ("day", ("1", "7")),
        ("step", ("2016", "2017")),
        ("shop", ("2016-05-09", "north")),
        ("version", ("1.2.10", "2.4.11")),
        ("clock", ("10:15", "11:30")),
        ("amount", ("1704412800.5", "1704499200.25")),
        ("note", ("", "")),
        ("session_id", ("1704412800", "1704499200")),
        ("birth_date", ("1990-01-05", "1991-02-06")),
        ("release_date", ("1990-01-05", "1991-02-06")),
    ],
)
def test_a_column_with_other_cells_or_the_date_of_something_else_is_no_time(column, cells) -> None:
    text = f"user,item,{column}\nann,a,{cells[0]}\nbob,b,{cells[1]}\n"
    assert times_of(text) == ("", [0, 0])


def test_a_column_whose_name_is_known_is_the_time_whatever_others_there_are() -> None:
    assert times_of("user,item,seen,timestamp\nann,a,2016-05-09,2016-05-10\n")[0] == "timestamp"


def refusal_of(text: str, flags: ReadingFlags = ReadingFlags()) -> str:  # noqa: B008  # it is frozen
    with pytest.raises(InvalidInput) as refusal:
        times_of(text, flags)
    return str(refusal.value)


TWO = "user,item,seen,sent\nann,a,2016-05-09,2016-05-10\n"


def test_two_columns_of_times_are_asked_about_with_the_flag_that_decides() -> None:
    question = refusal_of(TWO)
    assert "the cells of seen and sent can be times" in question
    assert "--map 'seen=time'" in question
    assert times_of(TWO, ReadingFlags(columns={"sent": "time"}))[0] == "sent"
    assert times_of(TWO, ReadingFlags(columns={"seen": "none"}))[0] == "sent"
    assert times_of(TWO, ReadingFlags(columns={"seen": "none", "sent": "none"}))[0] == ""


def test_numbers_of_the_size_of_times_are_asked_about_where_no_name_tells() -> None:
    text = "user,item,code\nann,a,1704412800\nbob,b,1704499200\n"
    assert "the cells of code can be times" in refusal_of(text)
    assert times_of(text, ReadingFlags(columns={"code": "none"}))[0] == ""


def test_a_date_that_all_rows_of_an_item_share_is_asked_about() -> None:
    rows = "".join(f"u{user},i{item},2016-05-{item + 10}\n" for user in range(3) for item in range(6))
    assert "the cells of made can be times" in refusal_of("user,item,made\n" + rows)


def test_the_form_of_the_times_that_somebody_names_finds_their_column() -> None:
    text = "user,item,moment\nann,a,05|01|24 3h\n"
    assert times_of(text)[0] == ""
    found, times = times_of(text, ReadingFlags(time_form="%d|%m|%y %Hh"))
    assert (found, times) == ("moment", [milliseconds("2024-01-05 03:00:00")])


def test_days_and_months_that_nothing_orders_are_asked_about_as_in_any_column() -> None:
    assert "--time-format day-first" in refusal_of("user,item,bought\nann,a,03/04/2024\n")
