"""The level for virtual tabletops: Universal VTT 0.3, a picture with walls, doors and lights (JSON).

Coordinates are cells. `line_of_sight` are the edges between solid and open ground, straight ones as one; a door is a
portal across its passage.
"""

import base64
import json
from collections.abc import Iterator, Sequence
from itertools import groupby

from doublebill.games.files.writers.png import png
from doublebill.games.plans.border import bordered
from doublebill.games.plans.level_plan import LevelPlan, Thing
from doublebill.games.tileset.themes import TileStyle

VERSION = 0.3
LIGHTS = {"torch": "ffffb060", "exit": "ff60e0a0", "start": "ff80b0ff"}
"""Name of a thing that shines → its colour, opacity first."""
REACH = 4
"""Cells that a light reaches."""

type Fields = dict[str, object]
type Edge = tuple[int, int, int]
"""A line of the grid, and the first and the last crossing of it that a wall passes."""


def uvtt(plan: LevelPlan, style: TileStyle) -> str:
    """Returns the level."""
    whole = bordered(plan)
    size = {"x": whole.width, "y": whole.height}
    content: Fields = {
        "format": VERSION,
        "resolution": {"map_origin": _point(0, 0), "map_size": size, "pixels_per_grid": style.pixels},
        "line_of_sight": walls(whole),
        "objects_line_of_sight": [],
        "portals": [_portal(whole, thing) for thing in whole.things if thing.name.split()[-1:] == ["door"]],
        "environment": {"baked_lighting": False, "ambient_light": "ffffffff"},
        "lights": [_light(thing) for thing in whole.things if thing.name in LIGHTS],
        "image": base64.b64encode(png(plan, style)).decode("ascii"),
    }
    return json.dumps(content, separators=(",", ":")) + "\n"


def walls(plan: LevelPlan) -> list[list[Fields]]:
    """Returns the edges between solid and open ground, each as its two ends."""
    across = [
        (y, [plan.is_solid(x, y - 1) != plan.is_solid(x, y) for x in range(plan.width)]) for y in range(plan.height + 1)
    ]
    down = [
        (x, [plan.is_solid(x - 1, y) != plan.is_solid(x, y) for y in range(plan.height)]) for x in range(plan.width + 1)
    ]
    return [
        *([_point(start, y), _point(end, y)] for y, start, end in _runs(across)),
        *([_point(x, start), _point(x, end)] for x, start, end in _runs(down)),
    ]


def _runs(lines: Sequence[tuple[int, list[bool]]]) -> Iterator[Edge]:
    """Yields the line, the start and the end of each run of edges."""
    for line, edges in lines:
        place = 0
        for wall, run in groupby(edges):
            length = len(list(run))
            if wall:
                yield line, place, place + length
            place += length


def _portal(plan: LevelPlan, door: Thing) -> Fields:
    x, y = door.x, door.y
    upright = plan.is_solid(x, y - 1) and plan.is_solid(x, y + 1)
    bounds = [_point(x + 0.5, y), _point(x + 0.5, y + 1)] if upright else [_point(x, y + 0.5), _point(x + 1, y + 0.5)]
    return {
        "position": _point(x + 0.5, y + 0.5),
        "bounds": bounds,
        "rotation": 1.5707963267948966 if upright else 0,
        "closed": True,
        "freestanding": False,
    }


def _light(thing: Thing) -> Fields:
    middle = _point(thing.x + 0.5, thing.y + 0.5)
    return {"position": middle, "range": REACH, "intensity": 1, "color": LIGHTS[thing.name], "shadows": True}


def _point(x: float, y: float) -> Fields:
    return {"x": x, "y": y}
