import gzip
import io
import tracemalloc

import pytest

from doublebill.errors import InvalidInput
from doublebill.imports.files.containers import name_of
from doublebill.imports.files.encodings import WESTERN_FIX
from doublebill.imports.files.lines import BLOCK_BYTES, LINE_LIMIT_BYTES, decoded, read_lines
from doublebill.imports.files.raw_rows import BadRow


def lines_of(content: bytes) -> list:
    return list(read_lines(io.BytesIO(content), "sample.csv"))


def test_lines_are_numbered_from_one_and_lose_their_ends():
    assert lines_of(b"a\r\nb\n\nc") == [(1, b"a"), (2, b"b"), (3, b""), (4, b"c")]


def test_a_byte_order_mark_is_no_part_of_the_first_line():
    assert lines_of(b"\xef\xbb\xbfa\nb\n") == [(1, b"a"), (2, b"b")]


def test_gzip_is_recognised_by_its_bytes_and_may_have_several_members():
    assert lines_of(gzip.compress(b"a\nb") + gzip.compress(b"c\n")) == [(1, b"a"), (2, b"bc")]


def test_a_path_is_opened_and_named_after_its_last_part(tmp_path):
    path = tmp_path / "plays.csv"
    path.write_bytes(b"a\n")
    assert list(read_lines(path, name_of(path))) == [(1, b"a")]
    assert name_of(path) == "plays.csv"
    assert name_of(path, "upload") == "upload"


def test_a_stream_stays_open_and_needs_neither_seek_nor_long_reads():
    class Trickle:
        def __init__(self):
            self.inner = io.BytesIO(b"\xef\xbb\xbfab\ncd\n")

        def read(self, size, /):
            return self.inner.read(min(size, 2))

    stream = Trickle()
    assert list(read_lines(stream, "x")) == [(1, b"ab"), (2, b"cd")]
    assert not stream.inner.closed


def test_a_missing_file_is_invalid_input_that_names_it(tmp_path):
    with pytest.raises(InvalidInput, match=r"no\.csv: No such file"):
        list(read_lines(tmp_path / "no.csv", "no.csv"))


def test_a_gzip_stream_that_breaks_off_is_refused_with_how_far_it_was_read():
    whole = gzip.compress(b"".join(b"%d,%d\n" % (n, n * 7919 % 1000) for n in range(50_000)))
    with pytest.raises(InvalidInput, match=r"sample\.csv: the packed data breaks off after line \d{4,}"):
        lines_of(whole[: len(whole) // 2])


@pytest.mark.parametrize("damaged", [-6, 10])
def test_a_damaged_gzip_stream_is_refused(damaged):
    whole = bytearray(gzip.compress(bytes(range(256)) * 4))
    whole[damaged] = 255 - (whole[damaged] & 1)
    with pytest.raises(InvalidInput, match="packed data is damaged"):
        lines_of(bytes(whole))


@pytest.mark.parametrize(
    ("content", "form"), [(b"BZh9", "bzip2 data"), (b"ARROW1", "an Arrow or Feather file"), (b"%PDF-1.7", "a PDF")]
)
def test_a_file_that_is_no_text_is_called_by_its_name_with_the_way_out(content, form):
    with pytest.raises(InvalidInput, match=rf"sample\.csv: it is {form}; \w+ "):
        lines_of(content)


def test_utf_16_is_recognised_by_its_byte_order_mark():
    assert lines_of("user,item\nzoë,1".encode("utf-16")) == [(1, b"user,item"), (2, "zoë,1".encode())]


def test_a_nul_byte_makes_a_bad_row_of_its_line_only():
    assert lines_of(b"a\nb\0c\nd\n") == [
        (1, b"a"),
        BadRow(2, "line", "a NUL byte at position 2", "use text"),
        (3, b"d"),
    ]


def test_a_lone_carriage_return_makes_a_bad_row():
    found = lines_of(b"a\rb\r\nc\n")
    assert found[0].problem == "a carriage return inside the line"
    assert found[1] == (2, b"c")


def test_a_line_of_exactly_the_limit_is_read_and_a_longer_one_is_skipped():
    exact, longer, huge = (b"x" * (LINE_LIMIT_BYTES + more) for more in (0, 1, 3_000_000))
    found = lines_of(b"\n".join([exact, longer, huge, b"end"]))
    assert found[0] == (1, exact)
    assert [(bad.line, bad.problem) for bad in found[1:3]] == [(n, "more than 1048576 bytes") for n in (2, 3)]
    assert found[3] == (4, b"end")


def test_a_line_without_end_is_passed_over_in_bounded_memory():
    class Endless:
        left = 64

        def read(self, size, /):
            self.left -= 1
            return b"x" * min(size, 1 << 20) if self.left > 0 else b""

    tracemalloc.start()
    try:
        (bad,) = read_lines(Endless(), "x")
        assert bad.line == 1
        assert tracemalloc.get_traced_memory()[1] < 4 * BLOCK_BYTES
    finally:
        tracemalloc.stop()


def test_a_line_that_is_not_utf_8_is_a_bad_row_that_says_where():
    assert list(decoded([(1, b"caf\xc3\xa9"), (2, b"caf\xe9"), (3, b"x")])) == [
        (1, "café"),
        BadRow(2, "line", "not UTF-8: byte 0xe9 at position 4", WESTERN_FIX),
        (3, "x"),
    ]


def test_a_line_that_is_not_utf_8_is_latin_1_where_that_is_known():
    assert list(decoded([(1, b"caf\xc3\xa9"), (2, b"caf\xe9")], other_encoding="latin-1")) == [(1, "café"), (2, "café")]
