"""Readings: what a column means is decided once, and where it is not sure the owner is asked for a flag."""

import io
import tempfile
from pathlib import Path

import pytest

from doublebill.errors import InvalidInput
from doublebill.imports.files.table_source import ReadOptions, open_table
from doublebill.imports.reading.decide import decide, open_recognised, recognised, to_store
from doublebill.imports.reading.described_items import DescribedItems
from doublebill.imports.reading.event_rows import EventRows, event_rows
from doublebill.imports.reading.file_reading import FileReading
from doublebill.imports.reading.flags import ReadingFlags, check_time_form, mapped_columns, mapped_words
from doublebill.imports.reading.item_rows import item_rows
from doublebill.times.moments import milliseconds


def reading_of(text: str, flags: ReadingFlags = ReadingFlags(), file: str = "my.csv", **more) -> FileReading:  # noqa: B008
    return decide(recognised(open_table(io.BytesIO(text.encode()), file)), flags, **more)


def rows_of(text: str, flags: ReadingFlags = ReadingFlags(), file: str = "my.csv") -> EventRows:  # noqa: B008
    table = recognised(open_table(io.BytesIO(text.encode()), file))
    (block,) = table.blocks()
    return event_rows(block, decide(table, flags))


def events_of(text: str, flags: ReadingFlags = ReadingFlags(), file: str = "my.csv") -> list[tuple]:  # noqa: B008
    rows = rows_of(text, flags, file)
    assert rows.bad == []
    columns = (rows.users, rows.items, rows.kinds, rows.values.tolist(), rows.timestamps.tolist())
    return list(zip(*columns, strict=True))


def items_of(text: str, flags: ReadingFlags = ReadingFlags(), file: str = "my.csv") -> list[object]:  # noqa: B008
    table = recognised(open_table(io.BytesIO(text.encode()), file))
    (block,) = table.blocks()
    return [row.values for row in item_rows(block, decide(table, flags))]  # type: ignore[union-attr]


def asked_for(text: str, flags: ReadingFlags = ReadingFlags(), file: str = "my.csv") -> str:  # noqa: B008
    with pytest.raises(InvalidInput) as refusal:
        reading_of(text, flags, file)
    return str(refusal.value)


@pytest.mark.parametrize("row", ["1,1307583271,b123,5,7", "1,33842865744,b123,5,3"])
def test_a_log_whose_numbers_are_not_those_of_twitch_is_asked_about(row: str) -> None:
    refusal = asked_for(f"1,33842865744,mithrain,154,156\n{row}\n{row}\n")
    assert "it has 5 columns without names; name the column of the item, with --item COLUMN" in refusal


# ---- what is sure ---------------------------------------------------------------------------------------------------


def test_a_reading_says_how_it_knows_and_shows_samples_but_no_user() -> None:
    reading = reading_of("user,item,rating,date,shop\nann@example.org,a,4,20240105,north\n")
    shown = {one.column: (one.meaning, one.samples) for one in reading.columns}
    assert shown == {
        "user": ("user", ("a text of 15 characters",)),
        "item": ("item", ("a",)),
        "rating": ("rating", ("4",)),
        "date": ("time", ("2024-01-05T00:00:00Z",)),
        "shop": ("none", ()),
    }
    assert "ann@" not in str(reading.document())
    assert next(one.how for one in reading.columns if one.column == "date") == "its name; dates as YYYYMMDD"


def test_two_songs_of_one_title_are_two_and_their_plays_are_plays() -> None:
    rows = events_of("user,artist,track,timestamp\nann,Adele R.,Hello,1700000000\nbob,Lionel T.,Hello,1700000100\n")
    assert [row[1:3] for row in rows] == [("Adele R. - Hello", "play"), ("Lionel T. - Hello", "play")]


def test_an_artist_beside_the_id_of_a_track_only_describes_it() -> None:
    assert events_of("user,artist,track_id\nann,Adele R.,7\n")[0][1] == "7"


@pytest.mark.parametrize(
    ("cells", "moments"),
    [
        (("4/21/25", "3/4/25"), ("2025-04-21", "2025-03-04")),
        (("24.01.23", "03.04.23"), ("2023-01-24", "2023-04-03")),
        (("45296", "45297"), ("2024-01-05", "2024-01-06")),
        (("1704412800000000", "1704499200000000"), ("2024-01-05", "2024-01-06")),
        (("1704412800", ""), ("2024-01-05", None)),
        (("0000-00-00 00:00:00", "2024-01-05"), (None, "2024-01-05")),
    ],
)
def test_the_column_tells_the_form_of_its_times(cells: tuple[str, str], moments: tuple[str, str | None]) -> None:
    text = "user,item,date\n" + "".join(f"ann,{number},{cell}\n" for number, cell in enumerate(cells))
    assert [row[4] for row in events_of(text)] == [milliseconds(one) if one else 0 for one in moments]


def test_later_rows_have_the_form_of_the_first_ones() -> None:
    table = open_table(io.BytesIO(b"user,item,date\nann,a,21/04/2025\nann,b,04/21/2025\n"), "my.csv")
    reading = decide(open_table(io.BytesIO(b"user,item,date\nann,a,21/04/2025\n"), "my.csv"), ReadingFlags())
    rows = event_rows(next(table.blocks()), reading)
    assert (len(rows.lines), [(bad.line, bad.field) for bad in rows.bad]) == (1, [(3, "timestamp")])


def test_decimal_commas_and_thousands_are_read_where_they_are_proved() -> None:
    assert [row[3] for row in events_of("user;item;rating\nann;a;4,5\nbob;b;3,0\n")] == [4.5, 3.0]
    assert [row[3] for row in events_of('user,item,plays\nann,a,"1,234"\nbob,b,12\n')] == [1234.0, 12.0]
    assert [row[3] for row in events_of("user\titem\trating\nann\ta\t4,5\nbob\tb\t3\n")] == [4.5, 3.0]
    assert [row[3] for row in events_of('user,item,plays\nann,a,"1,234,567.5"\nbob,b,12\n')] == [1234567.5, 12.0]


def test_ids_lose_what_pandas_and_spreadsheets_put_around_them() -> None:
    assert [row[1] for row in events_of("user,item\nann,12.0\nbob,13.0\ncyd,12\n")] == ["12", "13", "12"]
    assert [row[1] for row in events_of('user,item\nann,"=""0012"""\nbob, velvet \n')] == ["0012", "velvet"]
    assert [row[1] for row in events_of("user,item\nann,1.0.1\nbob,0012\n")] == ["1.0.1", "0012"]


def test_an_event_without_a_rating_still_says_that_somebody_met_the_item() -> None:
    text = "user,item,rating\nann,a,0\nann,b,9\nann,c,\n"
    assert [row[2:4] for row in events_of(text)] == [("rate", 0.0), ("rate", 9.0), ("view", 1.0)]
    assert [row[2] for row in events_of(text, ReadingFlags(unrated="0"))] == ["view", "rate", "view"]


def test_a_matrix_of_users_and_items_is_read_cell_by_cell() -> None:
    text = "user,Velvet,Iron,Paper\n1,12,,3\n2,0,NaN,1\n"
    found = [("1", "Velvet", "play", 12.0, 0), ("1", "Paper", "play", 3.0, 0), ("2", "Paper", "play", 1.0, 0)]
    assert events_of(text) == found
    assert events_of(text.replace("user,", ",")) == found


def test_a_matrix_of_ratings_on_a_scale_around_zero_keeps_its_negative_ones() -> None:
    header = "user," + ",".join(f"j{number}" for number in range(3)) + "\n"
    rows = events_of(header + "u1,-9.5,0,99\nu2,99,4.25,3\n")
    assert [(row[1], row[2], row[3]) for row in rows] == [
        ("j0", "rate", -9.5),
        ("j1", "rate", 0.0),
        ("j1", "rate", 4.25),
        ("j2", "rate", 3.0),
    ]


def test_a_matrix_without_a_header_counts_its_ratings_and_every_row_is_a_user() -> None:
    first, second = ["2", "-9.5", "3.25", *["99"] * 8], ["1", *["99"] * 9, "10.0"]
    rows = events_of(",".join(first) + "\n" + ",".join(second) + "\n")
    assert [(row[0], row[1], row[3]) for row in rows] == [("1", "2", -9.5), ("1", "3", 3.25), ("2", "11", 10.0)]


def test_nested_objects_are_columns() -> None:
    text = '{"user": "ann", "film": {"ids": {"slug": "alpha"}}}\n{"user": "bob", "film": {"ids": {"slug": "beta"}}}\n'
    flags = ReadingFlags(columns={"film.ids.slug": "item"})
    assert [row[1] for row in events_of(text, flags, "my.jsonl")] == ["alpha", "beta"]


def test_beside_a_title_the_name_of_a_thing_is_its_id_but_no_artist() -> None:
    assert items_of("film,title,genres\n7,Alien,Horror\n")[0]["item_id"] == "7"
    assert "no column identifies the items" in asked_for("artist,title\nBjork,Venus\n", ReadingFlags(subject="items"))


def test_unknown_columns_of_items_are_attributes_of_the_type_of_their_cells() -> None:
    text = "item_id,title,Runtime (mins),Explicit,Directors,released,ISBN\n1,A,117,true,A. B.,2024-01-05,0012\n"
    reading = reading_of(text)
    assert {one.meaning: one.how for one in reading.columns if one.meaning.startswith("attribute")} == {
        "attribute runtime_mins": "another column; numbers",
        "attribute explicit": "another column; flags",
        "attribute directors": "another column; texts",
        "attribute released": "another column; dates",
        "attribute isbn": "another column; texts",
    }
    assert items_of(text)[0] == {
        "item_id": "1",
        "title": "A",
        "attributes": {
            "runtime_mins": 117.0,
            "explicit": True,
            "directors": "A. B.",
            "released": "2024-01-05",
            "isbn": "0012",
        },
    }


def test_more_columns_than_an_item_has_attributes_are_named_as_unread() -> None:
    names = [f"c{number}" for number in range(20)]
    reading = reading_of(f"item_id,title,{','.join(names)}\n1,A,{','.join('x' for _ in names)}\n")
    unread = [one for one in reading.columns if one.meaning == "none"]
    assert len(unread) == 4
    assert all("at most 16 attributes" in one.how for one in unread)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("user,item\na,b\n", "events"),
        ("item_id,title,genres\n1,A,B\n", "items"),
        ("id,name,price\n1,A,2\n", "items"),
        ("film,title,genres\n1,A,B\n", "items"),
        ("user,film,title\nann,1,A\n", "events"),
        ("1\t2\t3\t881250949\n", "events"),
    ],
)
def test_a_file_tells_whether_it_has_events_or_items(text: str, subject: str) -> None:
    assert reading_of(text).subject == subject


# ---- flags ----------------------------------------------------------------------------------------------------------


def test_flags_decide_and_are_used_again_for_a_file_of_the_same_columns() -> None:
    text = "who,song,stars,when,what\nann,a,4,05/04/2024,heard\nbob,b,5,06/04/2024,heard\n"
    flags = ReadingFlags(
        columns=mapped_columns(["who=user", "song=item", "what=kind", "when=time"]),
        words=mapped_words("heard=play"),
        time_form="day-first",
    )
    expected = events_of(text, flags)
    assert expected[0] == ("ann", "a", "rate", 4.0, milliseconds("2024-04-05"))
    stored = to_store(flags, ("who", "song", "stars", "when", "what"))
    assert reading_of(text, stored=stored).of("item") == ("song",)
    assert reading_of(text, stored=stored).time_form == "day-first"
    with pytest.raises(InvalidInput):
        reading_of(text.replace("what", "how"), stored=stored)


def test_one_persons_export_has_a_user_of_its_name() -> None:
    text = "artist,track,date\nAdele R.,Hello,2024-01-05\n"
    assert "--user-is" in asked_for(text)
    assert events_of(text, ReadingFlags(person="ann"))[0][0] == "ann"
    note = reading_of("Date,Name,Year,Letterboxd URI,Rating\n2024-01-03,A,1972,u,4\n").notes[0]
    assert "'me'" in note
    assert "--user-is" in note


def test_several_columns_make_one_id() -> None:
    flags = ReadingFlags(columns={"user": "user", "maker": "item", "model": "item"})
    assert events_of("user,maker,model\nann,Fiat,500\n", flags)[0][1] == "Fiat - 500"


@pytest.mark.parametrize(
    ("form", "expected"),
    [("dd/mm/yyyy", "%d/%m/%Y"), ("yyyy.mm.dd", "%Y.%m.%d"), ("day-first", "day-first"), ("%d %b", "%d %b")],
)
def test_a_form_of_times_may_be_written_in_letters(form: str, expected: str) -> None:
    assert check_time_form(form) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: mapped_columns(["user"]),
        lambda: mapped_columns(["a=nothing like it"]),
        lambda: mapped_words("cart"),
        lambda: check_time_form("whenever"),
    ],
)
def test_a_flag_that_cannot_be_read_says_how_to_write_it(wrong) -> None:
    with pytest.raises(InvalidInput, match=r"--(map|kinds|time-format): .*; (use|write) "):
        wrong()


# ---- what is asked --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("user,item,date\nann,a,03/04/2024\n", "--time-format day-first or --time-format month-first"),
        ("user,item,date\nann,a,13/04/2024\nann,b,04/13/2024\n", "--time-format"),
        ("user,item,when\nann,a,x\n", ""),
        ("user,item,timestamp\nann,a,45296\n", "--time-format excel-days or --time-format seconds"),
        ("user,item,date\nann,a,2024\n", "--time-format year or --time-format seconds"),
        ("user,item,date\nann,a,2024010512\n", "--time-format yyyymmddhh"),
        ("user,product_id,movie_id\nann,a,b\n", "--item 'movie_id'"),
        ("item,rating\na,4\n", "--user"),
        ("user,item,kind\nann,a,wishlist\nbob,a,wishlist\n", "'wishlist' (2)"),
        ("user;item;plays\nann;a;1,234\n", "--decimal comma or --decimal point"),
        ("user,Velvet,Iron,Paper\n1,5,4,3\n2,1,,2\n", "--map '*=rating'"),
        ("colour,shape\nred,round\n", "--item"),
        ("user,item,rating\n" + "a,b,0\n" * 15 + "a,c,7\n" * 15, "--unrated 0 or --unrated none"),
        ("user,item,rating\na,b,-1\na,c,7\n", "--unrated=-1 or --unrated none"),
        ("user,item,rating\na,b,-1\na,c,1\n", ""),
        ("user,item,rating\na,b,-1\na,c,0\na,d,7\n", ""),
        ("user,item,Date\na,b,1815\na,c,1965\n", "--time-format year or --time-format seconds"),
        ("a b 1307583271\na c 1307583272\n", "tr ' ' '\\t'"),
    ],
)
def test_where_two_readings_are_possible_the_flag_that_decides_is_named(text: str, flag: str) -> None:
    if flag:
        assert flag in asked_for(text)
    else:
        assert reading_of(text).one("time") == ""


def test_a_file_that_is_not_recognised_says_which_columns_it_has() -> None:
    message = asked_for("colour,shape\nred,round\n")
    assert "colour, shape" in message
    assert "--user COLUMN or --user-is NAME" in message


def test_an_unknown_word_below_the_sample_refuses_the_file() -> None:
    reading = reading_of("user,item,kind\nann,a,view\n")
    table = open_table(io.BytesIO(b"user,item,kind\nann,a,view\nann,b,wishlist\n"), "my.csv")
    with pytest.raises(InvalidInput, match="wishlist"):
        event_rows(next(table.blocks()), reading)


def test_a_bad_cell_costs_its_row_and_is_never_repeated() -> None:
    rows = rows_of("user,item,rating,time\nann,a,4,1700000000\nann@example.org,,soon,soon\nbob,b,x,1700000000\n")
    assert len(rows.lines) == 1
    assert {(bad.line, bad.field) for bad in rows.bad} == {(3, "rating"), (4, "rating")}
    assert "soon" not in str(rows.bad)
    assert "ann@" not in str(rows.bad)


# ---- keys of JSON ---------------------------------------------------------------------------------------------------


def test_each_object_is_read_by_its_own_keys() -> None:
    lines = [
        '{"user": "ann", "item": "a", "stars": 4, "ts": 1700000000}',
        '{"user_id": "bob", "item_id": "b", "rating": 5, "timestamp": "2023-11-14T22:13:21Z"}',
        '{"uid": "cid", "movie_id": "c"}',
    ]
    assert events_of("\n".join(lines), file="my.jsonl") == [
        ("ann", "a", "rate", 4.0, 1_700_000_000_000),
        ("bob", "b", "rate", 5.0, 1_700_000_001_000),
        ("cid", "c", "view", 1.0, 0),
    ]


def test_keys_that_come_after_the_sample_are_read_too() -> None:
    first = '{"user": "ann", "item": "a"}\n' * 40_000
    table = recognised(open_table(io.BytesIO((first + '{"user_id": "bob", "item_id": "b"}\n').encode()), "my.jsonl"))
    reading = decide(table, ReadingFlags())
    rows = [event_rows(block, reading) for block in table.blocks()]
    assert sum(len(one.bad) for one in rows) == 0
    assert rows[-1].users[len(rows[-1].lines) - 1] == "bob"


def test_two_keys_of_one_object_are_no_two_names_of_one_thing() -> None:
    ((user, item, *_),) = events_of(
        '{"user_id": "ann", "customer": "x", "item_id": "a", "movie_id": "m"}', file="a.jsonl"
    )
    assert (user, item) == ("ann", "a")


# ---- numbers of items -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "decimal", "price"),
    [
        ("item_id;title;price\na;A;4,5\nb;B;1.234,50\n", "", [4.5, 1234.5]),
        ('item_id,title,price\na,A,"4,5"\nb,B,"12,75"\n', "comma", [4.5, 12.75]),
        ('item_id,title,price\na,A,"1,234"\nb,B,"2,5"\n', "", ["1,234", "2,5"]),
        ('item_id,title,price\na,A,"1,234"\nb,B,7.25\n', "point", [1234.0, 7.25]),
        ("item_id;title;price\na;A;4,5\nb;B;red,5\n", "", ["4,5", "red,5"]),
    ],
)
def test_attributes_have_decimal_commas_where_all_cells_are_such_numbers(text, decimal, price) -> None:
    read = items_of(text, ReadingFlags(subject="items", decimal=decimal))
    assert [one["attributes"]["price"] for one in read] == price  # type: ignore[index]


@pytest.mark.parametrize("form", ["%", "%Q", "%d.%", "%s", "dd.m"])
def test_a_pattern_of_times_that_no_date_can_have_is_refused(form: str) -> None:
    with pytest.raises(InvalidInput, match="--time-format"):
        check_time_form(form)


def test_a_form_of_times_without_a_column_of_times_is_no_part_of_the_reading() -> None:
    text = "user,item\nann,a\n"
    assert reading_of(text, ReadingFlags(time_form="%d.%m.%Y")) == reading_of(text)


# ---- sections of the Netflix Prize ----------------------------------------------------------------------------------


def test_ratings_below_the_line_of_their_film_are_events() -> None:
    text = "1:\r\n1488844,3,2005-09-06\r\n822109,5,2005-05-13\r\n8:\r\n1488844,1,2005-09-07"
    assert events_of(text, file="combined_data_1.txt") == [
        ("1488844", "1", "rate", 3.0, 1_125_964_800_000),
        ("822109", "1", "rate", 5.0, 1_115_942_400_000),
        ("1488844", "8", "rate", 1.0, 1_126_051_200_000),
    ]


def test_a_line_that_is_neither_a_film_nor_a_rating_is_a_bad_row_with_its_number() -> None:
    rows = rows_of("1:\n7,3,2005-09-06\n7;4;2005-09-06\n\n8:\n9,4,2005-09-08\n")
    assert [bad.line for bad in rows.bad] == [3]
    assert list(zip(rows.lines.tolist(), rows.items, strict=True)) == [(2, "1"), (6, "8")]


# ---- exports that were read wrongly ---------------------------------------------------------------------------------


def test_feedback_of_gorse_whose_value_is_nothing_counts_once() -> None:
    text = (
        "FeedbackType,UserId,ItemId,Value,Timestamp\nstar,u,a,0,2023-01-01T00:00:00Z\nread,u,b,3,2023-01-01T00:00:00Z\n"
    )
    assert [event[2:4] for event in events_of(text)] == [("like", 1.0), ("view", 3.0)]


def test_a_point_that_can_separate_thousands_is_asked_about() -> None:
    text = "user;item;plays\nann;a;1.234\nbob;b;12\n"
    assert "--decimal comma or --decimal point" in asked_for(text)
    assert [event[3] for event in events_of(text, ReadingFlags(decimal="comma"))] == [1234.0, 12.0]
    assert [event[3] for event in events_of(text, ReadingFlags(decimal="point"))] == [1.234, 12.0]
    assert [event[3] for event in events_of(text.replace(";", ","))] == [1.234, 12.0]


@pytest.mark.parametrize(
    "cell",
    ["[{'id': 16, 'name': 'Animation'}, {'id': 35, 'name': 'Comedy'}]", "['Animation', 'Comedy']", "Animation|Comedy"],
)
def test_tags_may_be_a_list_as_python_or_json_writes_it(cell: str) -> None:
    (item,) = items_of(f'id,title,genres\n1,Toy Story,"{cell}"\n')
    assert item["tags"] == ["Animation", "Comedy"]  # type: ignore[index]


def test_a_profile_with_a_header_may_be_latin_1() -> None:
    content = '"ISBN";"Book-Title";"Book-Author"\n"1";"Die Mörder";"Müller"\n'.encode("latin-1")
    with tempfile.TemporaryDirectory() as folder:
        (path := Path(folder) / "BX-Books.csv").write_bytes(content)
        table = open_recognised(path, ReadOptions(), ReadingFlags())
        (block,) = table.blocks()
    (row,) = item_rows(block, decide(table, ReadingFlags()))
    assert row.values["title"] == "Die Mörder"  # type: ignore[union-attr]


def test_the_year_of_a_book_is_that_of_its_first_edition() -> None:
    text = "Book Id,Title,My Rating,Year Published,Original Publication Year,Exclusive Shelf\n1,Dune,5,2019,1965,read\n"
    assert reading_of(text).describes[1] == ("Original Publication Year", "year")


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("user,Album,Title,Artist\nann,25,Hello,Adele\n", ("ann", "Adele - Hello", "play", 1, "")),
        ("user,Artist,Title,Released\nann,Adele,25,2015\n", ("ann", "Adele - 25", "play", 1, "")),
        ("user,title,type\nann,Heat,Movie\nbob,Dark,TV\n", ("ann", "Heat", "view", 1, "")),
        ("user,item,weight\nann,a,137lbs\nbob,b,90lbs\n", ("ann", "a", "view", 1, "")),
        ("user,series_name,uuid\nann,Dark,a1\nann,Dark,a2\n", ("ann", "Dark", "view", 1, "")),
        ("# made by a tool\n# user and item\nann,7\n", None),
        ("#user,item,time\nann,a,2024-01-05\n", ("ann", "a", "view", 1, "2024-01-05")),
        ("# of 2024, by a tool\nuser,item,time\nann,a,2024-01-05\n", ("ann", "a", "view", 1, "2024-01-05")),
        ("Shazam Library\nuser,item,time\nann,a,2024-01-05\n", ("ann", "a", "view", 1, "2024-01-05")),
        ("Made 2024-01-05\n\nuser;item;plays\nann;a;3\n", ("ann", "a", "play", 3, "")),
        ("user,item,rating,\nann,a,4,\nbob,b,5,\n", ("ann", "a", "rate", 4, "")),
        ("user,item,Date#ann1\nann,a,1577873460000\n", ("ann", "a", "view", 1, "2020-01-01 10:11")),
        ('{"7": {"user": "ann", "item": "a"}, "8": {"user": "bob", "item": "b"}}', ("ann", "a", "view", 1, "")),
    ],
)
def test_cells_and_their_company_say_what_a_name_leaves_open(text: str, event: tuple | None) -> None:
    if event is None:
        assert "2 columns without names" in asked_for(text)
    else:
        *wanted, time = event
        assert events_of(text)[0] == (*wanted, milliseconds(time) if time else 0)


@pytest.mark.parametrize("word", ["NA", "null", "NULL", "None", "NaN", "nan", "N/A", "<NA>"])
def test_words_for_no_user_make_no_user_of_many_strangers(word: str) -> None:
    rows = rows_of(f"user,item\nann,a\n{word},b\n{word},c\n")
    assert list(rows.users) == ["ann"]
    assert [(bad.line, bad.field, bad.problem) for bad in rows.bad] == [
        (3, "user_id", f"{word} stands for no user"),
        (4, "user_id", f"{word} stands for no user"),
    ]


WATCHED = """[
  {"header": "YouTube", "title": "Watched Cats", "titleUrl": "https://youtu.be/a", "time": "2024-01-05T20:00:00.123Z",
   "subtitles": [{"name": "Cat Channel", "url": "https://youtu.be/c"}]},
  {"header": "YouTube", "title": "Watched a video that has been removed", "time": "2024-01-05T21:00:00Z"}
]"""


def test_a_video_that_was_removed_is_no_event_and_refuses_no_other() -> None:
    rows = rows_of(WATCHED, file="watch-history.json")
    assert (list(rows.items), rows.bad, rows.ignored) == (["https://youtu.be/a"], [], 1)


def test_titles_of_watched_videos_lose_the_word_in_front() -> None:
    table = recognised(open_table(io.BytesIO(WATCHED.encode()), "watch-history.json"))
    (block,) = table.blocks()
    reading = decide(table, ReadingFlags())
    described = DescribedItems(reading)
    described.note(block, event_rows(block, reading))
    assert described.rows["https://youtu.be/a"].values["title"] == "Cats"


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("user,item,purchase_date", "purchase"),
        ("customer_id,product_id,TRANSACTION_DT", "purchase"),
        ("customer,product,ordered_on", "purchase"),
        ("customer,product,created", "view"),
    ],
)
def test_a_time_of_a_purchase_makes_purchases(header: str, kind: str) -> None:
    assert events_of(f"{header}\nann,a,2024-01-05\n")[0][2] == kind


def test_a_number_of_an_order_and_words_for_buying_make_purchases() -> None:
    assert events_of("user,item,order_id\nann,a,17\n")[0][2] == "purchase"
    words = ("buy", "order", "purchased", "transaction", "sale", "purchase")
    rows = events_of("user,item,event\n" + "".join(f"ann,{word},{word}\n" for word in words))
    assert {row[2] for row in rows} == {"purchase"}
    assert events_of("user,item,purchases\nann,a,3\n")[0][2:4] == ("purchase", 3.0)


@pytest.mark.parametrize("header", ["n,listener,listener,item,plays", "user,user,artist", "user,item,plays,plays"])
def test_a_name_that_is_there_twice_is_named(header: str) -> None:
    twice = "listener" if "listener" in header else "plays" if "plays,plays" in header else "user"
    rows = f"{header}\n" + ",".join("1" * (header.count(",") + 1)) + "\n"
    with pytest.raises(InvalidInput, match=rf"the name '{twice}' twice, in columns \d and \d; rename or remove"):
        decide(open_table(io.BytesIO(rows.encode()), "my.csv"), ReadingFlags())


def test_a_flag_for_a_name_that_is_there_twice_is_answered_with_both_places() -> None:
    table = open_table(io.BytesIO(b"who,who,item\nann,1,2\n"), "my.csv")
    with pytest.raises(InvalidInput, match="the name 'who' twice, in columns 1 and 2"):
        decide(table, ReadingFlags({"who": "user"}))


def test_two_equal_cells_of_a_row_of_data_are_no_names() -> None:
    table = open_table(io.BytesIO(b"ann,rock,rock\nbob,jazz,pop\n"), "my.csv")
    assert decide(table, ReadingFlags({"1": "user", "2": "item"})).of("user") == ("1",)


@pytest.mark.parametrize(
    "user",
    ["listener", "viewer", "subscriber", "member", "client", "account", "customer_id", "visitor", "buyer", "reader"],
)
def test_usual_names_of_the_columns_of_users_are_known(user: str) -> None:
    table = open_table(io.BytesIO(f"{user},song,play_count\nann,1,2\nbob,1,3\n".encode()), "my.csv")
    reading = decide(table, ReadingFlags())
    assert [reading.one(meaning) for meaning in ("user", "item", "weight")] == [user, "song", "play_count"]


@pytest.mark.parametrize(
    ("item", "time"),
    [("sku", "ordered_at"), ("stock_code", "invoice_date"), ("anime_id", "watch_date"), ("podcast", "listened_on")],
)
def test_usual_names_of_items_and_times_are_known(item: str, time: str) -> None:
    text = f"customer_id,{item},{time},delivered\nann,1,2024-01-05,2024-01-07\nbob,1,2024-01-06,2024-01-08\n"
    reading = decide(open_table(io.BytesIO(text.encode()), "my.csv"), ReadingFlags())
    assert [reading.one(meaning) for meaning in ("user", "item", "time")] == ["customer_id", item, time]
