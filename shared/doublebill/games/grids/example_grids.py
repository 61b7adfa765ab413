"""Corpora of grids: drawn levels, read into the tiles of a kind for a generator to learn from."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from doublebill.errors import Complaint, InvalidInput, Shown, wrong_value
from doublebill.games.controls import LARGEST_MAP, SMALLEST
from doublebill.games.grids.grid import Rows
from doublebill.games.grids.notation import PLAIN, Notation, TextLevel, split_levels


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a corpus."""

    least: tuple[int, int] = (SMALLEST, SMALLEST)
    """Cells from left to right, and from top to bottom, of the smallest level."""
    most: tuple[int, int] = (LARGEST_MAP, LARGEST_MAP)
    cells: int = 1_000_000
    """Most cells of all levels together."""
    levels: int = 5_000


LIMITS = Limits()

EXAMPLE = '{"name": "water", "blocks": true}'
"""Properties of a tile in a legend, as errors show them; `own_tiles` says what they mean."""

MOST_NAMED = 16
"""Tiles of a kind whose names an error lists beside their symbols."""

type Drawing = tuple[str, TextLevel | Complaint]
"""The place of a level in the request, and its rows or why it is no level."""


def read_grids(
    examples: Sequence[object],
    legend: Mapping[str, str] | None,
    kind_legend: Mapping[str, str],
    field: str,
    limits: Limits = LIMITS,
    notation: Notation = PLAIN,
) -> tuple[Rows, ...]:
    """Returns the levels of a corpus in the tiles of `kind_legend`; see `read_levels`."""
    if not 1 <= len(examples) <= limits.levels:
        raise InvalidInput.of_value(field, Shown(f"{len(examples)} levels"), f"1 to {limits.levels}")
    places = [(f"{field}[{n}]", example) for n, example in enumerate(examples)]
    return tuple(level.rows for level in read_levels(places, legend, kind_legend, limits, notation))


def read_levels(
    examples: Sequence[tuple[str, object]],
    legend: Mapping[str, str] | None,
    kind_legend: Mapping[str, str],
    limits: Limits = LIMITS,
    notation: Notation = PLAIN,
) -> list[TextLevel]:
    """Returns levels in the tiles of `kind_legend` (tile → name), from examples with their places in a request.

    Each example is a list of rows, or a text with one or several levels in the kind's `notation`. `legend` says which
    tile of the kind, or its name, each tile of the examples stands for; without one they are the kind's own.

    Raises:
        InvalidInput: naming each level, row or tile that is wrong, and what was expected.
    """
    meant = None if legend is None else tiles_meant(legend, kind_legend)
    tiles = notation.tiles(meant, kind_legend)
    drawings = [drawing for place, example in examples for drawing in _drawings(example, place, tiles, notation)]
    _check_amount(drawings, examples[0][0].partition("[")[0].partition(",")[0], limits)
    wrong: list[Complaint] = []
    levels: list[TextLevel] = []
    for place, drawn in drawings:
        if isinstance(drawn, Complaint):
            wrong.append(drawn)
            continue
        meaning = notation.meaning(drawn.rows, meant, kind_legend)
        squared = notation.squared(drawn.rows, meaning)
        wrong += _shape(squared, place, limits) or _strange(squared, meaning, place, kind_legend)
        table = str.maketrans(dict(meaning))
        levels.append(TextLevel(drawn.title, tuple(row.translate(table) for row in squared)))
    if wrong:
        raise InvalidInput(wrong)
    return levels


def _check_amount(drawings: Sequence[Drawing], field: str, limits: Limits) -> None:
    """Checks the number of levels and of all their cells."""
    if len(drawings) > limits.levels:
        raise InvalidInput.of_value(field, Shown(f"{len(drawings)} levels"), f"1 to {limits.levels}")
    cells = sum(len(row) for _, drawn in drawings if isinstance(drawn, TextLevel) for row in drawn.rows)
    if cells > limits.cells:
        raise InvalidInput.one(field, f"{cells} cells are too many", f"use at most {limits.cells} in all")


def tiles_meant(legend: Mapping[str, str], kind_legend: Mapping[str, str]) -> Mapping[str, str]:
    """Returns the tile of the kind for each tile of the examples; several of these may mean the same.

    Raises:
        InvalidInput: naming each tile that is not one character, and each meaning that the kind does not have.
    """
    if not legend:
        raise InvalidInput.one("legend", "it is empty", "give the meaning of at least one tile")
    wrong = [
        wrong_value("legend", tile, "one character for each tile")
        for tile in legend
        if len(tile) != 1 or tile in "\r\n"
    ]
    if wrong:
        raise InvalidInput(wrong)
    return meaning_of(legend, kind_legend)


def meaning_of(legend: Mapping[str, str], kind_legend: Mapping[str, str]) -> Mapping[str, str]:
    """Returns the tile of the kind for each entry of a legend, whose values are the kind's tiles or their names.

    Raises:
        InvalidInput: naming each meaning that the kind does not have.
    """
    named = {name: tile for tile, name in kind_legend.items()} | {tile: tile for tile in kind_legend}
    choices = "one of " + ", ".join(f"{name} ({tile})" for tile, name in kind_legend.items())
    choices += f"; a tile that the kind does not have by its properties, such as {EXAMPLE}"
    wrong = [wrong_value(f"legend.{tile}", name, choices) for tile, name in legend.items() if name not in named]
    if wrong:
        raise InvalidInput(wrong)
    return {tile: named[name] for tile, name in legend.items()}


def _drawings(example: object, field: str, tiles: Collection[str], notation: Notation) -> list[Drawing]:
    """Returns the levels of an example, which has one unless it is a text."""
    if isinstance(example, str):
        found = split_levels(example, tiles, notation) or [TextLevel("", ("",))]
        return [(f"{field}, level {n}" if len(found) > 1 else field, level) for n, level in enumerate(found, 1)]
    if not isinstance(example, list | tuple):
        return [(field, wrong_value(field, example, "a list of rows, or one string with a line for each"))]
    for y, row in enumerate(example):
        if not isinstance(row, str):
            return [(field, wrong_value(f"{field}[{y}]", row, "a string with one character for each tile"))]
    return [(field, TextLevel("", tuple(example)))]


def _shape(rows: Sequence[str], field: str, limits: Limits) -> list[Complaint]:
    """Checks the size of a level and of each of its rows; returns the first complaint."""
    width, height = len(rows[0]) if rows else 0, len(rows)
    for y, row in enumerate(rows):
        if len(row) != width:
            return [Complaint(f"{field}[{y}]", f"the row has {len(row)} tiles", f"use {width}, as in the first row")]
    sides = zip((width, height), limits.least, limits.most, strict=True)
    if all(low <= side <= high for side, low, high in sides):
        return []
    low, high = ("×".join(map(str, size)) for size in (limits.least, limits.most))
    return [wrong_value(field, Shown(f"{width}×{height} tiles"), f"{low} to {high} tiles (width × height)")]


def shown_entry(tile: str) -> str:
    """Returns a legend that gives a tile properties."""
    return "{" + json.dumps(tile) + ": " + EXAMPLE + "}"


def _usual(meant: Mapping[str, str], kind_legend: Mapping[str, str]) -> str:
    """Returns the first symbol of each tile of the kind with its name; of kinds with many tiles the symbols alone."""
    first: dict[str, str] = {}
    for symbol, tile in meant.items():
        first.setdefault(tile, symbol)
    if len(first) > MOST_NAMED:
        return " ".join(first.values())
    named = {symbol: kind_legend.get(tile, tile) for tile, symbol in first.items()}
    return ", ".join(f"{symbol if symbol.strip() else repr(symbol)} {name}" for symbol, name in named.items())


def _strange(
    rows: Sequence[str], meant: Mapping[str, str], field: str, kind_legend: Mapping[str, str]
) -> list[Complaint]:
    """Returns the first tile of a level that means nothing."""
    for y, row in enumerate(rows):
        for x, tile in enumerate(row):
            if tile not in meant:
                own = f"or say in a legend which of these it is, or what it does: {shown_entry(tile)}"
                choices = f"one of {_usual(meant, kind_legend)}; {own}"
                return [wrong_value(f"{field}[{y}][{x}]", tile, choices)]
    return []
