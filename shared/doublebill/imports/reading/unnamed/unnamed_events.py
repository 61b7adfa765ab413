"""Rows that look like items and are probably events: the same item ids stand in many rows that say different things."""

import numpy as np

from doublebill.errors import InvalidInput
from doublebill.imports.files.blocks import RawBlock
from doublebill.imports.raw_cells.cell_texts import is_blank
from doublebill.imports.reading.file_reading import FileReading

MOST_REPEATED = 0.05
"""Largest share of the rows of a file of items whose id another row has."""


def ask_about_repeats(block: RawBlock, reading: FileReading, name: str) -> None:
    """Asks whether a file of items, which no profile and no flag makes one, is a file of events.

    Raises:
        InvalidInput: when too many rows repeat the id of another row and say something else about it.
    """
    ids = [block.columns[column] for column in reading.of("item") if column in block.columns]
    if len(ids) != 1 or not len(block.lines):
        return
    present = ~np.array([is_blank(cell) for cell in ids[0].distinct], np.bool_)[ids[0].codes]
    codes = np.stack([ids[0].codes, *(column.codes for column in block.columns.values())])[:, present]
    different = np.unique(codes, axis=1)
    repeats = different.shape[1] - len(np.unique(different[0]))
    if repeats <= MOST_REPEATED * len(block.lines):
        return
    column = reading.one("item")
    problem = (
        f"the ids in {column} repeat: {repeats} of the first {len(block.lines)} rows say more about an earlier one"
    )
    fix = (
        "where each row is an event, name its user, with --user COLUMN or --user-is NAME;"
        " where the newest row of an item counts, use --items FILE"
    )
    raise InvalidInput.one(name, problem, fix)
