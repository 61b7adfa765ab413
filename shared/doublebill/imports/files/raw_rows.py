"""Rows of a file: the raw values of a record, or the reason why it cannot be read, with its line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from doublebill.errors import NOTHING, InvalidInput, Shown

SORTS: Mapping[str, Callable[[str], bool]] = {"letters": str.isalpha, "digits": str.isdigit, "spaces": str.isspace}

SIGNS = "@.,;:-_/+"
"""Signs that a sketch names, since they tell an address, a number or a time from each other."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """A readable record."""

    line: int
    """Number of the record's first line, from 1."""
    values: dict[str, object]
    """Raw values, as `events.parse` or `items.parse_item` take them."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """One record that cannot be read; `problem` never repeats a user id."""

    line: int
    field: str
    """`line` for the whole line."""
    problem: str
    fix: str
    quoted: str = ""
    """The cell as `problem` repeats it, where it does."""

    def as_json(self) -> dict[str, object]:
        """Returns the row as the quarantine stores it: with a sketch of the cell in place of its text.

        Where the columns of a file have shifted, any cell may be a user id.
        """
        problem = self.problem.replace(self.quoted, sketch(self.quoted)) if self.quoted else self.problem
        return {"line": self.line, "field": self.field, "problem": problem, "fix": self.fix}

    def describing(self, value: object) -> "BadRow":
        """Returns the row with the kind of a value in place of the cell that `problem` repeats."""
        kind = described(value)
        return replace(self, problem=self.problem.replace(self.quoted, kind), quoted=kind)


def refused(line: int, error: InvalidInput) -> BadRow:
    """Returns the first complaint of an error as a bad row."""
    first = error.complaints[0]
    return BadRow(line, first.field, first.problem, first.fix, first.quoted)


def sketch(quoted: str) -> str:
    """Returns the length and the sorts of characters of a cell, from the words in which an error quotes it.

    `text of 12 characters: letters, digits, @`. Words that already describe a value stay.
    """
    if isinstance(quoted, Shown):
        return quoted
    text = quoted.strip("'\"")
    sorts = [name for name, of_sort in SORTS.items() if any(map(of_sort, text))]
    signs = sorted({sign for sign in text if sign in SIGNS})
    return f"text of {len(text)} characters: {', '.join([*sorts, *signs]) or 'signs'}"


def described(found: object) -> Shown:
    """Returns the kind of a value that must not be repeated: `a text of 12 characters`."""
    if found is None or found == "":
        return NOTHING
    if isinstance(found, str):
        return Shown("a text of 1 character" if len(found) == 1 else f"a text of {len(found)} characters")
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        return Shown(f"a JSON value of type {type(found).__name__}")
    return Shown("a number")
