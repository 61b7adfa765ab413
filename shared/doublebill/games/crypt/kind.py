"""Crypts: the player walks to the exit and survives, past treasures, potions, goblins and ogres.

A crypt is built around its path: a trail of the target length, cells opened beside it under labels that keep it a
shortest path (`carve.Carving`), and then its contents (`crypt.fill.Filling`). The certificate is the shortest path that
is survived; of several that with the most treasures, then with the most health left (`crypt.best_path`).
"""

from dataclasses import dataclass

from doublebill.games.controls import limits
from doublebill.games.crypt.crypt_spec import ENDS, USUAL_OPEN, CryptSpec, check_spec
from doublebill.games.crypt.encounters import EncountersVariety
from doublebill.games.crypt.fill import Filling
from doublebill.games.crypt.gauntlet import gauntlet, planned_gauntlet
from doublebill.games.crypt.repair import bring_foes
from doublebill.games.crypt.rules import POTION, TREASURE
from doublebill.games.crypt.solver import CryptRules
from doublebill.games.dice import Dice
from doublebill.games.grids.carve import CORRIDORS_UP_TO, Carving
from doublebill.games.grids.grid import Board, Rows, board_of, letters
from doublebill.games.grids.repair import LevelDraft
from doublebill.games.grids.winding_path import serpentine, wind
from doublebill.games.level_kind import LevelKind
from doublebill.games.levels.generator import LevelGenerator
from doublebill.games.levels.spec import pick

CROWDED = 6
"""Number of foes above which the path itself spares the player's health, so that all foes can be met beside it."""


@dataclass(frozen=True, slots=True)
class CryptAims:
    """The numbers that one attempt builds towards."""

    enemies: int
    treasures: int
    length: int
    potions: int
    opened: int
    """Cells that are not walls."""


class CryptGenerator(LevelGenerator[CryptSpec]):
    """The generator of crypts."""

    sketches = True

    def check(self, spec: CryptSpec) -> None:
        """Checks that some crypt may meet the spec.

        Raises:
            Unsatisfiable: naming the controls that cannot hold together.
        """
        check_spec(spec)

    def candidate(self, spec: CryptSpec, dice: Dice, attempt: int, last: bool) -> Rows:
        """Builds a crypt; attempts after the first have no spare treasures and no close fights."""
        if spec.fights is not None:
            return gauntlet(spec, dice, last)
        board = board_of(spec.width, spec.height)
        aim = aims(spec, dice)
        halls, trail = planned(board, aim, dice, last)
        carving = Carving(board, trail)
        carving.open(aim.opened, halls, dice)
        filling = Filling(carving, trail, dice)
        least = 2 if aim.enemies > CROWDED or attempt > 1 else dice.between(1, 2)
        fight = aim.enemies if last else dice.between(aim.enemies // 3, (2 * aim.enemies + 2) // 3)
        drunk, met = filling.put_on_path(aim.treasures, dice.between(0, aim.potions), fight, least)
        filling.put_beside_path(aim.enemies - met)
        left = filling.put_in_corners(POTION, aim.potions - drunk, alcoves=True)
        filling.put_anywhere(POTION, left)
        if attempt == 1:
            filling.put_in_corners(TREASURE, dice.between(0, spec.area // 48), alcoves=False)
        return filling.rows

    def repair(self, spec: CryptSpec, draft: LevelDraft) -> None:
        """Makes a draft keep what is fixed, and brings its foes to the path again."""
        draft.mend(spec.targets)
        bring_foes(draft, spec.enemies, spec.fights)

    def sketch(self, spec: CryptSpec, dice: Dice) -> str | None:
        """Predicts the moves along the path that the candidate would be carved around, or what a gauntlet's meets."""
        if spec.fights is not None:
            return "".join(planned_gauntlet(spec, dice)[1])
        board = board_of(spec.width, spec.height)
        _, trail = planned(board, aims(spec, dice), dice, last=False)
        return letters(board, trail)


def aims(spec: CryptSpec, dice: Dice) -> CryptAims:
    """Chooses the numbers to build towards: within the targets, and otherwise in the usual ranges."""
    room = spec.area - ENDS
    enemies = pick(spec.enemies, (max(spec.area // 24, 1), max(spec.area // 12, 1)), room, dice)
    longest = limits(spec.solution_length, spec.area, spec.area)[1]
    treasures = pick(spec.treasures, (1, max(spec.area // 24, 1)), min(longest - 1, room), dice)
    potions = pick(spec.potions, (min(spec.area // 48, 1), max(spec.area // 40, 1)), room, dice)
    around = spec.width + spec.height
    few = max(min(around * 3 // 5, spec.area * 2 // 5), treasures + 1, enemies // 3 + 1)
    length = pick(spec.solution_length, (few, max(min(around * 2, spec.area * 2 // 5), few)), room + 1, dice)
    share = dice.between(*USUAL_OPEN) * spec.area // 100
    opened = min(max(share, enemies + treasures + potions + ENDS, length + 1 + potions + enemies // 2), spec.area)
    return CryptAims(enemies, treasures, length, potions, opened)


def planned(board: Board, aim: CryptAims, dice: Dice, last: bool) -> tuple[bool, list[int]]:
    """Tells whether to open halls, and the cells of the path."""
    halls = 100 * aim.opened > CORRIDORS_UP_TO * len(board.cells)
    straight = 30 if halls else dice.choice((1, 2, 3))
    return halls, serpentine(board, aim.length, dice) if last else wind(board, aim.length, dice, straight)


CRYPT = LevelKind(
    name="crypt",
    description="A player of 5 health, an exit, treasures, potions (+2); goblins (-1) and ogres (-2) that stand still",
    version=3,
    spec=CryptSpec,
    rules=CryptRules(),
    generator=CryptGenerator(),
    variety=EncountersVariety(40),
    cell_cost=2,
    tries_each=16,
)
