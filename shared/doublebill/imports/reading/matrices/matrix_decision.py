"""Decides whether a table is a matrix of users × items, and what its numbers mean."""

from doublebill.errors import InvalidInput
from doublebill.imports.files.blocks import RawBlock
from doublebill.imports.meaning.headers import ID_HEADER, plain
from doublebill.imports.reading.header_meanings import USER, event_candidates, event_meanings, first_named
from doublebill.imports.reading.matrices.long_form import is_empty
from doublebill.times.moments import bare_number

LEAST_UNNAMED = 10
"""Fewest columns of a matrix without a header."""
INDEX_NAMES = ("", "1", "index", "unnamed0", "id", "row")
"""Names of the first column of a matrix that a program wrote; without a name it has its number."""
JESTER_UNRATED = 99.0
SCALES = (5, 10)


def matrix_columns(block: RawBlock, headed: bool) -> tuple[str, tuple[str, ...]] | None:
    """Returns the column of users, which may be nothing, and those of items; None where it is no matrix."""
    columns = tuple(block.columns)
    if not columns or not len(block.lines):
        return None
    if not headed:
        return _unnamed(block) if len(columns) >= LEAST_UNNAMED else None
    user = first_named(columns, USER) or columns[0]
    items = tuple(column for column in columns if column != user)
    named = plain(user) in INDEX_NAMES or bool(first_named(columns, USER)) or len(items) >= LEAST_UNNAMED
    meant = event_meanings(items) or event_candidates(items) or any(map(ID_HEADER.fullmatch, items))
    if len(items) < 2 or not named or meant:
        return None
    return (user, items) if all(_is_numeric(block, column) for column in items) else None


def _unnamed(block: RawBlock) -> tuple[str, tuple[str, ...]] | None:
    columns = tuple(block.columns)
    if not all(_is_numeric(block, column) for column in columns):
        return None
    first, items = columns[0], columns[1:]
    for row in range(len(block.lines)):
        rated = [number for column in items if (number := bare_number(block.columns[column][row])) is not None]
        if bare_number(block.columns[first][row]) != sum(number != JESTER_UNRATED for number in rated):
            return None
    return "", items


def _is_numeric(block: RawBlock, column: str) -> bool:
    cells = [cell for cell in block.columns[column].distinct if not is_empty(cell)]
    return all(bare_number(cell) is not None for cell in cells)


def matrix_kind(block: RawBlock, items: tuple[str, ...]) -> tuple[str, float | None]:
    """Returns the kind of the cells, `rate` or `play`, and the number that means "not rated".

    Raises:
        InvalidInput: when they can be both.
    """
    cells = {cell for column in items for cell in block.columns[column].distinct if not is_empty(cell)}
    numbers = {number for cell in cells if (number := bare_number(cell)) is not None}
    unrated = JESTER_UNRATED if JESTER_UNRATED in numbers and min(numbers) < 0 else None
    rest = numbers - {JESTER_UNRATED, 0.0} if unrated else numbers - {0.0}
    if unrated or any(number < 0 or not number.is_integer() for number in rest):
        return "rate", unrated if unrated is not None else (0.0 if 0.0 in numbers and min(rest) > 0 else None)
    if rest and max(rest) in SCALES and len(rest) >= 3:
        fix = "say which, with --map '*=rating' or --map '*=plays'"
        raise InvalidInput.one("the numbers of the matrix", "they can be ratings or plays", fix)
    return "play", None
