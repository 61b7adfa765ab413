"""Canaries: user ids that nothing may store or log, and the search for them in everything that is stored.

What is compressed or packed is opened as far as it goes: gzip, zlib, zstd, zip (and so npz), Parquet, SQLite. The id is
looked for as text in UTF-8, UTF-16 and UTF-32, in hexadecimal digits, in base64 at every offset, reversed, and by its
digests without a key, which anybody could compute from a list of ids.
"""

import base64
import gzip
import hashlib
import io
import sqlite3
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from doublebill.stores.objects import Objects

MARK = "zqcanary"

DIGESTS = ("md5", "sha1", "sha256")

Place = tuple[str, bytes]
"""Where something is stored, and its bytes."""


def canary(number: int) -> str:
    """A user id that is stored nowhere."""
    return f"{MARK}{number:03d}@example.org"


@dataclass(frozen=True)
class Searched:
    """The outcome of a search."""

    size_bytes: int
    """Opened bytes that were looked through."""
    places: int
    hits: tuple[str, ...]
    """Places with a user id, and the form that it has there."""


def search(places: Iterable[Place], user_ids: Iterable[str] = ()) -> Searched:
    """Looks through everything for the mark of canaries, and for digests of these user ids."""
    wanted = {**forms_of(MARK), **{f"{name} of {one}": form for one in user_ids for name, form in digests_of(one)}}
    size_bytes, count, hits = 0, 0, set[str]()
    for name, data in places:
        count += 1
        for inner, opened in opened_all(name, data):
            size_bytes += len(opened)
            lowered = opened.lower()
            hits.update(f"{inner}: {form}" for form, text in wanted.items() if text in opened or text in lowered)
        hits.update(f"{name}: its name" for text in wanted.values() if text in name.encode().lower())
    return Searched(size_bytes, count, tuple(sorted(hits)))


def forms_of(text: str) -> dict[str, bytes]:
    """The bytes by which a text may be stored."""
    shifted = {f"base64 at {n}": base64.b64encode(b"\0" * n + text.encode())[4 * bool(n) : -4] for n in range(3)}
    encoded = {name: text.encode(name) for name in ("utf-8", "utf-16-le", "utf-32-le")}
    return {**encoded, **shifted, "hexadecimal": text.encode().hex().encode(), "reversed": text[::-1].encode()}


def digests_of(user_id: str) -> Iterator[tuple[str, bytes]]:
    """The digests of a user id without a key: as bytes, as digits and as base64, each cut to sixteen bytes."""
    for name in DIGESTS:
        digest = hashlib.new(name, user_id.encode()).digest()
        yield f"{name} bytes", digest[:16]
        yield f"{name} digits", digest.hex()[:16].encode()
        yield f"{name} base64", base64.urlsafe_b64encode(digest[:12])


def opened_all(name: str, data: bytes) -> Iterator[Place]:
    """The bytes of a place, and everything that is packed into them."""
    yield name, data
    for inner, unpacked in _unpacked(data):
        yield from opened_all(f"{name} > {inner}", unpacked)


def _unpacked(data: bytes) -> Iterator[Place]:
    if data[:2] == b"\x1f\x8b":
        yield "gzip", gzip.decompress(data)
    elif data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from ((one, archive.read(one)) for one in archive.namelist())
    elif data[:4] == b"\x28\xb5\x2f\xfd":
        yield "zstd", pa.CompressedInputStream(pa.BufferReader(data), "zstd").read()
    elif data[:4] == b"PAR1":
        yield "parquet", repr(parquet.read_table(pa.BufferReader(data)).to_pydict()).encode()
    elif data[:16] == b"SQLite format 3\0":
        yield from _cells(data)
    elif data[:1] == b"\x78" or data[:2] == b"\x01\x78":  # a page of a history has its version before the stream
        try:
            yield "zlib", zlib.decompress(data.removeprefix(b"\x01"))
        except zlib.error:
            return


def _cells(data: bytes) -> Iterator[Place]:
    """Every cell of an SQLite file, with its table."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(data[:18] + b"\1\1" + data[20:])  # a copy in memory has no write-ahead log
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in connection.execute(f'SELECT * FROM "{table}"').fetchall():  # names of its own tables
                yield from ((table, one if isinstance(one, bytes) else str(one).encode()) for one in row)
    finally:
        connection.close()


def stored_objects(objects: Objects) -> Iterator[Place]:
    """Every object of a store."""
    return ((key, objects.get(key).data) for key in list(objects.keys("")))


def stored_files(folder: Path) -> Iterator[Place]:
    """Every file below a folder."""
    return ((str(file.relative_to(folder)), file.read_bytes()) for file in sorted(folder.rglob("*")) if file.is_file())
