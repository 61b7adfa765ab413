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
    """Returns the world of the maps whose files are named."""
    whole, size = [bordered(plan) for plan in plans], style.pixels
    lefts = [0, *accumulate((plan.width + BETWEEN) * size for plan in whole)]
    maps = [
        {"fileName": name, "x": left, "y": 0, "width": plan.width * size, "height": plan.height * size}
        for name, plan, left in zip(names, whole, lefts, strict=False)
    ]
    return json.dumps({"maps": maps, "onlyShowAdjacentMaps": False, "type": "world"}, indent=1) + "\n"
