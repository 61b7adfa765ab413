"""Batches: levels that are made together, as different from one another as the variety of their kind requires.

Where the steps of the request are used up, the levels that were made are the batch.
"""

from dataclasses import dataclass
from typing import NamedTuple

from doublebill.games.grids.constraints import FREE, Constraints
from doublebill.games.levels.generate import generate
from doublebill.games.levels.level import Level
from doublebill.games.levels.recipe import LevelRecipe
from doublebill.games.levels.spec import LevelSpec
from doublebill.games.levels.variety import AcceptedLevels
from doublebill.games.seeds import Seed, variant
from doublebill.games.spec_list import SpecList
from doublebill.games.step_budget import StepsSpent

TRIES, TRIES_EACH = 40, 8
"""Most variants tried for one item that is too similar to an earlier one, and variants for each item on average; tries
left in the end go to the items that are still too similar."""

SKETCHES = 8
"""Sketches that cost as much as one level."""

TRIED_LESS = 4
"""Divides the number of tries where constraints must be kept."""


@dataclass(frozen=True, slots=True)
class LevelBatch:
    """Levels that were made together."""

    levels: list[Level]
    """Those of the first specs; of all, unless the steps of the request were used up."""
    alike: int
    """Number of levels that stayed too similar to another."""
    nearest: int | None = None
    """Percent by which the two most alike differ, by a measure that the request names."""


def varied[S: LevelSpec](
    kind: LevelRecipe[S], specs: SpecList[S], seed: Seed, constraints: Constraints = FREE
) -> LevelBatch:
    """Generates a level for each spec, as different as the kind's variety requires, where that can be done.

    Item i is what its own seed gives alone: the seed of the item, or a variant of it where that was like an earlier
    level, or missed a control. An item for which no try differed enough from all others is the most different of them.

    Raises:
        InvalidInput, Unsatisfiable, NotReached: as `generate` does; `StepsSpent` when not even the first level is made.
    """
    search = _VariantSearch(kind, kind.variety.start(), kind.variety.different, constraints)
    levels: list[Level] = []
    alike: list[int] = []
    try:
        for index, spec in enumerate(specs.specs):
            with specs.named(index):
                level = generate(kind, spec, seed, index, constraints, alone=index == 0)
            if len(specs) > 1 and not search.takes(level):
                alike.append(index)
            levels.append(level)
        search.vary(specs, levels, alike)
    except StepsSpent:
        if not levels:
            raise
    return LevelBatch(levels, len(alike))


class _Variant(NamedTuple):
    """A level, its distance from all accepted levels, and the cost of finding it."""

    level: Level
    distance: int
    spent: int


@dataclass(frozen=True, slots=True)
class _VariantSearch[S: LevelSpec]:
    """A search for levels that differ from those of a batch."""

    kind: LevelRecipe[S]
    accepted: AcceptedLevels
    different: int
    constraints: Constraints

    @property
    def parts(self) -> int:
        """The cost of building a candidate, in sketches where the kind makes them."""
        return SKETCHES if self.kind.generator.sketches and not self.constraints else 1

    def work(self, count: int) -> int:
        """Returns the work that may be spent on `count` items in all."""
        own = self.kind.tries_each
        each = TRIES_EACH * count // self.kind.cell_cost if own is None else own * count
        return each // (TRIED_LESS if self.constraints else 1) * self.parts

    def takes(self, level: Level) -> bool:
        """Accepts a level that differs enough from those accepted before; returns whether it does."""
        unlike = self.accepted.distance(level, self.different) >= self.different
        if unlike:
            self.accepted.add(level)
        return unlike

    def vary(self, specs: SpecList[S], levels: list[Level], alike: list[int]) -> None:
        """Puts variants in the places of levels that are alike, and removes from `alike` those that no longer are."""
        seeds = {index: levels[index].seed for index in alike}
        left, most = self.work(len(specs)), TRIES * self.parts
        for first, last in ((1, False), (1 + most, True)):
            waiting = tuple(alike)
            for done, index in enumerate(waiting):
                tries = left // (len(waiting) - done) if last else min(left, most)
                found = self.least_alike(specs.specs[index], levels[index], seeds[index], first, tries)
                levels[index], left = found.level, max(left - found.spent, 0)
                if found.distance >= self.different:
                    alike.remove(index)
                if last or found.distance >= self.different:
                    self.accepted.add(found.level)

    def least_alike(self, spec: S, level: Level, seed: Seed, first: int, tries: int) -> _Variant:
        """Tries variants of a seed; returns the first that differs enough from all accepted, or the most different.

        What meets the controls is never given up for what does not.
        """
        best, spent, promising = _Variant(level, self.accepted.distance(level), 0), 0, None
        distance, telling = best.distance, False
        for number in range(first, first + tries):
            if spent >= tries or distance >= self.different:
                break
            own = variant(seed, number)
            if self.parts > 1 and not best.level.fallback:
                spent += 1
                sketched = self.sketched(spec, own)
                # where sketches tell anything, one that does not is passed over
                telling = telling or sketched is not None
                if sketched is None:
                    sketched = 0 if telling else self.different
                if sketched <= distance:
                    continue
                if sketched < self.different:
                    # what is no more than less alike is built in the end, if nothing better was found
                    distance, promising = sketched, own
                    continue
            best = self.better(spec, best.level, distance, own)
            distance, spent = best.distance, spent + best.spent
        if promising is not None and distance < self.different:
            best = self.better(spec, best.level, self.accepted.distance(best.level), promising)
            spent += best.spent
        return best._replace(spent=spent)

    def sketched(self, spec: S, seed: Seed) -> int | None:
        """Returns the most by which the level of a seed may differ according to its sketch; None if there is none."""
        moves = self.kind.generator.sketch(spec, self.kind.dice(seed))
        return None if moves is None else self.accepted.distance_of_moves(moves)

    def better(self, spec: S, level: Level, distance: int, seed: Seed) -> _Variant:
        """Generates the level of a seed; returns it if it differs more or meets more, else the level before."""
        other = generate(self.kind, spec, seed, constraints=self.constraints)
        cost = other.attempts * self.parts
        if other.fallback and not level.fallback:
            return _Variant(level, distance, cost)
        gained = level.fallback and not other.fallback
        further = self.accepted.distance(other, 0 if gained else distance + 1)
        return _Variant(other, further, cost) if gained or further > distance else _Variant(level, distance, cost)
