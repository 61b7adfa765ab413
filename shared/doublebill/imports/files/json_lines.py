"""JSON lines, strictly: one object per line, no NaN, no Infinity."""

import json
from collections.abc import Iterable, Iterator

from doublebill.imports.files.lines import TextLine
from doublebill.imports.files.raw_rows import BadRow, described

FIX = "use one JSON object"


def object_of(text: str) -> dict[str, object]:
    """Returns the object in a text.

    Raises:
        ValueError: when the text is anything else; says where, and repeats nothing of it.
    """
    try:
        value = json.loads(text, parse_constant=_no_constant)
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


def _no_constant(name: str) -> float:
    raise ValueError(name)
