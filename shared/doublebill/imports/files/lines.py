"""Numbered lines of a text, one by one or in blocks of bytes, in bounded memory.

Lines end with LF or CRLF; text is UTF-8. Lines with NUL bytes or a lone carriage return, and lines over
`LINE_LIMIT_BYTES`, are bad rows; a file that breaks off or is damaged is refused as a whole.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from doublebill.errors import InvalidInput
from doublebill.imports.files.containers import DAMAGES, Source, Unpacked
from doublebill.imports.files.encodings import ENCODING_FIX, WESTERN_FIX, as_utf8, reads_as_western
from doublebill.imports.files.raw_rows import BadRow

LINE_LIMIT_BYTES = 1 << 20
"""Longest line; longer ones are bad rows."""

BLOCK_BYTES = 1 << 22
HEAD_BYTES = 1 << 20
"""Bytes by which a file is recognised."""

type ByteLine = tuple[int, bytes] | BadRow
type TextLine = tuple[int, str] | BadRow


@dataclass(frozen=True, slots=True)
class LineBlock:
    """Whole lines of a text."""

    first_line: int
    """Number of the first line, from 1."""
    content: bytes
    """The lines with their ends; only the last line of a text may have none."""

    def lines(self) -> Iterator[ByteLine]:
        """Yields each line with its number, without its line end; an unreadable one as a bad row."""
        for number, line in enumerate(self.content.removesuffix(b"\n").split(b"\n"), self.first_line):
            yield byte_line(number, line)


def read_lines(source: Source, name: str) -> Iterator[ByteLine]:
    """Yields each line with its number from 1, without its line end; an unreadable one as a bad row.

    Raises:
        InvalidInput: when the file cannot be opened, is no text, breaks off or is damaged.
    """
    for block in line_blocks(as_utf8(with_head(Unpacked(name, source, "").chunks()), name), name):
        yield from block.lines()


def with_head(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yields the same bytes, in the first chunk as many as a file is recognised by."""
    rest = iter(chunks)
    head, damage = b"", None
    try:
        while len(head) < HEAD_BYTES and (chunk := next(rest, b"")):
            head += chunk
    except DAMAGES as error:
        damage = error
    yield head
    if damage:
        raise damage
    yield from rest


def line_blocks(chunks: Iterable[bytes], name: str, partial: bool = False) -> Iterator[LineBlock]:
    """Yields the lines of a text in blocks; lines that are too long are cut just past the limit.

    Of a `partial` text, which breaks off anywhere, a last line without a line end is left out.

    Raises:
        InvalidInput: when the file breaks off or is damaged, after the whole lines before.
    """
    number, pieces, size_bytes = 1, [b""], 0
    try:
        for chunk in chunks:
            pieces.append(chunk)
            size_bytes += len(chunk)
            if size_bytes < BLOCK_BYTES:
                continue
            whole, end, rest = b"".join(pieces).rpartition(b"\n")
            if end:
                yield LineBlock(number, whole + end)
                number += whole.count(b"\n") + 1
            pieces = [rest[: LINE_LIMIT_BYTES + 2]]
            size_bytes = len(pieces[0])
    except DAMAGES as error:
        whole, end, _ = b"".join(pieces).rpartition(b"\n")
        if end:
            yield LineBlock(number, whole + end)
            number += whole.count(b"\n") + 1
        raise damaged(error, name, f"line {number - 1}") from error
    last = b"".join(pieces)
    if partial:
        last = b"".join(last.rpartition(b"\n")[:2])
    if last:
        yield LineBlock(number, last)


def damaged(error: Exception, name: str, place: str) -> InvalidInput:
    """Returns the error of a packed file that breaks off or is damaged after a place."""
    damage = "breaks off" if isinstance(error, EOFError) else "is damaged"
    problem = f"the packed data {damage} after {place}; nothing of it counts"
    return InvalidInput.one(name, problem, "use a whole file")


def decoded(lines: Iterable[ByteLine], other_encoding: str = "") -> Iterator[TextLine]:
    """Yields the lines as text; one that is not UTF-8 is a bad row, or is in the other encoding where there is one."""
    for line in lines:
        if isinstance(line, BadRow):
            yield line
            continue
        number, content = line
        try:
            yield number, content.decode()
        except UnicodeDecodeError as error:
            if other_encoding:
                yield number, content.decode(other_encoding, "replace")
            else:
                found = f"not UTF-8: byte 0x{content[error.start]:02x} at position {error.start + 1}"
                fix = WESTERN_FIX if reads_as_western(content) else ENCODING_FIX
                yield BadRow(number, "line", found, fix)


def byte_line(number: int, line: bytes) -> ByteLine:
    """Returns a line without its line end, or the bad row of an unreadable one."""
    content = line.rstrip(b"\r")
    if b"\0" in content or b"\r" in content or len(content) > LINE_LIMIT_BYTES:
        return _unreadable(number, content)
    return number, content


def _unreadable(number: int, line: bytes) -> BadRow:
    if len(line) > LINE_LIMIT_BYTES:
        return BadRow(number, "line", f"more than {LINE_LIMIT_BYTES} bytes", "shorten it")
    if b"\0" in line:
        return BadRow(number, "line", f"a NUL byte at position {line.index(0) + 1}", "use text")
    return BadRow(number, "line", "a carriage return inside the line", "end lines with LF or CRLF")
