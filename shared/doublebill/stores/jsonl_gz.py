"""Lines as gzip: the format of stored events, items and quarantined rows. Equal lines give equal bytes."""

import gzip
from collections.abc import Iterable, Iterator


def pack(lines: Iterable[str]) -> bytes:
    """Returns the lines as gzip bytes, without a time in the header."""
    return gzip.compress("".join(line + "\n" for line in lines).encode(), compresslevel=5, mtime=0)


def unpack(data: bytes) -> Iterator[str]:
    """Yields the lines that `pack` packed."""
    # only "\n" ends a line here: ids and titles may hold other characters that str.splitlines would cut at
    yield from gzip.decompress(data).decode().split("\n")[:-1]
