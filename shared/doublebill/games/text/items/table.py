"""Tables of items: the rows of a CSV file, whatever its separator and the words of its header.

    Name;Price;Type            →  name ← Name, value ← Price, type ← Type
    Blade;1,5;weapon              {"name": "Blade", "value": 1.5, "type": "weapon"}

A column that means nothing to items is left unread, and named; an empty cell says nothing.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from doublebill.errors import InvalidInput, shown

SEPARATORS = ",;\t|"

MEANINGS: Mapping[str, Sequence[str]] = {
    "name": ("name", "item", "item name", "title"),
    "rarity": ("rarity", "tier", "quality"),
    "weight": ("weight", "wt", "mass"),
    "value": ("value", "price", "cost", "worth"),
    "type": ("type", "item type", "category", "kind", "class", "slot"),
    "effect": ("effect", "effects", "ability", "property", "properties", "bonus"),
}
"""Field of an item → the headers that mean it, in small letters."""

AMOUNTS = ("weight", "value")

AMOUNT = re.compile(r"\d+(?:[.,]\d+)?")
THOUSANDS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")


@dataclass(frozen=True, slots=True)
class ItemTable:
    """The items of a table, and the meaning of its columns."""

    items: Sequence[Mapping[str, object]]
    columns: Mapping[str, str]
    """Field of an item → the header of its column."""
    unread: Sequence[str]
    """Headers that mean nothing to items."""

    def __str__(self) -> str:
        read = ", ".join(f"{field} ← {header}" for field, header in self.columns.items())
        return f"{read}; not read: {', '.join(self.unread)}" if self.unread else read


def read_table(text: str, file: str) -> ItemTable:
    """Reads the text of a table; `file` is its name in errors.

    Raises:
        InvalidInput: when no column is the name, two are the same field, or a number is none; with file and line.
    """
    first = next((line for line in text.splitlines() if line.strip()), "")
    rows = _rows(text, max(SEPARATORS, key=first.count), file)
    header = [cell.strip() for cell in next((row for _, row in rows if any(row)), [])]
    columns = _columns(header, file)
    items = [_item(row, header, columns, f"{file}, line {line}") for line, row in rows if any(map(str.strip, row))]
    unread = [name for name in header if name and name not in columns.values()]
    return ItemTable(items, columns, unread)


def _rows(text: str, separator: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Yields the rows, each with the number of its last line."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        for row in rows:
            yield rows.line_num, row
    except csv.Error as wrong:
        place = f"{file}, line {rows.line_num}"
        raise InvalidInput.one(place, f"it cannot be read as a table: {wrong}", "close each quotation mark") from None


def _columns(header: Sequence[str], file: str) -> dict[str, str]:
    columns: dict[str, str] = {}
    for name in header:
        field = next((field for field, names in MEANINGS.items() if _plain(name) in names), None)
        if field in columns:
            problem = f"the columns {shown(columns[field])} and {shown(name)} both mean {field}"
            raise InvalidInput.one(file, problem, "rename or remove one")
        if field:
            columns[field] = name
    if "name" not in columns:
        raise InvalidInput.one(
            file, f"no column is the name: found {shown(', '.join(header))}", "name one of them name"
        )
    return columns


def _plain(header: str) -> str:
    return " ".join(re.split(r"[\s_-]+", header.lower()))


def _item(row: Sequence[str], header: Sequence[str], columns: Mapping[str, str], place: str) -> dict[str, object]:
    if len(row) > len(header):
        problem = f"found {len(row)} cells under {len(header)} headers"
        raise InvalidInput.one(place, problem, "put quotation marks around a cell that has the separator in it")
    cells = dict(zip(header, row, strict=False))
    return dict(_fields({field: cells.get(name, "").strip() for field, name in columns.items()}, place))


def _fields(cells: Mapping[str, str], place: str) -> Iterator[tuple[str, object]]:
    for field, cell in cells.items():
        if not cell and field != "name":
            continue
        if field in AMOUNTS:
            yield field, _amount(cell, f"{place}, {field}")
        else:
            text = " ".join(cell.split())
            yield field, _plain(text) if field == "rarity" else text


def _amount(cell: str, place: str) -> int | float:
    if not AMOUNT.fullmatch(cell):
        raise InvalidInput.of_value(place, cell, "a number from 0, without a unit")
    if THOUSANDS.fullmatch(cell):
        digits = re.sub(r"[.,]", "", cell)
        raise InvalidInput.one(place, f"{cell} may be thousands or a decimal", f"write {digits} or {cell}0")
    return int(cell) if cell.isdecimal() else float(cell.replace(",", "."))
