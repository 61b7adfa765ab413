"""Files that are broken, or made to break their reader: the message names file, line and field, and says what to do."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from doublebill.imports.files import containers
from doublebill_local.host.home import Home

HEADER = b"user_id,item_id,rating,timestamp\n"
GOOD = b"".join(b"u%d,i%d,4,%d\n" % (number % 7, number % 5, 1_700_000_000 + number) for number in range(40))
BOMB = HEADER + b"u1,i1,4,1700000000\n" * 300_000


def zipped(members: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


def parts(home: Path) -> list[str]:
    """The keys of everything that counts as imported."""
    return [key for key in Home(home).objects().keys("") if key.startswith(("imports/", "items/"))]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"u1,i9,nan,1700000000", "rating: … is not valid"),
        (b"u1,i9,inf,1700000000", "rating: … is not valid"),
        (b"u1,i9,-inf,1700000000", "rating: … is not valid"),
        (b"u1,i9,1e400,1700000000", "rating: … is not valid"),
        (b"u1,i9,1e308,1700000000", "value: too large"),
        (b"u1,i\xff9,4,1700000000", "line: not UTF-8: byte … at position …"),
        (b"u1,i\x009,4,1700000000", "line: a NUL byte at position …"),
        (b'u1,"i9,4,1700000000', "line: a quoted field is not closed, or goes on after its closing quote"),
        (b"u1," + b"x" * 10_000_000 + b",4,1700000000", "line: more than … bytes"),
        (b"u1,i9", "line: it has … columns"),
        (b"u1,i9,4,9999-12-31T23:59:59Z", "timestamp: … is after …-…-…"),
        (b"u1,i9,4,10000-01-01", "timestamp: … is not valid"),
    ],
)
def test_one_poisonous_row_costs_itself_and_is_named_by_line_and_field(run, tmp_path, row, reason):
    file = tmp_path / "ratings.csv"
    file.write_bytes(HEADER + row + b"\n" + GOOD)
    ran = run("import", "films", file)
    assert (ran.code, ran.err) == (0, "")
    assert "40 events of 7 users and 5 items; 1 bad row in quarantine" in ran.out
    assert f"bad: 1 row, the first in line 2, {reason}" in ran.out


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        (b"", 2, "it is empty; use a file with a header and rows"),
        (b"\n \n", 2, "it is empty; use a file with a header and rows"),
        (HEADER, 1, "it has no rows below its header; nothing was stored"),
        (b"x" * 10_000_000 + b"\n" + GOOD, 2, "line 1 is unreadable: more than 1048576 bytes; shorten it"),
        (
            HEADER + GOOD + b"\xfc1,i,4,1700000000\n" * 9,
            1,
            "9 of 49 rows are bad, more than the 5% allowed; nothing was stored.",
        ),
        (gzip.compress(BOMB), 2, "it unpacks to more than 200 times its size; unpack it"),
        (zipped({"a.csv": BOMB}), 2, "it unpacks to more than 200 times its size; unpack it"),
        (gzip.compress(HEADER + GOOD)[:-9], 2, "the packed data breaks off after line"),
        (
            b'[{"user_id": "a", "item_id": "b"},',
            2,
            "a JSON error in line 1, position 35; use one JSON array of objects",
        ),
        (
            b'<!DOCTYPE a [<!ENTITY x "y">]><a><b><c>&x;</c></b></a>',
            2,
            "a document type is declared, in line 1; remove",
        ),
        (b"PAR1" + bytes(100), 2, "the Parquet file is damaged at its end"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_name_and_nothing_is_stored(
    run, tmp_path, monkeypatch, content, code, message
):
    monkeypatch.setattr(containers, "RATIO_COUNTS_FROM_BYTES", 1 << 21)
    file = tmp_path / "ratings.csv"
    file.write_bytes(content)
    ran = run("import", "films", file)
    assert ran.code == code
    assert ran.err.startswith(f"doublebill: ratings.csv: {message}")
    assert parts(tmp_path / "home") == []


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + HEADER + GOOD,
        (HEADER + GOOD).decode().encode("utf-16"),
        (HEADER + GOOD).replace(b"\n", b"\r"),
        (HEADER + GOOD).replace(b"\n", b"\r\n"),
        b"sep=,\n" + HEADER + GOOD,
        HEADER + GOOD + HEADER,
        zipped({"../../../evil.csv": HEADER + GOOD}),
        zipped({"/evil.csv": HEADER + GOOD, "__MACOSX/._evil.csv": b"\0", ".DS_Store": b"\0"}),
    ],
)
def test_a_file_that_only_looks_odd_is_read_whole(run, tmp_path, content):
    (tmp_path / "in").mkdir()
    file = tmp_path / "in" / "ratings.csv"
    file.write_bytes(content)
    ran = run("import", "films", file)
    assert (ran.code, ran.err) == (0, "")
    assert "imported into films: 40 events of 7 users and 5 items\n" in ran.out
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["ratings.csv"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "in"]
