"""Specs of dungeons: their size, their controls, and the numbers that one attempt builds towards."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from doublebill.games.controls import Target, check_order, conflict, limits
from doublebill.games.dice import Dice
from doublebill.games.dungeon.layout.plots import BORDER, LEAST_SIDE, most_plots
from doublebill.games.dungeon.tiles import LOCKS
from doublebill.games.levels.spec import LevelSpec, pick
from doublebill.schema import Pair

SHORTEST, LONGEST = 12, 256
"""Fewest and most cells along a side of a dungeon."""

MOST_ROOMS = 400

USUAL_PLOT = 125, 190
"""Cells of a dungeon for each room, where there is no target."""

USUAL_ROOM = 28, 40
"""Cells of a room, in percent of a dungeon's cells for each room, where there is no target."""

ENDS = 2
"""Player and exit, each on a cell of its own."""

SIDE = f"an integer from {SHORTEST} to {LONGEST}"
Side = Annotated[int, Meta(ge=SHORTEST, le=LONGEST)]
Rooms = Annotated[int, Meta(ge=2, le=MOST_ROOMS)]
RoomSize = Annotated[int, Meta(ge=LEAST_SIDE**2, le=LONGEST**2)]
Number = Annotated[int, Meta(ge=0, le=LONGEST**2)]
Locks = Annotated[int, Meta(ge=0, le=len(LOCKS))]


class DungeonSpec(LevelSpec, frozen=True):
    """The size and the controls of a dungeon."""

    width: Annotated[Side, Meta(description=f"cells from left to right, {SIDE}")] = 48
    height: Annotated[Side, Meta(description=f"cells from top to bottom, {SIDE}")] = 32
    rooms: Annotated[Rooms | Pair[Rooms] | None, Meta(description="number of rooms: a number or [min, max]")] = None
    room_size: Annotated[
        RoomSize | Pair[RoomSize] | None, Meta(description="cells of a room on average: a number or [min, max]")
    ] = None
    loops: Annotated[
        Number | Pair[Number] | None,
        Meta(description="pieces of wall that one can walk around: a number or [min, max]"),
    ] = None
    dead_ends: Annotated[
        Number | Pair[Number] | None, Meta(description="corridors that end nowhere: a number or [min, max]")
    ] = 0
    locks: Annotated[
        Locks | Pair[Locks] | None,
        Meta(description=f"locked doors, each with a key of its colour, 0 to {len(LOCKS)}: a number or [min, max]"),
    ] = None
    foes: Annotated[
        Number | Pair[Number] | None, Meta(description="goblins and ogres together: a number or [min, max]")
    ] = None
    treasures: Annotated[Number | Pair[Number] | None, Meta(description="treasures: a number or [min, max]")] = None

    @property
    def area(self) -> int:
        """Cells of the dungeon."""
        return self.width * self.height


@dataclass(frozen=True, slots=True)
class DungeonAims:
    """The numbers that one attempt builds towards."""

    rooms: int
    room_size: int
    loops: int
    dead_ends: int
    locks: int
    foes: int
    treasures: int


def check(spec: DungeonSpec) -> None:
    """Checks that some dungeon may meet the spec.

    Raises:
        Unsatisfiable: naming the controls that cannot hold together.
    """
    targets = {name: target for name, target in spec.targets.items() if name not in ("width", "height")}
    check_order(**targets)
    least = {name: limits(target, 0, 0)[0] for name, target in targets.items()}
    sides: dict[str, tuple[Target, str]] = {side: (spec.targets[side], "more cells") for side in ("width", "height")}
    most = most_rooms(spec)
    if least["rooms"] > most:
        raise conflict({"rooms": (spec.rooms, f"at most {most}")} | sides)
    inside = (spec.width - 2 * BORDER) * (spec.height - 2 * BORDER)
    rooms, size = max(least["rooms"], ENDS), max(least["room_size"], LEAST_SIDE**2)
    if rooms * size > inside:
        fewer: dict[str, tuple[Target, str]] = {"rooms": (spec.rooms, "fewer rooms")} if spec.rooms else sides
        raise conflict({"room_size": (spec.room_size, f"at most {inside // rooms}")} | fewer)
    if least["locks"] >= (highest := limits(spec.rooms, most, most)[1]):
        more: dict[str, tuple[Target, str]] = {"rooms": (spec.rooms, "more rooms")} if spec.rooms else sides
        raise conflict({"locks": (spec.locks, f"at most {highest - 1}, one room fewer")} | more)
    if least["foes"] + least["treasures"] + least["locks"] + ENDS > inside - rooms:
        crowd = {name: (targets[name], f"at most {inside // 4}") for name in ("foes", "treasures") if least[name]}
        raise conflict(crowd | sides)


def most_rooms(spec: DungeonSpec) -> int:
    """Returns the number of smallest rooms that always fit."""
    return min(most_plots(spec.width, spec.height, LEAST_SIDE), MOST_ROOMS)


def aims(spec: DungeonSpec, dice: Dice) -> DungeonAims:
    """Chooses the numbers to build towards: within the targets, and otherwise in the usual ranges."""
    most = most_rooms(spec)
    fewest = max(limits(spec.locks, 0, 0)[0] + ENDS, spec.area // USUAL_PLOT[1])
    rooms = pick(spec.rooms, (fewest, max(fewest, spec.area // USUAL_PLOT[0])), most, dice)
    plot = spec.area // rooms
    sizes = tuple(max(plot * percent // 100, LEAST_SIDE**2) for percent in USUAL_ROOM)
    return DungeonAims(
        rooms=rooms,
        room_size=pick(spec.room_size, (sizes[0], sizes[1]), spec.area, dice),
        loops=pick(spec.loops, (rooms // 6, rooms // 3), spec.area, dice),
        dead_ends=pick(spec.dead_ends, (0, rooms // 8), spec.area, dice),
        locks=pick(spec.locks, (min(1, rooms - 1), min(rooms // 4, len(LOCKS))), rooms - 1, dice),
        foes=pick(spec.foes, (rooms // 2, rooms), spec.area, dice),
        treasures=pick(spec.treasures, (max(rooms // 6, 1), max(rooms // 3, 1)), spec.area, dice),
    )
