"""A large file of made-up events, to try imports with: gzipped CSV, the same rows on every machine.

python -m doublebill_local.demo.large_file ROWS FILE [--times iso | unix]

Items are as popular as Zipf's law says, users as busy, the times rise over two years; one event in fifty is a like, all
others are plays.
"""

import argparse
import gzip
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from doublebill.errors import InvalidInput

HEADER = "user_id,item_id,kind,timestamp\n"
CHUNK_ROWS = 100_000
FIRST_SECONDS = 1_640_995_200
"""2022-01-01."""
SPAN_SECONDS = 2 * 365 * 86_400
EVENTS_PER_USER = 50
ITEMS = 50_000
SEED = 14


def write_events(path: Path, rows: int, iso: bool = True) -> None:
    """Writes the file.

    Raises:
        InvalidInput: when the number of rows is not positive.
    """
    if rows < 1:
        raise InvalidInput.of_value("ROWS", rows, "a number of rows from 1 on")
    with path.open("wb") as file, gzip.GzipFile("", "wb", compresslevel=1, fileobj=file, mtime=0) as packed:
        packed.write(HEADER.encode())
        for chunk in _chunks(rows, iso):
            packed.write(chunk.encode())


def _chunks(rows: int, iso: bool) -> Iterator[str]:
    random = np.random.Generator(np.random.PCG64(SEED))
    users = max(rows // EVENTS_PER_USER, 2)
    for begin in range(0, rows, CHUNK_ROWS):
        count = min(CHUNK_ROWS, rows - begin)
        # a power of a uniform number is about as skewed as Zipf's law, and every number below the bound occurs
        busy = (users * random.random(count) ** 2).astype(np.int64) * 7_919 % users
        popular = (ITEMS * random.random(count) ** 3).astype(np.int64)
        likes = random.random(count) < 0.02
        seconds = FIRST_SECONDS + SPAN_SECONDS * np.arange(begin, begin + count) // rows
        times = seconds.astype("datetime64[s]").astype(str).tolist() if iso else seconds.tolist()
        zone = "Z" if iso else ""
        yield "".join(
            f"user-{user:08d},track-{item:06d},{'like' if like else 'play'},{time}{zone}\n"
            for user, item, like, time in zip(busy.tolist(), popular.tolist(), likes.tolist(), times, strict=True)
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Writes a large file of made-up events.")
    parser.add_argument("rows", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--times", choices=["iso", "unix"], default="iso")
    arguments = parser.parse_args()
    write_events(arguments.file, arguments.rows, arguments.times == "iso")
