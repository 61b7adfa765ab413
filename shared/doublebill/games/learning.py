"""Learning: the interface by which a kind of content learns from a corpus.

A corpus is a list of examples. It gives a content model: a few arrays and a small config, from which the same generator
is restored on any machine. Measurements of the learning go into a report beside the model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from doublebill.arrays import Arrays
from doublebill.games.content_kind import ContentKind, Json
from doublebill.values.legends import Legend

type Measures = Mapping[str, bool | int | float | str | Sequence[Measures] | Measures | None]
"""JSON whose numbers need not be whole."""


@dataclass(frozen=True, slots=True)
class ModelParts:
    """A content model and the report of learning it."""

    arrays: Arrays
    """The model: integers or booleans, the same for the same examples on every machine."""
    config: Mapping[str, Json]
    report: Measures = field(default_factory=dict[str, Any])


class Learner[E](Protocol):
    """A learner of one kind of content, from examples of the type E."""

    def read(self, examples: Sequence[object], legend: Legend | None, field: str) -> tuple[E, ...]:
        """Reads examples from JSON; a `legend` gives the meaning of the tiles of levels, where they are not the kind's.

        Raises:
            InvalidInput: naming what in `field` is no example, or what of the legend is unknown.
        """

    def learn(self, examples: tuple[E, ...]) -> ModelParts:
        """Learns a model from examples."""

    def generator(self, arrays: Arrays, config: Mapping[str, Any]) -> ContentKind:
        """Returns the kind whose items look like the examples of a model.

        Raises:
            KeyError, TypeError, ValueError: when the arrays are not such a model.
        """
