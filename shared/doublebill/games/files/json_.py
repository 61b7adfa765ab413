"""The level as plain JSON."""

from collections.abc import Mapping

from doublebill.games.files.response import LevelTold, facts
from doublebill.games.levels.levels import Level


def as_json(level: Level, legend: Mapping[str, str]) -> LevelTold:
    """The level as an item of a JSON answer."""
    return {**facts(level), "grid": list(level.grid), "legend": dict(legend)}
