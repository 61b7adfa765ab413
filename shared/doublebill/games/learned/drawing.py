"""Drawing grids from a tile model, and changing them in its style."""

from collections.abc import Mapping, Sequence

from doublebill.games.dice import Dice
from doublebill.games.grids.constraints import Constraints, TileRoles
from doublebill.games.grids.grid import Rows
from doublebill.games.grids.repair import LevelDraft
from doublebill.games.learned.model import Canvas, TileModel
from doublebill.games.step_budget import spend

EVEN = 64
"""The tilt that leaves the odds of a tile unchanged; a tilt of n multiplies them by n / `EVEN`."""

PICKS = 8
"""Cells drawn again until the tile of one changes."""

BITS = 48
"""Most bits of the weights that a tile is drawn by; dice have 64."""

type Most = Mapping[str, int]
"""Tile → the most of it that there may be."""


def draw(model: TileModel, size: tuple[int, int], most: Most, tilts: Mapping[str, int], dice: Dice) -> Rows:
    """Draws a grid tile by tile, with no more than `most` of some tiles and with the odds of others tilted."""
    canvas = Canvas(*size, model.depth)
    left = [most.get(tile, len(canvas.places)) for tile in model.tiles]
    tilt = [tilts.get(tile, EVEN) for tile in model.tiles]
    plain = all(one == EVEN for one in tilt) and min(left) == len(canvas.places)
    drawn = []
    spend(6 * len(canvas.places))
    for place in canvas.places:
        weights: Sequence[int] = model.likelihoods(canvas.context(place))
        if not plain:
            weights = [one * by if rest else 0 for one, by, rest in zip(weights, tilt, left, strict=True)]
        number = dice.weighted(weights)
        left[number] -= 1
        canvas.symbols[place] = number + 1
        drawn.append(model.tiles[number])
    width = size[0]
    return tuple("".join(drawn[start : start + width]) for start in range(0, len(drawn), width))


class LearnedDraft(LevelDraft):
    """A candidate under repair whose changes are such as the model would have drawn."""

    def __init__(self, model: TileModel, rows: Rows, tiles: TileRoles, constraints: Constraints, dice: Dice) -> None:
        super().__init__(rows, tiles, constraints, dice)
        self.model = model
        self.drawable = [tile not in tiles.once for tile in model.tiles]
        """Of each tile of the model, whether there may be any number of it."""
        self.canvas = Canvas(self.board.width, self.board.height, model.depth)
        """What the model sees; brought up to date about a cell when that is drawn again."""
        self.symbol = {tile: number + 1 for number, tile in enumerate(model.tiles)}
        self.places = dict(zip(self.board.cells, self.canvas.places, strict=True))
        """The place on the canvas of each cell."""
        self.cells = {place: cell for cell, place in self.places.items()}

    def change(self) -> None:
        """Draws the tile of one free cell again, given all those around it (Geman and Geman 1984); tiles that there is
        one of move instead."""
        for _ in range(PICKS if self.free else 0):
            cell = self.dice.choice(self.free)
            tile = self.drawn[cell]
            self.redraw(cell)
            if self.drawn[cell] != tile:
                return
        super().change()

    def redraw(self, cell: int) -> None:
        """Draws the tile of one free cell again; what there is one of moves."""
        if self.drawn[cell] in self.tiles.once:
            self.move(cell)
            return
        self.draw_one_of(cell, self.drawable)

    def draw_one_of(self, cell: int, drawable: Sequence[bool]) -> None:
        """Draws the tile of one cell again, one of those that are drawable."""
        place = self.places[cell]
        for there in self.canvas.about:
            other = self.cells.get(place + there)
            if other is not None:
                self.canvas.symbols[place + there] = self.symbol[self.drawn[other]]
        weights = around(self.model, self.canvas, place, drawable)
        self.drawn[cell] = self.model.tiles[self.dice.weighted(weights)]

    def move(self, cell: int) -> None:
        """Lets what stands at a cell change places with some free floor."""
        others = [other for other in self.free if self.drawn[other] == self.tiles.floor]
        if others:
            other = self.dice.choice(others)
            self.drawn[cell], self.drawn[other] = self.drawn[other], self.drawn[cell]


def around(model: TileModel, canvas: Canvas, place: int, drawable: Sequence[bool]) -> list[int]:
    """Returns [tiles] the weight of each tile at one cell of a canvas that is up to date around it; 0 if not drawable.

    It is the product of the likelihoods of the cell and of all whose context it is part of.
    """
    symbols = canvas.symbols
    before, weights = symbols[place], []
    spend(3 * len(drawable) * (1 + len(canvas.back)))
    touched = [there for back in canvas.back if symbols[there := place - back]]
    for number, allowed in enumerate(drawable):
        symbols[place] = number + 1
        weight = model.likelihoods(canvas.context(place))[number] if allowed else 0
        for there in touched if allowed else ():
            weight *= model.likelihoods(canvas.context(there))[symbols[there] - 1]
        weights.append(weight)
    symbols[place] = before
    spare = max(max(weights).bit_length() - BITS, 0)
    return [weight >> spare for weight in weights]
