"""Mazes: open and solid cells, all open ones one region.

A maze is built around its longest shortest path: a trail of the target length, then cells opened beside it under two
bounds (`carve.Carving`) that keep the trail's ends that far apart and everything else no further. Where nearly all is
open and the path has no target, walls are scattered instead.
"""

from dataclasses import replace
from typing import Annotated

from msgspec import Meta

from doublebill.games.controls import LARGEST_MAP, SMALLEST, Percent, Target, check_order, conflict, limits
from doublebill.games.dice import Dice
from doublebill.games.grids.carve import CORRIDORS_UP_TO, SCATTER_FROM, Carving, scatter
from doublebill.games.grids.grid import FLOOR, WALL, Board, Rows, board_of
from doublebill.games.grids.path_bounds import longest_path, shortest_path
from doublebill.games.grids.winding_path import serpentine, wind
from doublebill.games.level_kind import LevelKind
from doublebill.games.levels.generator import LevelGenerator
from doublebill.games.levels.level import Level
from doublebill.games.levels.spec import GridSpec
from doublebill.games.maze.solver import MazeRules, percent
from doublebill.games.plans.level_plan import LevelPlan, Thing
from doublebill.games.variety.distances import CellsVariety
from doublebill.schema import Pair

USUAL_OPEN = 48, 60
"""Fewest and most percent of open cells where there is no target: corridors with dead ends."""


ROOMY = 3
"""A corridor maze with a path of n moves opens at most (n + 1)² / ROOMY cells."""


SIDE = f"an integer from {SMALLEST} to {LARGEST_MAP}"
Side = Annotated[int, Meta(ge=SMALLEST, le=LARGEST_MAP)]
Length = Annotated[int, Meta(ge=1, le=LARGEST_MAP**2)]


class MazeSpec(GridSpec, frozen=True):
    """The size and the controls of a maze."""

    width: Annotated[Side, Meta(description=f"cells from left to right, {SIDE}")] = 14
    height: Annotated[Side, Meta(description=f"cells from top to bottom, {SIDE}")] = 14
    path: Annotated[
        Length | Pair[Length] | None,
        Meta(description="moves between the two open cells that are furthest apart: a number or [min, max]"),
    ] = None
    openness: Annotated[
        Percent | Pair[Percent] | None,
        Meta(description="share of open cells in whole percent, a half rounded up: a number or [min, max]"),
    ] = None


class MazeGenerator(LevelGenerator[MazeSpec]):
    """The generator of mazes."""

    def check(self, spec: MazeSpec) -> None:
        """Checks that some maze may meet the spec.

        Raises:
            Unsatisfiable: naming the controls that cannot hold together.
        """
        check_order(path=spec.path, openness=spec.openness)
        size: dict[str, tuple[Target, str]] = {
            "width": (spec.width, "more cells"),
            "height": (spec.height, "more cells"),
        }
        counts = open_counts(spec)
        if not counts:
            raise conflict(
                {"openness": (spec.openness, "a share that some number of cells above one rounds to")} | size
            )
        low, high = limits(spec.path, 1, spec.area)
        most = longest_path(spec.width, spec.height, 0)
        if low > most:
            raise conflict({"path": (spec.path, f"at most {most}")} | size)
        shortest, longest = path_bounds(spec.width, spec.height, counts)
        if low > longest or high < shortest:
            sides: dict[str, tuple[Target, str]] = {
                "path": (spec.path, f"between {shortest} and {longest} with that share open")
            }
            raise conflict(sides | {"openness": (spec.openness, "a share that such a path leaves room for")})

    def candidate(self, spec: MazeSpec, dice: Dice, attempt: int, last: bool) -> Rows:
        """Builds a maze towards the controls."""
        board = board_of(spec.width, spec.height)
        count, length = aims(spec, dice)
        share = percent(count, spec.area)
        if share >= SCATTER_FROM and (spec.path is None or attempt % 2 == 0):
            opened = scatter(board, count, dice)
            return board.rows([FLOOR if opened >> cell & 1 else WALL for cell in range(board.size)])
        carving = carve(board, length, count, dice, last)
        return board.rows([FLOOR if label >= 0 else WALL for label in carving.distance])


def open_counts(spec: MazeSpec) -> range:
    """Returns the numbers of open cells within the target of openness, two at least; all if there is no target."""
    low, high = limits(spec.openness, 0, 100)
    # percent() is n exactly for the counts from (2n - 1) * area / 200 up to, not including, (2n + 1) * area / 200
    first = max(-((1 - 2 * low) * spec.area // 200), 2)
    return range(first, min(((2 * high + 1) * spec.area - 1) // 200, spec.area) + 1)


def path_bounds(width: int, height: int, counts: range) -> tuple[int, int]:
    """Returns the bounds of the longest shortest path when the number of open cells is one of `counts`."""
    corners = width + height - 2
    if counts[0] == width * height:
        return corners, corners
    longest = min(longest_path(width, height, counts[0]), counts[-1] - 1)
    return shortest_path(counts[0]), longest


def aims(spec: MazeSpec, dice: Dice) -> tuple[int, int]:
    """Chooses the number of open cells and the length of the path: within the targets, and otherwise as usual."""
    counts = open_counts(spec)
    corners = spec.width + spec.height - 2
    if spec.openness is None:
        shortest = limits(spec.path, 1, 1)[0]
        least, most = (spec.area * share // 100 for share in USUAL_OPEN)
        if spec.path is not None:
            most = min(most, (limits(spec.path, 1, spec.area)[1] + 1) ** 2 // ROOMY)
            least = min(least, most * 4 // 5)
        fewest = max(least, shortest * 11 // 10 + 1)
        counts = range(min(fewest, spec.area), min(max(most, fewest), spec.area) + 1)
    # a path half as long again as the way across lets corridors reach every corner; few walls hold no more than that
    usual = min(corners * 3 // 2 if counts[-1] * 100 < SCATTER_FROM * spec.area else corners, counts[0] * 2 // 3)
    room = min(usual + spec.area // 6, counts[-1] * 3 // 4)
    low, high = limits(spec.path, usual, max(usual, room))
    count = dice.between(min(max(counts[0], low + 1), counts[-1]), counts[-1])
    return count, dice.between(min(low, count - 1), min(high, count - 1))


def carve(board: Board, length: int, count: int, dice: Dice, last: bool) -> Carving:
    """Carves a maze with that path and number of open cells, or as many of both as fit.

    The `last` attempts take the form of trail that fits most.
    """
    # all open cells lie about the path's middle, so a short path has it in the middle of the grid, unless it leads
    # through so few cells that there is room for them anywhere
    tight = ROOMY * count > (length + 1) ** 2
    anywhere = 3 * length < 2 * (board.width + board.height)
    centred = tight or (not anywhere and length < 2 * (board.width + board.height))
    halls = tight or percent(count, len(board.cells)) > CORRIDORS_UP_TO
    straight = 30 if halls else dice.choice((3, 6, 12))
    trail = serpentine(board, length, dice) if last else wind(board, length, dice, straight, centred)
    carving = Carving(board, trail)
    carving.keep_within(trail)
    carving.open(count, halls, dice)
    return carving


def with_ends(plan: LevelPlan, level: Level) -> LevelPlan:
    """Returns a plan with a player and an exit at the ends of the certificate, which the rows do not show."""
    ends = {"player": level.certificate.start, "exit": level.certificate.goal}
    things = [Thing(number, name, x, y) for number, (name, (x, y)) in enumerate(ends.items(), 1)]
    return plan if plan.things else replace(plan, things=tuple(things))


MAZE = LevelKind(
    name="maze",
    description="Open and solid cells; all open cells are one region",
    version=2,
    spec=MazeSpec,
    rules=MazeRules(),
    generator=MazeGenerator(),
    variety=CellsVariety(40),
    completed=with_ends,
)
