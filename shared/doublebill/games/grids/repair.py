"""Repair: candidates made to keep constraints, and changed a little where their controls are not met yet.

A draft is a candidate under repair. Fixed tiles are laid over it; tiles that there is one of are removed or put back,
missing ones are added, regions are joined through walls that are not fixed, and numbers of tiles are brought within
their targets. The result is a candidate like any other: only the rules of its kind prove it.
"""

from collections.abc import Mapping

from doublebill.games.controls import Target, limits
from doublebill.games.dice import Dice
from doublebill.games.grids.constraints import Constraints, TileRoles
from doublebill.games.grids.grid import Rows, beside, board_of, cells_of, connected, rings
from doublebill.games.step_budget import spend

FILLED = 2
"""Most cells of an empty region that is filled up rather than joined to the others."""


class LevelDraft:
    """A candidate under repair."""

    def __init__(self, rows: Rows, tiles: TileRoles, constraints: Constraints, dice: Dice) -> None:
        self.board = board_of(len(rows[0]), len(rows))
        self.tiles = tiles
        self.constraints = constraints
        self.dice = dice
        self.drawn = [tiles.solid] * self.board.size
        """Tile of each cell number."""
        spend(len(self.board.cells) // 2)
        self.free: list[int] = []
        """Cells that are not fixed."""
        for cell in self.board.cells:
            x, y = self.board.xy(cell)
            pin = constraints.pins.get((x, y))
            self.drawn[cell] = pin.tile if pin else rows[y][x]
            if not pin:
                self.free.append(cell)

    @property
    def rows(self) -> Rows:
        """The rows of the grid."""
        return self.board.rows(self.drawn)

    @property
    def keeps(self) -> bool:
        """Whether the draft keeps the constraints."""
        spend(len(self.constraints.pins) // 4)
        pins = all(
            self.drawn[self.board.cells[y * self.board.width + x]] == pin.tile
            for (x, y), pin in self.constraints.pins.items()
        )
        return pins and all(self._count(tile) for tile in self.constraints.must_have)

    def mend(self, targets: Mapping[str, Target]) -> None:
        """Keeps the constraints where that can be done, and brings the numbers of tiles within the targets."""
        spend(len(self.board.cells) // 2)
        for tile in self.tiles.once:
            self._leave(tile, 1)
            self._add(tile, 1)
        for tile in self.constraints.must_have:
            self._add(tile, 1)
        self._join()
        for control, tile in self.tiles.counted.items():
            low, high = limits(targets[control], 0, len(self.board.cells))
            low = max(low, tile in self.constraints.must_have)
            if tile == self.tiles.solid:
                self._open(self._count(tile) - high)
                self._close(low - self._count(tile))
            else:
                self._leave(tile, high)
                self._add(tile, low)

    def change(self) -> None:
        """Changes one free cell: a wall to floor, floor to a wall, anything else changes places with floor."""
        if not self.free:
            return
        spend(len(self.free) // 10)
        cell = self.dice.choice(self.free)
        tile, solid, floor = self.drawn[cell], self.tiles.solid, self.tiles.floor
        if tile == solid:
            self.drawn[cell] = floor
        elif tile == floor and self.dice.below(2):
            self.drawn[cell] = solid
        else:
            exchanged = {floor} if tile != floor else set(self.drawn) - {floor, solid}
            others = [other for other in self.free if self.drawn[other] in exchanged]
            if others:
                other = self.dice.choice(others)
                self.drawn[cell], self.drawn[other] = self.drawn[other], tile

    def _count(self, tile: str) -> int:
        spend(len(self.board.cells) // 12)
        return [self.drawn[cell] for cell in self.board.cells].count(tile)

    def _leave(self, tile: str, most: int) -> None:
        """Makes floor of free cells with the tile until there are no more than `most` of it."""
        spare = self._count(tile) - most
        if spare > 0:
            cells = [cell for cell in self.free if self.drawn[cell] == tile]
            self.dice.shuffle(cells)
            for cell in cells[:spare]:
                self.drawn[cell] = self.tiles.floor

    def _add(self, tile: str, least: int) -> None:
        """Puts the tile on free cells of floor, else of wall, until there are `least` of it."""
        missing = least - self._count(tile)
        if missing > 0:
            cells = [cell for cell in self.free if self.drawn[cell] in (self.tiles.floor, self.tiles.solid)]
            self.dice.shuffle(cells)
            cells.sort(key=lambda cell: self.drawn[cell] == self.tiles.solid)
            for cell in cells[:missing]:
                self.drawn[cell] = tile

    def _opened(self) -> int:
        spend(len(self.board.cells) // 8)
        return sum(1 << cell for cell in self.board.cells if self.drawn[cell] != self.tiles.solid)

    def _join(self) -> None:
        """Joins what is open into one region, through free walls on a shortest path; tiny empty regions are filled."""
        if not self.tiles.one_region:
            return
        fixed = set(self.board.cells) - set(self.free)
        walls = sum(1 << cell for cell in sorted(fixed) if self.drawn[cell] == self.tiles.solid)
        opened = self._opened()
        while opened and not connected(self.board, opened):
            spend(len(self.board.cells) // 2)
            parts = self._parts(opened)
            for part in parts[1:]:
                cells = list(cells_of(part))
                plain = all(self.drawn[cell] == self.tiles.floor and cell not in fixed for cell in cells)
                if len(cells) <= FILLED and plain:
                    for cell in cells:
                        self.drawn[cell] = self.tiles.solid
            parts = self._parts(self._opened())
            if len(parts) > 1 and not self._tunnel(parts[0], sum(parts[1:]), self.board.inside & ~walls):
                return
            opened = self._opened()

    def _parts(self, opened: int) -> list[int]:
        """Returns the regions, the one with most cells first."""
        parts = []
        while opened:
            part = sum(rings(self.board, opened, opened & -opened))
            parts.append(part)
            opened &= ~part
        return sorted(parts, key=lambda part: (-part.bit_count(), part))

    def _tunnel(self, start: int, goal: int, passable: int) -> bool:
        """Tells whether a shortest path through what is passable could be opened between two sets of cells."""
        around = rings(self.board, passable, start)
        reached = next((i for i, ring in enumerate(around) if ring & goal), None)
        if reached is None:
            return False
        cell = self.dice.choice(list(cells_of(around[reached] & goal)))
        for ring in reversed(around[1:reached]):
            cell = self.dice.choice([cell + step for step in self.board.steps if ring >> cell + step & 1])
            self.drawn[cell] = self.tiles.floor
        return True

    def _open(self, count: int) -> None:
        """Makes floor of so many free walls, each beside something open."""
        opened = self._opened() if count > 0 else 0
        for _ in range(count):
            spend(len(self.free) // 16)
            near = beside(self.board, opened)
            cells = [cell for cell in self.free if self.drawn[cell] == self.tiles.solid and near >> cell & 1]
            if not cells:
                return
            cell = self.dice.choice(cells)
            self.drawn[cell] = self.tiles.floor
            opened |= 1 << cell

    def _close(self, count: int) -> None:
        """Makes walls of so many free cells of floor, as long as what is open stays one region."""
        if count <= 0:
            return
        opened = self._opened()
        cells = [cell for cell in self.free if self.drawn[cell] == self.tiles.floor]
        self.dice.shuffle(cells)
        for cell in cells:
            rest = opened ^ 1 << cell
            if count > 0 and (not self.tiles.one_region or connected(self.board, rest)):
                self.drawn[cell] = self.tiles.solid
                opened, count = rest, count - 1
