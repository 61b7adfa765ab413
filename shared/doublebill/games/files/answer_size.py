"""The size of answers: as many levels as one response carries, and as showing them may take."""

from collections.abc import Iterable
from typing import NamedTuple

from msgspec import json

from doublebill.games.content_kind import ReachLimit
from doublebill.games.files.level_json import LevelJson
from doublebill.games.step_budget import SHOWING_STEPS, StepBudget, StepsSpent, counted
from doublebill.values.response_size import wrapped_bytes


class ShownLevels(NamedTuple):
    """The levels of an answer."""

    items: list[LevelJson]
    """The first ones; all of them unless there is a limit."""
    limit: ReachLimit | None
    """The limit that the next one exceeds."""


def shown_within(levels: Iterable[LevelJson], most_bytes: int, steps: int = SHOWING_STEPS) -> ShownLevels:
    """Shows levels, which the iterable does one by one, until the next does not fit; the first is shown in any case."""
    items: list[LevelJson] = []
    size_bytes = 0
    budget = StepBudget(steps)
    try:
        with counted(budget):
            for item in levels:
                size_bytes += wrapped_bytes(json.encode(item))
                if items and size_bytes > most_bytes:
                    return ShownLevels(items, {"limit": most_bytes, "unit": "bytes"})
                items.append(item)
    except StepsSpent:
        if not items:
            raise
        return ShownLevels(items, {"limit": steps, "unit": "steps"})
    return ShownLevels(items, None)
