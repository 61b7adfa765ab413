"""Rules: what the tiles and moves of a kind of level mean, and whether a drawn grid can be finished.

Rules judge rows alone, so they prove levels that anybody drew.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from doublebill.games.grids.constraints import TileRoles
from doublebill.games.grids.grid import Rows
from doublebill.games.grids.notation import PLAIN, Notation
from doublebill.games.grids.steps import STEPS, Place, walk
from doublebill.games.levels.physics import Physics
from doublebill.games.levels.proof import Certificate, Proof


class LevelRules(ABC):
    """The rules of one kind of level."""

    legend: Mapping[str, str]
    """Tile → its name."""
    tiles = TileRoles()
    """Tiles that repair and constraints treat in a special way."""
    notation: Notation = PLAIN
    """How levels of this kind are written as text."""
    moves: Mapping[str, str] = {"U": "up", "D": "down", "L": "left", "R": "right"}
    """Letter of a certificate's move → what it does."""

    def under(self, physics: Physics | None) -> "LevelRules":  # noqa: ARG002  # kinds with jumps need it
        """Returns the rules with the physics of a request; a kind without jumps has none."""
        return self

    @abstractmethod
    def prove(self, rows: Rows) -> Proof | None:
        """Returns the proof of a drawn grid; None when it breaks a rule."""

    def path(self, rows: Rows, certificate: Certificate) -> Sequence[Place]:
        """Lists the places that a certificate passes, its start first.

        Here its moves are steps U D L R, in capitals or small; without any place where they are not, or where they step
        into a wall or miss the goal.
        """
        places = walk(rows, certificate.start, certificate.moves)
        whole = len(places) == len(certificate.moves) + 1 and set(certificate.moves.upper()) <= set(STEPS)
        return places if whole and places[-1] == certificate.goal else []
