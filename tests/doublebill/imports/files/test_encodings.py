import io

import pytest

from doublebill.errors import InvalidInput
from doublebill.imports.files.table_source import ReadOptions, open_table

TEXT = "user,item\nzoë,Amélie\nbjörn,film-2\n"


def users(content: bytes, **options) -> list[object]:
    table = open_table(io.BytesIO(content), "plays.csv", ReadOptions(**options))
    return [user for block in table.blocks() for user in block.columns["user"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_recognised_by_its_byte_order_mark(encoding):
    assert users(TEXT.encode(encoding)) == ["zoë", "björn"]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16-le", "cp437"])
def test_other_encodings_are_read_when_they_are_named(encoding):
    text = TEXT if encoding != "shift_jis" else "user,item\nゾーイ,映画\n"
    assert users(text.encode(encoding), encoding=encoding) == (
        ["ゾーイ"] if encoding == "shift_jis" else ["zoë", "björn"]
    )


def test_a_byte_order_mark_says_more_than_the_encoding_named():
    assert users(TEXT.encode("utf-8-sig"), encoding="cp1252") == ["zoë", "björn"]


def test_a_row_that_is_not_utf_8_is_a_bad_row_that_names_the_way_out():
    table = open_table(io.BytesIO(TEXT.encode("cp1252")), "plays.csv")
    (block,) = table.blocks()
    fix = "it reads well as Windows-1252: name that with --encoding cp1252"
    assert [(bad.line, bad.problem, bad.fix) for bad in block.bad] == [
        (2, "not UTF-8: byte 0xeb at position 3", fix),
        (3, "not UTF-8: byte 0xf6 at position 3", fix),
    ]


def test_a_header_that_is_not_utf_8_refuses_the_file_with_line_byte_and_the_way_out():
    with pytest.raises(InvalidInput) as error:
        users("usér,item\nann,1\n".encode("cp1252"))
    assert str(error.value) == (
        "plays.csv: line 1 is unreadable: not UTF-8: byte 0xe9 at position 3; "
        "it reads well as Windows-1252: name that with --encoding cp1252"
    )


def test_a_byte_that_the_encoding_does_not_have_costs_its_row():
    table = open_table(io.BytesIO(b"user,item\nann,\x81\nbob,1\n"), "plays.csv", ReadOptions(encoding="cp1252"))
    (block,) = table.blocks()
    assert list(block.columns["user"]) == ["bob"]
    assert block.bad[0].problem == "not UTF-8: byte 0x81 at position 5"


@pytest.mark.parametrize("encoding", ["no-such", "rot13", "base64", "\0"])
def test_an_unknown_encoding_is_refused_with_names_to_use(encoding):
    with pytest.raises(InvalidInput, match=r"encoding: .*; use a name such as utf-8, utf-16, cp1252 or latin-1"):
        users(b"user,item\n", encoding=encoding)


def test_text_that_breaks_off_within_a_character_is_refused():
    with pytest.raises(InvalidInput, match=r"plays\.csv: it is no UTF-16 text; name its encoding"):
        users(TEXT.encode("utf-16")[:-1])


def test_the_line_ends_of_old_macs_and_of_windows_are_read():
    assert users(b"user,item\rann,1\rbob,2\r") == ["ann", "bob"]
    assert users(b"user,item\r\nann,1\nbob,2\r\n") == ["ann", "bob"]
