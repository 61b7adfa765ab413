"""Batches of levels under test."""

from doublebill.games.levels.level import Level
from doublebill.games.levels.variety import Variety


class Taken:
    """The levels of a batch that are unlike one another."""

    def __init__(self, variety: Variety) -> None:
        self.different, self.kept = variety.different, variety.start()

    def takes(self, level: Level) -> bool:
        """Whether a level is unlike all that were taken; it is then taken too."""
        unlike = self.kept.distance(level, self.different) >= self.different
        if unlike:
            self.kept.add(level)
        return unlike
