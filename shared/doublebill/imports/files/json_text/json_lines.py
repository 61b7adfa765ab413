"""JSON lines, strictly: one object per line, no NaN, no Infinity. Nested keys become columns with dots: `movie.ids`."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import batched, chain

import numpy as np

from doublebill.imports.files.blocks import RawBlock, column_of
from doublebill.imports.files.json_text.inner_rows import JsonRow, flattened, inner_rows
from doublebill.imports.files.lines import TextLine, decoded, line_blocks
from doublebill.imports.files.raw_rows import BadRow, described

FIX = "use one JSON object"
BLOCK_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class JsonLines:
    """The form of a text with one object per line."""

    other_encoding: str = ""
    """Encoding of the lines that are not UTF-8; empty where such lines are bad rows."""
    inner: tuple[str, ...] = ()
    """Path to the lists whose elements are the rows, as in `inner_rows`; empty where the objects are."""

    def blocks(self, chunks: Iterable[bytes], name: str, partial: bool = False) -> Iterator[RawBlock]:
        """Yields the objects of a text in order; each block has the columns of its own objects."""
        lines = chain.from_iterable(block.lines() for block in line_blocks(chunks, name, partial))
        rows = inner_rows(read_objects(decoded(lines, self.other_encoding)), self.inner)
        for some in batched(rows, BLOCK_ROWS):
            yield block_of(some)


def block_of(rows: Iterable[JsonRow]) -> RawBlock:
    """Returns a block with a column for every key, and one for every key of nested objects."""
    lines: list[int] = []
    flat: list[dict[str, object]] = []
    bad: list[BadRow] = []
    for row in rows:
        if isinstance(row, BadRow):
            bad.append(row)
        else:
            lines.append(row[0])
            flat.append(flattened(row[1]))
    names = dict.fromkeys(name for one in flat for name in one)
    columns = {name: column_of(one.get(name) for one in flat) for name in names}
    return RawBlock(np.array(lines, np.int64), columns, bad)


def object_of(text: str) -> dict[str, object]:
    """Returns the object in a text.

    Raises:
        ValueError: when the text is anything else; says where, and repeats nothing of it.
    """
    try:
        value = json.loads(text, parse_constant=no_constant)
    except json.JSONDecodeError as error:
        raise ValueError(f"a JSON error at position {error.pos + 1}") from None
    except RecursionError:
        raise ValueError("JSON nested too deeply") from None
    except ValueError:
        raise ValueError("a number that JSON does not have, or of too many digits") from None
    if not isinstance(value, dict):
        raise ValueError(described(value))  # noqa: TRY004  # one error type says: not a JSON line
    return value


def read_objects(lines: Iterable[TextLine]) -> Iterator[tuple[int, dict[str, object]] | BadRow]:
    """Yields the object of each line that is not blank, with its number."""
    for line in lines:
        if isinstance(line, BadRow):
            yield line
        elif line[1] and not line[1].isspace():
            try:
                yield line[0], object_of(line[1])
            except ValueError as error:
                yield BadRow(line[0], "line", str(error), FIX)


def no_constant(name: str) -> float:
    """Refuses NaN and Infinity, which JSON does not have."""
    raise ValueError(name)
