"""Places of a mission that was sent: the thresholds that cut a dungeon into its areas, and the room of its exit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from doublebill.games.dice import Dice
from doublebill.games.dungeon.mission.lock_depth import lock_depth
from doublebill.games.dungeon.mission.lock_places import LockPlan
from doublebill.games.dungeon.mission.room_tree import RoomTree
from doublebill.games.dungeon.mission.sent_mission import SentMission
from doublebill.games.step_budget import spend

TRIES = 60
"""Ways of cutting a dungeon that are drawn until one has the areas of the mission."""


def plan_mission(tree: RoomTree, sent: SentMission, dice: Dice) -> tuple[RoomTree, LockPlan] | None:
    """Returns the plan of a mission, and the tree with its exit; None where none was found in this dungeon."""
    drawing = _Drawing(tree, sent, dice)
    for _ in range(TRIES):
        spend(len(tree.parents) * sent.areas)
        drawing.cut.clear()
        if drawing.places(0, tree.order[0]):
            cut = [drawing.cut[area] for area in range(1, sent.areas)]
            areas = tree.areas(cut)
            exit_ = drawing.exit_room(areas)
            if exit_ is not None:
                plan = LockPlan(cut, areas, sent.parents, sent.locks, sent.things, lock_depth(sent.orders))
                return replace(tree, exit=exit_), plan
    return None


def rooms_needed(sent: SentMission) -> list[int]:
    """Returns the rooms that each area needs, those of the areas behind it included."""
    needed = [1] * sent.areas
    if sent.exit == 0 or sent.boss:
        needed[sent.exit] = 2
    for area in range(sent.areas - 1, 0, -1):
        needed[sent.parents[area - 1]] += needed[area]
    return needed


@dataclass(frozen=True, slots=True)
class _Branches:
    """The parts behind each part of a tree."""

    parts: Sequence[frozenset[int]]
    """Part → itself and all behind it."""
    rooms: Sequence[int]
    """Part → the number of rooms among these."""


class _Drawing:
    """A mission while its areas are drawn."""

    def __init__(self, tree: RoomTree, sent: SentMission, dice: Dice) -> None:
        self.tree = tree
        self.sent = sent
        self.dice = dice
        self.needed = rooms_needed(sent)
        self.branches = _branches(tree)
        self.cut: dict[int, int] = {}

    def places(self, area: int, root: int) -> bool:
        """Cuts off the areas that locks of an area lead to, from the parts behind its first part."""
        children = self.sent.children(area)
        self.dice.shuffle(children)
        left = sum(self.needed[child] for child in children)
        spare = self.branches.rooms[root] - self.needed[area]
        free = sorted(self.branches.parts[root] - {root})
        for child in sorted(children, key=lambda child: -self.needed[child]):
            left -= self.needed[child]
            fitting = [
                part
                for part in free
                if self.tree.gates[part] and 0 <= self.branches.rooms[part] - self.needed[child] <= spare
            ]
            if not fitting:
                return False
            part = self._chosen(fitting)
            spare -= self.branches.rooms[part] - self.needed[child]
            self.cut[child] = part
            behind = self.branches.parts[part]
            free = [other for other in free if other not in behind and part not in self.branches.parts[other]]
            if not self.places(child, part):
                return False
        return True

    def _chosen(self, fitting: Sequence[int]) -> int:
        """Chooses one of some parts: of two, the one with fewer rooms behind it, so that others fit beside it."""
        return min(self.dice.choice(fitting), self.dice.choice(fitting), key=lambda part: self.branches.rooms[part])

    def exit_room(self, areas: Sequence[int]) -> int | None:
        """Returns a room of the exit's area, as far from the entrance as any; with a boss, one that leads nowhere."""
        tree, sent = self.tree, self.sent
        first = self.cut.get(sent.exit, tree.entrance)
        rooms = [room for room in range(tree.rooms) if areas[room] == sent.exit and room != tree.entrance]
        if sent.boss:
            leading = set(tree.parents)
            lock = tree.gates[first]
            rooms = [
                room
                for room in rooms
                if room not in leading and room != first and (gate := tree.gates[room])
                if lock is None or gate.cell != lock.cell
            ]
        return max(rooms, key=lambda room: (len(tree.way(room)), -room), default=None)


def _branches(tree: RoomTree) -> _Branches:
    parts: list[set[int]] = [{part} for part in range(len(tree.parents))]
    for part in reversed(tree.order[1:]):
        parts[tree.parents[part]] |= parts[part]
    rooms = [sum(part < tree.rooms for part in behind) for behind in parts]
    return _Branches([frozenset(behind) for behind in parts], rooms)
