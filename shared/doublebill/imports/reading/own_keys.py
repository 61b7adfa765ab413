"""Own keys: the objects of a JSON file may name one thing differently, `user` in one and `user_id` in the next.

Each object is read by its own keys: a key that is not the main one of its meaning counts where the main one is absent.
Tables have the same columns in every row, so that nothing here concerns them.
"""

from dataclasses import replace

import numpy as np

from doublebill.arrays import Mask
from doublebill.imports.files.blocks import Column, RawBlock
from doublebill.imports.meaning.headers import plain
from doublebill.imports.raw_cells.cell_texts import is_blank
from doublebill.imports.reading.file_reading import UNREAD, ColumnReading, FileReading
from doublebill.imports.reading.header_meanings import BELOW, THINGS, event_candidates, event_meanings

TELLING_FORMS = frozenset({"seconds", "milliseconds", "microseconds", "nanoseconds", "yyyymmdd"})
"""Forms of times that each number tells by its size."""

DESCRIBING = {name for thing in BELOW for name in THINGS[thing]}
"""Names of things that only describe others."""


def with_own_keys(block: RawBlock, reading: FileReading, profiled: bool = False) -> FileReading:
    """Returns the reading with the keys of a block that mean the same as others where these are absent.

    A key that is nowhere in the reading, since it came late, may bring a meaning of its own unless the file is
    `profiled`.
    """
    meanings = {one.column: one.meaning for one in reading.columns}
    unread = [name for name in block.columns if meanings.get(name, UNREAD) == UNREAD]
    added: dict[str, ColumnReading] = {}
    for name in unread:
        meaning = _meaning(name)
        main = [*reading.of(meaning), *(one.column for one in added.values() if _main(one) == meaning)]
        late = name not in meanings and not profiled and not (meaning == "user" and reading.person)
        if not meaning or not (main or late):
            continue
        others = [block.columns[one] for one in main if one in block.columns]
        present = _present(block.columns[name])
        if present.any() and not any((present & _present(other)).any() for other in others):
            own = "item_else" if meaning == "item" and main else meaning
            added[name] = ColumnReading(name, own, "its name, where others are absent" if main else "its name")
    rest = tuple(one for one in reading.columns if one.column not in added)
    if not added:
        return reading
    timed = any(one.meaning == "time" for one in added.values())
    form = "" if timed and reading.time_form in TELLING_FORMS else reading.time_form
    return replace(reading, columns=(*rest, *added.values()), time_form=form)


def _meaning(name: str) -> str:
    """Returns the meaning that a key has by its name, or nothing."""
    if found := event_meanings([name]):
        return found[name]
    return "item" if event_candidates([name]) and plain(name) not in DESCRIBING else ""


def _main(one: ColumnReading) -> str:
    return "item" if one.meaning == "item_else" else one.meaning


def _present(column: Column) -> Mask:
    return np.array([not is_blank(cell) for cell in column.distinct], np.bool_)[column.codes]
