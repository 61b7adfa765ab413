"""Platform levels on a single screen: from the start by the key to the exit, with walls, ledges, spikes and diamonds.

The physics stands in `platform.physics`, its numbers in `platform.platform_physics`, the proof in `platform.solver`,
the building in `platform.builder`.
"""

from dataclasses import replace
from typing import Annotated

from msgspec import Meta

from doublebill.games.controls import Amount, Cell, Height, Target, Width, check_order, conflict, limits
from doublebill.games.dice import Dice
from doublebill.games.grids.grid import Rows, board_of
from doublebill.games.grids.repair import LevelDraft
from doublebill.games.level_kind import LevelKind
from doublebill.games.levels.generator import LevelGenerator
from doublebill.games.levels.physics import HIGHEST_JUMP
from doublebill.games.levels.spec import GridSpec
from doublebill.games.platform.builder import PIECES, PlatformAims, drawn
from doublebill.games.platform.plain_search import is_steered, plainly_finished
from doublebill.games.platform.platform_physics import USUAL, PlatformPhysics
from doublebill.games.platform.repair import lay_path
from doublebill.games.platform.solver import PlatformRules
from doublebill.games.platform.terraced import terraced
from doublebill.games.platform.terraces import is_roomy
from doublebill.games.variety.cells_passed import CellsPassedVariety
from doublebill.games.variety.distances import PathVariety
from doublebill.schema import Pair

ROCK = 25, 40, 55
"""Percent of rock that attempts choose from."""

SEARCHABLE, PLAIN = 200, 16
"""Most cells of levels that plain searches are to finish, and the levels that one attempt builds beyond the first."""

MANY_JUMPS = 2, 7
"""Levels with at most the first number of jumps are never hard, those with more than the second always are."""


class PlatformSpec(GridSpec, frozen=True):
    """The size and the controls of a platform level."""

    width: Width = 11
    height: Height = 7
    start: Annotated[Cell | None, Meta(description="the cell where the player starts, (0, 0) at the top left")] = None
    exit: Annotated[Cell | None, Meta(description="the cell of the exit, (0, 0) at the top left")] = None
    diamonds: Annotated[
        Amount | Pair[Amount] | None, Meta(description="number of diamonds: a number or [min, max]")
    ] = None
    jumps: Annotated[
        Amount | Pair[Amount] | None,
        Meta(description="jumps without which the level cannot be finished: a number or [min, max]"),
    ] = None
    spikes: Annotated[Amount | Pair[Amount] | None, Meta(description="number of spikes: a number or [min, max]")] = None
    physics: Annotated[
        PlatformPhysics | None, Meta(description="how the player moves, such as jump_height; each has its usual value")
    ] = None

    @property
    def moved_by(self) -> PlatformPhysics:
        """The physics that the level is for."""
        return self.physics or USUAL


class PlatformGenerator1(LevelGenerator[PlatformSpec]):
    """The generator of platform levels in version 1, which the last release had."""

    def check(self, spec: PlatformSpec) -> None:
        """Checks that some platform level may meet the spec.

        Raises:
            Unsatisfiable: naming the controls that cannot hold together.
        """
        spec.moved_by.check("spec.physics")
        check_order(diamonds=spec.diamonds, jumps=spec.jumps, spikes=spec.spikes)
        _check_ends(spec)
        _check_jumps(spec)
        # an end that does not stand on the bottom row stands on a cell
        raised = [name for name in ("start", "exit") if _raised(spec, name)]
        room = spec.area - PIECES - len(raised)
        counts = {name: limits(spec.targets[name], 0, 0)[0] for name in ("diamonds", "spikes")}
        if sum(counts.values()) > room:
            many: dict[str, tuple[Target, str]] = {
                name: (spec.targets[name], f"at most {room} diamonds and spikes together")
                for name in counts
                if counts[name]
            }
            raise conflict(many | _size(spec))

    def candidate(self, spec: PlatformSpec, dice: Dice, attempt: int, last: bool) -> Rows:  # noqa: ARG002  # others need it
        """Builds a platform level towards the controls."""
        board = board_of(spec.width, spec.height)
        return drawn(board, aims(spec, dice, last), dice)

    def repair(self, spec: PlatformSpec, draft: LevelDraft) -> None:
        """Makes a draft keep the rules, as far as what is fixed lets it."""
        draft.mend(spec.targets)
        lay_path(draft, limits(spec.jumps, 0, spec.area)[1], spec.moved_by)


class PlatformGenerator(PlatformGenerator1):
    """The generator of platform levels: terraces where they have room, else what plain searches finish too."""

    def candidate(self, spec: PlatformSpec, dice: Dice, attempt: int, last: bool) -> Rows:
        """Builds a platform level towards the controls."""
        board = board_of(spec.width, spec.height)
        if is_roomy(board, spec.moved_by.jump_height) and not last:
            return terraced(board, aims(spec, dice, last), dice)
        rows = super().candidate(spec, dice, attempt, last)
        for _ in range(PLAIN if spec.area <= SEARCHABLE and is_steered(spec.moved_by) else 0):
            if plainly_finished(rows, spec.moved_by):
                break
            rows = super().candidate(spec, dice, attempt, last)
        return rows


def _check_ends(spec: PlatformSpec) -> None:
    for name in ("start", "exit"):
        cell = spec.targets[name]
        if isinstance(cell, Cell) and not (cell.x < spec.width and cell.y < spec.height):
            side = "width" if cell.x >= spec.width else "height"
            raise conflict(
                {name: (cell, "a cell of the grid"), side: (spec.targets[side], f"more, to hold the {name}")}
            )
    if spec.start and spec.exit and spec.start.x == spec.exit.x and abs(spec.start.y - spec.exit.y) <= 1:
        advice = "neither the same cell as the other nor the one above or below it, which one stands on"
        raise conflict({"start": (spec.start, advice), "exit": (spec.exit, advice)})


def _check_jumps(spec: PlatformSpec) -> None:
    low, high = limits(spec.jumps, 0, spec.area)
    if spec.start and spec.exit:
        gained = spec.moved_by.jump_height
        least = -(-max(spec.start.y - spec.exit.y, 0) // gained)
        if high < least:
            ends: dict[str, tuple[Target, str]] = {
                "start": (spec.start, f"less deep below the exit: a jump gains {gained} cells"),
                "exit": (spec.exit, f"less high above the start: a jump gains {gained} cells"),
            }
            if spec.physics and gained < HIGHEST_JUMP:
                ends["physics.jump_height"] = gained, "more"
            raise conflict({"jumps": (spec.jumps, f"at least {least}")} | ends)
    # a path with fewest jumps leaves no cell twice, save once without and once with the key; where one jumps there are
    # three cells above each other, or two on the bottom row: something solid, the cell itself, and a free one above
    most = 2 * spec.width * ((spec.height + 1) // 3)
    if low > most:
        raise conflict({"jumps": (spec.jumps, f"at most {most}")} | _size(spec))


def _raised(spec: PlatformSpec, name: str) -> bool:
    cell = spec.targets[name]
    return isinstance(cell, Cell) and cell.y < spec.height - 1


def _size(spec: PlatformSpec) -> dict[str, tuple[Target, str]]:
    return {side: (spec.targets[side], "more cells") for side in ("width", "height")}


def aims(spec: PlatformSpec, dice: Dice, last: bool) -> PlatformAims:
    """Chooses the numbers to build towards: within the targets, else as usual; the `last` attempts leave most air."""
    start, goal = (
        None if cell is None else (cell.y + 1) * (spec.width + 1) + cell.x + 1 for cell in (spec.start, spec.exit)
    )
    diamonds = _amount(spec.diamonds, (1, max(spec.area // 20, 1)), dice)
    spikes = _amount(spec.spikes, (0, spec.area // 20), dice)
    jumps = limits(spec.jumps, 1, 2 + (spec.width + spec.height) // 5)
    if spec.jumps is None and spec.start and spec.exit:
        jumps = jumps[0], max(jumps[1], (spec.start.y - spec.exit.y) // spec.moved_by.jump_height + 2)
    rock = 0 if last else dice.choice(ROCK) * max(spec.area - 2 * (diamonds + spikes), 0) // spec.area
    hard = dice.between(*MANY_JUMPS) < jumps[0]
    return PlatformAims(start, goal, jumps, diamonds, spikes, rock, hard, spec.moved_by)


def _amount(target: Target, usual: tuple[int, int], dice: Dice) -> int:
    return dice.between(*limits(target, *usual))


PLATFORM_RULES = PlatformRules()

PLATFORM_1 = LevelKind(
    name="platform",
    description="A single screen of ledges: run and jump to the key, then to the exit; spikes kill",
    version=1,
    spec=PlatformSpec,
    rules=PLATFORM_RULES,
    generator=PlatformGenerator1(),
    variety=PathVariety(PLATFORM_RULES.path),
    cell_cost=2,
)
"""Platform levels of the last release."""

PLATFORM = replace(
    PLATFORM_1,
    version=2,
    generator=PlatformGenerator(),
    variety=CellsPassedVariety(PLATFORM_RULES.path, 50),
    tries_each=8,
    earlier=PLATFORM_1,
)
"""Platform levels."""
