"""Lists of impressions: a cell that names everything that was shown, and what of it was clicked: `N55689-1 N35729-0`.

The form is that of MIND (Wu and others 2020, MIND: A Large-scale Dataset for News Recommendation, doi
10.18653/v1/2020.acl-main.331).
"""

import re

import numpy as np

from doublebill.imports.files.blocks import Column, RawBlock, column_of

CLICKED = re.compile(r"(\S+)-1(?!\S)")


def clicked(block: RawBlock, name: str) -> tuple[RawBlock, int]:
    """Returns the block with a row for each item that was clicked, and the number of rows in which nothing was."""
    column = block.columns[name]
    lists = [CLICKED.findall(str(cell)) for cell in column.distinct]
    counts = np.array([len(items) for items in lists] or [0], np.int64)[column.codes]
    rows = np.repeat(np.arange(len(column)), counts)
    columns = {other: Column(one.distinct, one.codes[rows]) for other, one in block.columns.items() if other != name}
    columns[name] = column_of(item for code in column.codes.tolist() for item in lists[code])
    return RawBlock(block.lines[rows], columns, block.bad), int((counts == 0).sum())
