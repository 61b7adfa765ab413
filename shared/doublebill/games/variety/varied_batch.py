"""Batches: levels that are made together, as unlike one another as their kind asks where they can be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from doublebill.games.dice import Dice
from doublebill.games.grids.constraints import FREE, Constraints
from doublebill.games.levels.levels import Kept, Level, LevelRecipe, Spec, generate
from doublebill.games.seeds import Seed, variant

TRIES, TRIES_EACH = 40, 8
"""Other levels tried for one item that is like an earlier one, and for each item on average; what is left of those in
the end goes to the items that are still like another."""

SKETCHES = 8
"""Sketches that cost as much as one level."""

TRIED_LESS = 4
"""How much fewer levels are tried where constraints must be kept."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Levels that were made together."""

    levels: list[Level]
    alike: int
    """How many had to stay like another."""


def batch[S: Spec](kind: LevelRecipe[S], spec: S, seed: Seed, count: int, wanted: Constraints = FREE) -> list[Level]:
    """So many levels for `spec`, as unlike as the kind's variety asks where they can be."""
    return varied(kind, [spec] * count, seed, wanted).levels


def varied[S: Spec](kind: LevelRecipe[S], specs: Sequence[S], seed: Seed, wanted: Constraints = FREE) -> Batch:
    """A level for each of `specs`, as unlike as the kind's variety asks where they can be.

    Item i is what its own seed gives alone: the seed of the item, or a variant of it where that was like an earlier
    level, or did not meet what was asked. An item for which no try was unlike all others is the least alike of them.
    """
    levels = [generate(kind, spec, seed, index, wanted) for index, spec in enumerate(specs)]
    if kind.variety is None or len(levels) == 1:
        return Batch(levels, 0)
    search = _Search(kind, kind.variety.start(), kind.variety.different, wanted)
    seeds = [level.seed for level in levels]
    left, most = search.work(len(specs)), TRIES * search.parts
    alike = [index for index, level in enumerate(levels) if not search.takes(level)]
    for first, last in ((1, False), (1 + most, True)):
        still = []
        for done, index in enumerate(alike):
            tries = left // (len(alike) - done) if last else min(left, most)
            found = search.least_alike(specs[index], levels[index], seeds[index], first, tries)
            levels[index], left = found.level, max(left - found.spent, 0)
            if found.apart < search.different:
                still.append(index)
            if last or found.apart >= search.different:
                search.kept.take(found.level)
        alike = still
    return Batch(levels, len(alike))


class _Found(NamedTuple):
    """A level, by how much it is apart from all that were taken, and what finding it has cost."""

    level: Level
    apart: int
    spent: int


@dataclass(frozen=True, slots=True)
class _Search[S: Spec]:
    """A search for levels that are unlike those of a batch."""

    kind: LevelRecipe[S]
    kept: Kept
    different: int
    wanted: Constraints

    @property
    def parts(self) -> int:
        """What building a candidate costs, in sketches where those are made."""
        return SKETCHES if self.kind.sketch and not self.wanted else 1

    def work(self, count: int) -> int:
        """What may be spent on so many items in all."""
        own = self.kind.tries_each
        each = TRIES_EACH * count // self.kind.cell_cost if own is None else own * count
        return each // (TRIED_LESS if self.wanted else 1) * self.parts

    def takes(self, level: Level) -> bool:
        """False where the level is too like one that was taken; else takes it."""
        unlike = self.kept.apart(level, self.different) >= self.different
        if unlike:
            self.kept.take(level)
        return unlike

    def least_alike(self, spec: S, level: Level, seed: Seed, first: int, tries: int) -> _Found:
        """Of a level and variants of its seed, the first that is unlike all taken ones, or the least alike.

        What meets the controls is never given up for what does not.
        """
        best, spent, promising = _Found(level, self.kept.apart(level), 0), 0, None
        apart, telling = best.apart, False
        for number in range(first, first + tries):
            if spent >= tries or apart >= self.different:
                break
            own = variant(seed, number)
            if self.parts > 1 and not best.level.fallback:
                spent += 1
                sketched = self.sketched(spec, own)
                # where sketches tell anything, one that does not is passed over
                telling = telling or sketched is not None
                if sketched is None:
                    sketched = 0 if telling else self.different
                if sketched <= apart:
                    continue
                if sketched < self.different:
                    # what is no more than less alike is built in the end, if nothing better was found
                    apart, promising = sketched, own
                    continue
            best = self.better(spec, best.level, apart, own)
            apart, spent = best.apart, spent + best.spent
        if promising is not None and apart < self.different:
            best = self.better(spec, best.level, self.kept.apart(best.level), promising)
            spent += best.spent
        return best._replace(spent=spent)

    def sketched(self, spec: S, seed: Seed) -> int | None:
        """The most by which the level of a seed may differ, as its sketch tells; None where that does not tell."""
        moves = self.kind.sketch(spec, Dice(self.kind.version, self.kind.name, seed)) if self.kind.sketch else None
        return None if moves is None else self.kept.moves_apart(moves)

    def better(self, spec: S, level: Level, apart: int, seed: Seed) -> _Found:
        """That level, or the one of a seed where it is less alike or meets more."""
        other = generate(self.kind, spec, seed, wanted=self.wanted)
        cost = other.attempts * self.parts
        if other.fallback and not level.fallback:
            return _Found(level, apart, cost)
        gained = level.fallback and not other.fallback
        further = self.kept.apart(other, 0 if gained else apart + 1)
        return _Found(other, further, cost) if gained or further > apart else _Found(level, apart, cost)
