"""Levels as text: lines become levels of rows; titles, comments and marks that editors leave in files are no rows.

A line is a row where all of its characters are tiles. Other lines are notes where they begin with `;` or `::`, are a
field such as `Title: …`, or stand between `Comment:` and `Comment-End:`; any other line is a row with an unknown tile.
Notes and empty lines end a level. A kind with a text format of its own extends `Notation`.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

FIELD = re.compile(r"([A-Za-z][A-Za-z _-]*):(?:\s+(.*))?")
NOTE_MARKS = ";", "::"
BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class TextLevel:
    """One level of a text."""

    title: str
    """From a note before it or a `Title:` after it; empty where it has none."""
    rows: tuple[str, ...]
    """As they were written, ragged ones too."""


class Notation:
    """The usual form of levels as text: a character for each tile, in those of the kind or of a legend.

    `meant` is what a legend says: its symbols → the kind's tiles; None where there is none.
    """

    def tiles(self, meant: Mapping[str, str] | None, kind_legend: Mapping[str, str]) -> Collection[str]:
        """Returns the characters that rows consist of."""
        return (kind_legend if meant is None else meant).keys()

    def rows_in(self, line: str, tiles: Collection[str]) -> Sequence[str]:
        """Returns the rows that a line draws; none where it is empty or a note."""
        if set(line) <= set(tiles):
            return [line] if line else ()
        return () if is_note(line) else [line]

    def meaning(
        self,
        rows: Sequence[str],  # noqa: ARG002  # a form that recognises tiles by the whole level needs it
        meant: Mapping[str, str] | None,
        kind_legend: Mapping[str, str],
    ) -> Mapping[str, str]:
        """Returns the tile of the kind for each symbol of a level."""
        return {tile: tile for tile in kind_legend} if meant is None else meant

    def squared(self, rows: Sequence[str], meant: Mapping[str, str]) -> Sequence[str]:  # noqa: ARG002  # others need it
        """Returns the rows with one length, where the form says what stands beyond the end of a row."""
        return rows


PLAIN = Notation()


def is_note(line: str) -> bool:
    """Checks whether a line that is no row is a comment or a field."""
    return line.startswith(NOTE_MARKS) or FIELD.fullmatch(line.strip()) is not None


@dataclass(slots=True)
class _Reading:
    """The levels of a text, as far as it was read."""

    levels: list[TextLevel] = field(default_factory=list[TextLevel])
    rows: list[str] = field(default_factory=list[str])
    title: str = ""
    """Of the level that comes next."""
    commenting: bool = False

    def end_level(self) -> None:
        """Ends the level whose rows were read, if there are any."""
        if self.rows:
            self.levels.append(TextLevel(self.title, tuple(self.rows)))
            self.rows, self.title = [], ""

    def note(self, line: str) -> None:
        """Keeps the title that a note gives: a comment names the level below it, `Title:` the one above."""
        found = FIELD.fullmatch(line.strip())
        name, text = (found[1].lower(), found[2] or "") if found else ("", line.lstrip(";: ").strip())
        if name == "comment-end":
            self.commenting = False
        elif self.commenting:
            return
        elif name == "comment" and not text:
            self.commenting = True
        elif name == "title" and self.levels:
            self.levels[-1] = TextLevel(text, self.levels[-1].rows)
        elif not name and text:
            self.title = text


def split_levels(text: str, tiles: Collection[str], notation: Notation = PLAIN) -> list[TextLevel]:
    """Returns the levels of a text; `tiles` are all characters that may stand in a row."""
    reading = _Reading()
    for line in text.removeprefix(BYTE_ORDER_MARK).replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        rows = () if reading.commenting else notation.rows_in(line, tiles)
        if rows:
            reading.rows += rows
        else:
            reading.end_level()
            reading.note(line)
    reading.end_level()
    return reading.levels
