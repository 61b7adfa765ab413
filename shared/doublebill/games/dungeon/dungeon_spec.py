"""Specs of dungeons: their size and their controls, and which of these contradict each other."""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta

from doublebill.errors import Complaint, Unsatisfiable
from doublebill.games.controls import Target, check_order, conflict, limits
from doublebill.games.dungeon.layout.plots import BORDER, LEAST_SIDE, most_plots
from doublebill.games.dungeon.mission.difficulty import MOST
from doublebill.games.dungeon.mission.lock_kinds import MOST_LOCKS
from doublebill.games.dungeon.mission.mission_match import nodes_there
from doublebill.games.dungeon.mission.mission_places import rooms_needed
from doublebill.games.dungeon.mission.sent_mission import read_mission
from doublebill.games.dungeon.tiles import COLOURS, METALS
from doublebill.games.dungeon.vaults.chosen_vaults import MOST_VAULTS, Wanted, added, candidates, check_vaults
from doublebill.games.dungeon.vaults.found_vaults import found_vaults
from doublebill.games.dungeon.vaults.shipped_vaults import SHIPPED
from doublebill.games.dungeon.vaults.vault import NAME_LENGTH, Vault
from doublebill.games.grids.grid import Rows
from doublebill.games.levels.spec import LevelSpec
from doublebill.games.missions.mission import Mission
from doublebill.schema import Pair

SHORTEST, LONGEST = 12, 256
"""Fewest and most cells along a side of a dungeon."""

MOST_FLOORS = 20

MOST_ROOMS = 400

MOST_CELLS = 400_000
"""Cells of all floors of a dungeon."""

ROOMS_EACH = 2
"""Fewest rooms of a floor."""

ENDS = 2
"""Player and exit, each on a cell of its own."""

Layout = Literal["rooms", "caves", "mixed"]

SHARES: Mapping[Layout, tuple[int, int]] = {"rooms": (0, 0), "caves": (80, 100), "mixed": (25, 75)}
"""Layout → the fewest and most percent of the rooms that are caves."""

SHARE_BESIDE_VAULTS = 25
"""Fewest percent of caves in a layout of them that has vaults, whose rooms are built."""

SIDE = f"an integer from {SHORTEST} to {LONGEST}"
Side = Annotated[int, Meta(ge=SHORTEST, le=LONGEST)]
Floors = Annotated[int, Meta(ge=1, le=MOST_FLOORS)]
Rooms = Annotated[int, Meta(ge=2, le=MOST_ROOMS)]
RoomSize = Annotated[int, Meta(ge=LEAST_SIDE**2, le=LONGEST**2)]
Number = Annotated[int, Meta(ge=0, le=LONGEST**2)]
Locks = Annotated[int, Meta(ge=0, le=MOST_LOCKS)]
Gates = Annotated[int, Meta(ge=0, le=len(METALS))]
Difficulty = Annotated[int, Meta(ge=0, le=MOST)]
Boss = Annotated[int, Meta(ge=0, le=1)]
ShippedVaults = Annotated[int, Meta(ge=0, le=len(SHIPPED))]
VaultName = Annotated[str, Meta(min_length=1, max_length=NAME_LENGTH, examples=list(SHIPPED))]
Vaults = Annotated[tuple[VaultName | Vault, ...], Meta(max_length=MOST_VAULTS)]


class DungeonSpec(LevelSpec, frozen=True):
    """The size and the controls of a dungeon."""

    width: Annotated[Side, Meta(description=f"cells from left to right, {SIDE}")] = 48
    height: Annotated[Side, Meta(description=f"cells from top to bottom, {SIDE}")] = 32
    floors: Annotated[Floors, Meta(description=f"floors of that size, joined by stairs, 1 to {MOST_FLOORS}")] = 1
    rooms: Annotated[
        Rooms | Pair[Rooms] | None, Meta(description="number of rooms of all floors: a number or [min, max]")
    ] = None
    room_size: Annotated[
        RoomSize | Pair[RoomSize] | None, Meta(description="cells of a room on average: a number or [min, max]")
    ] = None
    caves: Annotated[
        Number | Pair[Number] | None,
        Meta(description="rooms that are caves, with more than twelve corners: a number or [min, max]"),
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
        Meta(description=f"locked doors and gates, 0 to {MOST_LOCKS}: a number or [min, max]"),
    ] = None
    small_locks: Annotated[
        Locks | Pair[Locks] | None,
        Meta(description="locks whose keys are all alike and used up: a number or [min, max]"),
    ] = None
    gates: Annotated[
        Gates | Pair[Gates] | None,
        Meta(description=f"locks that levers open, 0 to {len(METALS)}: a number or [min, max]"),
    ] = None
    depth: Annotated[
        Locks | Pair[Locks] | None,
        Meta(description="locks of the longest chain, each to be opened before the next: a number or [min, max]"),
    ] = None
    boss: Annotated[
        bool | Boss | Pair[Boss] | None,
        Meta(description="whether a boss bars the exit: true or false, 1 or 0, or [0, 1] for either"),
    ] = None
    foes: Annotated[
        Number | Pair[Number] | None, Meta(description="goblins and ogres together: a number or [min, max]")
    ] = None
    treasures: Annotated[Number | Pair[Number] | None, Meta(description="treasures: a number or [min, max]")] = None
    difficulty: Annotated[
        Difficulty | Pair[Difficulty] | None,
        Meta(description=f"fights and moves that the way to the exit needs, 0 to {MOST}: a number or [min, max]"),
    ] = None
    layout: Annotated[
        Layout | None,
        Meta(description="rooms (built ones), caves or mixed; the control is the percent of all rooms that are caves"),
    ] = None

    mission: Annotated[
        Mission | None,
        Meta(description="the mission, as an answer has it: nodes and edges; the control counts nodes that are there"),
    ] = None

    vaults: Annotated[
        ShippedVaults | Vaults | None,
        Meta(description="hand-made pieces: how many of the shipped ones, or a list of their names and of your own"),
    ] = None

    @property
    def targets(self) -> Mapping[str, Target]:
        """Each control's name → its target; a mission and listed vaults are their numbers, a layout is its share."""
        numbers = {name: getattr(self, name) for name in self.__struct_fields__}
        numbers["layout"] = self.cave_share
        numbers["boss"] = int(self.boss) if isinstance(self.boss, bool) else self.boss
        numbers["mission"] = len(self.mission.nodes) if self.mission else None
        numbers["vaults"] = self.vaults if isinstance(self.vaults, int | None) else len(self.vaults)
        return numbers

    def own_measures(self, rows: Rows) -> Mapping[str, int]:
        """Returns how many vaults of the spec a proved dungeon has, and the nodes of its mission: all, or none."""
        vaults = {"vaults": len(found_vaults(rows, candidates(self.vaults or 0)))}
        return vaults | {"mission": nodes_there(self.mission, rows)} if self.mission else vaults

    @property
    def cave_share(self) -> tuple[int, int] | None:
        """The fewest and most percent of the rooms that are to be caves; None without a layout."""
        if self.layout == "caves" and self.vaults:
            return SHARE_BESIDE_VAULTS, 100
        return SHARES[self.layout] if self.layout else None

    @property
    def area(self) -> int:
        """Cells of all floors."""
        return self.width * self.height * self.floors


def check(spec: DungeonSpec) -> None:
    """Checks that some dungeon may meet the spec.

    Raises:
        Unsatisfiable: naming the controls that cannot hold together.
    """
    targets = {name: target for name, target in spec.targets.items() if name not in ("width", "height", "floors")}
    check_order(**targets)
    least = {name: limits(target, 0, 0)[0] for name, target in targets.items()}
    sides: dict[str, tuple[Target, str]] = {side: (spec.targets[side], "more cells") for side in ("width", "height")}
    if spec.area > MOST_CELLS:
        fewer_cells = {
            name: (spec.targets[name], f"at most {MOST_CELLS:,} cells in all") for name in ("width", "height", "floors")
        }
        raise conflict(fewer_cells)
    most = most_rooms(spec)
    if limits(spec.rooms, most, most)[1] < ROOMS_EACH * spec.floors:
        raise conflict({"rooms": (spec.rooms, f"{ROOMS_EACH} for each floor"), "floors": (spec.floors, "fewer floors")})
    if least["rooms"] > most:
        raise conflict({"rooms": (spec.rooms, f"at most {most}")} | sides)
    inside = (spec.width - 2 * BORDER) * (spec.height - 2 * BORDER) * spec.floors
    rooms, size = max(least["rooms"], ENDS), max(least["room_size"], LEAST_SIDE**2)
    if rooms * size > inside:
        fewer: dict[str, tuple[Target, str]] = {"rooms": (spec.rooms, "fewer rooms")} if spec.rooms else sides
        raise conflict({"room_size": (spec.room_size, f"at most {inside // rooms}")} | fewer)
    highest = limits(spec.rooms, most, most)[1]
    check_caves(spec, highest)
    if spec.vaults:
        check_vaults(spec.vaults, (spec.width, spec.height), spec.floors)
        check_additions(spec, spec.vaults)
    if spec.mission:
        check_mission(spec, spec.mission, highest)
    check_locks(spec)
    if least["locks"] >= highest:
        more: dict[str, tuple[Target, str]] = {"rooms": (spec.rooms, "more rooms")} if spec.rooms else sides
        raise conflict({"locks": (spec.locks, f"at most {highest - 1}, one room fewer")} | more)
    if least["foes"] + least["treasures"] + least["locks"] + ENDS > inside - rooms:
        crowd = {name: (targets[name], f"at most {inside // 4}") for name in ("foes", "treasures") if least[name]}
        raise conflict(crowd | sides)


def check_caves(spec: DungeonSpec, rooms: int) -> None:
    """Checks that a spec has a layout or a number of caves, and not both, and at most so many rooms.

    Raises:
        Unsatisfiable: naming both, or the controls that allow fewer caves.
    """
    if limits(spec.caves, 0, 0)[0] > rooms:
        names, more = (("rooms",), "more rooms") if spec.rooms else (("width", "height"), "more cells")
        raise conflict(
            {"caves": (spec.caves, f"at most {rooms}")} | {name: (spec.targets[name], more) for name in names}
        )
    if spec.layout and spec.caves is not None:
        raise Unsatisfiable(
            Complaint(f"spec.{name}", "layout and caves both say which rooms are caves", "use one of them")
            for name in ("layout", "caves")
        )


def check_additions(spec: DungeonSpec, vaults: Wanted) -> None:
    """Checks that listed vaults have no more of anything than the controls leave room for.

    Raises:
        Unsatisfiable: naming the controls.
    """
    if isinstance(vaults, int):
        return
    more = added(candidates(vaults))
    if spec.mission and more["treasures"]:
        raise conflict({"vaults": (None, "vaults without treasures"), "mission": (None, "no mission of your own")})
    for name, number in more.items():
        own = ROOMS_EACH * spec.floors if name == "rooms" else 0
        if limits(spec.targets[name], number + own, number + own)[1] < number + own:
            fewer = {"vaults": (None, "fewer vaults")}
            raise conflict({name: (spec.targets[name], f"at least {number + own}, with those of vaults")} | fewer)


def check_mission(spec: DungeonSpec, mission: Mission, rooms: int) -> None:
    """Checks that a dungeon of at most so many rooms may have a mission that was sent.

    Raises:
        InvalidInput: naming the node or edge that is wrong.
        Unsatisfiable: when no dungeon can have it, or naming the controls that it stands for, or too few rooms.
    """
    sent = read_mission(mission)
    both = [name for name in MISSION_CONTROLS if spec.targets[name] is not None]
    if both:
        raise Unsatisfiable(
            Complaint(f"spec.{name}", "the mission says it", f"remove {name} or mission") for name in both
        )
    if (needed := rooms_needed(sent)[0]) > rooms:
        more = "more rooms" if spec.rooms else "more cells"
        names = ("rooms",) if spec.rooms else ("width", "height")
        sides = {name: (spec.targets[name], more) for name in names}
        raise conflict({"mission": (None, f"fewer locks: it needs {needed} rooms")} | sides)


MISSION_CONTROLS = ("locks", "small_locks", "gates", "depth", "boss", "treasures")
"""Controls that a mission which was sent stands for."""


def check_locks(spec: DungeonSpec) -> None:
    """Checks that the kinds of locks go together.

    Raises:
        Unsatisfiable: naming the controls that do not.
    """
    fewest, most = limits(spec.locks, 0, MOST_LOCKS)
    small, gates = limits(spec.small_locks, 0, MOST_LOCKS), limits(spec.gates, 0, len(METALS))
    parts = {name: spec.targets[name] for name in ("small_locks", "gates") if spec.targets[name] is not None}
    if small[0] + gates[0] > most:
        raise conflict({name: (part, f"at most {most} of both") for name, part in parts.items()} | _locks(spec, "more"))
    if fewest > len(COLOURS) + small[1] + gates[1]:
        raise conflict({name: (part, "more") for name, part in parts.items()} | _locks(spec, "fewer"))
    low, high = limits(spec.depth, 0, MOST_LOCKS)
    if low > most or high < (fewest > 0):
        raise conflict({"depth": (spec.depth, f"{min(fewest, 1)} to {most}")} | _locks(spec, "another number"))


def _locks(spec: DungeonSpec, change: str) -> dict[str, tuple[Target, str]]:
    return {"locks": (spec.locks, change)}


def most_rooms(spec: DungeonSpec) -> int:
    """Returns the number of smallest rooms that always fit."""
    return min(most_plots(spec.width, spec.height, LEAST_SIDE) * spec.floors, MOST_ROOMS)
