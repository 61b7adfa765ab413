"""Orders of levels: by when a level's certificate has done all that a quest may speak of.

A dungeon says it in its `order`. In another level that is walked step by step (U D L R) the certificate is followed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from doublebill.errors import InvalidInput

MOST_STEPS = 100_000
"""Entries of an order, and moves that are followed."""

STEPS: Mapping[str, tuple[int, int]] = {"U": (0, -1), "D": (0, 1), "L": (-1, 0), "R": (1, 0)}


@dataclass(frozen=True, slots=True)
class LevelOrder:
    """The names of the things that a certificate reaches, one after the other, each thing once."""

    names: Sequence[str] = ()
    all_can_be_done: bool = False
    """Whether everything in the level can be done before one leaves, as in a dungeon."""

    def finished(self, name: str, count: int) -> int | None:
        """Returns the place in the order by which all things of a name are done; None where it leaves some undone."""
        places = [place for place, one in enumerate(self.names) if one == name]
        return places[count - 1] if 0 < count <= len(places) else None


def order_of(level: Mapping[str, object]) -> LevelOrder:
    """Returns the order of a level, an item of an answer whose grid and legend were read; empty where it has none.

    Raises:
        InvalidInput: when its `order` cannot be understood.
    """
    order = level.get("order")
    if order is None:
        return LevelOrder(_followed(level))
    if not isinstance(order, list) or len(order) > MOST_STEPS:
        raise InvalidInput.one("spec.level.order", "this is no order", "give it as a dungeon's answer has it")
    names = [step.get("name") if isinstance(step, dict) else None for step in order]
    for number, name in enumerate(names):
        if not isinstance(name, str):
            raise InvalidInput.of_value(f"spec.level.order[{number}]", order[number], "a step with a name")
    return LevelOrder([str(name) for name in names], all_can_be_done=True)


def _followed(level: Mapping[str, object]) -> list[str]:
    """The names of what a certificate of plain steps walks over, or nothing where it is none."""
    match level:
        case {
            "grid": list(rows),
            "legend": dict(legend),
            "certificate": {"moves": str(moves), "from": [int(x), int(y)]},
        }:
            pass
        case _:
            return []
    if not set(moves) <= set(STEPS) or len(moves) > MOST_STEPS or "air" in legend.values():
        return []
    seen: dict[tuple[int, int], str] = {}
    for move in moves:
        x, y = x + STEPS[move][0], y + STEPS[move][1]
        if not (0 <= y < len(rows) and 0 <= x < len(rows[y])):
            return []
        seen.setdefault((x, y), legend[rows[y][x]].strip().lower())
    return list(seen.values())


def is_side_view(legend: object) -> bool:
    """Checks whether a level is seen from the side: its foes are leapt over, since no rule lets one beat them."""
    return isinstance(legend, dict) and "air" in legend.values()
