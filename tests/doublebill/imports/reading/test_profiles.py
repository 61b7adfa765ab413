"""Profiles: every one is recognised and means the same, whatever the order and the company of its columns."""

import csv
import io
import random
from collections.abc import Mapping, Sequence

import pytest

from doublebill.errors import InvalidInput
from doublebill.imports.files.blocks import RawBlock
from doublebill.imports.files.raw_rows import RawRow
from doublebill.imports.files.table_source import open_table
from doublebill.imports.profiles.every_profile import PROFILES
from doublebill.imports.profiles.file_profile import FileProfile
from doublebill.imports.reading.decide import decide, recognised
from doublebill.imports.reading.event_rows import event_rows
from doublebill.imports.reading.flags import ReadingFlags
from doublebill.imports.reading.item_rows import item_rows
from doublebill.model.items import parse_item
from doublebill.times.moments import milliseconds
from profile_samples import SAMPLES, Sample

BY_NAME = {profile.name: profile for profile in PROFILES}
MADE_UP_ROWS = 1000

READABLE = [profile for profile in PROFILES if profile.subject in ("events", "items")]
HEADED = [sample for sample in SAMPLES if not BY_NAME[sample.profile].patterns]


def name(sample: Sample) -> str:
    return sample.profile


def table_of(sample: Sample) -> tuple[str, list[dict[str, str]]]:
    """The delimiter and the rows of a sample with a header."""
    header = sample.text.split("\n", 1)[0]
    delimiter = next(one for one in "\t;," if one in header)
    return delimiter, list(csv.DictReader(io.StringIO(sample.text), delimiter=delimiter))


def written(columns: Sequence[str], rows: Sequence[Mapping[str, str]], delimiter: str) -> str:
    """The rows as text with these columns."""
    text = io.StringIO()
    quoting = csv.QUOTE_MINIMAL if delimiter != "\t" else csv.QUOTE_NONE
    writer = csv.DictWriter(text, columns, delimiter=delimiter, extrasaction="ignore", quoting=quoting)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def read(text: str, file: str) -> tuple[str, list[object]]:
    """What a text was recognised as, and its events or items."""
    table = recognised(open_table(io.BytesIO(text.encode()), file))
    reading = decide(table, ReadingFlags())
    rows: list[object] = []
    for block in table.blocks():
        rows += events_of(block, reading) if reading.subject == "events" else items_of(block, reading)
    return reading.source, rows


def events_of(block: RawBlock, reading) -> list[object]:
    found = event_rows(block, reading)
    assert found.bad == []
    columns = (found.users, found.items, found.kinds, found.values.tolist(), found.timestamps.tolist())
    return list(zip(*columns, strict=True))


def items_of(block: RawBlock, reading) -> list[object]:
    rows = list(item_rows(block, reading))
    assert all(isinstance(row, RawRow) for row in rows), rows
    return [parse_item(row.values) for row in rows if isinstance(row, RawRow)]


def expected(sample: Sample) -> list[object]:
    rows: list[object] = []
    for row in sample.rows:
        if isinstance(row, dict):
            rows.append(parse_item(row))
        else:
            user, item, kind, value, time = row  # type: ignore[misc]
            rows.append((user, item, kind, float(value), milliseconds(time) if time else 0))
    return rows


def test_every_readable_known_file_has_a_sample() -> None:
    assert {profile.name for profile in READABLE} == {sample.profile for sample in SAMPLES}


def test_every_known_file_has_a_name_and_marks_of_its_own() -> None:
    assert len(BY_NAME) == len(PROFILES)
    marks = [(profile.needs, profile.patterns, profile.files) for profile in PROFILES]
    assert len(set(marks)) == len(marks)
    assert all(profile.needs or profile.patterns for profile in PROFILES)


@pytest.mark.parametrize("sample", SAMPLES, ids=name)
def test_a_known_file_means_what_its_owner_means(sample: Sample) -> None:
    assert read(sample.text, sample.file) == (sample.profile, expected(sample))


@pytest.mark.parametrize("sample", HEADED, ids=name)
def test_the_order_of_columns_changes_nothing(sample: Sample) -> None:
    delimiter, rows = table_of(sample)
    for seed in range(3):
        columns = list(rows[0])
        random.Random(seed).shuffle(columns)
        assert read(written(columns, rows, delimiter), sample.file) == (sample.profile, expected(sample))


@pytest.mark.parametrize("sample", [one for one in HEADED if BY_NAME[one.profile].subject == "events"], ids=name)
def test_an_unknown_column_changes_no_event(sample: Sample) -> None:
    delimiter, rows = table_of(sample)
    more = [{**row, "zz_note": f"n{number}"} for number, row in enumerate(rows)]
    if BY_NAME[sample.profile].files and set(rows[0]) == {"Title", "Date"}:
        more = rows  # named by its file and its two columns only
    assert read(written(list(more[0]), more, delimiter), sample.file) == (sample.profile, expected(sample))


@pytest.mark.parametrize("sample", HEADED, ids=name)
def test_a_missing_optional_column_takes_no_row_away(sample: Sample) -> None:
    delimiter, rows = table_of(sample)
    profile = BY_NAME[sample.profile]
    for missing in rows[0]:
        plain = "".join(filter(str.isalnum, missing.lower()))
        if plain in profile.needs or profile.columns.get(plain) in ("user", "item", "item_else", "status", "skipped"):
            continue
        columns = [column for column in rows[0] if column != missing]
        source, found = read(written(columns, rows, delimiter), sample.file)
        assert (source, len(found)) == (sample.profile, len(sample.rows)), missing


@pytest.mark.parametrize("sample", SAMPLES, ids=name)
def test_a_thousand_rows_are_read_as_their_sample_is(sample: Sample) -> None:
    head, *lines = sample.text.splitlines(keepends=True)
    if BY_NAME[sample.profile].patterns:
        head, lines = "", [head, *lines]
    text = head + "".join(lines[number % len(lines)] for number in range(MADE_UP_ROWS))
    source, rows = read(text, sample.file)
    whole, rest = divmod(MADE_UP_ROWS, len(lines))
    assert source == sample.profile
    assert len(rows) >= whole * len(sample.rows)
    assert rows[: whole * len(sample.rows)] == expected(sample) * whole
    assert rest < len(lines)


@pytest.mark.parametrize(
    ("header", "file", "reason"),
    [
        ("movieId,imdbId,tmdbId\n1,2,3\n", "links.csv", "numbers of films"),
        ("name,type\nUSER_ID,string\n", "interactions.csv", "columns of another file"),
        ("timestamp,itemid,property,value\n1,2,3,4\n", "item_properties.csv", "one property of an item"),
        ("Date,Name,Year,Letterboxd URI\n2024-01-01,A,1999,u\n", "watchlist.csv", "not watched yet"),
    ],
)
def test_a_known_file_that_holds_neither_says_so(header: str, file: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        read(header, file)


def test_a_known_file_of_no_kind_fits_no_unknown_header() -> None:
    assert not any(profile.fits(["a", "b"], [], "x.csv") for profile in PROFILES)
    assert FileProfile("x", {"a": "user"}, needs=frozenset({"a"})).fits(["a", "b"], [], "x.csv")
