"""A file of item metadata as raw items: mappings for `items.parse_item`, each with its line.

Only item id, title, tags, year, availability and attributes are taken; other columns are left out, and so is what a
row leaves empty. Attributes are the object `attributes` of a JSON line, and of a table the columns whose header begins
with `attributes.`: a cell is true or false, a number, or else a text; 0012 is a text too. Titles of MovieLens films
lose their year and get their article back in front; its "(no genres listed)" is no tag.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, islice

from doublebill.errors import InvalidInput
from doublebill.imports import cells
from doublebill.imports.item_profiles import (
    GENRES,
    ITEMS,
    ItemColumns,
    Style,
    attribute_columns,
    item_profile,
    style_of,
)
from doublebill.imports.json_lines import read_objects
from doublebill.imports.lines import Source, TextLine, decoded, name_of, read_lines
from doublebill.imports.profiles import SAMPLE_LINES, JsonLinesProfile, TableProfile, json_roles
from doublebill.imports.records import read_records
from doublebill.imports.rows import BadRow, RawRow, refused
from doublebill.imports.titles import film_title

RECOGNISED = ItemColumns()
NO_GENRES = "(no genres listed)"
LEADING_ZERO = re.compile("[+-]?0[0-9]")
AVAILABLE = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def read_items(source: Source, name: str = "", columns: ItemColumns = RECOGNISED) -> Iterator[RawRow | BadRow]:
    """A row or a bad row for every record of the file, in order, reading on as they are asked for.

    Raises:
        InvalidInput: when the file cannot be opened or recognised (before the first row), or is gzip that breaks off
            or is damaged (after the rows before: the caller refuses them too).
    """
    name = name_of(source, name)
    lines = read_lines(source, name)
    sample = list(islice(lines, SAMPLE_LINES))
    shape = item_profile(sample, name, columns)
    if isinstance(shape, JsonLinesProfile):
        yield from _from_json(decoded(chain(sample, lines)), shape)
    else:
        yield from _from_table(decoded(chain(sample, lines), shape.latin1), shape)


def _from_table(lines: Iterable[TextLine], shape: TableProfile) -> Iterator[RawRow | BadRow]:
    style, attributes = style_of(shape), attribute_columns(shape)
    for record in read_records(lines, shape.delimiter, shape.width):
        if isinstance(record, BadRow):
            yield record
        elif record[0] != shape.header_line:
            row = record[1]
            found: dict[str, object] = {role: row[column] for role, column in shape.columns.items()}
            if "flags" in found:
                found["flags"] = row[shape.columns["flags"] :]
            found["attributes"] = {
                name: row[at] if is_text else _value(row[at]) for name, (at, is_text) in attributes.items() if row[at]
            }
            yield _row(record[0], found, style)


def _from_json(lines: Iterable[TextLine], shape: JsonLinesProfile) -> Iterator[RawRow | BadRow]:
    @lru_cache(maxsize=64)
    def roles_of(keys: tuple[str, ...]) -> dict[str, str]:
        return json_roles(keys, ITEMS, shape.told)

    style = style_of(shape)
    for line in read_objects(lines):
        if isinstance(line, BadRow):
            yield line
        else:
            yield _row(line[0], {role: line[1][key] for role, key in roles_of(tuple(line[1])).items()}, style)


def _row(line: int, found: Mapping[str, object], style: Style) -> RawRow | BadRow:
    try:
        return RawRow(line, _values(found, style))
    except InvalidInput as error:
        return refused(line, error)


def _values(found: Mapping[str, object], style: Style) -> dict[str, object]:
    given = {role: value for role, value in found.items() if value is not None and value != ""}
    values: dict[str, object] = {"item_id": cells.opaque_id("item_id", given.get("item"))}
    if "title" in given:
        title = cells.text("title", given["title"])
        values["title"], year = film_title(title) if style.films else (title, None)
        if year is not None:
            values["year"] = year
    if "tags" in given:
        values["tags"] = _tags(given["tags"], style)
    if "flags" in given:
        values["tags"] = _flagged(given["flags"])
    if "year" in given:
        values.update(_year(given["year"], style))
    if "available" in given:
        values["available"] = _available(given["available"])
    if given.get("attributes"):
        values["attributes"] = _attributes(given["attributes"])
    return values


def _attributes(found: object) -> dict[str, object]:
    if not isinstance(found, dict):
        raise InvalidInput.one("attributes", cells.shown(found), "an object of names with values")
    return found


def _value(cell: str) -> bool | float | str:
    plain = cell.strip().lower()
    if plain in ("true", "false"):
        return plain == "true"
    return float(cell) if cells.is_number(cell) and not LEADING_ZERO.match(cell) else cell


def _tags(found: object, style: Style) -> list[str]:
    if isinstance(found, str):
        separator = next((separator for separator in style.separators if separator in found), "")
        found = found.split(separator) if separator else [found]
    if not isinstance(found, list):
        raise InvalidInput.one("tags", cells.shown(found), "a list of texts")
    tags = [cells.text("tags", tag).strip() for tag in found]
    return [tag for tag in dict.fromkeys(tags) if tag and tag != NO_GENRES]


def _flagged(found: object) -> list[str]:
    if not isinstance(found, list) or not all(flag in ("0", "1") for flag in found):
        raise InvalidInput.one("tags", cells.shown(found), f"{len(GENRES)} genre flags, each 0 or 1")
    return [genre for genre, flag in zip(GENRES, found, strict=True) if flag == "1"]


def _year(found: object, style: Style) -> dict[str, object]:
    if style.year_tokens and isinstance(found, str) and not cells.is_number(found):
        return {}
    year = cells.number("year", found)
    if not year.is_integer():
        raise InvalidInput.one("year", found, "a whole number")
    return {"year": int(year)}


def _available(found: object) -> bool:
    available = found if isinstance(found, bool) else AVAILABLE.get(str(found).strip().lower())
    if available is None:
        raise InvalidInput.one("available", cells.shown(found), "true or false")
    return available
