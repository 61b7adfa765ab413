"""Constraints: tiles that a level of any kind must have, at a certain cell or anywhere.

A part of a level is made again by fixing all that lies outside of it. `repair` makes candidates keep constraints,
by the `TileRoles` of their kind, and the kind's rules prove the result.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from msgspec import Meta

from doublebill.errors import Complaint, InvalidInput, Unsatisfiable, wrong_value
from doublebill.games.controls import LONGEST_SIDE, Target, limits
from doublebill.games.grids.grid import FLOOR, WALL, Board, Rows, board_of, cells_of, rings
from doublebill.games.grids.steps import Place
from doublebill.schema import Input

CELLS = 64 * 64
"""Most cells of a base that a request may send."""

Tile = Annotated[str, Meta(min_length=1, max_length=1, description="one tile of the legend")]
Position = Annotated[int, Meta(ge=0, le=LONGEST_SIDE - 1)]
Extent = Annotated[int, Meta(ge=1, le=LONGEST_SIDE)]
Row = Annotated[str, Meta(min_length=1, max_length=LONGEST_SIDE)]


class FixedTile(Input, frozen=True):
    """A tile that stands at a cell of every level of the answer."""

    x: Position
    y: Position
    tile: Tile


class Rectangle(Input, frozen=True):
    """A part of a grid; (x, y) is its top left cell."""

    x: Position
    y: Position
    width: Extent
    height: Extent

    def holds(self, x: int, y: int) -> bool:
        """Tells whether the cell is in it."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


class Base(Input, frozen=True):
    """A level of which a part is made again; everything outside of the rectangle stays."""

    grid: Annotated[tuple[Row, ...], Meta(min_length=1, max_length=LONGEST_SIDE)]
    reroll: Rectangle


@dataclass(frozen=True, slots=True)
class TileRoles:
    """Tiles that repair and constraints treat in a special way."""

    solid: str = WALL
    floor: str = FLOOR
    once: str = ""
    """Tiles of which a level has exactly one."""
    counted: Mapping[str, str] = field(default_factory=dict[str, str])
    """Control → the tile that it counts."""
    one_region: bool = True
    """Whether all cells that are not solid are one 4-connected region."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A tile that stays, and the field of the request that fixes it."""

    tile: str
    field: str


@dataclass(frozen=True, slots=True)
class Constraints:
    """The tiles that levels must have."""

    pins: Mapping[Place, Pin] = field(default_factory=dict[Place, Pin])
    must_have: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tile → the field of the request that wants at least one."""
    size: tuple[int, int] | None = None
    """Width and height of the base, where there is one."""

    def __bool__(self) -> bool:
        """Tells whether they say anything."""
        return bool(self.pins or self.must_have or self.size)


FREE = Constraints()


def read_constraints(
    fixed: Sequence[FixedTile], must_have: Sequence[str], base: Base | None, legend: Mapping[str, str]
) -> Constraints:
    """Returns the constraints of a request.

    Raises:
        InvalidInput: for tiles that the legend does not have, two tiles in one cell, or a base that is no grid.
    """
    choices = "one of " + " ".join(legend)
    wrong = [
        wrong_value(f"fixed[{i}].tile", pin.tile, choices) for i, pin in enumerate(fixed) if pin.tile not in legend
    ]
    wrong += [wrong_value(f"must_have[{i}]", tile, choices) for i, tile in enumerate(must_have) if tile not in legend]
    pins = _stays(base, choices, legend, wrong) if base else {}
    for i, pin in enumerate(fixed):
        earlier = pins.setdefault((pin.x, pin.y), Pin(pin.tile, f"fixed[{i}]"))
        if earlier.tile != pin.tile:
            wrong.append(
                Complaint(f"fixed[{i}]", f"{earlier.field} has {earlier.tile!r} in this cell", "use another cell")
            )
    if wrong:
        raise InvalidInput(wrong)
    size = (len(base.grid[0]), len(base.grid)) if base else None
    return Constraints(pins, {tile: f"must_have[{i}]" for i, tile in enumerate(must_have)}, size)


def _stays(base: Base, choices: str, legend: Mapping[str, str], wrong: list[Complaint]) -> dict[Place, Pin]:
    width, height, part = len(base.grid[0]), len(base.grid), base.reroll
    if width * height > CELLS:
        wrong.append(Complaint("base.grid", f"{width * height} cells are too many", f"use at most {CELLS}"))
        return {}
    for y, row in enumerate(base.grid):
        if len(row) != width:
            wrong.append(Complaint(f"base.grid[{y}]", f"it has {len(row)} tiles", f"use {width}, as in the first row"))
        strange = next((tile for tile in row if tile not in legend), None)
        if strange is not None:
            wrong.append(wrong_value(f"base.grid[{y}]", strange, choices))
    if part.x + part.width > width or part.y + part.height > height:
        outside = f"{part.width}×{part.height} cells at ({part.x}, {part.y}) leave the grid"
        wrong.append(Complaint("base.reroll", outside, f"use a part of the {width}×{height} grid"))
    return {
        (x, y): Pin(tile, f"base.grid[{y}]")
        for y, row in enumerate(base.grid)
        for x, tile in enumerate(row)
        if not part.holds(x, y)
    }


def check_constraints(constraints: Constraints, tiles: TileRoles, targets: Mapping[str, Target], rows: Rows) -> None:
    """Checks that some level of the size of `rows` may keep the constraints and meet the targets.

    Raises:
        InvalidInput: for a fixed cell outside of the grid.
        Unsatisfiable: naming the fields that contradict each other.
    """
    _check_size(constraints, rows)
    _check_together(constraints, tiles, targets, board_of(len(rows[0]), len(rows)))


def _check_size(constraints: Constraints, rows: Rows) -> None:
    """Checks that everything fixed lies within the grid."""
    width, height = len(rows[0]), len(rows)
    if constraints.size and constraints.size != (width, height):
        raise InvalidInput.one("base.grid", "the spec has another size", f"use {width}×{height} cells in both")
    outside = [
        Complaint(pin.field, f"({x}, {y}) lies outside the grid", f"use a cell of the {width}×{height} grid")
        for (x, y), pin in constraints.pins.items()
        if x >= width or y >= height
    ]
    if outside:
        raise InvalidInput(outside)


def _check_together(constraints: Constraints, tiles: TileRoles, targets: Mapping[str, Target], board: Board) -> None:
    _check_once(constraints, tiles)
    _check_counts(constraints, tiles, targets, len(board.cells))
    free = len(board.cells) - len(constraints.pins)
    pinned = {pin.tile for pin in constraints.pins.values()}
    missing = [tile for tile in dict.fromkeys((*tiles.once, *constraints.must_have)) if tile not in pinned]
    if len(missing) > free:
        sides = [
            Complaint(wearlier, "no free cell is left for it", "use fewer")
            for wearlier in constraints.must_have.values()
        ]
        taken = f"{len(constraints.pins)} of {len(board.cells)} cells are fixed"
        which = "base.reroll" if constraints.size else "fixed"
        raise Unsatisfiable([Complaint(which, taken, f"leave {len(missing)} free for {' '.join(missing)}"), *sides])
    if tiles.one_region:
        _check_joined(constraints, tiles, board)


def _check_once(constraints: Constraints, tiles: TileRoles) -> None:
    for tile in tiles.once:
        fields = [pin.field for pin in constraints.pins.values() if pin.tile == tile]
        if len(fields) > 1:
            raise Unsatisfiable(
                Complaint(where, f"{tile!r} is fixed more than once", "fix it once") for where in fields
            )


def _check_counts(constraints: Constraints, tiles: TileRoles, targets: Mapping[str, Target], area: int) -> None:
    for control, tile in tiles.counted.items():
        low, high = limits(targets[control], 0, area)
        fields = [pin.field for pin in constraints.pins.values() if pin.tile == tile]
        fields += [constraints.must_have[tile]] if not fields and tile in constraints.must_have else []
        other = len({place for place, pin in constraints.pins.items() if pin.tile != tile})
        range_ = f"{low} to {high}" if low < high else f"{high}"
        if len(fields) > high:
            sides = [Complaint(name, f"too many {tile!r}", f"use at most {high}") for name in dict.fromkeys(fields)]
            few = f"{range_} is below the number that is fixed"
            raise Unsatisfiable([Complaint(f"spec.{control}", few, f"use at least {len(fields)}"), *sides])
        if low > area - other:
            where = "base.reroll" if constraints.size else "fixed"
            side = Complaint(where, f"{other} cells have other tiles", "fix fewer cells")
            many = f"{range_} is above the number of free cells"
            raise Unsatisfiable([Complaint(f"spec.{control}", many, f"use at most {area - other}"), side])


def _check_joined(constraints: Constraints, tiles: TileRoles, board: Board) -> None:
    number = {board.xy(cell): cell for cell in board.cells}
    stays = {number[place]: pin for place, pin in constraints.pins.items()}
    solid = sum(1 << cell for cell, pin in stays.items() if pin.tile == tiles.solid)
    opened = sum(1 << cell for cell, pin in stays.items() if pin.tile != tiles.solid)
    if opened:
        around = sum(rings(board, board.inside & ~solid, opened & -opened))
        first, cut = next(cells_of(opened)), next(cells_of(opened & ~around), None)
        if cut is not None:
            sides = ((first, cut), (cut, first))
            raise Unsatisfiable(
                Complaint(
                    stays[one].field, f"fixed walls shut it off from {board.xy(other)}", "leave a way between them"
                )
                for one, other in sides
            )
