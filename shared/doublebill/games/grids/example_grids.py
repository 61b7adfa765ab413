"""Corpora of grids: drawn levels, read into the tiles of a kind for a generator to learn from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from doublebill.errors import Complaint, InvalidInput, Shown, wrong_value
from doublebill.games.controls import LARGEST, SMALLEST
from doublebill.games.grids.grid import Rows


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a corpus."""

    least: tuple[int, int] = (SMALLEST, SMALLEST)
    """Cells from left to right, and from top to bottom, of the smallest level."""
    most: tuple[int, int] = (LARGEST, LARGEST)
    cells: int = 1_000_000
    """Most cells of all levels together."""
    levels: int = 5_000


LIMITS = Limits()


def read_grids(
    examples: Sequence[object],
    legend: Mapping[str, str] | None,
    kind_legend: Mapping[str, str],
    field: str,
    limits: Limits = LIMITS,
) -> tuple[Rows, ...]:
    """Returns the levels of a corpus in the tiles of `kind_legend` (tile → name).

    Each example is a list of rows, or one string with a line for each. `legend` says which tile of the kind, or its
    name, each tile of the examples stands for; without one they are the kind's own.

    Raises:
        InvalidInput: naming each level, row or tile that is wrong, and what was expected.
    """
    meant = tiles_meant(legend, kind_legend)
    if not 1 <= len(examples) <= limits.levels:
        raise InvalidInput.of_value(field, Shown(f"{len(examples)} levels"), f"1 to {limits.levels}")
    levels = [_lines(example, f"{field}[{n}]") for n, example in enumerate(examples)]
    cells = sum(len(row) for rows in levels if not isinstance(rows, Complaint) for row in rows)
    wrong: list[Complaint] = []
    if cells > limits.cells:
        wrong.append(Complaint(field, f"{cells} cells are too many", f"use at most {limits.cells} in all"))
    else:
        for n, rows in enumerate(levels):
            place = f"{field}[{n}]"
            wrong += (
                [rows] if isinstance(rows, Complaint) else _shape(rows, place, limits) or _strange(rows, meant, place)
            )
    if wrong:
        raise InvalidInput(wrong)
    table = str.maketrans(dict(meant))
    return tuple(tuple(row.translate(table) for row in rows) for rows in levels if not isinstance(rows, Complaint))


def tiles_meant(legend: Mapping[str, str] | None, kind_legend: Mapping[str, str]) -> Mapping[str, str]:
    """Returns the tile of the kind for each tile of the examples; several of these may mean the same.

    Raises:
        InvalidInput: naming each tile that is not one character, and each meaning that the kind does not have.
    """
    if legend is None:
        return {tile: tile for tile in kind_legend}
    if not legend:
        raise InvalidInput.one("legend", "it is empty", "give the meaning of at least one tile")
    named = {name: tile for tile, name in kind_legend.items()} | {tile: tile for tile in kind_legend}
    choices = "one of " + ", ".join(f"{name} ({tile})" for tile, name in kind_legend.items())
    wrong = [
        wrong_value("legend", tile, "one character for each tile")
        for tile in legend
        if len(tile) != 1 or tile in "\r\n"
    ]
    wrong += [wrong_value(f"legend.{tile}", name, choices) for tile, name in legend.items() if name not in named]
    if wrong:
        raise InvalidInput(wrong)
    return {tile: named[name] for tile, name in legend.items()}


def _lines(example: object, field: str) -> Sequence[str] | Complaint:
    """Returns the rows of an example, or why it is no level."""
    if isinstance(example, str):
        return example.replace("\r\n", "\n").strip("\n").split("\n")
    if not isinstance(example, list | tuple):
        return wrong_value(field, example, "a list of rows, or one string with a line for each")
    for y, row in enumerate(example):
        if not isinstance(row, str):
            return wrong_value(f"{field}[{y}]", row, "a string with one character for each tile")
    return example


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


def _strange(rows: Sequence[str], meant: Mapping[str, str], field: str) -> list[Complaint]:
    """Returns the first tile of a level that means nothing."""
    for y, row in enumerate(rows):
        for x, tile in enumerate(row):
            if tile not in meant:
                return [wrong_value(f"{field}[{y}][{x}]", tile, "one of " + " ".join(meant))]
    return []
