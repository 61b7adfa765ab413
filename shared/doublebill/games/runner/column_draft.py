"""The draft of a scrolling level: columns that are drawn, measured, and in part drawn again."""

from collections.abc import Mapping, Sequence

from doublebill.games.controls import Target, limits
from doublebill.games.dice import Dice
from doublebill.games.runner.columns import ORDER, START, ColumnModel
from doublebill.games.runner.measures import GAP_COUNTS, Traits, gaps, leniency, linearity, novelty
from doublebill.games.runner.physics import AIR, ENEMY
from doublebill.games.runner.runner_physics import USUAL, RunnerPhysics
from doublebill.games.step_budget import spend

PERCENT = 100

LONGEST = 14
"""Most columns that are drawn again at once."""

COUNTS = 3
"""Weight of a missing enemy, coin or gap, relative to a missing percent."""


class ColumnDraft:
    """Columns of a level, without player and exit."""

    def __init__(
        self,
        model: ColumnModel,
        length: int,
        dice: Dice,
        orders: Sequence[int],
        physics: RunnerPhysics = USUAL,
    ) -> None:
        self.model, self.dice, self.orders, self.physics = model, dice, orders, physics
        self.columns: list[str] = []
        self.traits: list[Traits] = []
        self.put(0, self.drawn((), length))

    def drawn(self, before: tuple[str, ...], count: int) -> list[str]:
        """Draws columns to follow the columns `before`."""
        run = ((START,) * ORDER + before)[-ORDER:]
        found = []
        spend(3 * count // 2)
        for _ in range(count):
            after = self.model.following(run, self.orders, self.dice)
            left, place = self.dice.below(after.total), 0
            while left >= after.weights[place]:
                left -= after.weights[place]
                place += 1
            column = after.columns[place]
            found.append(column)
            run = (*run[1:], column)
        return found

    def put(self, place: int, columns: Sequence[str]) -> None:
        """Puts columns in place of those from `place` on."""
        self.columns[place : place + len(columns)] = columns
        self.traits[place : place + len(columns)] = map(self.model.of, columns)

    def bridge(self, place: int, least: int) -> list[str] | None:
        """Draws new columns from `place` on, at least `least`, until the old ones may follow; None if they never do."""
        old, pairs = self.columns, self.model.pairs
        most = min(len(old) - place, LONGEST)
        new = self.drawn(tuple(old[max(place - ORDER, 0) : place]), most)
        for size in range(least, most + 1):
            if place + size == len(old) or (new[size - 1], old[place + size]) in pairs:
                return new[:size]
        return None

    @property
    def measured(self) -> Mapping[str, int]:
        """Every control but the length."""
        return {name: self.measure(name) for name in ("enemies", "gaps", "leniency", "linearity", "novelty", "coins")}

    def measure(self, name: str) -> int:
        """Returns the measure of a control."""
        spend(len(self.columns) // (4 if name == "linearity" else 10))
        if name == "enemies":
            return sum([one.enemies for one in self.traits])
        if name == "coins":
            return sum([one.coins for one in self.traits])
        if name == "gaps":
            return gaps(self.traits)
        if name == "leniency":
            return self.leniency()
        if name == "linearity":
            return linearity([one.height for one in self.traits], self.model.height)
        return novelty(self.columns, self.model.corpus_windows)

    def leniency(self) -> int:
        """Returns the leniency in percent."""
        danger = GAP_COUNTS * gaps(self.traits) + sum(one.deadly for one in self.traits)
        return leniency(danger, len(self.traits))

    def miss(self, targets: Mapping[str, Target]) -> int:
        """Returns the distance of the draft from its targets, in which enemies, coins and gaps count more."""
        total = 0
        for name, target in targets.items():
            if target is not None:
                value = self.measure(name)
                low, high = limits(target, value, value)
                total += max(low - value, value - high, 0) * (COUNTS if name in ("enemies", "coins", "gaps") else 1)
        return total

    def place(self, column: str) -> int | None:
        """Returns the y of the lowest cell of air in a column on whose ground one stands; None where there is none."""
        model = self.model
        y = model.height - model.of(column).height - 1
        return y if y < model.height - 1 and y >= 0 and column[y] == model.tile[AIR] else None

    def armed(self, column: str, more: bool) -> str | None:
        """Returns a column that differs by enemies only and has more or fewer; None where there is none."""
        model = self.model
        count = model.of(column).enemies
        others = [
            other
            for other in model.siblings.get(model.peaceful(column), ())
            if (model.of(other).enemies > count) == more and model.of(other).enemies != count
        ]
        if others:
            return self.dice.choice(others)
        if not more:
            return model.peaceful(column) if count else None
        y = self.place(column)
        return None if y is None or ENEMY not in model.tile else column[:y] + model.tile[ENEMY] + column[y + 1 :]
