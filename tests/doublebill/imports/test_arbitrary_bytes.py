import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.errors import InvalidInput
from doublebill.imports.files.raw_rows import BadRow, RawRow
from file_rows import EventColumns, read_events, read_items

STARTS = st.sampled_from(
    [
        b"",
        b"\xef\xbb\xbf",
        b"\x1f\x8b",
        b"user,item,rating,time\n",
        b"user_id:token\titem_id:token\ttimestamp:float\n",
        b"movieId,title,genres\n",
        b"1::b (1995)::c\n",
        b'{"user":"u","item":"i","title":"t","time":0}\n',
    ]
)
PIECES = st.lists(st.sampled_from([b",", b"\t", b"::", b"|", b'"', b"\n", b"\r\n", b"\0", b"\xe9", b"1", b"{", b"}"]))
CONTENTS = st.tuples(STARTS, st.one_of(st.binary(), PIECES.map(b"".join))).map(b"".join)


@pytest.mark.parametrize("read", [read_events, read_items])
@given(content=CONTENTS, zipped=st.booleans())
def test_any_bytes_give_rows_bad_rows_or_invalid_input(read, content, zipped):
    try:
        rows = list(read(io.BytesIO(gzip.compress(content) if zipped else content), "any"))
    except InvalidInput:
        return
    assert all(isinstance(row, (RawRow, BadRow)) for row in rows)
    assert [row.line for row in rows] == sorted({row.line for row in rows})


@given(told=st.builds(EventColumns, *(st.sampled_from(["", "1", "2", "3", "0", "99", "user", "x"]),) * 7), rows=PIECES)
def test_any_mapped_columns_give_rows_bad_rows_or_invalid_input(told, rows):
    try:
        found = list(read_events(io.BytesIO(b"".join([b"user,item,x\n", *rows])), "any", told))
    except InvalidInput:
        return
    assert all(isinstance(row, (RawRow, BadRow)) for row in found)


@given(user=st.text(alphabet="\u0416\u042f", min_size=3, max_size=300), rest=st.text(alphabet='19x,"\t', max_size=12))
def test_a_bad_row_never_holds_the_user_id(user, rest):
    content = f"user,item,rating,time\n{user},{rest}\n{user},1,{user},1\n"
    for row in read_events(io.BytesIO(content.encode()), "any"):
        if isinstance(row, BadRow):
            assert user[:3] not in row.problem


def test_pathological_files_do_not_take_long():
    quotes = b"user,item\n" + b'a,"""\n' * 20_000
    articles = b"movieId,title,genres\n" + b'1,"' + b"a, The (" * 15_000 + b'",x\n'
    digits = b"1" * 1_000_000 + b",x\n"
    assert len(list(read_events(io.BytesIO(quotes), "quotes"))) > 0
    assert len(list(read_items(io.BytesIO(articles), "articles"))) == 1
    with pytest.raises(InvalidInput):
        list(read_events(io.BytesIO(digits), "digits"))
