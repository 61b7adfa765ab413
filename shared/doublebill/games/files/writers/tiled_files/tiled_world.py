"""A world of the Tiled editor: the maps of a batch side by side (Tiled 1.10, "Worlds")."""

import json
from collections.abc import Sequence
from itertools import accumulate

from doublebill.games.plans.border import bordered
from doublebill.games.plans.level_plan import LevelPlan
from doublebill.games.tileset.themes import TileStyle

BETWEEN = 2
"""Cells between two maps."""


def tiled_world(names: Sequence[str], plans: Sequence[LevelPlan], style: TileStyle) -> str:
    """Returns the world of the maps whose files are named; a floor lies below the one above it."""
    whole, size = [bordered(plan) for plan in plans], style.pixels
    firsts = [plan for plan in whole if plan.floor <= 1]
    lefts = iter([0, *accumulate((plan.width + BETWEEN) * size for plan in firsts)])
    maps, left = [], 0
    for name, plan in zip(names, whole, strict=False):
        left = next(lefts) if plan.floor <= 1 else left
        top = max(plan.floor - 1, 0) * (plan.height + BETWEEN) * size
        maps.append({"fileName": name, "x": left, "y": top, "width": plan.width * size, "height": plan.height * size})
    return json.dumps({"maps": maps, "onlyShowAdjacentMaps": False, "type": "world"}, indent=1) + "\n"
