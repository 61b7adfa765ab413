import gzip
import hashlib

import pytest

from doublebill.errors import InvalidInput
from doublebill.imports.files.table_source import open_table
from doublebill_local.demo.large_file import CHUNK_ROWS, write_events


def test_the_file_has_the_rows_asked_for_and_the_same_ones_every_time(tmp_path):
    rows = CHUNK_ROWS + 5
    for name in ("one.csv.gz", "other.csv.gz"):
        write_events(tmp_path / name, rows)
    one, other = (gzip.decompress((tmp_path / name).read_bytes()) for name in ("one.csv.gz", "other.csv.gz"))
    assert one == other
    assert hashlib.sha256(one).hexdigest() == "9b65248e162c251525f57d4bb55fe109a790cca09da3e652dcf79dec1a084113"
    blocks = list(open_table(tmp_path / "one.csv.gz").blocks())
    assert sum(len(block.lines) for block in blocks) == rows
    assert [list(block.bad) for block in blocks] == [[]] * len(blocks)


def test_times_are_iso_or_unix_and_rise(tmp_path):
    write_events(tmp_path / "iso.csv.gz", 3)
    write_events(tmp_path / "unix.csv.gz", 3, iso=False)
    iso, unix = (open_table(tmp_path / name).sample.columns["timestamp"][:] for name in ("iso.csv.gz", "unix.csv.gz"))
    assert iso == ["2022-01-01T00:00:00Z", "2022-09-01T08:00:00Z", "2023-05-02T16:00:00Z"]
    assert unix == ["1640995200", "1662019200", "1683043200"]


@pytest.mark.parametrize("rows", [0, -1])
def test_a_file_without_rows_is_refused(tmp_path, rows):
    with pytest.raises(InvalidInput, match=r"ROWS: .* use a number of rows from 1 on"):
        write_events(tmp_path / "none.csv.gz", rows)
