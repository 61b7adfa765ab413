"""Reads files of item metadata as raw items for `items.parse_item`, each with its line.

Item id, title, tags, year, availability and attributes are read; other columns and empty cells are ignored. Attributes
are the object `attributes` of a JSON line, or the columns of a table whose header begins with `attributes.`; a cell is
true or false, a number, or else a text (0012 too). Titles of MovieLens lose their year and get their article back in
front; its "(no genres listed)" is no tag.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from doublebill.errors import InvalidInput
from doublebill.imports.files.containers import Source
from doublebill.imports.files.lines import TextLine
from doublebill.imports.files.raw_rows import BadRow, RawRow, refused
from doublebill.imports.meaning import cells
from doublebill.imports.meaning.item_profiles import GENRES, ITEMS, ItemColumns, Style, attribute_columns, style_of
from doublebill.imports.meaning.profiled_records import json_records, open_profiled, table_records
from doublebill.imports.meaning.profiles import JsonLinesProfile, TableProfile
from doublebill.imports.meaning.titles import film_title

RECOGNISED = ItemColumns()
NO_GENRES = "(no genres listed)"
LEADING_ZERO = re.compile("[+-]?0[0-9]")
AVAILABLE = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def read_items(source: Source, name: str = "", columns: ItemColumns = RECOGNISED) -> Iterator[RawRow | BadRow]:
    """Yields a row or a bad row for every record of the file, in order; reads lazily.

    Raises:
        InvalidInput: when the file cannot be opened or recognised (before the first row), or is gzip that breaks off
            or is damaged (after the rows before: the caller refuses them too).
    """
    profile, lines = open_profiled(source, name, ITEMS, columns)
    if isinstance(profile, JsonLinesProfile):
        yield from _from_json(lines, profile)
    else:
        yield from _from_table(lines, profile)


def _from_table(lines: Iterable[TextLine], profile: TableProfile) -> Iterator[RawRow | BadRow]:
    style, attributes = style_of(profile), attribute_columns(profile)
    for record in table_records(lines, profile):
        if isinstance(record, BadRow):
            yield record
            continue
        number, row = record
        found: dict[str, object] = {role: row[column] for role, column in profile.columns.items()}
        if "flags" in found:
            found["flags"] = row[profile.columns["flags"] :]
        found["attributes"] = {
            name: row[at] if is_text else _value(row[at]) for name, (at, is_text) in attributes.items() if row[at]
        }
        yield _row(number, found, style)


def _from_json(lines: Iterable[TextLine], profile: JsonLinesProfile) -> Iterator[RawRow | BadRow]:
    style = style_of(profile)
    for record in json_records(lines, profile, ITEMS):
        yield record if isinstance(record, BadRow) else _row(record[0], record[1], style)


def _row(line: int, found: Mapping[str, object], style: Style) -> RawRow | BadRow:
    try:
        return RawRow(line, item_values(found, style))
    except InvalidInput as error:
        return refused(line, error)


def item_values(found: Mapping[str, object], style: Style) -> dict[str, object]:
    """Returns the raw item of cells by role.

    Raises:
        InvalidInput: when a cell is wrong.
    """
    present = {role: value for role, value in found.items() if value is not None and value != ""}
    values: dict[str, object] = {"item_id": cells.opaque_id("item_id", present.get("item"))}
    if "title" in present:
        title = cells.text("title", present["title"])
        values["title"], year = film_title(title) if style.films else (title, None)
        if year is not None:
            values["year"] = year
    if "tags" in present:
        values["tags"] = _tags(present["tags"], style)
    if "flags" in present:
        values["tags"] = _flagged(present["flags"])
    if "year" in present:
        values.update(_year(present["year"], style))
    if "available" in present:
        values["available"] = _available(present["available"])
    values |= {bound: present[bound] for bound in ("available_from", "available_until") if bound in present}
    if present.get("attributes"):
        values["attributes"] = _attributes(present["attributes"])
    return values


def _attributes(found: object) -> dict[str, object]:
    if not isinstance(found, dict):
        raise InvalidInput.of_value("attributes", cells.shown(found), "an object of names with values")
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
        raise InvalidInput.of_value("tags", cells.shown(found), "a list of texts")
    tags = [cells.text("tags", tag).strip() for tag in found]
    return [tag for tag in dict.fromkeys(tags) if tag and tag != NO_GENRES]


def _flagged(found: object) -> list[str]:
    if not isinstance(found, list) or not all(flag in ("0", "1") for flag in found):
        raise InvalidInput.of_value("tags", cells.shown(found), f"{len(GENRES)} genre flags, each 0 or 1")
    return [genre for genre, flag in zip(GENRES, found, strict=True) if flag == "1"]


def _year(found: object, style: Style) -> dict[str, object]:
    if style.year_tokens and isinstance(found, str) and not cells.is_number(found):
        return {}
    year = cells.number("year", found)
    if not year.is_integer():
        raise InvalidInput.of_value("year", found, "a whole number")
    return {"year": int(year)}


def _available(found: object) -> bool:
    available = found if isinstance(found, bool) else AVAILABLE.get(str(found).strip().lower())
    if available is None:
        raise InvalidInput.of_value("available", cells.shown(found), "true or false")
    return available
