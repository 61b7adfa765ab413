import gzip
import io

import pytest

from doublebill.errors import InvalidInput
from doublebill.imports.files.raw_rows import BadRow, RawRow
from doublebill.model.items import Item, parse_item
from doublebill.model.metadata.item_lines import item_from_line, item_to_line
from file_rows import ItemColumns, read_items

TOY_STORY = {"item_id": "1", "title": "Toy Story", "tags": ["Animation", "Children's", "Comedy"], "year": 1995}
U_ITEM = "1|Toy Story (1995)|01-Jan-1995||http://example.org|0|0|0|1|1|1|0|0|0|0|0|0|0|0|0|0|0|0|0\n"
ATOMIC_HEADER = "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n"


def rows_of(content: str | bytes, columns: ItemColumns = ItemColumns()) -> list:  # noqa: B008  frozen
    return list(read_items(io.BytesIO(content.encode() if isinstance(content, str) else content), "sample", columns))


@pytest.mark.parametrize(
    "content",
    [
        U_ITEM,
        "1::Toy Story (1995)::Animation|Children's|Comedy\n",
        "movieId,title,genres\n1,Toy Story (1995),Animation|Children's|Comedy\n",
        ATOMIC_HEADER + "1\tToy Story\t1995\tAnimation Children's Comedy\n",
        "year;id;Tags;TITLE\n1995;1;Animation|Children's|Comedy;Toy Story\n",
        'name,item,genre,year\nToy Story,1,"Animation, Children\'s, Comedy",1995\n',
        '{"item_id":1,"title":"Toy Story","tags":["Animation","Children\'s","Comedy"],"year":1995}\n',
    ],
)
def test_every_shape_gives_the_same_raw_item(content):
    assert [row.values for row in rows_of(content)] == [TOY_STORY]
    assert [row.values for row in rows_of(gzip.compress(content.replace("\n", "\r\n").encode()))] == [TOY_STORY]
    assert parse_item(TOY_STORY).year == 1995


def test_artists_have_a_name_and_keep_their_quotes():
    content = 'id\tname\turl\tpictureURL\n1686\t"Weird Al" Yankovic\thttp://example.org\t\n'
    assert rows_of(content) == [
        RawRow(2, {"item_id": "1686", "title": '"Weird Al" Yankovic', "attributes": {"url": "http://example.org"}})
    ]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        (U_ITEM.replace("Toy Story", "Amélie").encode("latin-1"), "Amélie"),
        ("1::Amélie (1995)::Comedy\n".encode("latin-1"), "Amélie"),
        ("1::Amélie (1995)::Comedy\n".encode(), "Amélie"),
    ],
)
def test_the_old_movielens_files_may_be_latin_1(line, title):
    assert rows_of(line)[0].values["title"] == title


def test_another_file_that_is_not_utf_8_has_bad_rows():
    rows = rows_of("movieId,title,genres\n1,Amélie (2001),Comedy\n2,Heat (1995),Action\n".encode("latin-1"))
    assert [type(row) for row in rows] == [BadRow, RawRow]


def test_no_genres_listed_is_no_tag():
    assert rows_of("movieId,title,genres\n1,Heat (1995),(no genres listed)\n")[0].values["tags"] == []


def test_titles_elsewhere_are_left_alone():
    assert rows_of("item_id,title\n1,Net%2C The (1995)\n")[0].values == {"item_id": "1", "title": "Net%2C The (1995)"}


def test_a_token_that_is_no_year_is_a_year_not_known_in_an_atomic_file():
    header = "item_id:token\tmovie_title:token_seq\trelease_year:token\tgenre:token\n"
    assert rows_of(header + "1\tNet, The\tV\tScience Fiction\n2\tThe Time (1995)\tV\tX\n") == [
        RawRow(2, {"item_id": "1", "title": "The Net", "tags": ["Science Fiction"]}),
        RawRow(3, {"item_id": "2", "title": "The Time", "tags": ["X"], "year": 1995}),
    ]


def test_empty_cells_say_nothing():
    assert rows_of("id,title,tags,year\n1,,,\n") == [RawRow(2, {"item_id": "1"})]


def test_tags_are_trimmed_and_said_once():
    assert rows_of("id,tags\n1,b ; a;b;;\n")[0].values["tags"] == ["b", "a"]


def test_a_title_may_hold_line_ends_and_rows_keep_their_lines():
    rows = rows_of('id,title\n1,"two\nlines"\n0012,b\n')
    assert rows == [RawRow(2, {"item_id": "1", "title": "two\nlines"}), RawRow(4, {"item_id": "0012", "title": "b"})]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (",b,,", "item_id"),
        ("1,b,soon,", "year"),
        ("1,b,1995.5,", "year"),
        ("1,b,1995,maybe", "available"),
        ("1", "line"),
    ],
)
def test_a_bad_row_says_its_field_and_costs_no_other_row(row, field):
    rows = rows_of(f"id,title,year,available\n{row}\n2,b,1995,no\n")
    assert (rows[0].line, rows[0].field) == (2, field)
    assert rows[1].values == {"item_id": "2", "title": "b", "year": 1995, "available": False}


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ('{"item_id":[],"title":"b"}', "item_id"),
        ('{"item_id":"1","title":7}', "title"),
        ('{"item_id":"1","tags":[7]}', "tags"),
        ('{"item_id":"1","year":"soon"}', "year"),
        ('{"item_id":"1","available":[]}', "available"),
        ('{"title":"b"}', "item_id"),
        ('{"item_id":', "line"),
    ],
)
def test_a_bad_json_line_says_its_field(line, field):
    assert [getattr(row, "field", "") for row in rows_of('{"item_id":"0","title":"a"}\n' + line)] == ["", field]


def test_genre_flags_are_zero_or_one():
    assert rows_of(U_ITEM + U_ITEM.replace("|1|0|", "|x|0|"))[1].field == "tags"


def test_what_items_write_is_read_again():
    item = Item("1", "a, b", ("x;y", "z"), 1995, available=False)
    (row,) = rows_of(item_to_line(item))
    assert parse_item(row.values) == item == item_from_line(item_to_line(item))


def test_columns_can_be_mapped():
    told = ItemColumns(item="code", title="3")
    assert rows_of("code,size,label\n1,9,b\n", told) == [
        RawRow(2, {"item_id": "1", "title": "b", "attributes": {"size": 9.0}})
    ]
    assert rows_of("1,9,b\n", ItemColumns(item="1", title="3")) == [RawRow(1, {"item_id": "1", "title": "b"})]


def test_mapped_tags_replace_the_genre_flags():
    assert rows_of(U_ITEM, ItemColumns(tags="3"))[0].values["tags"] == ["01-Jan-1995"]


@pytest.mark.parametrize("content", ["", "title\nb\n"])
def test_what_is_no_file_of_items_is_invalid_input(content):
    with pytest.raises(InvalidInput, match="sample"):
        rows_of(content)


ATTRIBUTES = {"studio": "Pixar", "minutes": 81.0, "colour": True, "code": "0012"}


@pytest.mark.parametrize(
    "content",
    [
        "id,title,attributes.studio,Attribute.minutes,attributes.colour,attributes.code\n1,a,Pixar,81,true,0012\n",
        (
            "item_id:token\ttitle:token\tattributes.studio:token\tattributes.minutes:float\t"
            "attributes.colour:token_seq\tattributes.code:token\n1\ta\tPixar\t81\ttrue\t0012\n"
        ),
        '{"item_id":"1","title":"a","attributes":{"studio":"Pixar","minutes":81,"colour":true,"code":"0012"}}\n',
    ],
    ids=["csv", "atomic", "json"],
)
def test_attributes_come_from_columns_that_say_so(content):
    expected = {**ATTRIBUTES, "colour": "true"} if "token" in content else ATTRIBUTES
    assert rows_of(content)[0].values == {"item_id": "1", "title": "a", "attributes": expected}


def test_empty_cells_are_no_attributes():
    assert rows_of("id,title,attributes.studio\n1,a,\n") == [RawRow(2, {"item_id": "1", "title": "a"})]


def test_other_columns_become_attributes():
    assert rows_of("movieId,imdbId\n1,tt2\n") == [RawRow(2, {"item_id": "1", "attributes": {"imdb_id": "tt2"}})]
    assert rows_of("id,title,attributes\n1,a,b\n")[0].values["attributes"] == {"attributes": "b"}


def test_a_number_that_no_float_holds_is_a_bad_item():
    (row,) = rows_of("id,title,attributes.n\n1,a,1e999\n")
    with pytest.raises(InvalidInput, match=r"attributes\.n"):
        parse_item(row.values)


def test_an_item_with_attributes_only_is_read_again():
    item = Item("1", attributes={"studio": "Pixar", "minutes": 81.5, "colour": False})
    (row,) = rows_of(item_to_line(item))
    assert parse_item(row.values) == item
