"""Meanings of tiles: which names of a legend are ground, and which are things that stand on it.

A name that is not here is a thing of that name.
"""

from collections.abc import Collection, Mapping

from doublebill.games.plans.level_plan import Ground

GROUNDS: Mapping[str, Ground] = {
    ground.name: ground
    for ground in (
        Ground("floor"),
        Ground("air"),
        Ground("wall", solid=True),
        Ground("ground", solid=True),
        Ground("block", solid=True),
        Ground("prize", solid=True),
        Ground("spent prize", solid=True),
        Ground("pipe left", solid=True),
        Ground("pipe right", solid=True),
        Ground("cannon", solid=True),
        Ground("spike", deadly=True),
        Ground("lava", deadly=True),
        Ground("water"),
        Ground("bridge"),
        Ground("grass"),
    )
}
"""Name → ground."""

STACKS: Mapping[str, tuple[str, ...]] = {
    "crate on goal": ("goal", "crate"),
    "player on goal": ("goal", "player"),
}
"""Name of a tile → the things that it stands for, the lowest first."""


OPENED: Mapping[str, str] = {"key": "door", "lever": "gate"}
"""Sort of an opener → sort of a lock, each after a colour or metal."""

ANY_LOCK = "small key"
"""A key that opens any one of several doors."""


def opened_by(name: str, there: Collection[str]) -> str | None:
    """Returns the name of what a thing opens, of the names that are `there`: a red door of a red key.

    A plain key opens the door, or the exit where there is no door.
    """
    kind, blank, sort = name.rpartition(" ")
    if sort not in OPENED or name == ANY_LOCK:
        return None
    lock = f"{kind}{blank}{OPENED[sort]}"
    return next((one for one in (lock, *(() if kind else ("exit",))) if one in there), None)


def ground_of(name: str) -> Ground | None:
    """Returns the ground that a tile's name means, or None where it means things."""
    return GROUNDS.get(name)


def things_of(name: str) -> tuple[str, ...]:
    """Returns the names of the things that a tile's name means, the lowest first; none where it means ground."""
    return () if name in GROUNDS else STACKS.get(name, (name,))
