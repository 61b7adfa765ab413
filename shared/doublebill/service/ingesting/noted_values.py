"""Noted values: events of a file whose value its owner may not have meant, since it is absent or 0."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from doublebill.service.ingesting.file_blocks import EventBlock
from doublebill.values.event_kinds import RATE


@dataclass
class NotedValues:
    """The numbers of such events so far."""

    unvalued: Counter[str] = field(default_factory=Counter)
    """Kind → events whose cell of a rating or weight is blank, so that they have the value 1."""
    zeros: int = 0
    """Events of the value 0 that are no ratings: they count for nothing in a training."""

    def note(self, block: EventBlock) -> None:
        """Takes the events of a block."""
        self.unvalued.update(block.unvalued)
        zeros = np.bincount(block.kinds.codes[block.values == 0], minlength=len(block.kinds.distinct)).tolist()
        self.zeros += sum(rows for kind, rows in zip(block.kinds.distinct, zeros, strict=True) if kind != RATE)

    def to_json(self) -> dict[str, object]:
        """Returns the numbers as the report of an import has them, those that are not 0."""
        counts = {"unvalued": dict(self.unvalued), "zeros": self.zeros}
        return {name: count for name, count in counts.items() if count}
