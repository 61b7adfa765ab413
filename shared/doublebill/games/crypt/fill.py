"""Filling: puts treasures, potions and foes into a crypt whose path is carved.

Treasures of the path stand on it. Foes and potions of the path stand where every shortest path passes, so that none is
better than another for going round them, and in an order that is survived. All other foes stand beside the path where
the player has the health to meet them, and what is left lies in corners that no shortest path passes.
"""

from doublebill.games.crypt.best_path import best_path, layers
from doublebill.games.crypt.rules import (
    DAMAGE,
    EXIT,
    GOBLIN,
    HEALTH,
    OGRE,
    PLAYER,
    POTION,
    TREASURE,
    Crypt,
    health_after,
)
from doublebill.games.crypt.solver import healths, reached
from doublebill.games.dice import Dice
from doublebill.games.grids.carve import SOLID, Carving
from doublebill.games.grids.grid import FLOOR, WALL, Rows, beside, cells_of, connected, set_of

THIRSTY = HEALTH - 2
"""Highest health at which a potion gives back all that it can."""

OGRES = 3
"""One foe in this many is an ogre, where the player has the health for it."""


class Filling:
    """A carved crypt that is being filled."""

    def __init__(self, carving: Carving, trail: list[int], dice: Dice) -> None:
        """Starts an empty crypt with its player and its exit at the ends of the trail that it was carved around."""
        self.board, self.carving, self.trail, self.dice = carving.board, carving, trail, dice
        self.tiles = [FLOOR if label >= 0 else WALL for label in carving.distance]
        self.tiles[trail[0]], self.tiles[trail[-1]] = PLAYER, EXIT
        self._close_behind_exit()

    @property
    def crypt(self) -> Crypt:
        """The crypt as it is filled so far."""
        opened = set_of(cell for cell in self.board.cells if self.tiles[cell] != WALL)
        return Crypt(self.board, self.tiles, opened, self.trail[0], self.trail[-1])

    @property
    def rows(self) -> Rows:
        """The rows of the crypt as it is filled so far."""
        return self.board.rows(self.tiles)

    def put_on_path(self, treasures: int, potions: int, foes: int, least: int) -> tuple[int, int]:
        """Puts all treasures on the path, and as many of the potions and foes as fit; gives back how many of each did.

        The player keeps a health of `least`. A potion is put where it is of use.
        """
        inner = self.trail[1:-1]
        self.dice.shuffle(inner)
        for cell in inner[:treasures]:
            self.tiles[cell] = TREASURE
        forced = [ring.bit_length() - 1 for ring in layers(self.crypt)[1:-1] if ring.bit_count() == 1]
        free = [cell for cell in forced if self.tiles[cell] == FLOOR]
        self.dice.shuffle(free)
        chosen = set_of(free[: potions + foes])
        health, drunk, met = HEALTH, 0, 0
        for cell in self.trail:
            if chosen >> cell & 1:
                thirst = (potions - drunk) * (health <= THIRSTY)
                courage = (foes - met) * (health > least)
                if thirst + courage:
                    drinks = self.dice.weighted((2 * thirst, courage)) == 0
                    self.tiles[cell] = POTION if drinks else self._foe(health - least)
                    health = health_after(self.tiles[cell], health)
                    drunk, met = drunk + drinks, met + (not drinks)
        return drunk, met

    def put_beside_path(self, foes: int, alcoves: bool = True) -> int:
        """Puts foes beside the path, in new `alcoves` when all else is taken; returns the number that did not fit."""
        crypt = self.crypt
        path = best_path(crypt)
        bearable = [0] * (HEALTH + 1)
        for cell, health in zip(path[:-1], healths(crypt, path), strict=False):
            bearable[health] |= 1 << cell
        passed, near = set_of(path), beside(self.board, 1 << crypt.player)
        for cell in self._shuffled(beside(self.board, passed) & ~passed, near):
            around = beside(self.board, 1 << cell)
            most = max((health for health in range(HEALTH + 1) if bearable[health] & around), default=0)
            if foes and most > DAMAGE[GOBLIN] and (self.tiles[cell] == FLOOR or (alcoves and self._open(cell))):
                self.tiles[cell] = self._foe(most - 1)
                foes -= 1
        return foes

    def put_in_corners(self, tile: str, count: int, alcoves: bool) -> int:
        """Puts `count` of a tile where no shortest path passes, or into `alcoves`; gives back how many did not fit."""
        crypt = self.crypt
        alive = reached(crypt, best_path(crypt))
        passed = sum(layers(crypt))
        floor = crypt.having(FLOOR) & alive & ~passed
        solid = beside(self.board, alive) & ~crypt.opened if alcoves else 0
        for cell in self._shuffled(floor | solid, solid):
            if count and (floor >> cell & 1 or self._open(cell, alone=True)):
                self.tiles[cell] = tile
                count -= 1
        return count

    def put_anywhere(self, tile: str, count: int) -> None:
        """Puts `count` of a tile on any floor, that of the shortest paths too."""
        for cell in self._shuffled(self.crypt.having(FLOOR), 0)[:count]:
            self.tiles[cell] = tile

    def _shuffled(self, cells: int, late: int) -> list[int]:
        """Returns the cells in random order, open ones first, and `late` ones last."""
        order = list(cells_of(cells))
        self.dice.shuffle(order)
        return sorted(order, key=lambda cell: (late >> cell & 1, self.tiles[cell] == WALL))

    def _foe(self, most: int) -> str:
        """Returns a foe that does no more damage than that."""
        return OGRE if most >= DAMAGE[OGRE] and self.dice.below(OGRES) == 0 else GOBLIN

    def _open(self, cell: int, alone: bool = False) -> bool:
        """Tells whether a wall was opened without making any path shorter; `alone`, only if it becomes a dead end."""
        labels = self.carving.distance
        around = [cell + step for step in self.board.steps if labels[cell + step] >= 0]
        near = [labels[there] for there in around]
        if labels[cell] != SOLID or max(near) - min(near) > 2 or (alone and len(near) > 1):
            return False
        if around == self.trail[-1:]:
            return False
        labels[cell] = min(near) + 1
        self.tiles[cell] = FLOOR
        return True

    def _close_behind_exit(self) -> None:
        """Walls up what could be reached through the exit only."""
        crypt = self.crypt
        inside = crypt.opened & ~(1 << crypt.exit)
        if connected(self.board, inside):
            return
        for cell in cells_of(inside & ~reached(crypt, self.trail)):
            self.tiles[cell], self.carving.distance[cell] = WALL, SOLID
