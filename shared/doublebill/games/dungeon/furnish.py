"""Furnishing: puts player, exit, keys, doors, treasures and foes into a dungeon that has been dug."""

from collections.abc import Sequence

from doublebill.games.dice import Dice
from doublebill.games.dungeon.guards import guards_for
from doublebill.games.dungeon.layout.bit_shapes import grown
from doublebill.games.dungeon.layout.dug_floors import PlacedVault
from doublebill.games.dungeon.mission.lock_places import LockPlan
from doublebill.games.dungeon.mission.room_tree import RoomTree
from doublebill.games.dungeon.survey import Survey
from doublebill.games.dungeon.tiles import BOSS, DOOR, DOWN, EXIT, GOBLIN, OGRE, PLAYER, TREASURE, UP
from doublebill.games.grids.grid import FLOOR, WALL, Rows, beside, cells_of, first_of

GUARDS = 3
"""One foe in so many guards a threshold; the others stand in rooms."""

DOORS = 3
"""One threshold in so many has a plain door."""


class Furnishing:
    """A dungeon while things are put into it."""

    def __init__(self, floor: Survey, opened: int, dice: Dice) -> None:
        self.floor = floor
        self.dice = dice
        self.tiles = [FLOOR if bit == "1" else WALL for bit in bin(opened | 1 << floor.board.size)[:2:-1]]
        every = 0
        for room in floor.rooms:
            every |= room
        self._thresholds = beside(floor.board, every) & opened & ~every
        self._closed = beside(floor.board, self._thresholds)
        self._foes = 0

    @property
    def rows(self) -> Rows:
        """The rows of the dungeon."""
        return self.floor.board.rows(self.tiles)

    def put(self, tile: str, room: int, apart: int = 0) -> bool:
        """Puts a tile on a free cell of a room that is not in `apart`, away from its thresholds where it can."""
        free = self.floor.rooms[room] & ~apart
        cells = [cell for cell in cells_of(free & ~self._closed) if self.tiles[cell] == FLOOR]
        cells = cells or [cell for cell in cells_of(free) if self.tiles[cell] == FLOOR]
        if not cells:
            return False
        cell = self.dice.choice(cells)
        self.tiles[cell] = tile
        self._foes |= (tile in (GOBLIN, OGRE)) << cell
        return True

    def put_vault(self, vault: PlacedVault, shift: int) -> None:
        """Puts the things of a vault where it has them; `shift` moves its floor's cells on the board."""
        for y, row in enumerate(vault.rows, vault.shape.y + 1):
            for x, tile in enumerate(row, vault.shape.x + 1):
                if tile not in (WALL, FLOOR):
                    self.tiles[y * self.floor.board.stride + x + shift] = tile

    def put_ends(self, tree: RoomTree) -> None:
        """Puts the player, the exit and the stairs."""
        self.put(PLAYER, tree.entrance)
        self.put(EXIT, tree.exit)
        for upper, lower in self.floor.stairs:
            self.put(DOWN, upper)
            self.put(UP, lower)

    def put_locks(self, tree: RoomTree, plan: LockPlan) -> None:
        """Puts the locks of a plan and what opens them."""
        for part, key in zip(plan.cut, plan.tiles, strict=True):
            gate = tree.gates[part]
            if gate is not None:
                self.tiles[gate.cell] = key.upper()
        for thing, area in plan.things:
            rooms = (self._room_for_key(tree, plan, area), *_rooms_of(tree, plan, area))
            any(self.put(thing, room) for room in rooms)

    def put_boss(self, tree: RoomTree) -> None:
        """Puts the boss on the threshold of the exit's room, or before the lock that is there."""
        gate = tree.gates[tree.exit]
        if gate is None:
            return
        corridor = self.floor.corridors[gate.corridor] & beside(self.floor.board, 1 << gate.cell)
        cell = gate.cell if self.tiles[gate.cell] == FLOOR else first_of(corridor)
        self.tiles[cell] = BOSS

    def put_treasures(self, tree: RoomTree, plan: LockPlan, count: int) -> None:
        """Puts treasures, into idle areas first."""
        rooms = [self.dice.choice(_rooms_of(tree, plan, area)) for area in plan.idle]
        quiet = [room for room in range(tree.rooms) if room not in (tree.entrance, tree.exit)] or [tree.exit]
        rooms += [self.dice.choice(quiet) for _ in range(count - len(rooms))]
        for room in rooms[:count]:
            self._somewhere(TREASURE, room)

    def put_guards(self, tree: RoomTree, difficulty: int | None) -> int:
        """Puts the guards that a difficulty needs; returns their number."""
        if difficulty is None:
            return 0
        guards = guards_for(self.rows, list(cells_of(self._thresholds)), tree.rooms, difficulty, self.dice)
        for cell, foe in guards.items():
            self.tiles[cell] = foe
        return len(guards)

    def put_foes(self, tree: RoomTree, count: int, posted: bool) -> None:
        """Puts foes into rooms, none in the entrance's where there are others; some are `posted` on thresholds."""
        away = ~grown(self.floor.board, self.floor.rooms[tree.entrance])
        guarded = [cell for cell in cells_of(self._thresholds & away) if self.tiles[cell] == FLOOR]
        self.dice.shuffle(guarded)
        guards = guarded[: max(count, 0) // GUARDS] if posted else []
        for cell in guards:
            self.tiles[cell] = self._foe()
        rooms = [room for room in range(tree.rooms) if room != tree.entrance]
        for _ in range(count - len(guards)):
            self._somewhere(self._foe(), self.dice.choice(rooms))

    def put_doors(self) -> None:
        """Puts plain doors on some of the thresholds that are free."""
        for cell in cells_of(self._thresholds):
            if self.tiles[cell] == FLOOR and not self.dice.below(DOORS):
                self.tiles[cell] = DOOR

    def _foe(self) -> str:
        return self.dice.choice((GOBLIN, GOBLIN, OGRE))

    def _somewhere(self, tile: str, room: int) -> None:
        """Puts a tile into a room, apart from foes, or else into any room that has a place for it."""
        apart = grown(self.floor.board, self._foes)
        rooms = (room, *range(len(self.floor.rooms) - self.floor.vaults))
        if not any(self.put(tile, one, apart) for one in rooms):
            any(self.put(tile, one) for one in rooms)

    def _room_for_key(self, tree: RoomTree, plan: LockPlan, area: int) -> int:
        """Chooses a room of an area; those that lead on, and the entrance, only if there is no other."""
        rooms = _rooms_of(tree, plan, area)
        leading = set(tree.parents)
        ends = [room for room in rooms if room not in leading and room != tree.exit]
        return self.dice.choice(ends or [room for room in rooms if room != tree.entrance] or rooms)


def _rooms_of(tree: RoomTree, plan: LockPlan, area: int) -> Sequence[int]:
    return [room for room in range(tree.rooms) if plan.areas[room] == area]
