"""Ratings that may be none: a number that stands for "not rated" in some files and for the lowest rating in others."""

from doublebill.errors import InvalidInput
from doublebill.imports.files.blocks import Column

MANY_ZEROS = 0.1
"""Share of zeros from which they may mean "not rated"."""

FEWEST_RATINGS = 20
"""Among fewer ratings, zeros tell nothing."""

HIGHEST_VERDICT = 1
"""Ratings up to here beside -1 are thumbs up and down."""


def ask_about_unrated(column: str, cells: Column) -> None:
    """Asks where many ratings are 0, or some are -1, and no other one is below 1.

    Raises:
        InvalidInput: then.
    """
    numbers = [_number(cell) for cell in cells.distinct]
    others = [number for number in numbers if number is not None and number not in (0, -1)]
    if not others or min(others) < 1 or {0, -1} <= set(numbers):
        return
    counts = [0, 0]
    for code in cells.codes.tolist():
        if (number := numbers[code]) in (0, -1):
            counts[0 if number == 0 else 1] += 1
    zeros, negatives = counts
    if zeros >= max(MANY_ZEROS * len(cells), 1) and len(cells) >= FEWEST_RATINGS:
        raise _question(column, zeros, len(cells), "0", "--unrated 0")
    if negatives and max(others) > HIGHEST_VERDICT:
        raise _question(column, negatives, len(cells), "-1", "--unrated=-1")


def _question(column: str, found: int, rows: int, mark: str, flag: str) -> InvalidInput:
    problem = f"{found} of the first {rows} ratings are {mark}, which can mean 'not rated' or no star"
    return InvalidInput.one(column, problem, f"say which, with {flag} or --unrated none")


def _number(cell: object) -> float | None:
    try:
        return float(str(cell).strip())
    except ValueError:
        return None
