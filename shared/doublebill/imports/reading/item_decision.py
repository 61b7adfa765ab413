"""The decision about a file of items: unknown columns become attributes of the type that their cells show."""

import re
from collections.abc import Mapping
from dataclasses import replace

from doublebill.errors import InvalidInput
from doublebill.imports.files.blocks import Column, RawBlock
from doublebill.imports.meaning.headers import ATTRIBUTE_HEADER, column_name, plain
from doublebill.imports.profiles.file_profile import FileProfile
from doublebill.imports.raw_cells.cell_texts import PLAIN_NUMBERS, is_blank
from doublebill.imports.raw_cells.column_facts import attribute_numbers
from doublebill.imports.reading.file_reading import ATTRIBUTE, GENRE_FLAG, UNREAD, ColumnReading, FileReading
from doublebill.imports.reading.header_meanings import TAGS, TITLE, YEAR, first_named, item_column
from doublebill.model.items import ATTRIBUTE_COUNT, ATTRIBUTE_TEXT_LENGTH, RESERVED_NAMES

type Meanings = dict[str, tuple[str, str]]


def decide_items(
    block: RawBlock, shape: tuple[str, str], decimal: str, explicit: Mapping[str, str], profile: FileProfile | None
) -> FileReading:
    """Returns the reading of a file of items; `shape` is its delimiter and its name, `decimal` as in the flags.

    Raises:
        InvalidInput: when no column identifies the items.
    """
    delimiter, name = shape
    columns = [column for column in block.columns if column not in explicit]
    meanings: Meanings = {column: (meaning, "named by a flag") for column, meaning in explicit.items()}
    if profile:
        for wanted, of_profile in profile.columns.items():
            flagged = of_profile == GENRE_FLAG and "tags" in explicit.values()
            meaning = UNREAD if flagged else of_profile
            column = next((one for one in columns if wanted in (plain(one), one)), "")
            if column and (meaning not in explicit.values() or meaning == UNREAD):
                meanings[column] = meaning, profile.name
    for meaning, column in _by_name(columns).items():
        if column and column not in meanings and meaning not in {own for own, _ in meanings.values()}:
            meanings[column] = meaning, "its name"
    if "item" not in {meaning for meaning, _ in meanings.values()}:
        problem = f"no column identifies the items: it has {', '.join(block.columns)}"
        raise InvalidInput.one(name, problem, "import it by itself, and name that column with --item COLUMN")
    rest = [column for column in block.columns if column not in meanings]
    described = [ColumnReading(column, *_named(column, one, block)) for column, one in meanings.items()]
    described += _attributes(block, rest, ATTRIBUTE_COUNT - sum(one.meaning.startswith(ATTRIBUTE) for one in described))
    described = [_with_numbers(one, block, delimiter, decimal) for one in described]
    films = profile.films if profile else _are_films(meanings)
    return FileReading(
        "items", profile.name if profile else "its header", tuple(described), films=films, delimited=bool(delimiter)
    )


def _by_name(columns: list[str]) -> dict[str, str]:
    item = item_column(columns)
    rest = [column for column in columns if column != item]
    return {
        "item": item,
        "title": first_named(rest, TITLE),
        "tags": first_named(rest, TAGS),
        "year": first_named(rest, YEAR),
        "available": first_named(rest, ("available", "isavailable", "instock")),
    }


def _named(column: str, one: tuple[str, str], block: RawBlock) -> tuple[str, str]:
    meaning, how = one
    if meaning == "attribute":
        return ATTRIBUTE + attribute_name(column), f"{how}; {kind_of_cells(block.columns[column])}"
    return (meaning, f"{how}; {kind_of_cells(block.columns[column])}") if meaning.startswith(ATTRIBUTE) else one


def _with_numbers(one: ColumnReading, block: RawBlock, delimiter: str, decimal: str) -> ColumnReading:
    """Returns the reading of an attribute with the marks in its numbers."""
    if not one.meaning.startswith(ATTRIBUTE) or one.column not in block.columns:
        return one
    form = attribute_numbers(block.columns[one.column].distinct, delimiter, decimal)
    if form == PLAIN_NUMBERS:
        return one
    marks = "a decimal comma" if form.decimal_comma else "commas between thousands"
    return replace(one, numbers=form, how=f"{one.how.rpartition('; ')[0]}; numbers with {marks}")


def _are_films(meanings: Meanings) -> bool:
    names = {meaning: plain(column) for column, (meaning, _) in meanings.items()}
    return names.get("item") == "movieid" or names.get("title") == "movietitle"


def _attributes(block: RawBlock, columns: list[str], places: int) -> list[ColumnReading]:
    described = []
    taken: set[str] = set()
    for column in columns:
        kind, name = kind_of_cells(block.columns[column]), attribute_name(column)
        if not kind:
            described.append(ColumnReading(column, UNREAD, "its cells are empty, longer than 256 characters or lists"))
        elif places <= len(taken) or not name or name in taken:
            reason = f"an item has at most {ATTRIBUTE_COUNT} attributes: choose by --map 'COLUMN=attribute'"
            described.append(ColumnReading(column, UNREAD, reason if name else "its name has no letter"))
        else:
            taken.add(name)
            described.append(ColumnReading(column, ATTRIBUTE + name, f"another column; {kind}"))
    return described


def attribute_name(column: str) -> str:
    """Returns the name of an attribute for a column: `runtime_mins` for `Runtime (mins)`."""
    cell = column_name(column)
    named = ATTRIBUTE_HEADER.fullmatch(cell)
    name = re.sub(r"[^a-z0-9]+", "_", (named.group(1) if named else _words(cell)).lower()).strip("_")
    name = re.sub(r"^[^a-z]+", "", name)[:32].rstrip("_")
    return f"{name[:31]}_" if name in RESERVED_NAMES else name


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)


def kind_of_cells(column: Column) -> str:
    """Returns the type of an attribute's cells in words; nothing where they cannot be an attribute."""
    cells = [cell for cell in column.distinct if not is_blank(cell)]
    if not cells or any(isinstance(cell, list | Mapping) for cell in cells):
        return ""
    texts = [str(cell).strip() for cell in cells]
    if max(map(len, texts)) > ATTRIBUTE_TEXT_LENGTH:
        return ""
    if all(
        isinstance(cell, bool) or text.lower() in ("true", "false") for cell, text in zip(cells, texts, strict=True)
    ):
        return "flags"
    if all(re.fullmatch(r"[+-]?(0|[1-9]\d*|\d*\.\d+|[1-9]\d*\.\d*|0\.\d*)", text, re.ASCII) for text in texts):
        return "numbers"
    return "dates" if all(re.match(r"\d{4}-\d\d-\d\d", text) for text in texts) else "texts"
