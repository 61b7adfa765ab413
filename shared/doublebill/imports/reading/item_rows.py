"""Item rows: a block of raw cells as the raw items of `items.parse_item`, each with its line."""

from collections.abc import Iterator, Mapping

from doublebill.errors import InvalidInput
from doublebill.imports.files.blocks import RawBlock
from doublebill.imports.files.raw_rows import BadRow, RawRow, refused
from doublebill.imports.meaning.cells import is_number
from doublebill.imports.meaning.headers import ATOMIC, plain
from doublebill.imports.meaning.item_values import ANY_SEPARATOR, AVAILABLE, GENRES, LEADING_ZERO, Style, item_values
from doublebill.imports.raw_cells.cell_texts import (
    PLAIN_NUMBERS,
    NumberForm,
    id_cell,
    is_blank,
    is_number_cell,
    number_cell,
)
from doublebill.imports.raw_cells.nested import flattened
from doublebill.imports.reading.file_reading import ATTRIBUTE, GENRE_FLAG, FileReading


def item_rows(block: RawBlock, reading: FileReading) -> Iterator[RawRow | BadRow]:
    """Yields a row or a bad row for each record of a block."""
    block = flattened(block)
    yield from sorted((*block.bad, *_good_rows(block, reading)), key=lambda row: row.line)


def _good_rows(block: RawBlock, reading: FileReading) -> Iterator[RawRow | BadRow]:
    style = _style(reading)
    meanings = [(one.column, one.meaning) for one in reading.columns if one.meaning != "none"]
    numbers = {one.column: one.numbers for one in reading.columns if one.numbers != PLAIN_NUMBERS}
    texts = {column for column, _ in meanings if _is_token(column)}
    for row, line in enumerate(block.lines.tolist()):
        cells = [
            (column, meaning, block.columns[column][row]) for column, meaning in meanings if column in block.columns
        ]
        try:
            yield RawRow(line, item_values(_found([_pointed(cell, numbers) for cell in cells], reading, texts), style))
        except InvalidInput as wrong:
            yield refused(line, wrong)


def values_of(item_id: str, cells: list[tuple[str, str, object]], reading: FileReading) -> dict[str, object]:
    """Returns the raw item of an id and of cells with their columns and meanings.

    Raises:
        InvalidInput: when a cell is wrong.
    """
    return item_values({**_found(cells, reading, set()), "item": item_id}, _style(reading))


def _pointed(one: tuple[str, str, object], numbers: Mapping[str, NumberForm]) -> tuple[str, str, object]:
    """Returns a cell with its meaning; the number of an attribute with marks of its own as a number."""
    column, meaning, cell = one
    if column not in numbers or not isinstance(cell, str) or not is_number_cell(cell.strip(), numbers[column]):
        return one
    return column, meaning, number_cell(meaning.removeprefix(ATTRIBUTE), cell, numbers[column])


def _found(cells: list[tuple[str, str, object]], reading: FileReading, texts: set[str]) -> dict[str, object]:
    found: dict[str, object] = {}
    attributes: dict[str, object] = {}
    flags: list[object] = []
    items: list[object] = []
    for column, meaning, cell in cells:
        if meaning == GENRE_FLAG:
            flags.append(cell)
        elif is_blank(cell):
            continue
        elif meaning == "item":
            items.append(id_cell(cell, reading.delimited, meaning in reading.whole_ids))
        elif meaning.startswith(ATTRIBUTE):
            attributes[meaning.removeprefix(ATTRIBUTE)] = cell if column in texts else attribute_value(cell)
        elif meaning == "hidden":
            found["available"] = not AVAILABLE.get(str(cell).strip().lower(), False)
        elif meaning == "tags" and "tags" in found:
            found["tags"] = [*_listed(found["tags"]), *_listed(cell)]
        else:
            found.setdefault(meaning, id_cell(cell, reading.delimited) if meaning == "year" else cell)
    found["item"] = reading.item_form.format(*items) if len(items) > 1 and reading.item_form else next(iter(items), "")
    if len(flags) == len(GENRES):
        found["flags"] = flags
    if attributes:
        found["attributes"] = attributes
    return found


def _listed(cell: object) -> list[object]:
    return cell if isinstance(cell, list) else [cell]


def attribute_value(cell: object) -> object:
    """Returns the flag, number or text that a cell spells."""
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    return float(text) if is_number(text) and not LEADING_ZERO.match(text) else text


def _style(reading: FileReading) -> Style:
    tags, year, item = reading.one("tags"), reading.one("year"), reading.one("item")
    atomic: Mapping[str, str] = {
        column: found.group(2) for column in (tags, year) if column and (found := ATOMIC.fullmatch(column.strip()))
    }
    if tags in atomic:
        separators = " " if atomic[tags] == "token_seq" else ""
    else:
        separators = "|" if plain(item) == "movieid" or reading.films else ANY_SEPARATOR
    return Style(separators, reading.films, reading.title_lead, year_tokens=atomic.get(year) == "token")


def _is_token(column: str) -> bool:
    found = ATOMIC.fullmatch(column.strip())
    return found is not None and found.group(2).startswith("token")
