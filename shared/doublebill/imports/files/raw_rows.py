"""Rows of a file: the raw values of a record, or the reason why it cannot be read, with its line."""

from dataclasses import dataclass, replace

from doublebill.errors import NOTHING, InvalidInput, Shown


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
        """Returns the row as the quarantine stores it."""
        return {"line": self.line, "field": self.field, "problem": self.problem, "fix": self.fix}

    def describing(self, value: object) -> "BadRow":
        """Returns the row with the kind of a value in place of the cell that `problem` repeats."""
        kind = described(value)
        return replace(self, problem=self.problem.replace(self.quoted, kind), quoted=kind)


def refused(line: int, error: InvalidInput) -> BadRow:
    """Returns the first complaint of an error as a bad row."""
    first = error.complaints[0]
    return BadRow(line, first.field, first.problem, first.fix, first.quoted)


def described(found: object) -> Shown:
    """Returns the kind of a value that must not be repeated: `a text of 12 characters`."""
    if found is None or found == "":
        return NOTHING
    if isinstance(found, str):
        return Shown(f"a text of {len(found)} characters")
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        return Shown(f"a JSON value of type {type(found).__name__}")
    return Shown("a number")
