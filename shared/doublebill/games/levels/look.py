"""Looks: the interface by which a kind shows levels in tiles that a corpus has and the kind has not."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from doublebill.games.dice import Dice
from doublebill.games.grids.constraints import FREE, Constraints
from doublebill.games.grids.grid import Rows
from doublebill.games.plans.level_plan import Ground


class CorpusLook(Protocol):
    """The own tiles of a corpus, each of which acts as a tile of the kind."""

    @property
    def names(self) -> Mapping[str, str]:
        """Own tile → its name."""

    @property
    def properties(self) -> Mapping[str, Mapping[str, bool | str]]:
        """Own tile → its properties, as a legend gives them."""

    @property
    def grounds(self) -> Mapping[str, Ground]:
        """The own tiles that are ground, by name."""

    def acting(self, rows: Sequence[str]) -> Rows:
        """Returns a level with the tile of the kind that each own tile acts as."""

    def acting_constraints(self, kept: Constraints) -> Constraints:
        """Returns constraints in the tiles of the kind.

        Raises:
            InvalidInput: for an own tile that some cell or other must have.
        """

    def painted(self, rows: Rows, dice: Dice, kept: Constraints = FREE) -> Rows:
        """Returns a level in which cells have own tiles that act the same; fixed cells keep theirs."""
