"""Repair of scrolling levels with fixed cells: draws free columns to fit, corrects counts, and makes a path."""

import itertools
from collections.abc import Mapping, Sequence

from doublebill.games.controls import Target, limits
from doublebill.games.grids.repair import LevelDraft
from doublebill.games.runner.columns import ORDER, ORDERS, START, ColumnModel
from doublebill.games.runner.measures import gaps
from doublebill.games.runner.physics import AIR, ENEMY, EXIT, PLAYER, SOLID, read_terrain
from doublebill.games.runner.runner_physics import USUAL, RunnerPhysics
from doublebill.games.runner.solver import Run, solve
from doublebill.games.step_budget import spend

SEAMS = 40
"""Times that a free part is drawn again until both its ends fit."""

ROUNDS = 2
"""Rounds of correcting counts and making a path."""

STATES = 8_000
"""States that a search for the end of a run may visit."""

AWAY = 4
"""Columns at both ends where no enemy is put."""

OVERHEAD = 4
"""Cells over plain ground that are cleared."""


def repaired(
    model: ColumnModel, targets: Mapping[str, Target], draft: LevelDraft, physics: RunnerPhysics = USUAL
) -> None:
    """Repairs a draft: the rules of runners, and the targets of enemies and gaps, as far as free cells allow."""
    part = _DraftColumns(model, draft, physics)
    part.sew()
    part.settle_ends()
    part.add_missing()
    for _ in range(ROUNDS):
        part.count_gaps(targets["gaps"])
        part.count_enemies(targets["enemies"])
        if part.make_path():
            break


class _DraftColumns:
    """A draft, seen as columns."""

    def __init__(self, model: ColumnModel, draft: LevelDraft, physics: RunnerPhysics) -> None:
        self.model, self.draft, self.dice, self.physics = model, draft, draft.dice, physics
        self.board = draft.board
        self.width, self.height = draft.board.width, draft.board.height
        self.free = set(draft.free)
        self.air, self.player, self.exit = (model.tile[name] for name in (AIR, PLAYER, EXIT))

    def cell(self, x: int, y: int) -> int:
        return (y + 1) * self.board.stride + x + 1

    def column(self, x: int) -> str:
        """Returns the tiles of a column from the top."""
        return "".join(self.draft.drawn[self.cell(x, 0) :: self.board.stride][: self.height])

    def put(self, x: int, y: int, tile: str) -> None:
        """Puts a tile into a cell that is free."""
        cell = self.cell(x, y)
        if cell in self.free:
            self.draft.drawn[cell] = tile

    def solid(self, x: int, y: int) -> bool:
        return 0 <= y < self.height and self.model.natures[self.draft.drawn[self.cell(x, y)]] == SOLID

    def whole(self, x: int) -> bool:
        """Tells whether all of a column is free."""
        return all(self.cell(x, y) in self.free for y in range(self.height))

    # fixed and free columns

    def sew(self) -> None:
        """Draws each run of free columns beside fixed ones again until its ends fit, or it was tried often."""
        x = 0
        while x < self.width:
            end = x
            while end < self.width and self.whole(end):
                end += 1
            if end > x and (x, end) != (0, self.width) and not self._fits(x, end):
                self._draw(x, end)
            x = end + 1

    def _fits(self, first: int, end: int) -> bool:
        bare = [self.model.without_ends(self.column(x)) for x in range(max(first - 1, 0), min(end + 1, self.width))]
        pairs = list(itertools.pairwise(bare))
        sides = ([pairs[0]] if first else []) + ([pairs[-1]] if end < self.width else [])
        return all(pair in self.model.pairs for pair in sides)

    def _draw(self, first: int, end: int) -> None:
        before = tuple(self.model.without_ends(self.column(x)) for x in range(max(first - ORDER, 0), first))
        for _ in range(SEAMS):
            spend((end - first) * self.height // 2)
            run = ((START,) * ORDER + before)[-ORDER:]
            for x in range(first, end):
                after = self.model.following(run, ORDERS[1][1], self.dice)
                column = after.columns[self.dice.weighted(after.weights)]
                run = (*run[1:], column)
                for y, tile in enumerate(column):
                    self.put(x, y, tile)
            if self._fits(first, end):
                return

    def settle_ends(self) -> None:
        """Leaves one player and one exit: those that are fixed, or else those nearest to the ends of the level."""
        for tile, order in ((self.player, range(self.width)), (self.exit, range(self.width - 1, -1, -1))):
            cells = [cell for cell in self.board.cells if self.draft.drawn[cell] == tile]
            for cell in sorted(cells, key=lambda cell: (cell not in self.free, -cells.index(cell)))[:-1]:
                if cell in self.free:
                    self.draft.drawn[cell] = self.air
            if not cells:
                self._place_end(tile, order)

    def _place_end(self, tile: str, order: Sequence[int]) -> None:
        for x in order:
            spots = [y for y in range(self.height) if self._spot(x, y)]
            if spots:
                self.put(x, spots[-1], tile)
                return
        for x in order:
            for y in range(self.height - 2, -1, -1):
                if self.cell(x, y) in self.free and self.draft.drawn[self.cell(x, y)] not in (self.player, self.exit):
                    self.put(x, y, tile)
                    return

    def _spot(self, x: int, y: int) -> bool:
        """Tells whether a cell is free air over something solid."""
        cell = self.cell(x, y)
        return cell in self.free and self.draft.drawn[cell] == self.air and self.solid(x, y + 1)

    def add_missing(self) -> None:
        """Puts what a level must have where it does least harm, if it is missing."""
        for tile in self.draft.constraints.must_have:
            if tile in self.draft.drawn:
                continue
            spots = self._spots()
            if not spots or self.model.natures[tile] == SOLID:
                spots = [
                    (x, y) for x, y in map(self.board.xy, self.draft.free) if self._air(x, y) and y < self.height // 2
                ]
            spots = spots or [(x, y) for x, y in map(self.board.xy, self.draft.free) if self._air(x, y)]
            if spots:
                self.put(*self.dice.choice(spots), tile)

    def _air(self, x: int, y: int) -> bool:
        return self.draft.drawn[self.cell(x, y)] == self.air

    def _spots(self) -> list[tuple[int, int]]:
        """Lists free cells of air over something solid, away from the ends."""
        spend(self.width * self.height // 2)
        xs = range(min(AWAY, self.width // 4), self.width - min(AWAY, self.width // 4))
        return [(x, y) for x in xs for y in range(self.height) if self._spot(x, y)]

    # the targets

    def count_enemies(self, target: Target) -> None:
        """Brings the number of enemies within the target."""
        enemy = self.model.tile.get(ENEMY)
        if target is None or enemy is None:
            return
        count = self.draft.drawn.count(enemy)
        low, high = limits(target, count, count)
        low = max(low, enemy in self.draft.constraints.must_have)
        mine = [cell for cell in self.draft.free if self.draft.drawn[cell] == enemy]
        self.dice.shuffle(mine)
        for cell in mine[: max(count - high, 0)]:
            self.draft.drawn[cell] = self.air
        spots = self._spots()
        self.dice.shuffle(spots)
        for x, y in spots[: max(low - count, 0)]:
            self.put(x, y, enemy)

    def count_gaps(self, target: Target) -> None:
        """Brings the number of gaps within the target: fills gaps with floors and digs gaps of two columns."""
        for _ in range(self.width):
            spend(2 * self.width)
            count = gaps([self.model.of(self.column(x)) for x in range(self.width)])
            low, high = limits(target, count, count)
            if count > high:
                changed = self._fill()
            elif count < low:
                changed = self._dig()
            else:
                return
            if not changed:
                return

    def _fill(self) -> bool:
        bottom, found, x = self.height - 1, [], 0
        while x < self.width:
            end = x
            while end < self.width and not self.solid(end, bottom):
                end += 1
            if end > x and all(self.cell(place, bottom) in self.free for place in range(x, end)):
                found.append((x, end))
            x = end + 1
        if found:
            for place in range(*self.dice.choice(found)):
                self.put(place, bottom, self.model.solid)
        return bool(found)

    def _dig(self) -> bool:
        bottom = self.height - 1
        found = [
            x
            for x in range(2, self.width - 3)
            if all(self.solid(place, bottom) for place in range(x - 1, x + 3))
            and all(self._diggable(place) for place in (x, x + 1))
        ]
        if found:
            x = self.dice.choice(found)
            for place in (x, x + 1):
                for y in range(self.height):
                    self.put(place, y, self.air)
        return bool(found)

    def _diggable(self, x: int) -> bool:
        return self.whole(x) and not {self.player, self.exit} & set(self.column(x))

    # the path

    def run(self) -> Run:
        """Searches a run from player to exit."""
        spend(self.width)
        drawn = [self.column(x) for x in range(self.width)]
        start = next((x, column.index(self.player)) for x, column in enumerate(drawn) if self.player in column)
        goal = next(x for x, column in enumerate(drawn) if self.exit in column)
        terrain = read_terrain(drawn, self.model.natures, self.physics)
        return solve(terrain, terrain.number(*start), goal, STATES)

    def make_path(self) -> bool:
        """Makes free cells plain where runs end, more each time; returns whether nothing had to be changed."""
        if any(self.draft.drawn.count(tile) != 1 for tile in (self.player, self.exit)):
            return True
        run, wide = self.run(), 0
        if run.moves is not None:
            return True
        while run.moves is None and wide < self.width:
            self._make_plain(run.furthest - wide, run.furthest + 4 + 2 * wide, run.furthest)
            further = self.run()
            wide = wide * 2 + 1 if further.furthest <= run.furthest else 0
            run = further
        return False

    def _make_plain(self, first: int, end: int, base: int) -> None:
        """Makes columns plain: ground as high as that of the column `base`, and air over it."""
        surface = self.model.of(self.column(base)).height
        top = self.height - min(max(surface, 1), self.height - 2)
        for x in range(max(first, 0), min(end, self.width)):
            for y in range(self.height):
                if self.draft.drawn[self.cell(x, y)] in (self.player, self.exit):
                    continue
                if y >= top:
                    self.put(x, y, self.model.solid)
                elif y >= top - OVERHEAD:
                    self.put(x, y, self.air)
