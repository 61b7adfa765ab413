"""Aims of dungeons: the numbers that an attempt builds towards, within the targets or else in the usual ranges."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from doublebill.games.controls import Target, limits
from doublebill.games.dice import Dice
from doublebill.games.dungeon.dungeon_spec import ENDS, ROOMS_EACH, DungeonSpec, Layout, most_rooms
from doublebill.games.dungeon.layout.plots import LEAST_SIDE
from doublebill.games.dungeon.mission.difficulty import MOST
from doublebill.games.dungeon.mission.lock_kinds import MOST_LOCKS, LockWish
from doublebill.games.dungeon.mission.mission_places import rooms_needed
from doublebill.games.dungeon.mission.sent_mission import read_mission
from doublebill.games.dungeon.tiles import COLOURS, METALS
from doublebill.games.dungeon.vaults.vault import VaultCounts
from doublebill.games.levels.spec import pick

USUAL_PLOT = 125, 190
"""Cells of a dungeon for each room, where there is no target."""

USUAL_ROOM = 28, 40
"""Cells of a room, in percent of a dungeon's cells for each room, where there is no target."""

MIXED = 35, 65
"""Fewest and most percent of caves that a mixed layout is built towards, so that it has its share of them surely."""

USUAL_LOCKS = 5
"""Most locks where there is no target."""

BOSS_FROM = 6
"""Fewest rooms of a dungeon that may have a boss where there is no target."""


@dataclass(frozen=True, slots=True)
class DungeonAims:
    """The numbers that one attempt builds towards."""

    rooms: int
    room_size: int
    caves: int
    loops: int
    dead_ends: int
    locks: LockWish
    boss: int
    foes: int
    treasures: int
    difficulty: int | None
    """None where any will do."""


def aims(spec: DungeonSpec, dice: Dice) -> DungeonAims:
    """Chooses the numbers to build towards: within the targets, and otherwise in the usual ranges."""
    most = most_rooms(spec)
    sent = read_mission(spec.mission) if spec.mission else None
    needed = 2 * rooms_needed(sent)[0] if sent else fewest_locks(spec) + ENDS
    fewest = max(needed, ROOMS_EACH * spec.floors, spec.area // USUAL_PLOT[1])
    rooms = max(
        pick(spec.rooms, (fewest, max(fewest, spec.area // USUAL_PLOT[0])), most, dice), ROOMS_EACH * spec.floors
    )
    plot = spec.area // rooms
    sizes = tuple(max(plot * percent // 100, LEAST_SIDE**2) for percent in USUAL_ROOM)
    return DungeonAims(
        rooms=rooms,
        room_size=pick(spec.room_size, (sizes[0], sizes[1]), spec.area, dice),
        caves=pick(spec.caves, usual_caves(spec.layout, rooms), rooms, dice),
        loops=pick(spec.loops, (rooms // 6, rooms // 3), spec.area, dice),
        dead_ends=pick(spec.dead_ends, (0, rooms // 8), spec.area, dice),
        locks=lock_wish(spec, rooms, dice),
        boss=int(sent.boss) if sent else pick(spec.targets["boss"], (0, int(rooms >= BOSS_FROM)), 1, dice),
        foes=pick(spec.foes, (rooms // 2, rooms), spec.area, dice),
        difficulty=None if spec.difficulty is None else pick(spec.difficulty, (0, MOST), MOST, dice),
        treasures=pick(spec.treasures, (max(rooms // 6, 1), max(rooms // 3, 1)), spec.area, dice),
    )


def usual_caves(layout: Layout | None, rooms: int) -> tuple[int, int]:
    """Returns the fewest and most caves among so many rooms, where there is no target."""
    if layout == "mixed":
        few, much = (rooms * percent // 100 for percent in MIXED)
        return max(few, 1), max(much, 1)
    return (rooms, rooms) if layout == "caves" else (0, 0)


def besides(aim: DungeonAims, vaults: Sequence[VaultCounts], floors: int) -> DungeonAims:
    """Returns what is to be built besides vaults, for the same measures of the whole."""
    if not vaults:
        return aim
    rooms = max(aim.rooms - sum(vault.rooms for vault in vaults), ROOMS_EACH * floors)
    cells = max(aim.room_size * aim.rooms - sum(vault.cells for vault in vaults), 0)
    return replace(
        aim,
        rooms=rooms,
        room_size=max(cells // rooms, LEAST_SIDE**2),
        caves=max(aim.caves - sum(vault.caves for vault in vaults), 0),
        loops=max(aim.loops - sum(vault.loops for vault in vaults), 0),
        foes=max(aim.foes - sum(vault.foes for vault in vaults), 0),
        treasures=max(aim.treasures - sum(vault.treasures for vault in vaults), 0),
    )


def fewest_locks(spec: DungeonSpec) -> int:
    """Returns the number of locks that the targets need at least."""
    least = [limits(target, 0, 0)[0] for target in (spec.locks, spec.depth, spec.small_locks, spec.gates)]
    return max(*least[:2], sum(least[2:]))


def lock_wish(spec: DungeonSpec, rooms: int, dice: Dice) -> LockWish:
    """Chooses the locks of a dungeon with so many rooms."""
    fewest_small, most_small = limits(spec.small_locks, 0, MOST_LOCKS)
    most_gates = limits(spec.gates, 0, len(METALS))[1]
    most = min(rooms - 1, MOST_LOCKS, len(COLOURS) + most_small + most_gates)
    count = _drawn(spec.locks, (1, min(rooms // 3, USUAL_LOCKS)), (fewest_locks(spec), most), dice)
    least = count - len(COLOURS) - most_small
    gates = _drawn(spec.gates, (0, (count + 1) // 3), (least, min(count - fewest_small, len(METALS))), dice)
    rest = count - gates
    small = _drawn(spec.small_locks, (0, rest // 2), (rest - len(COLOURS), rest), dice)
    depth = None if spec.depth is None else pick(spec.depth, (1, count), count, dice)
    return LockWish(count, small, gates, depth)


def _drawn(target: Target, usual: tuple[int, int], bounds: tuple[int, int], dice: Dice) -> int:
    """Draws a number within the target and the bounds, the upper one first."""
    least, most = bounds
    low, high = limits(target, *usual)
    low = min(max(low, least), most)
    return dice.between(low, min(max(high, low), most))
