import gzip
import io

import pytest

from doublebill.errors import InvalidInput
from doublebill.imports.files.encodings import WESTERN_FIX
from doublebill.imports.files.raw_rows import BadRow, RawRow
from doublebill.imports.files.table_source import open_table
from file_rows import EventColumns, read_events

RATED = {"user_id": "196", "item_id": "242", "kind": "rate", "value": 3.0, "timestamp": 881250949.0}
SHA = "00000c289a1829a808ac09c00daf10bc3c4e223b"
MBID = "3bd73256-3905-4f3a-97e2-8b341527f805"
COLUMNS_TOLD = EventColumns(user="1", item="2")


def rows_of(content: str | bytes, columns: EventColumns = EventColumns(), kind: str = "") -> list:  # noqa: B008  frozen
    raw = content.encode() if isinstance(content, str) else content
    return list(read_events(io.BytesIO(raw), "sample", columns, kind))


def values_of(content: str | bytes, columns: EventColumns = EventColumns(), kind: str = "") -> list:  # noqa: B008
    rows = rows_of(content, columns, kind)
    assert all(isinstance(row, RawRow) for row in rows), rows
    return [row.values for row in rows]


@pytest.mark.parametrize(
    "content",
    [
        "196\t242\t3\t881250949\n",  # MovieLens 100K u.data
        "196::242::3::881250949\n",  # MovieLens 1M ratings.dat
        "userId,movieId,rating,timestamp\n196,242,3.0,881250949\n",  # MovieLens latest
        "user_id:token\titem_id:token\trating:float\ttimestamp:float\n196\t242\t3\t881250949\n",  # RecBole
        "timestamp:float\trating:float\titem_id:token\tuser_id:token\n881250949\t3\t242\t196\n",
        "User;Item;Stars;Time\n196;242;3;1997-12-04T15:55:49\n",
        "TIMESTAMP|STARS|ITEM_ID|USER_ID\n881250949000|3|242|196\n",
        '"userId","movieId","rating","timestamp"\r\n"196","242","3","881250949"\r\n',
        '{"user_id":"196","item_id":"242","rating":3,"timestamp":881250949}\n',
        '{"userId":196,"movieId":242,"stars":"3","time":"1997-12-04T15:55:49Z"}\n',
    ],
)
def test_every_shape_of_ratings_gives_the_same_raw_event(content):
    assert values_of(content) == [RATED]
    assert values_of(gzip.compress(b"\xef\xbb\xbf" + content.encode())) == [RATED]


@pytest.mark.parametrize(
    ("content", "values"),
    [
        ("userID\tartistID\tweight\r\n2\t51\t13883\r\n", {"user_id": "2", "item_id": "51", "value": 13883.0}),
        (f"{SHA}\t{MBID}\tbetty blowtorch\t2137\n", {"user_id": SHA, "item_id": MBID, "value": 2137.0}),
        (f"{SHA}\t\tbetty blowtorch\t2137\n", {"user_id": SHA, "item_id": "betty blowtorch", "value": 2137.0}),
        (
            f"user_000001\t2009-05-04T23:08:57Z\t{MBID}\tDeep Dish\t\tA Track\n",
            {"user_id": "user_000001", "item_id": MBID, "timestamp": 1241478537.0},
        ),
        ("user,track_id,plays\nann,0012,7\n", {"user_id": "ann", "item_id": "0012", "value": 7.0}),
    ],
)
def test_every_shape_of_plays_gives_plays(content, values):
    assert values_of(content) == [{**values, "kind": "play"}]


def test_a_file_without_values_tells_views():
    assert values_of("user,item\nann,9\n") == [{"user_id": "ann", "item_id": "9", "kind": "view"}]


def test_the_kind_that_the_caller_names_replaces_the_one_the_columns_tell():
    assert values_of("user,item\nann,9\n", kind="purchase")[0]["kind"] == "purchase"
    assert values_of("user,item,plays\nann,9,2\n", kind="like")[0]["kind"] == "like"


def test_a_kind_column_names_the_kind_of_its_own_row_and_then_the_value_may_be_empty():
    content = "user,item,action,rating\nann,9,View,\nann,8,rate,4\nann,7,,5\nann,6,,\n"
    rows = rows_of(content)
    assert [row.values.get("kind") for row in rows[:3]] == ["view", "rate", "rate"]
    assert "value" not in rows[0].values
    assert rows[3].values == {"user_id": "ann", "item_id": "6", "kind": "view"}


def test_event_ids_are_kept():
    assert values_of("user,item,event_id\nann,9,e1\nann,8,\n") == [
        {"user_id": "ann", "item_id": "9", "kind": "view", "event_id": "e1"},
        {"user_id": "ann", "item_id": "8", "kind": "view"},
    ]


def test_columns_of_no_meaning_are_left_out():
    assert values_of("country,user,item\nFR,ann,9\n") == [{"user_id": "ann", "item_id": "9", "kind": "view"}]


def test_a_json_object_is_read_by_its_own_keys():
    rows = rows_of('{"user":"a","item":0}\n{"item_id":2,"user_id":"b"}\n{"user":"c","item":"3","rating":null}\n')
    assert [(row.values["user_id"], row.values["item_id"]) for row in rows] == [("a", "0"), ("b", "2"), ("c", "3")]


def test_rows_are_numbered_by_the_line_they_start_on():
    content = 'user,item\n\n"a\nb",1\nc,2\n'
    assert [row.line for row in rows_of(content)] == [3, 5]


@pytest.mark.parametrize(
    ("row", "field", "problem"),
    [
        ("ann,9,four,881250949", "rating", "a text of 4 characters is not valid"),
        ("ann,9,nan,881250949", "rating", "a text of 3 characters is not valid"),
        ("ann,9,inf,881250949", "rating", "a text of 3 characters is not valid"),
        ("ann,9,4,soon", "timestamp", "a text of 4 characters is not valid"),
        ("ann,,4,881250949", "item_id", "missing"),
        (",9,4,881250949", "user_id", "missing"),
        ("ann,9,4", "line", "it has 3 columns"),
        ("ann,9,4,881250949,more", "line", "it has 5 columns"),
        ('"ann,9,4,881250949', "line", "a quoted field is not closed, or goes on after its closing quote"),
        ("ann,9,4,88125\0949", "line", "a NUL byte at position 14"),
    ],
)
def test_a_bad_row_says_its_line_and_field_and_costs_no_other_row(row, field, problem):
    good = "bob,9,4,881250949\n"
    rows = rows_of(f"user,item,rating,time\n{good}{row}\n{good}")
    assert [type(each) for each in rows] == [RawRow, BadRow, RawRow]
    assert (rows[1].line, rows[1].field, rows[1].problem) == (3, field, problem)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("nothing like JSON", "line"),
        ("[1]", "line"),
        ('{"user":"ann","item":1,"rating":NaN}', "line"),
        ("[" * 100_000, "line"),
        ('{"item":1}', "user_id"),
        ('{"user":["ann"],"item":1}', "user_id"),
        ('{"user":"ann","item":1.5}', "item_id"),
        ('{"user":"ann","item":{"ann":1}}', "item_id"),
        ('{"user":"ann","item":1,"rating":true}', "rating"),
        ('{"user":"ann","item":1,"rating":1e999}', "rating"),
        ('{"user":"ann","item":1,"time":[]}', "timestamp"),
        ('{"user":"ann","item":1,"event_id":[]}', "event_id"),
    ],
)
def test_a_bad_json_line_says_its_field_and_repeats_no_user(line, field):
    rows = rows_of('{"user":"bob","item":"1"}\n' + line + '\n{"user":"bob","item":"1"}\n')
    assert [type(each) for each in rows] == [RawRow, BadRow, RawRow]
    assert (rows[1].line, rows[1].field) == (2, field)
    assert "ann" not in rows[1].problem


def test_a_negative_count_is_a_bad_row():
    assert rows_of("user,item,plays\nann,9,-1\n") == [BadRow(2, "weight", "below zero", "use a number from 0 on")]


def test_a_line_that_is_not_utf_8_is_a_bad_row():
    rows = rows_of(b"user,item\nann,caf\xe9\nbob,caf\xc3\xa9\n")
    assert rows[0] == BadRow(2, "line", "not UTF-8: byte 0xe9 at position 8", WESTERN_FIX)
    assert rows[1].values["item_id"] == "café"


def test_a_user_id_in_another_column_is_not_repeated_either():
    (row,) = rows_of("user,item,rating\nann@example.org,9,ann@example.org\n")
    assert row.field == "rating"
    assert "ann" not in row.problem


def test_mapped_columns_win_over_recognised_ones():
    content = "user,item,track,rating,plays,time\nann,9,t1,4,17,881250949\n"
    told = EventColumns(item="track", weight="plays")
    expected = {"user_id": "ann", "item_id": "t1", "kind": "play", "value": 17.0, "timestamp": 881250949.0}
    assert values_of(content, told) == [expected]


def test_mapped_columns_may_have_any_names():
    told = EventColumns(user="Reader", item="Volume", rating="Verdict")
    expected = {"user_id": "ann", "item_id": "v1", "kind": "rate", "value": 4.0}
    assert values_of("Verdict;Volume;Reader\n4;v1;ann\n", told) == [expected]


def test_a_column_mapped_to_one_role_plays_no_other():
    expected = {"user_id": "ann", "item_id": "9", "kind": "like"}
    assert values_of("user,item,value\nann,9,like\n", EventColumns(kind="value")) == [expected]


def test_mapped_keys_of_json_may_have_any_names():
    told = EventColumns(user="who", item="what")
    assert values_of('{"who":"ann","what":"v1"}\n', told) == [{"user_id": "ann", "item_id": "v1", "kind": "view"}]


def test_columns_are_named_by_number_where_there_is_no_header():
    told = EventColumns(user="3", item="1", weight="2")
    expected = {"user_id": "ann", "item_id": "A, B & C", "kind": "play", "value": 7.0}
    assert values_of("A, B & C\t7\tann\n", told) == [expected]


def test_numbers_find_the_delimiter_that_divides_every_line_alike():
    content = "ann,Toy Story,Animation|Comedy|Drama\nbob,Heat,Action\n"
    assert [values["item_id"] for values in values_of(content, COLUMNS_TOLD)] == ["Toy Story", "Heat"]


def test_columns_mapped_by_number_leave_a_header_out():
    assert values_of("user,item\nann,9\n", COLUMNS_TOLD) == [{"user_id": "ann", "item_id": "9", "kind": "view"}]


def test_one_role_of_a_known_shape_can_be_mapped_otherwise():
    content = f"user_000001\t2009-05-04T23:08:57Z\t{MBID}\tDeep Dish\t\tA Track\n"
    (values,) = values_of(content, EventColumns(item="6"))
    assert (values["item_id"], values["kind"], values["timestamp"]) == ("A Track", "play", 1241478537.0)


@pytest.mark.parametrize(
    "told",
    [
        EventColumns(user="nobody", item="item"),
        EventColumns(user="user", item="9"),
        EventColumns(user="user", item="user"),
        EventColumns(user="user", item="1"),
    ],
)
def test_mapped_columns_that_are_not_there_are_refused(told):
    with pytest.raises(InvalidInput):
        rows_of("user,item\nann,9\n", told)


def test_an_unknown_header_is_shown_with_what_was_expected_and_how_to_tell():
    with pytest.raises(InvalidInput) as refusal:
        rows_of("person,volume,verdict\nann,9,4\n")
    (complaint,) = refusal.value.complaints
    assert complaint.field == "sample"
    assert "person, volume, verdict" in complaint.problem
    assert "--user COLUMN" in complaint.fix
    assert "--item COLUMN" in complaint.fix


def test_a_first_row_without_header_is_not_shown_for_it_may_hold_people():
    with pytest.raises(InvalidInput, match="3 columns without names") as refusal:
        rows_of("ann,9,4\n")
    assert "ann" not in str(refusal.value)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"user\n", b"\xff\n", b"a\0\n", b"[1, 2]\n", b'{"a": 1}\n', b"{\n"])
def test_what_nobody_can_recognise_is_invalid_input(content):
    with pytest.raises(InvalidInput, match="sample"):
        rows_of(content)


def test_a_header_alone_is_a_file_without_rows():
    assert rows_of("user,item\n") == []


def test_rows_come_as_they_are_read():
    class Endless:
        def __init__(self):
            self.head = b"user,item\n" + b"ann,9\n" * 9

        def read(self, size, /):
            head, self.head = self.head, b""
            return head or b"ann,9\n" * (size // 6) or b"ann,9\n"[:size]

    assert next(open_table(Endless(), "endless").blocks()).columns["item"][0] == "9"


def test_a_gzip_file_that_breaks_off_gives_its_rows_and_then_refuses():
    whole = gzip.compress(b"user,item\n" + b"".join(b"u%d,i%d\n" % (n, n * n) for n in range(50_000)))
    rows = read_events(io.BytesIO(whole[:-20_000]), "plays.csv.gz")
    assert isinstance(next(rows), RawRow)
    with pytest.raises(InvalidInput, match=r"plays\.csv\.gz: the packed data breaks off after line"):
        list(rows)


def test_an_empty_cell_of_a_rating_weight_or_time_is_absent_and_not_wrong():
    content = "user,item,rating,time\nann,9,4,881250949\nann,8,,881250949\nann,7,4,\nann,6,,\n"
    assert values_of(content)[1:] == [
        {"user_id": "ann", "item_id": "8", "kind": "view", "timestamp": 881250949.0},
        {"user_id": "ann", "item_id": "7", "kind": "rate", "value": 4.0},
        {"user_id": "ann", "item_id": "6", "kind": "view"},
    ]
    assert values_of("user,item,plays\nann,9,\n") == [{"user_id": "ann", "item_id": "9", "kind": "view"}]
