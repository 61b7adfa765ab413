"""Stages: the aspects of a config that a search looks at after the kernel, one after the other.

A stage compares variants of the best config so far on the validation users of one question; the best of them goes on
to the next stage. The search is greedy: an aspect that was decided is not looked at again. A new aspect is a field of
`Config` and one more stage here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from doublebill.fit.selection.study import Study
from doublebill.model.config import Config

HALF_LIVES = (0.0, 3.0, 5.0, 8.0, 12.0, 20.0)
"""Half-lives to compare, in items of a history with times; 0 for no decay."""

TRANSITIONS = (0.05, 0.1)
"""Weights of transitions to compare with none."""


@dataclass(frozen=True)
class Stage:
    """One aspect of a config."""

    name: str
    questions: tuple[str, ...]
    """The first of these that the study has decides; the stage is left out where it has none."""
    variants: Callable[[Config, Study], Iterator[Config]]
    """Returns the configs to compare with the best one so far."""
    guard: str = ""
    """A question on which a variant may lose no more than `refine.TOLERATED`; none where empty or not in the study."""

    def question(self, study: Study) -> str:
        """Returns the question that decides in this study; empty where it has none of them."""
        return next((name for name in self.questions if name in study.questions), "")


def half_lives(best: Config, _: Study) -> Iterator[Config]:
    """Yields the config with other half-lives, which change no recommendation for a history without times."""
    return (replace(best, half_life=half_life) for half_life in HALF_LIVES)


def transitions(best: Config, _: Study) -> Iterator[Config]:
    """Yields the config with transitions."""
    return (replace(best, transitions=weight) for weight in TRANSITIONS)


STAGES = (
    Stage("half-life", ("newest",), half_lives),
    Stage("transitions", ("newest",), transitions, guard="random"),
)
"""In order."""
