import gzip
import io
import zipfile

import pytest

from doublebill.errors import InvalidInput
from doublebill.imports.files import containers
from doublebill.imports.files.containers import archive_members, label
from doublebill.imports.files.table_source import ReadOptions, open_table


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return io.BytesIO(content.getvalue())


def items(source, **options) -> list[object]:
    table = open_table(source, "export.zip", ReadOptions(**options))
    return [item for block in table.blocks() for item in block.columns["item"]]


def test_the_only_file_of_an_archive_is_read_from_a_path_and_from_a_stream(tmp_path):
    archive = zipped({"folder/ratings.csv": b"user,item\nann,film-1\n", "folder/": b""})
    path = tmp_path / "export.zip"
    path.write_bytes(archive.getvalue())
    assert items(archive) == items(path) == ["film-1"]


def test_each_file_of_an_archive_is_read_by_its_name_and_clutter_is_none():
    clutter = dict.fromkeys(["__MACOSX/._a.csv", ".DS_Store", "a/.hidden", "Thumbs.db"], b"\0")
    archive = zipped({"a.csv": b"user,item\nann,1a\n", "b.csv": b"user,item\nann,1b\n", **clutter})
    assert archive_members(archive, "export.zip") == ("a.csv", "b.csv")
    assert items(archive, member="b.csv") == ["1b"]
    with pytest.raises(InvalidInput, match=r"the archive holds 2 files; name one of them: a\.csv, b\.csv"):
        items(archive)


def test_a_file_that_is_no_archive_has_no_members(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"user,item\n")
    assert archive_members(tmp_path / "a.csv") == ()


def test_names_with_paths_are_labels_and_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    member = "../../../evil\n.csv"
    archive = zipped({member: b"user,item\nann,film-1\n"})
    assert items(archive, member=member) == ["film-1"]
    assert label(member) == "evil?.csv"
    assert label("..\\..\\evil.csv") == "evil.csv"
    assert list(tmp_path.iterdir()) == []


def test_an_encrypted_member_is_refused():
    whole = bytearray(zipped({"a.csv": b"user,item\n"}).getvalue())
    whole[6] |= 1
    whole[whole.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(InvalidInput, match=r"a\.csv is encrypted; use an archive without a password"):
        items(io.BytesIO(bytes(whole)))


def test_an_archive_that_is_damaged_is_refused():
    rows = b"".join(b"user-%d,film-%d\n" % (n, n * 7919 % 1000) for n in range(200_000))
    whole = zipped({"a.csv": b"user,item\n" + rows}).getvalue()
    with pytest.raises(InvalidInput, match="the zip archive is damaged"):
        items(io.BytesIO(whole[: len(whole) // 2]))
    middle = len(whole) * 3 // 4
    with pytest.raises(InvalidInput, match=r"export\.zip: the packed data is damaged after line \d+"):
        items(io.BytesIO(whole[:middle] + bytes(100) + whole[middle + 100 :]))


def test_an_excel_workbook_is_called_so():
    with pytest.raises(InvalidInput, match="it is an office document; save its sheet as CSV"):
        items(zipped({"[Content_Types].xml": b"", "xl/worksheets/sheet1.xml": b""}))


def test_a_spreadsheet_of_open_document_is_called_so():
    with pytest.raises(InvalidInput, match="it is an office document; save its sheet as CSV"):
        items(zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<office/>"}))


@pytest.mark.parametrize(
    ("packed", "form"),
    [
        (b"ratings.csv" + bytes(246) + b"ustar  \0" + bytes(247), "a tar archive; unpack it first"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"RDX3\nX\n", "a file of R"),
    ],
)
def test_a_packed_file_that_is_no_text_is_called_by_its_name(packed, form):
    for content in (packed, gzip.compress(packed)):
        with pytest.raises(InvalidInput, match=f"it is {form}"):
            items(io.BytesIO(content))


@pytest.mark.parametrize("row", [b"\0" * 8, b"ann,f-1\n"])
@pytest.mark.parametrize("pack", [gzip.compress, lambda content: zipped({"a.csv": content}).getvalue()])
def test_a_file_that_unpacks_beyond_all_measure_is_refused_while_it_is_read(monkeypatch, pack, row):
    monkeypatch.setattr(containers, "RATIO_COUNTS_FROM_BYTES", 1 << 20)
    bomb = pack(b"user,item\n" + row * 400_000)
    with pytest.raises(InvalidInput, match=r"export\.zip: it unpacks to more than 200 times its size; unpack it"):
        items(io.BytesIO(bomb))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_file_of_line_ends_is_refused_while_it_is_read(monkeypatch, pack):
    monkeypatch.setattr(containers, "BUFFER_BYTES", 1 << 10)
    monkeypatch.setattr(containers, "MOST_BLANK_BYTES", 1 << 12)
    with pytest.raises(InvalidInput, match="nothing but white space at a stretch; remove the empty lines"):
        items(io.BytesIO(pack(b"user,item\n" + b"\n \t\r\n" * 4096 + b"ann,film\n")))
    assert items(io.BytesIO(pack(b"user,item\n" + b"\n" * 1024 + b"ann,film\n")))


def test_a_file_of_too_many_bytes_is_refused(monkeypatch):
    monkeypatch.setattr(containers, "MOST_BYTES", 100)
    with pytest.raises(InvalidInput, match=r"it has more than 0 GiB of text; split it"):
        items(io.BytesIO(b"user,item\n" + b"ann,film\n" * 20))


def test_the_bytes_read_so_far_are_counted(tmp_path):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"user,item\n" + b"".join(b"user-%d,film-%d\n" % (n, n) for n in range(200_000))))
    table = open_table(path)
    begun, size = table.progress
    assert 0 < begun < size == path.stat().st_size
    assert sum(len(block.lines) for block in table.blocks()) == 200_000
    assert table.progress == (size, size)
