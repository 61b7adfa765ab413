"""Nested cells: a column of JSON objects as one column for each of their keys, `movie.ids.slug`."""

from collections.abc import Mapping

from doublebill.imports.files.blocks import BytesColumn, Column, RawBlock

DEEPEST = 6


def flattened(block: RawBlock, depth: int = 0) -> RawBlock:
    """Returns the block with a column for each key of nested objects."""
    if depth == DEEPEST or not any(_nested(column) for column in block.columns.values()):
        return block
    columns: dict[str, Column] = {}
    for name, column in block.columns.items():
        if _nested(column):
            objects = [cell if isinstance(cell, Mapping) else {} for cell in column.distinct]
            for key in dict.fromkeys(key for one in objects for key in one):
                columns[f"{name}.{key}"] = Column([one.get(key) for one in objects], column.codes)
        else:
            columns[name] = column
    return flattened(RawBlock(block.lines, columns, block.bad), depth + 1)


def _nested(column: Column) -> bool:
    return not isinstance(column, BytesColumn) and any(isinstance(cell, Mapping) for cell in column.distinct)
