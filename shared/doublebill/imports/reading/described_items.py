"""Described items: what the rows of an event file say about their items beside the id, such as titles and artists.

A profile names these columns. In other files they are known by their names, and only where all rows of an item say the
same: a name or a tag that differs from row to row belongs to the user or to the event.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from doublebill.errors import InvalidInput
from doublebill.imports.files.blocks import Column, RawBlock
from doublebill.imports.files.raw_rows import RawRow
from doublebill.imports.meaning.headers import plain
from doublebill.imports.profiles.file_profile import FileProfile
from doublebill.imports.raw_cells.cell_texts import is_blank
from doublebill.imports.raw_cells.nested import flattened
from doublebill.imports.reading.event_rows import EventRows, event_rows
from doublebill.imports.reading.file_reading import ATTRIBUTE, UNREAD, FileReading
from doublebill.imports.reading.header_meanings import NAMES_OF_ARTISTS, TAGS, TITLE, YEAR
from doublebill.imports.reading.item_rows import values_of

DESCRIBED_TITLES = tuple(name for name in TITLE if name != "name")
"""Names of titles; a bare name may be that of the user."""

NAMES: Mapping[str, str] = {
    **dict.fromkeys(DESCRIBED_TITLES, "title"),
    **dict.fromkeys(YEAR, "year"),
    **dict.fromkeys(TAGS, "tags"),
    **dict.fromkeys(NAMES_OF_ARTISTS, f"{ATTRIBUTE}artist"),
    **dict.fromkeys(("album", "albumname"), f"{ATTRIBUTE}album"),
    **{name: ATTRIBUTE + name for name in ("author", "director", "brand", "publisher", "developer", "label", "studio")},
    "authors": f"{ATTRIBUTE}author",
    "directors": f"{ATTRIBUTE}director",
}

OF_ITEM = "item's "
"""The meaning of a column that describes the item begins so."""

MOST_CONTRADICTED = 0.02
"""Largest share of items whose rows may say different things."""


def described_columns(block: RawBlock, reading: FileReading, profile: FileProfile | None) -> FileReading:
    """Returns the reading with the columns that describe the items."""
    if profile:
        by_name = {plain(name): name for name in reversed(tuple(block.columns))}
        named = {by_name[name]: meaning for name, meaning in profile.describes.items() if name in by_name}
    else:
        unread = [one.column for one in reading.columns if one.meaning == UNREAD]
        named = {name: NAMES.get(plain(name), "") for name in unread}
        named = _agreeing(block, reading, {name: meaning for name, meaning in named.items() if meaning})
    describes = tuple((column, meaning) for column, meaning in named.items() if meaning)
    if not describes:
        return reading
    shown = dict(describes)
    columns = tuple(
        replace(one, meaning=OF_ITEM + shown[one.column], how=profile.name if profile else "its name")
        if one.meaning == UNREAD and one.column in shown
        else one
        for one in reading.columns
    )
    return replace(reading, columns=columns, describes=describes)


def _agreeing(block: RawBlock, reading: FileReading, named: Mapping[str, str]) -> dict[str, str]:
    """Returns the columns of which the rows of an item say the same."""
    if not named:
        return {}
    rows = event_rows(block, reading)
    places = np.searchsorted(block.lines, rows.lines)
    items = rows.items.codes.astype(np.int64)
    agreeing: dict[str, str] = {}
    for name, meaning in named.items():
        column = flattened(block).columns[name]
        present = ~_blank(column)[column.codes[places]]
        pairs = np.unique(items[present] * max(len(column.distinct), 1) + column.codes[places][present])
        _, values = np.unique(pairs // max(len(column.distinct), 1), return_counts=True)
        repeated = len(values) < int(present.sum())
        if len(values) and (values > 1).mean() <= MOST_CONTRADICTED and (repeated or meaning != "tags"):
            agreeing[name] = meaning
    return agreeing


def _blank(column: Column) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.array([is_blank(cell) for cell in column.distinct], np.bool_)


@dataclass
class DescribedItems:
    """The items that the rows of an event file describe, each by its first row that says something."""

    reading: FileReading
    rows: dict[str, RawRow] = field(default_factory=dict)
    """Item id → its raw item."""

    def note(self, block: RawBlock, events: EventRows) -> None:
        """Takes the events of a block."""
        if not self.reading.describes or not len(events.lines):
            return
        block = flattened(block)
        codes, first = np.unique(events.items.codes, return_index=True)
        new = [
            (str(events.items.distinct[code]), row)
            for code, row in zip(codes.tolist(), first.tolist(), strict=True)
            if events.items.distinct[code] not in self.rows
        ]
        lines = events.lines[[row for _, row in new]]
        for (item_id, _), line, place in zip(new, lines.tolist(), np.searchsorted(block.lines, lines), strict=True):
            if values := self._values(item_id, block, int(place)):
                self.rows[item_id] = RawRow(line, values)

    def _values(self, item_id: str, block: RawBlock, row: int) -> dict[str, object] | None:
        """Returns the raw item of a row; None where the row says nothing about it that can be read."""
        cells = [
            (column, meaning, block.columns[column][row])
            for column, meaning in self.reading.describes
            if column in block.columns
        ]
        if all(is_blank(cell) for _, _, cell in cells):
            return None
        try:
            return values_of(item_id, cells, self.reading)
        except InvalidInput:
            return None
