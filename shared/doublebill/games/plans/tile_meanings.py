"""Meanings of tiles: which names of a legend are ground, and which are things that stand on it.

A name that is not here is a thing of that name.
"""

from collections.abc import Mapping

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


def ground_of(name: str) -> Ground | None:
    """Returns the ground that a tile's name means, or None where it means things."""
    return GROUNDS.get(name)


def things_of(name: str) -> tuple[str, ...]:
    """Returns the names of the things that a tile's name means, the lowest first; none where it means ground."""
    return () if name in GROUNDS else STACKS.get(name, (name,))
