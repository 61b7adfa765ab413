"""Learning: what a kind of content takes from a corpus, and how it is kept.

A corpus is a list of examples. What it teaches is a content model: a few arrays and a small config, from which the very
same generator is made again anywhere. What was measured while learning is told beside it, and is no part of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from doublebill.arrays import Arrays
from doublebill.games.content_kind import ContentKind, Json

type Measures = Mapping[str, bool | int | float | str | Sequence[Measures] | Measures | None]
"""JSON whose numbers need not be whole."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What a corpus taught."""

    arrays: Arrays
    """The model: integers or booleans, the same for the same examples on every machine."""
    config: Mapping[str, Json]
    report: Measures = field(default_factory=dict[str, Any])


class Learner[E](Protocol):
    """How a kind of content learns from examples of the type E."""

    def read(self, examples: Sequence[object], legend: Mapping[str, str] | None, field: str) -> tuple[E, ...]:
        """The examples that JSON tells; a `legend` says what the tiles of levels mean, where they are not the kind's.

        Raises:
            InvalidInput: naming what in `field` is no example, or what of the legend is unknown.
        """
        ...

    def learn(self, examples: tuple[E, ...]) -> Learned:
        """What the examples teach."""
        ...

    def generator(self, arrays: Arrays, config: Mapping[str, Any]) -> ContentKind:
        """Returns the kind whose items look like the examples of a model.

        Raises:
            KeyError, TypeError, ValueError: when the arrays are not such a model.
        """
        ...
