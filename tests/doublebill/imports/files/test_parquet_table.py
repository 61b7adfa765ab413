import contextlib
import datetime
import io
import sys
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from doublebill.errors import InvalidInput
from doublebill.imports.files.table_source import open_table

NOON = datetime.datetime(2024, 1, 5, 12, 30, tzinfo=datetime.UTC)


def cells(path: Path) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for block in open_table(path).blocks():
        for name, column in block.columns.items():
            found.setdefault(name, []).extend(column)
    return found


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pa.array(["ann", None, "ann"]), ["ann", None, "ann"]),
        (pa.array([b"ann", b"\xff"]), ["ann", ["bytes that are no text"]]),
        (pa.array([b"ann", b"\xff"]).view(pa.string()), ["ann", ["bytes that are no text"]]),
        (pa.array(["a", "b", None]).dictionary_encode(), ["a", "b", None]),
        (pa.array([2**60, None]), [2**60, None]),
        (pa.array([1.5, float("nan"), None]), [1.5, None, None]),
        (pa.array([True, False, None]), [True, False, None]),
        (pa.array([Decimal("1.50")]), [1.5]),
        (pa.array([NOON, None], pa.timestamp("ns", "Europe/Berlin")), ["2024-01-05T12:30:00.000Z", None]),
        (pa.array([NOON.replace(hour=0, minute=0)], pa.timestamp("s")), ["2024-01-05"]),
        (pa.array([NOON.date()]), ["2024-01-05"]),
        (pa.array([["x", "y"], [], None]), [["x", "y"], [], None]),
        (pa.array([{"id": 1, "on": NOON.date()}]), [{"id": 1, "on": "2024-01-05"}]),
        (pa.array([None, None]), [None, None]),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)
def test_each_type_of_parquet_becomes_the_cell_that_json_would_have(tmp_path, array, expected):
    pq.write_table(pa.table({"cell": array}), tmp_path / "a.parquet")
    assert cells(tmp_path / "a.parquet") == {"cell": expected}


def test_rows_are_numbered_through_all_blocks_and_row_groups(tmp_path):
    pq.write_table(pa.table({"n": range(120_000)}), tmp_path / "a.parquet", row_group_size=70_000)
    table = open_table(tmp_path / "a.parquet")
    assert (len(table.sample.lines), table.headed, table.columns) == (1000, True, ("n",))
    lines = [line for block in table.blocks() for line in block.lines.tolist()]
    assert lines == list(range(1, 120_001))
    assert table.progress[0] == table.progress[1] > 0


def test_a_parquet_file_without_rows_has_its_columns(tmp_path):
    pq.write_table(pa.table({"user": pa.array([], pa.string())}), tmp_path / "a.parquet")
    assert open_table(tmp_path / "a.parquet").columns == ("user",)
    assert cells(tmp_path / "a.parquet") == {"user": []}


def test_damaged_parquet_is_refused_wherever_it_is_damaged(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"user": ["ann", "bob"] * 300, "n": range(600)}), path)
    whole = path.read_bytes()
    for place in range(0, len(whole), 97):
        path.write_bytes(whole[:place] + b"\xee\xee\xee" + whole[place + 3 :])
        with contextlib.suppress(InvalidInput):  # data pages have no checksums: other values may be read
            cells(path)
    path.write_bytes(whole[:-40])
    with pytest.raises(InvalidInput, match=r"a\.parquet: the Parquet file is damaged at its end"):
        cells(path)


def test_more_rows_than_a_file_of_this_size_can_hold_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("doublebill.imports.files.parquet_table.ROWS_COUNT_FROM", 1000)
    pq.write_table(pa.table({"n": pa.array([0] * 1_000_000, pa.int8())}), tmp_path / "bomb.parquet")
    with pytest.raises(InvalidInput, match=r"it has 1,000,000 rows in [\d,]+ bytes"):
        open_table(tmp_path / "bomb.parquet")


def test_parquet_without_pyarrow_or_in_a_stream_says_how_to_go_on(tmp_path, monkeypatch):
    pq.write_table(pa.table({"n": [1]}), tmp_path / "a.parquet")
    with pytest.raises(InvalidInput, match="save it as a file of its own"):
        open_table(io.BytesIO((tmp_path / "a.parquet").read_bytes()), "a.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(InvalidInput, match="needs pyarrow, which is not installed; pip install pyarrow"):
        open_table(tmp_path / "a.parquet")
