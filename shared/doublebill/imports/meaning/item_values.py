"""Item values: the raw item of `items.parse_item` from cells by role.

Titles of MovieLens lose their year and get their article back in front; its "(no genres listed)" is no tag. Empty cells
say nothing.
"""

import ast
import contextlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from doublebill.errors import InvalidInput
from doublebill.imports.meaning import cells
from doublebill.imports.meaning.titles import film_title

NO_GENRES = "(no genres listed)"
LEADING_ZERO = re.compile("[+-]?0[0-9]")
AVAILABLE = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}

GENRES = (
    *("unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama"),
    *("Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western"),
)
"""Genre flags of MovieLens 100K in order of columns (its file u.genre)."""

LONGEST_LIST = 10_000
"""Characters of the longest cell that is read as a list."""

ANY_SEPARATOR = "|;,"


@dataclass(frozen=True, slots=True)
class Style:
    """The notation of titles, tags and years in a file."""

    separators: str = ANY_SEPARATOR
    """The first of these in a cell of tags separates them; without any, the cell is one tag."""
    films: bool = False
    """True for titles as in MovieLens: `Net, The (1995)`."""
    title_lead: str = ""
    """Words in front of every title that are no part of it."""
    year_tokens: bool = False
    """True for years that may be any text (RecBole tokens); a text that is no number means no year."""


def item_values(found: Mapping[str, object], style: Style) -> dict[str, object]:
    """Returns the raw item of cells by role.

    Raises:
        InvalidInput: when a cell is wrong.
    """
    present = {role: value for role, value in found.items() if value is not None and value != ""}
    values: dict[str, object] = {"item_id": cells.opaque_id("item_id", present.get("item"))}
    if "title" in present:
        title = cells.text("title", present["title"]).removeprefix(style.title_lead)
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


def _tags(found: object, style: Style) -> list[str]:
    if isinstance(found, str) and found.startswith("[") and found.endswith("]"):
        found = _written_list(found)
    if isinstance(found, list):
        found = [one.get("name", one) if isinstance(one, dict) else one for one in found]
    if isinstance(found, str):
        separator = next((separator for separator in style.separators if separator in found), "")
        found = found.split(separator) if separator else [found]
    if not isinstance(found, list):
        raise InvalidInput.of_value("tags", cells.shown(found), "a list of texts")
    tags = [cells.text("tags", tag).strip() for tag in found]
    return [tag for tag in dict.fromkeys(tags) if tag and tag != NO_GENRES]


def _written_list(text: str) -> object:
    """Returns the list that a cell spells in JSON or as Python prints it; any other text unchanged."""
    if len(text) > LONGEST_LIST:
        return text
    for read in (json.loads, ast.literal_eval):
        with contextlib.suppress(ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            value = read(text)
            return value if isinstance(value, list) else text
    return text


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
