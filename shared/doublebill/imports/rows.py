"""What reading a file gives back: a raw mapping or a complaint for each record, with the line it starts on."""

from dataclasses import dataclass

from doublebill.errors import InvalidInput, Shown


@dataclass(frozen=True, slots=True)
class RawRow:
    """One readable record."""

    line: int
    """Number of the record's first line, from 1."""
    values: dict[str, object]
    """The raw mapping, as `events.parse` or `items.parse_item` takes it."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """One record that cannot be read; `found` never holds a user id."""

    line: int
    field: str
    """`line` where the whole line is meant."""
    found: str
    expected: str


def refused(line: int, error: InvalidInput) -> BadRow:
    """The first complaint of `error` as a bad row."""
    first = error.complaints[0]
    return BadRow(line, first.field, first.found, first.expected)


def described(found: object) -> Shown:
    """What kind of value `found` is, without the value: for what must not be repeated."""
    if found is None or found == "":
        return Shown("nothing")
    if isinstance(found, str):
        return Shown(f"a text of {len(found)} characters")
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        return Shown(f"a JSON value of type {type(found).__name__}")
    return Shown("a number")
