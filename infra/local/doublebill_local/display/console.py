"""The console: where commands and the demo print, how they show progress, and answers as one JSON document."""

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

type Answer = Mapping[str, Any]

type Tell = Callable[[str], None]
"""Takes one step of an activity, in words."""


class _Console(Console):
    """A console that leaves a closed pipe to the command line."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


out = _Console(highlight=False, soft_wrap=True)
err = _Console(stderr=True, highlight=False, soft_wrap=True)


@contextlib.contextmanager
def working(activity: str, quiet: bool) -> Iterator[Tell]:
    """Shows an activity and its steps on stderr; yields the function that takes a step."""
    if quiet:
        yield lambda _: None
    elif not err.is_terminal:
        yield lambda step: err.print(f"  {step}", markup=False)
    else:
        with err.status(activity) as status:

            def show_step(step: str) -> None:
                status.update(f"{activity}: {step}")
                err.print(f"  {step}", markup=False)

            yield show_step


type BytesRead = Callable[[], tuple[int, int]]
"""Returns how many bytes of a file were read, and of how many; 0 where that is not known."""


@contextlib.contextmanager
def counting(activity: str, quiet: bool, bytes_read: BytesRead = lambda: (0, 0)) -> Iterator[Callable[[int], None]]:
    """Shows an activity and its pace on a terminal; yields the function that takes the number of rows so far."""
    if quiet or not err.is_terminal:
        yield lambda _: None
        return
    begun = time.monotonic()
    with err.status(activity) as status:
        yield lambda rows: status.update(f"{activity}: {pace(rows, time.monotonic() - begun, *bytes_read())}")


def pace(rows: int, seconds: float, read_bytes: int, size_bytes: int) -> str:
    """Returns the rows so far, how many a second, and the time that is left where the size of the file is known."""
    if seconds < 1:
        return f"{rows:,} rows"
    shown = f"{rows:,} rows, {rows / seconds:,.0f} rows/s"
    if not 0 < read_bytes <= size_bytes:
        return shown
    left = round(seconds * (size_bytes - read_bytes) / read_bytes)
    return f"{shown}, about {left // 60} min {left % 60} s left" if left >= 60 else f"{shown}, about {left} s left"


def print_document(answer: Answer) -> None:
    """Prints an answer as one JSON document, in ASCII where stdout has no UTF-8."""
    unicode = (sys.stdout.encoding or "utf-8").lower().startswith("utf")  # a stream in memory names no encoding
    print(json.dumps(answer, ensure_ascii=not unicode, indent=2))


def table(*columns: str) -> Table:
    """Returns an empty table narrow enough for numbers beside numbers in 80 columns."""
    return Table(*columns, box=box.SQUARE, pad_edge=False, collapse_padding=True)


def numbered(count: int, names: str) -> str:
    """Returns a count and its names: `1 event`, `2,000 events`."""
    return f"{count:,} {names.removesuffix('s') if count == 1 else names}"
