"""The level as an SVG picture, 16 units a cell (SVG 1.1)."""

import itertools
from collections.abc import Mapping

from doublebill.games.files.writers.markup import HEAD, element, text
from doublebill.games.files.writers.palette import DOT, FULL, HOOP, PATH_COLOUR, looks
from doublebill.games.grids.grid import FLOOR, Rows
from doublebill.games.grids.steps import Place
from doublebill.games.plans.from_rows import rows_of
from doublebill.games.plans.level_plan import LevelPlan

CELL = 16
"""Units along a side of a cell."""


def svg(plan: LevelPlan) -> str:
    """Returns the picture: one group for each tile of the legend, with its name, and the path above them."""
    rows = rows_of(plan)
    width, height = plan.width * CELL, plan.height * CELL
    shown = looks(plan.legend)
    view = {"viewBox": f"0 0 {width} {height}", "width": width, "height": height, "role": "img"}
    floor = {"width": width, "height": height, "fill": shown[FLOOR].colour if FLOOR in shown else "none"}
    groups = [_group(rows, plan.legend, tile) for tile in plan.legend if tile != FLOOR]
    title = element("title", {}, text(f"{plan.kind} {plan.seed}"))
    whole = {"xmlns": "http://www.w3.org/2000/svg", **view}
    return HEAD + element("svg", whole, title, element("rect", floor), *groups, _path(plan)) + "\n"


def _group(rows: Rows, legend: Mapping[str, str], tile: str) -> str:
    look = looks(legend)[tile]
    if look.shape is FULL:
        path = "".join(_bars(rows, tile))
    else:
        path = "".join(_at(x, y) + look.shape for y, row in enumerate(rows) for x in _places(row, tile))
    if not path:
        return ""
    name = legend[tile]
    return element("g", {"fill": look.colour}, element("title", {}, text(name)), element("path", {"d": path}))


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
