"""The generator of dungeons: plots, rooms, corridors, locks, loops, dead ends, and then all that stands there."""

from doublebill.games.dice import Dice
from doublebill.games.dungeon.dungeon_aims import DungeonAims, aims
from doublebill.games.dungeon.dungeon_spec import DungeonSpec, check
from doublebill.games.dungeon.furnish import Furnishing
from doublebill.games.dungeon.layout.corridors import Digging, join_rooms
from doublebill.games.dungeon.layout.neighbour_graph import Pairs, all_pairs, neighbour_pairs
from doublebill.games.dungeon.layout.plots import LEAST_SIDE, cut_plots, even_plots
from doublebill.games.dungeon.layout.room_shapes import shape_rooms
from doublebill.games.dungeon.mission.lock_places import LockPlan, plan_locks
from doublebill.games.dungeon.mission.room_tree import hang
from doublebill.games.dungeon.survey import survey
from doublebill.games.grids.grid import Rows, board_of, first_of
from doublebill.games.levels.generator import LevelGenerator

SPARE_PAIRS = 12
"""Pairs of rooms, for each room, that corridors may join besides those of neighbours."""

STUB_TRIES = 40
"""Places tried for each corridor that is to end nowhere."""


class DungeonGenerator(LevelGenerator[DungeonSpec]):
    """The generator of dungeons."""

    def check(self, spec: DungeonSpec) -> None:
        """Checks that some dungeon may meet the spec.

        Raises:
            Unsatisfiable: naming the controls that cannot hold together.
        """
        check(spec)

    def candidate(self, spec: DungeonSpec, dice: Dice, attempt: int, last: bool) -> Rows:  # noqa: ARG002  # of the interface
        """Builds a dungeon towards the controls."""
        aim = aims(spec, dice)
        digging, pairs = dug(spec, aim, dice, last)
        floor = survey(digging.board, digging.opened)
        tree = hang(floor, dice)
        plan = plan_locks(tree, aim.locks, aim.treasures, dice)
        # a second way to the exit would lead around the boss
        dig_loops(digging, [pair for pair in pairs if not aim.boss or tree.exit not in pair], plan, aim.loops)
        dig_stubs(digging, aim.dead_ends, dice)
        furnishing = Furnishing(floor, digging.opened, dice)
        furnishing.put_ends(tree)
        furnishing.put_locks(tree, plan)
        if aim.boss:
            furnishing.put_boss(tree)
        furnishing.put_treasures(tree, plan, aim.treasures)
        furnishing.put_foes(tree, aim.foes)
        furnishing.put_doors()
        return furnishing.rows


def dug(spec: DungeonSpec, aim: DungeonAims, dice: Dice, even: bool) -> tuple[Digging, Pairs]:
    """Returns rooms joined by corridors without a loop, and the pairs of rooms that further corridors may join."""
    board = board_of(spec.width, spec.height)
    cut = even_plots if even else cut_plots
    plots = cut(spec.width, spec.height, aim.rooms, LEAST_SIDE, dice)
    # in the order in which a survey numbers them
    rooms = sorted(shape_rooms(board, plots, aim.room_size, dice), key=lambda room: first_of(room.cells))
    digging = Digging(board, [room.cells for room in rooms])
    spare = all_pairs(rooms, SPARE_PAIRS * len(rooms))
    near = neighbour_pairs(rooms)
    join_rooms(digging, near, spare)
    return digging, near + [pair for pair in spare if pair not in near]


def dig_loops(digging: Digging, pairs: Pairs, plan: LockPlan, count: int) -> None:
    """Digs corridors between rooms of one area, each of which makes one loop."""
    for a, b in pairs:
        if not count:
            return
        if plan.areas[a] == plan.areas[b]:
            path = digging.corridor(digging.rooms[a], digging.rooms[b])
            digging.opened |= path
            count -= path > 0


def dig_stubs(digging: Digging, count: int, dice: Dice) -> None:
    """Digs corridors that end nowhere."""
    for _ in range(count * STUB_TRIES):
        if not count:
            return
        stub = digging.stub(dice)
        digging.opened |= stub
        count -= stub > 0
