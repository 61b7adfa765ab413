"""Numbered lines of a file or stream, plain or gzip, in bounded memory.

Lines end with LF or CRLF; text is UTF-8, with or without a byte order mark. Gzip is recognised by its first bytes,
not by the file's name. Lines with NUL bytes or a lone carriage return, and lines over `LINE_LIMIT_BYTES`, are bad
rows; a stream that breaks off or is damaged is refused as a whole.
"""

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from doublebill.errors import InvalidInput, Shown
from doublebill.imports.files.raw_rows import BadRow

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LINE_LIMIT_BYTES = 1 << 20
"""Longest line; longer ones are bad rows."""

BUFFER_BYTES = 1 << 18
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
GZIP = b"\x1f\x8b"
UNREADABLE = {
    b"PK\x03\x04": "a zip archive",
    b"BZh": "bzip2 data",
    b"\xfd7zXZ": "xz data",
    b"\x28\xb5\x2f\xfd": "Zstandard data",
    b"PAR1": "a Parquet file",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}
"""First bytes of files that are not text → their name in errors."""

HEAD_BYTES = max(len(magic) for magic in UNREADABLE)


class Readable(Protocol):
    """A binary stream."""

    def read(self, size: int, /) -> bytes:
        """Returns at most `size` bytes, none at the end."""
        ...


type Source = Path | Readable
"""A file to open and close, or a binary stream that stays open."""

type Blocks = io.BufferedReader | gzip.GzipFile
"""Unpacked bytes; `read1` makes one read at most, so that all lines before damaged data are read."""

type ByteLine = tuple[int, bytes] | BadRow
type TextLine = tuple[int, str] | BadRow


def name_of(source: Source, name: str = "") -> str:
    """Returns the name of a file in errors: `name`, or else the last part of its path."""
    return name or (source.name if isinstance(source, Path) else "the file")


def read_lines(source: Source, name: str) -> Iterator[ByteLine]:
    """Yields each line with its number from 1, without its line end; an unreadable one as a bad row.

    Raises:
        InvalidInput: when the file cannot be opened, is no text, or is gzip that breaks off or is damaged.
    """
    with _opened(source, name) as stream:
        number = 0
        try:
            for lines in _whole_lines(stream):
                for line in lines:
                    number += 1
                    content = line.rstrip(b"\r") if number > 1 else line.removeprefix(BYTE_ORDER_MARK).rstrip(b"\r")
                    if b"\0" in content or b"\r" in content or len(content) > LINE_LIMIT_BYTES:
                        yield _unreadable(number, content)
                    else:
                        yield number, content
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            damage = "breaks off" if isinstance(error, EOFError) else "is damaged"
            problem = f"the gzip data {damage} after line {number}; nothing of it counts"
            raise InvalidInput.one(name, problem, "use a whole gzip file") from error


def decoded(lines: Iterable[ByteLine], latin1: bool = False) -> Iterator[TextLine]:
    """Yields the lines as text; one that is not UTF-8 is a bad row, or Latin-1 where `latin1`."""
    for line in lines:
        if isinstance(line, BadRow):
            yield line
            continue
        number, content = line
        try:
            yield number, content.decode()
        except UnicodeDecodeError as error:
            if latin1:
                yield number, content.decode("latin-1")
            else:
                found = f"not UTF-8: byte 0x{content[error.start]:02x} at position {error.start + 1}"
                yield BadRow(number, "line", found, "use UTF-8")


@contextmanager
def _opened(source: Source, name: str) -> Iterator[Blocks]:
    if not isinstance(source, Path):
        yield _unpacked(source, name)
        return
    try:
        file = source.open("rb")
    except OSError as error:
        raise InvalidInput.one(name, error.strerror or "cannot be read", "name a file that can be read") from error
    with file:
        yield _unpacked(file, name)


def _unpacked(stream: Readable, name: str) -> Blocks:
    rejoined = _Rejoined(stream)
    for magic, form in UNREADABLE.items():
        if rejoined.head.startswith(magic):
            raise InvalidInput.of_value(name, Shown(form), "UTF-8 text, plain or gzip")
    if rejoined.head.startswith(GZIP):
        return gzip.GzipFile(fileobj=io.BufferedReader(rejoined, BUFFER_BYTES))
    return io.BufferedReader(rejoined, BUFFER_BYTES)


class _Rejoined(io.RawIOBase):
    """A stream from its beginning whose `head` is already read; never seeks."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self.head = b""
        while len(self.head) < HEAD_BYTES and (more := stream.read(HEAD_BYTES - len(self.head))):
            self.head += more
        self._waiting = self.head

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        content = self._waiting or self._stream.read(len(view))
        self._waiting = content[len(view) :] if self._waiting else b""
        view[: len(content)] = content[: len(view)]
        return min(len(content), len(view))


def _whole_lines(stream: Blocks) -> Iterator[list[bytes]]:
    """Yields the lines that each block completes; lines that are too long are cut just past the limit."""
    rest = b""
    while block := stream.read1(BUFFER_BYTES):
        *whole, rest = (rest + block).split(b"\n")
        rest = rest[: LINE_LIMIT_BYTES + 2]
        yield whole
    if rest:
        yield [rest]


def _unreadable(number: int, line: bytes) -> BadRow:
    if len(line) > LINE_LIMIT_BYTES:
        return BadRow(number, "line", f"more than {LINE_LIMIT_BYTES} bytes", "shorten it")
    if b"\0" in line:
        return BadRow(number, "line", f"a NUL byte at position {line.index(0) + 1}", "use text")
    return BadRow(number, "line", "a carriage return inside the line", "end lines with LF or CRLF")
