"""Variety of crypts: the moves tell two of them apart; where foes must be fought, what is met and the cells do.

A gauntlet is what one meets: potions, treasures and foes in an order that is survived. So gauntlets are compared by
that order, wherever it leads, and a little by their cells: four fifths of the percent by which two differ is what no
block of both orders holds (`variety.matching_blocks`), one fifth the cells with another tile. The order is known before
a level is built (`gauntlet.planned_gauntlet`).
"""

from dataclasses import dataclass
from operator import ne

from doublebill.games.crypt.rules import GOBLIN, OGRE, POTION, TREASURE
from doublebill.games.grids.steps import walk
from doublebill.games.levels.level import Level
from doublebill.games.levels.variety import AcceptedLevels
from doublebill.games.step_budget import spend
from doublebill.games.variety.distances import MovesVariety
from doublebill.games.variety.matching_blocks import PathTexts, shares_more

FAR = 64
"""Percent of edit distance from which on orders are not compared: in 14,850 pairs none above 58 was alike."""

USUAL_CELLS = 68
"""Percent of cells by which gauntlets of one size usually differ, for orders whose levels are not yet built."""

THINGS = POTION + TREASURE + GOBLIN + OGRE


def things_met(level: Level) -> str:
    """Returns the tile of each thing that the certificate steps on, in order."""
    certificate = level.certificate
    spend(len(certificate.moves) // 2)
    tiles = {(x, y): level.grid[y][x] for x, y in walk(level.grid, certificate.start, certificate.moves)}
    return "".join(tile for tile in tiles.values() if tile in THINGS)


@dataclass(frozen=True, slots=True)
class EncountersVariety:
    """Crypts differ by at least `different` percent of their moves; gauntlets of what is met and of their cells."""

    different: int

    def start(self) -> AcceptedLevels:
        """Returns an empty batch."""
        return _AcceptedCrypts(self.different)


class _AcceptedCrypts:
    def __init__(self, different: int) -> None:
        self.different = different
        self.by_moves = MovesVariety(different).start()
        self.orders = PathTexts(self._most_shared(USUAL_CELLS), FAR)
        self.drawn: list[str] = []

    def distance(self, level: Level, least: int = 0) -> int:
        """Returns the percent by which a level differs from the nearest accepted one of its sort; of gauntlets, 100
        where that is enough, and else a number below."""
        if level.controls["fights"].target is None:
            return self.by_moves.distance(level, least)
        met, drawn = things_met(level), "".join(level.grid)
        for number in self.orders.near(met):
            spend(len(drawn) // 20)
            other = self.drawn[number]
            cells = 100 * sum(map(ne, drawn, other)) // len(drawn) if len(drawn) == len(other) else 100
            if shares_more(met, self.orders.texts[number], self._most_shared(cells)):
                return self._too_near(met)
        return 100

    def distance_of_moves(self, moves: str) -> int:
        """Returns the percent for the moves of a crypt, or for the things that are met in a gauntlet."""
        if moves[:1] not in THINGS:
            return self.by_moves.distance_of_moves(moves)
        return self._too_near(moves) if self.orders.any_alike(moves) else 100

    def add(self, level: Level) -> None:
        """Accepts one more level."""
        if level.controls["fights"].target is None:
            self.by_moves.add(level)
        else:
            self.orders.add(things_met(level))
            self.drawn.append("".join(level.grid))

    def _most_shared(self, cells: int) -> int:
        """Returns the percent of what is met that two may share whose grids differ by that percent of cells."""
        return 100 + (cells - 5 * self.different) // 4

    def _too_near(self, met: str) -> int:
        return min(self.orders.nearest(met), self.different - 1)
