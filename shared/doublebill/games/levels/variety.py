"""Variety: the interfaces by which a batch asks how different its levels are; measures stand in `games.variety`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from doublebill.arrays import Integers
from doublebill.games.levels.level import Level


class AcceptedLevels(Protocol):
    """The levels that a batch has accepted so far."""

    def distance(self, level: Level, least: int = 0) -> int:
        """Returns the percent by which a level differs from the nearest accepted one, 100 where there is none.

        Where that is below `least`, any number below `least` may come back.
        """

    def distance_of_moves(self, moves: str) -> int:
        """Returns the most that `distance` can be for a level whose certificate has those moves."""

    def add(self, level: Level) -> None:
        """Accepts one more level."""


type Percents = Callable[[int], Integers]
"""Returns the percent by which a level of a pool, given by its number, differs from each of them; [n_levels] int64."""

type PoolMeasure = Callable[[Sequence[Level], Mapping[str, str]], Percents]
"""Compares the levels of a pool, whose tiles have the names of a legend."""


class Variety(Protocol):
    """A measure of how different two levels of a kind are."""

    @property
    def different(self) -> int:
        """Percent by which a level is to differ from all others of its batch."""

    def start(self) -> AcceptedLevels:
        """Returns an empty batch."""
