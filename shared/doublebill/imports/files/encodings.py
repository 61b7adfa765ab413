"""Encodings: bytes of any text become UTF-8, without a byte order mark and with LF for the line ends of old Macs.

A byte that the encoding does not have stays unchanged, so that the line which holds it is a bad row and no other.
"""

import codecs
import contextlib
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from doublebill.errors import InvalidInput

BYTE_ORDER_MARK = codecs.BOM_UTF8
UTF_8 = "utf-8"
MARKS = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks, the longer before their beginnings."""


WESTERN = "cp1252"
"""Windows-1252, which has the letters of Latin-1 at the same places, and marks where Latin-1 has control characters."""

ENCODING_FIX = "use UTF-8, or name the encoding, such as --encoding cp1252"
WESTERN_FIX = f"it reads well as Windows-1252: name that with --encoding {WESTERN}"
ENCODING_FIXES = frozenset({ENCODING_FIX, WESTERN_FIX})

OTHER_RUN = re.compile(rb"[\x80-\xff]{3}")
"""A run that words of Western languages do not have: in texts of other languages most letters are beyond ASCII."""


def reads_as_western(line: bytes) -> bool:
    """Returns whether a line that is not UTF-8 has as Windows-1252 words with some letters beyond ASCII."""
    try:
        text = line.decode(WESTERN)
    except UnicodeDecodeError:
        return False
    beyond = [character for character in text if not character.isascii()]
    letters = sum(map(str.isalpha, text)) - sum(map(str.isalpha, beyond))
    return not OTHER_RUN.search(line) and 2 * sum(map(str.isalpha, beyond)) > len(beyond) and letters > len(beyond)


def check_encoding(encoding: str) -> str:
    """Returns the usual name of an encoding.

    Raises:
        InvalidInput: when there is none of this name.
    """
    try:
        with contextlib.suppress(UnicodeError):
            b"a".decode(encoding)
        return codecs.lookup(encoding).name
    except (LookupError, ValueError) as error:  # no codec, one that is not of text, or a NUL in its name
        raise InvalidInput.of_value("encoding", encoding, "a name such as utf-8, utf-16, cp1252 or latin-1") from error


def encoding_of(start: bytes, named: str = "") -> str:
    """Returns the encoding of a text by its byte order mark, or else the one named, or else UTF-8."""
    return next((encoding for mark, encoding in MARKS if start.startswith(mark)), named or UTF_8)


def as_utf8(chunks: Iterable[bytes], name: str, named: str = "") -> Iterator[bytes]:
    """Yields the text as UTF-8; a byte order mark in the first chunk says more than the encoding named.

    Raises:
        InvalidInput: when the text breaks off within a character, or is no text of an encoding of several bytes.
    """
    rest = iter(chunks)
    first = next(rest, b"")
    encoding = encoding_of(first, named)
    chunks = chain([first.removeprefix(BYTE_ORDER_MARK)], rest)
    yield from with_line_feeds(chunks if encoding == UTF_8 else _decoded(chunks, encoding, name))


def _decoded(chunks: Iterable[bytes], encoding: str, name: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
    try:
        for chunk in chunks:
            yield decoder.decode(chunk).encode(UTF_8, "surrogateescape")
        yield decoder.decode(b"", final=True).encode(UTF_8, "surrogateescape")
    except UnicodeError as error:
        fix = "name its encoding, such as --encoding cp1252"
        raise InvalidInput.one(name, f"it is no {encoding.upper()} text", fix) from error


def with_line_feeds(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yields the text with LF in place of CR where the first chunk has only CR."""
    old_mac: bool | None = None
    for chunk in chunks:
        if old_mac is None:
            old_mac = b"\r" in chunk[:-1] and b"\n" not in chunk
        yield chunk.replace(b"\r", b"\n") if old_mac else chunk
