"""The trip of a file: its form is recognised, its levels are read into marks, and these into tiles of a kind."""

import csv
import json
from collections.abc import Collection, Mapping
from typing import Any, Literal

from doublebill.errors import InvalidInput
from doublebill.games.files.readers.cell_marks import NO_GROUNDS, MarkedLevel, levels_of
from doublebill.games.files.readers.ldtk_project import project_levels
from doublebill.games.files.readers.tables import answer_levels, csv_levels
from doublebill.games.files.readers.tiled_map import map_level, tmx_map
from doublebill.games.grids.example_grids import Limits, read_levels
from doublebill.games.grids.notation import BYTE_ORDER_MARK, Notation, TextLevel
from doublebill.games.plans.level_plan import Ground

FileForm = Literal["text", "xsb", "csv", "json", "tiled", "tmx", "ldtk"]
"""Forms of files: rows of tiles (XSB where the kind has it), a table, an answer of this project, three of editors."""

TEXTS = "text", "xsb"
"""Forms that the notation of a kind reads."""

BROKEN = (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError, csv.Error)
"""Errors of reading fields that a file of its form has, and this one has not."""


def read_file(
    text: str,
    form: FileForm | None,
    kind_legend: Mapping[str, str],
    legend: Mapping[str, str] | None,
    limits: Limits,
    notation: Notation,
    own_grounds: Mapping[str, Ground] = NO_GROUNDS,
) -> list[TextLevel]:
    """Returns the levels of a file in the tiles of a kind; the form is recognised where it is None.

    `own_grounds` are those of its tiles, by name, that are ground though no kind has them.

    Raises:
        InvalidInput: when it is no file of that form, or something in it has no meaning for the kind.
    """
    text = text.removeprefix(BYTE_ORDER_MARK)
    form = form or form_of(text, legend or ())
    if form in TEXTS:
        return read_levels([("file", text)], legend, kind_legend, limits, notation)
    marked = marked_levels(text, form)
    if not marked:
        raise InvalidInput.one("file", "it has no levels", "use a file with at least one")
    return levels_of(marked, legend, kind_legend, limits, "file", own_grounds)


def form_of(text: str, tiles: Collection[str] = ()) -> FileForm:
    """Returns the form of a file; a comma or semicolon in every line makes a table, unless it is one of the tiles."""
    begun = text.lstrip()
    if begun.startswith("<"):
        return "tmx"
    if begun.startswith(("{", "[")) and (begun[1:2].isspace() or begun[1:2] in ('"', "{", "}", "]")):
        content = parsed(text)
        fields = content.keys() if isinstance(content, dict) else set()
        if {"defs", "levels"} <= fields:
            return "ldtk"
        return "tiled" if {"layers", "tilewidth"} <= fields else "json"
    lines = [line for line in text.splitlines() if line]
    for separator in ",;":
        if lines and separator not in tiles and all(separator in line for line in lines):
            return "csv"
    return "text"


def marked_levels(text: str, form: FileForm) -> list[MarkedLevel]:
    """Returns the levels of a file of a form other than text, as marks.

    Raises:
        InvalidInput: when it is no file of that form.
    """
    try:
        match form:
            case "csv":
                return csv_levels(text, "file")
            case "tmx":
                return [map_level(tmx_map(text, "file"), "file")]
            case "tiled":
                return [map_level(parsed(text), "file")]
            case "ldtk":
                return project_levels(parsed(text), "file")
            case _:
                return answer_levels(parsed(text), "file")
    except BROKEN as wrong:
        problem = f"it is no {form} file as its editor saves it ({type(wrong).__name__}: {wrong})"
        raise InvalidInput.one("file", problem, "save it again, or name another format") from None


def parsed(text: str) -> Any:
    """Returns the content of a JSON text.

    Raises:
        InvalidInput: when it is not JSON.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise InvalidInput.one("file", f"it begins as JSON and is none: {wrong}", "use well-formed JSON") from None
