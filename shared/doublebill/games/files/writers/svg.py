"""The level as an SVG picture, 16 units a cell, with a legend of what is there below it (SVG 1.1)."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

from doublebill.games.files.writers.markup import HEAD, element, text
from doublebill.games.files.writers.palette import PATH_COLOUR, Look, looks
from doublebill.games.files.writers.svg_shapes import DOT, FULL, HOOP
from doublebill.games.grids.grid import FLOOR, Rows
from doublebill.games.grids.steps import Place
from doublebill.games.plans.from_rows import rows_of
from doublebill.games.plans.level_plan import LevelPlan
from doublebill.games.plans.tile_meanings import things_of
from doublebill.games.tileset.sprites import OUTLINE

CELL = 16
"""Units along a side of a cell."""

LETTER, LINE, GAP = 6, 20, 6
"""Units of a letter at most, of a line of the legend, and between a shape and its name."""

OTHERS = 0xE000
"""First of the characters (for private use) that stand for things without a symbol."""

UNLISTED = ("floor", "air", "wall", "ground")
"""Names that the legend leaves out."""

Entry = tuple[str, Look]
"""A name of the legend, and its look."""


def svg(plan: LevelPlan) -> str:
    """Returns the picture: a group for each tile that is there, with its name, the path above them, and the legend."""
    plan = _with_all_symbols(plan)
    rows, shown = rows_of(plan), looks(plan.legend)
    width, height = plan.width * CELL, plan.height * CELL
    there = {tile: name for tile, name in plan.legend.items() if any(tile in row for row in rows)}
    lines = _lines([(name, shown[tile]) for tile, name in there.items() if name not in UNLISTED], width)
    whole_width = max([width, *(sum(_length(entry) for entry in line) for line in lines)])
    whole_height = height + len(lines) * LINE
    view = {"viewBox": f"0 0 {whole_width} {whole_height}", "width": whole_width, "height": whole_height, "role": "img"}
    floor = {"width": width, "height": height, "fill": shown[FLOOR].colour if FLOOR in shown else "none"}
    groups = [_group(rows, plan.legend, tile) for tile in there if tile != FLOOR]
    title = element("title", {}, text(f"{plan.kind} {plan.seed}"))
    whole = {"xmlns": "http://www.w3.org/2000/svg", **view}
    legend = _legend(lines, height, whole_width)
    return HEAD + element("svg", whole, title, element("rect", floor), *groups, _path(plan), legend) + "\n"


def _with_all_symbols(plan: LevelPlan) -> LevelPlan:
    """Returns a plan whose legend has a symbol for each thing: the rows of a maze do not show its ends."""
    named = {part for name in plan.legend.values() for part in things_of(name)}
    others = sorted({thing.name for thing in plan.things} - named)
    return replace(plan, legend={**plan.legend, **{chr(OTHERS + n): name for n, name in enumerate(others)}})


def _group(rows: Rows, legend: Mapping[str, str], tile: str) -> str:
    look = looks(legend)[tile]
    if look.shape is FULL:
        path = "".join(_bars(rows, tile))
    else:
        path = "".join(_at(x, y) + look.shape for y, row in enumerate(rows) for x in _places(row, tile))
    return element("g", _ink(look), element("title", {}, text(legend[tile])), element("path", {"d": path}))


def _ink(look: Look) -> Mapping[str, object]:
    """Returns the colour of a look, with an outline where it is a thing: light colours would be lost on the floor."""
    return {"fill": look.colour} if look.shape is FULL else {"fill": look.colour, "stroke": OUTLINE}


def _lines(entries: Sequence[Entry], width: int) -> list[list[Entry]]:
    """Returns the entries of a legend in lines about as wide as the level."""
    lines: list[list[Entry]] = []
    for entry in entries:
        if lines and sum(_length(one) for one in [*lines[-1], entry]) <= max(width, 12 * CELL):
            lines[-1].append(entry)
        else:
            lines.append([entry])
    return lines


def _length(entry: Entry) -> int:
    return CELL + 2 * GAP + LETTER * len(entry[0])


def _legend(lines: Sequence[Sequence[Entry]], top: int, width: int) -> str:
    """Returns the legend: a shape and its name for each entry, below the level."""
    if not lines:
        return ""
    paper = element("rect", {"y": top, "width": width, "height": len(lines) * LINE, "fill": "#ffffff"})
    shown: list[str] = []
    for number, line in enumerate(lines):
        x, y = 0, top + number * LINE + 2
        for name, look in line:
            shown.append(element("path", {"d": f"M{x} {y}{look.shape}", **_ink(look)}))
            place = {"x": x + CELL + GAP // 2, "y": y + 12, "fill": OUTLINE}
            shown.append(element("text", place, text(name)))
            x += _length((name, look))
    style = {"font-family": "sans-serif", "font-size": 10}
    return element("g", style, element("title", {}, "legend"), paper, *shown)


def _bars(rows: Rows, tile: str) -> list[str]:
    """Returns a bar for each run of a tile within a row."""
    bars = []
    for y, row in enumerate(rows):
        x = 0
        for found, run in itertools.groupby(row):
            cells = len(list(run))
            if found == tile:
                bars.append(f"{_at(x, y)}h{cells * CELL}v{CELL}h-{cells * CELL}z")
            x += cells
    return bars


def _places(row: str, tile: str) -> list[int]:
    return [x for x, found in enumerate(row) if found == tile]


def _at(x: int, y: int) -> str:
    return f"M{x * CELL} {y * CELL}"


def _path(plan: LevelPlan) -> str:
    """Returns a line through the middles of the cells, from a dot to a hoop."""
    if not plan.path:
        return ""
    points = " ".join(f"{x * CELL + CELL // 2},{y * CELL + CELL // 2}" for x, y in plan.path)
    line = {"points": points, "fill": "none", "stroke": PATH_COLOUR, "stroke-width": 2}
    ends = _mark(plan.path[0], DOT) + _mark(plan.path[-1], HOOP)
    return element(
        "g", {"fill": PATH_COLOUR}, element("title", {}, "way"), element("polyline", line), element("path", {"d": ends})
    )


def _mark(place: Place, path: str) -> str:
    return _at(*place) + path
