"""Ratings of a file outside the rating scale: they are bad rows, and no events.

Where the catalog has a scale that was set, each rating is compared with it. Else the scale is learnt from the
ratings of the file and the number of those that the newest training learnt from. Ratings that seem to be outside of it
are kept back until the file ends, since only all ratings of a file tell how rare they are.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from doublebill.arrays import Floats, Mask
from doublebill.imports.files.raw_rows import BadRow
from doublebill.service.ingesting.file_blocks import EventBlock, ParsedBlock
from doublebill.values.event_kinds import RATE
from doublebill.values.learnt_scale import LearntScale, scale_of_counts
from doublebill.values.rating_scale import RatingScale

MOST_VALUES = 10_000
"""Different ratings beyond which a file has no grid, and nothing is learnt from it."""


@dataclass
class ScaleCheck:
    """The ratings of one file, compared with the scale of its catalog."""

    scale: RatingScale | LearntScale | None
    """The scale that was set or learnt; None where neither is there."""
    outside: int = 0
    """Ratings outside so far."""
    _counts: Counter[float] = field(default_factory=Counter)
    _kept_back: list[ParsedBlock] = field(default_factory=list)

    def checked(self, blocks: Iterable[EventBlock]) -> Iterator[EventBlock]:
        """Yields all blocks of a file; ratings outside of the scale are bad rows."""
        yield from map(self._inside, blocks)
        yield from self._rest()

    def _inside(self, block: EventBlock) -> EventBlock:
        """Returns a block without the ratings that are outside, or seem to be."""
        if RATE not in block.kinds.distinct:
            return block
        rated = np.array([kind == RATE for kind in block.kinds.distinct], np.bool_)[block.kinds.codes]
        if not isinstance(self.scale, RatingScale) and len(self._counts) <= MOST_VALUES:
            values, counts = np.unique(block.values[rated], return_counts=True)
            self._counts.update(dict(zip(values.tolist(), counts.tolist(), strict=True)))
        scale = self._scale()
        outside = rated & _outside(block.values, scale)
        if scale is None or not outside.any():
            return block
        kept = ParsedBlock.of_rows(block, ~outside)
        kept = replace(kept, bad=block.bad, ignored=block.ignored, unvalued=block.unvalued)
        if isinstance(self.scale, RatingScale):
            return replace(kept, bad=[*block.bad, *self._refused(block, outside, scale)])
        self._kept_back.append(ParsedBlock.of_rows(block, outside))
        return kept

    def _rest(self) -> Iterator[EventBlock]:
        """Yields the rows that were kept back: as events where they are inside after all, else as bad rows."""
        scale = self._scale()
        for block in self._kept_back:
            outside = _outside(block.values, scale)
            bad = [] if scale is None else self._refused(block, outside, scale)
            yield replace(ParsedBlock.of_rows(block, ~outside), bad=bad)
        self._kept_back.clear()

    def _scale(self) -> RatingScale | None:
        if isinstance(self.scale, RatingScale):
            return self.scale
        if len(self._counts) > MOST_VALUES:
            return None
        values = np.array(sorted(self._counts), np.float64)
        counts = np.array([self._counts[value] for value in values.tolist()], np.int64)
        return self.scale.with_ratings(values, counts) if self.scale else scale_of_counts(values, counts)

    def _refused(self, block: EventBlock, outside: Mask, scale: RatingScale) -> list[BadRow]:
        self.outside += int(outside.sum())
        learnt = "" if isinstance(self.scale, RatingScale) else ", as learnt from the ratings"
        problem = f"outside of the rating scale {scale}{learnt}"
        more = "set another rating scale with --rating-scale LOW..HIGH, where it is right"
        fix = f"use {scale.lowest:g} to {scale.highest:g}, or {more if learnt else 'set another rating scale'}"
        return [BadRow(line, "rating", problem, fix) for line in block.lines[outside].tolist()]


def _outside(values: Floats, scale: RatingScale | None) -> Mask:
    if scale is None:
        return np.zeros(len(values), np.bool_)
    return np.asarray((values < scale.lowest) | (values > scale.highest))
