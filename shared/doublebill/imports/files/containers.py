"""Containers: the bytes of a file, or of a member of a zip archive, unpacked in bounded memory.

Gzip and zip are recognised by their first bytes, never by a name. Nothing is unpacked to a folder, so that the names in
an archive are labels only. A file that unpacks to far more than a text can is refused while it is read.
"""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from doublebill.errors import InvalidInput

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BUFFER_BYTES = 1 << 18
GZIP = b"\x1f\x8b"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
PARQUET = b"PAR1"
"""First bytes of a Parquet file, which is read from its end."""
UNREADABLE = {
    b"BZh": ("bzip2 data", "unpack it first"),
    b"\xfd7zXZ": ("xz data", "unpack it first"),
    b"\x28\xb5\x2f\xfd": ("Zstandard data", "unpack it first"),
    b"7z\xbc\xaf\x27\x1c": ("a 7-Zip archive", "unpack it first"),
    b"Rar!": ("a RAR archive", "unpack it first"),
    b"ARROW1": ("an Arrow or Feather file", "write it as Parquet or CSV"),
    b"\x89HDF": ("an HDF5 file", "write its table as Parquet or CSV"),
    b"\x93NUMPY": ("an array of numpy", "write it as CSV with a header"),
    b"\x80\x04": ("a Python pickle", "write it as Parquet or CSV: a pickle can run programs"),
    b"\x80\x05": ("a Python pickle", "write it as Parquet or CSV: a pickle can run programs"),
    b"SQLite format 3": ("an SQLite database", "write its table as CSV"),
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook", "save its sheet as CSV"),
    b"%PDF": ("a PDF", "use CSV or JSON"),
    b"Obj\x01": ("an Avro file", "write it as Parquet or CSV"),
    b"MATLAB 5.0 MAT-file": ("a file of MATLAB", "write its table as CSV"),
    b"RDX3\n": ("a file of R", "write its table as CSV"),
    b"RDX2\n": ("a file of R", "write its table as CSV"),
}
"""First bytes of files that are no text → their name in errors and the way out."""

TAR, TAR_PLACE = b"ustar", 257
"""The mark of a tar archive, and its place."""

HEAD_BYTES = TAR_PLACE + len(TAR)
"""Bytes by which a file is recognised as no text."""

MOST_RATIO = 200
"""Unpacked bytes per packed byte that no text of events reaches."""
RATIO_COUNTS_FROM_BYTES = 1 << 24
"""Smaller contents are read whatever their ratio."""
MOST_BLANK_BYTES = 1 << 20
"""White space at a stretch past which a file is refused: each empty line takes as long as one of a few cells."""

MOST_BYTES = 1 << 38
"""Most unpacked bytes of a file: 256 GiB."""
MOST_MEMBERS = 10_000

DAMAGES = (EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error)
"""Errors of packed data that breaks off or is damaged."""


class Readable(Protocol):
    """A binary stream."""

    def read(self, size: int, /) -> bytes:
        """Returns at most `size` bytes, none at the end."""
        ...


type Source = Path | Readable
"""A file to open and close, or a binary stream that stays open."""

type Blocks = io.BufferedReader | gzip.GzipFile | zipfile.ZipExtFile
"""Unpacked bytes; `read1` makes one read at most, so that everything before damaged data is read."""


def name_of(source: Source, name: str = "") -> str:
    """Returns the name of a file in errors: `name`, or else the last part of its path."""
    return name or (source.name if isinstance(source, Path) else "the file")


class Unpacked:
    """The unpacked bytes of a file; counts, and refuses what grows beyond all measure."""

    def __init__(self, name: str, source: Source, member: str) -> None:
        """Opens nothing yet."""
        self.name = name
        self.size_bytes = source.stat().st_size if isinstance(source, Path) and source.exists() else 0
        """Packed bytes in all; 0 where they are not known."""
        self.read_bytes = 0
        """Packed bytes read so far."""
        self._source = source
        self._member = member

    @property
    def path(self) -> Path | None:
        """Returns the file itself; None for a stream and for a member of an archive."""
        return self._source if isinstance(self._source, Path) and not self._member else None

    def chunks(self) -> Iterator[bytes]:
        """Yields the unpacked bytes in order.

        Raises:
            InvalidInput: when the file cannot be opened, is no text, or is a bomb.
            EOFError, BadGzipFile, BadZipFile, zlib.error: when it breaks off or is damaged (see `DAMAGES`).
        """
        unpacked = blank = 0
        with _opened(self._source, self.name) as file:
            stream = self._stream(_Counted(file, self))
            while chunk := stream.read1(BUFFER_BYTES):
                if not unpacked:
                    self._check_form(chunk)
                unpacked += len(chunk)
                blank = 0 if chunk.strip() else blank + len(chunk)
                self._check(unpacked, blank)
                yield chunk

    def _stream(self, counted: "_Counted") -> Blocks:
        if counted.head.startswith(ZIP):
            return self._of_archive(counted)
        if counted.head.startswith(GZIP):
            return gzip.GzipFile(fileobj=io.BufferedReader(counted, BUFFER_BYTES))
        return io.BufferedReader(counted, BUFFER_BYTES)

    def _of_archive(self, counted: "_Counted") -> zipfile.ZipExtFile:
        archive = _archive(counted.stream, self.name, counted)
        names = _members(archive, self.name)
        member = self._member or (names[0] if len(names) == 1 else "")
        if member not in names:
            problem = f"the archive holds {len(names)} files" if not self._member else f"no member {self._member!r}"
            raise InvalidInput.one(self.name, problem, "name one of them: " + ", ".join(names[:20]))
        info = archive.getinfo(member)
        self.size_bytes = info.compress_size
        if info.flag_bits & 1:
            raise InvalidInput.one(self.name, f"{label(member)} is encrypted", "use an archive without a password")
        try:
            return cast("zipfile.ZipExtFile", archive.open(info))
        except (NotImplementedError, RuntimeError) as error:
            problem = f"{label(member)} is packed in an unusual way"
            raise InvalidInput.one(self.name, problem, "pack it again as an ordinary zip or gzip file") from error

    def _check_form(self, start: bytes) -> None:
        """Refuses what is no text by its first bytes."""
        for magic, (form, fix) in UNREADABLE.items():
            if start.startswith(magic):
                raise InvalidInput.one(self.name, f"it is {form}", fix)
        if start.startswith(TAR, TAR_PLACE):
            raise InvalidInput.one(self.name, "it is a tar archive", "unpack it first, or pack its files as a zip")

    def _check(self, unpacked: int, blank: int) -> None:
        packed = max(self.read_bytes, 1)
        if unpacked > RATIO_COUNTS_FROM_BYTES and unpacked > MOST_RATIO * packed:
            problem = f"it unpacks to more than {MOST_RATIO} times its size"
            raise InvalidInput.one(
                self.name, problem, "unpack it yourself, look at it, and import the text if it is right"
            )
        if blank > MOST_BLANK_BYTES:
            problem = f"it has more than {MOST_BLANK_BYTES >> 20} MiB of nothing but white space at a stretch"
            raise InvalidInput.one(self.name, problem, "remove the empty lines")
        if unpacked > MOST_BYTES:
            raise InvalidInput.one(self.name, f"it has more than {MOST_BYTES >> 30} GiB of text", "split it")


def archive_members(source: Source, name: str = "") -> tuple[str, ...]:
    """Returns the names of the files in a zip archive without the clutter of macOS and Windows; none for other files.

    Raises:
        InvalidInput: when the file cannot be opened, or is an archive that cannot be read.
    """
    if not isinstance(source, Path) and not hasattr(source, "seek"):
        return ()
    name = name_of(source, name)
    with _opened(source, name) as file:
        start = file.read(HEAD_BYTES)
        cast("BinaryIO", file).seek(0)
        return _members(_archive(file, name), name) if start.startswith(ZIP) else ()


def label(member: str) -> str:
    """Returns the last part of a member's name, as errors and answers show it."""
    printable = "".join(character if character.isprintable() else "?" for character in member)
    return PurePosixPath(printable.replace("\\", "/")).name or "?"


def _archive(file: Readable, name: str, counted: "_Counted | None" = None) -> zipfile.ZipFile:
    if not hasattr(file, "seek"):
        raise InvalidInput.one(name, "it is a zip archive in a stream", "save it as a file first")
    try:
        return zipfile.ZipFile(cast("BinaryIO", _Seekable(cast("BinaryIO", file), counted)))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InvalidInput.one(name, "the zip archive is damaged", "use a whole zip archive") from error


def _members(archive: zipfile.ZipFile, name: str) -> tuple[str, ...]:
    names = archive.namelist()
    if len(names) > MOST_MEMBERS:
        raise InvalidInput.one(name, f"the archive holds {len(names)} files", f"use at most {MOST_MEMBERS}")
    if "[Content_Types].xml" in names or {"mimetype", "content.xml"} <= set(names):
        raise InvalidInput.one(name, "it is an office document", "save its sheet as CSV")
    wanted = tuple(dict.fromkeys(one for one in names if not _is_clutter(one)))
    if not wanted:
        raise InvalidInput.one(name, "the archive holds no file", "use an archive of text files")
    return wanted


def _is_clutter(member: str) -> bool:
    parts = member.replace("\\", "/").split("/")
    hidden = any(part.startswith(".") and part not in (".", "..") for part in parts)
    return not parts[-1] or hidden or "__MACOSX" in parts or parts[-1].lower() in ("thumbs.db", "desktop.ini")


@contextmanager
def _opened(source: Source, name: str) -> Iterator[Readable]:
    if not isinstance(source, Path):
        yield source
        return
    try:
        file = source.open("rb")
    except OSError as error:
        raise InvalidInput.one(name, error.strerror or "cannot be read", "name a file that can be read") from error
    with file:
        yield file


class _Seekable:
    """The file of an archive, whose bytes are counted."""

    def __init__(self, file: BinaryIO, counted: "_Counted | None") -> None:
        self._file = file
        self._counted = counted

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(size)
        if self._counted:
            self._counted.note(len(content))
        return content

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)


class _Counted(io.RawIOBase):
    """A stream from its beginning whose `head` is already read; counts, and never seeks."""

    def __init__(self, stream: Readable, unpacked: Unpacked) -> None:
        self.stream = stream
        self._unpacked = unpacked
        self.head = b""
        while len(self.head) < HEAD_BYTES and (more := stream.read(HEAD_BYTES - len(self.head))):
            self.head += more
        self._waiting = self.head

    def note(self, size_bytes: int) -> None:
        self._unpacked.read_bytes += size_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        content = self._waiting or self.stream.read(len(view))
        self._waiting = content[len(view) :] if self._waiting else b""
        view[: len(content)] = content[: len(view)]
        self.note(min(len(content), len(view)))
        return min(len(content), len(view))
