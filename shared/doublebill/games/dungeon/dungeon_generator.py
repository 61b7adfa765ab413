"""The generator of dungeons: plots, rooms, corridors, locks, loops, dead ends, and then all that stands there."""

from dataclasses import replace
from itertools import pairwise

from doublebill.games.dice import Dice
from doublebill.games.dungeon.dungeon_aims import DungeonAims, aims, besides
from doublebill.games.dungeon.dungeon_spec import DungeonSpec, check
from doublebill.games.dungeon.furnish import Furnishing
from doublebill.games.dungeon.layout.dug_floors import DugFloors, RoomWish, dig_floors
from doublebill.games.dungeon.mission.lock_places import LockPlan, plan_locks
from doublebill.games.dungeon.mission.mission_places import plan_mission
from doublebill.games.dungeon.mission.room_tree import RoomTree, hang
from doublebill.games.dungeon.mission.sent_mission import read_mission
from doublebill.games.dungeon.survey import survey
from doublebill.games.dungeon.vaults.chosen_vaults import drawn_vaults
from doublebill.games.dungeon.vaults.vault import vault_counts
from doublebill.games.grids.grid import Rows
from doublebill.games.levels.generator import LevelGenerator
from doublebill.games.step_budget import spend


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
        spend(2 * spec.area)
        size = spec.width, spec.height
        vaults = drawn_vaults(spec.vaults, size, dice) if spec.vaults else []
        aim = besides(aims(spec, dice), [vault_counts(vault.rows) for vault in vaults], spec.floors)
        pieces = [[vault.rows for vault in vaults[floor :: spec.floors]] for floor in range(spec.floors)]
        wish = RoomWish(rooms_each(aim.rooms, spec.floors), aim.room_size, aim.caves, pieces if vaults else ())
        dug = dig_floors(size, wish, dice, last)
        apart = [vault.opened << shift for vault, shift in dug.vaults]
        floors = replace(survey(dug.board, dug.opened, apart), stairs=stair_rooms(dug, dice))
        tree = hang(floors, dice)
        tree, plan = planned(tree, spec, aim, dice)
        # a second way to the exit would lead around the boss
        dug.dig_loops(plan.areas, tree.joined(), tree.exit if aim.boss else -1, aim.loops)
        dug.dig_stubs(aim.dead_ends, dice)
        dug.shut_ends()
        furnishing = Furnishing(floors, dug.opened, dice)
        for vault, shift in dug.vaults:
            furnishing.put_vault(vault, shift)
        furnishing.put_ends(tree)
        furnishing.put_locks(tree, plan)
        if aim.boss:
            furnishing.put_boss(tree)
        if spec.mission is None:
            furnishing.put_treasures(tree, plan, aim.treasures)
        guards = furnishing.put_guards(tree, aim.difficulty)
        furnishing.put_foes(tree, aim.foes - guards, posted=aim.difficulty is None)
        furnishing.put_doors()
        return furnishing.rows


def planned(tree: RoomTree, spec: DungeonSpec, aim: DungeonAims, dice: Dice) -> tuple[RoomTree, LockPlan]:
    """Returns the tree and the plan of the mission that was sent, or of a drawn one where it does not fit."""
    found = plan_mission(tree, read_mission(spec.mission), dice) if spec.mission else None
    return found or (tree, plan_locks(tree, aim.locks, aim.treasures, dice))


def rooms_each(rooms: int, floors: int) -> list[int]:
    """Returns the number of rooms of each floor, the first floors with one more where they cannot be equal."""
    return [rooms // floors + (floor < rooms % floors) for floor in range(floors)]


def stair_rooms(dug: DugFloors, dice: Dice) -> list[tuple[int, int]]:
    """Chooses the rooms that stairs join, from each floor to the next; no room has stairs both up and down."""
    stairs: list[tuple[int, int]] = []
    for (first, below), (_, end) in pairwise(pairwise(dug.firsts)):
        upper = [room for room in range(first, below) if not stairs or room != stairs[-1][1]]
        stairs.append((dice.choice(upper), dice.between(below, end - 1)))
    return stairs
