"""Legends of levels: the tile of a kind that each tile stands for, or the properties of a tile that the kind lacks.

`games.plans.own_tiles` has what each property does.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from doublebill.schema import Input

type Nature = Literal["solid", "floor", "deadly", "thing", "key"]


class OwnTile(Input, frozen=True):
    """The properties of a tile that the kind does not have."""

    name: Annotated[str, Meta(min_length=1, max_length=40)] | None = None
    """By default its entry in the legend."""
    walkable: bool | None = None
    """Whether a player can step onto it."""
    blocks: bool = False
    """Whether it is like a wall."""
    deadly: bool = False
    """Whether a step onto it ends the level."""
    collectable: bool = False
    """Whether a step onto it takes it, and it is counted."""
    opens: Annotated[str, Meta(min_length=1, max_length=40)] | None = None
    """Tile of the legend or of the kind, or its name, that this one opens once it was taken."""

    @property
    def natures(self) -> list[Nature]:
        """The type of tile that its properties name; only one can hold."""
        open_ground = self.walkable is True and not (self.deadly or self.collectable or self.opens)
        said: Mapping[Nature, bool] = {
            "solid": self.blocks or self.walkable is False,
            "floor": open_ground,
            "deadly": self.deadly,
            "key": self.opens is not None,
            "thing": self.collectable and self.opens is None,
        }
        return [nature for nature, holds in said.items() if holds]


type Legend = Mapping[str, str | OwnTile]
"""Tile of the levels → the kind's tile, its name, or the properties of a tile of one's own."""

type LegendField = Annotated[
    dict[str, Annotated[str, Meta(min_length=1, max_length=40)] | OwnTile], Meta(max_length=200)
]
"""A legend in a request."""


def legend_json(legend: Legend | None) -> Mapping[str, Any] | None:
    """Returns a legend as JSON, without the properties that are not set."""
    if legend is None:
        return None
    return {entry: one if isinstance(one, str) else properties_of(one) for entry, one in legend.items()}


def legend_of(sent: Any) -> Legend | None:
    """Returns the legend that `legend_json` wrote."""
    return msgspec.convert(sent, dict[str, str | OwnTile] | None)


def properties_of(tile: OwnTile) -> dict[str, bool | str]:
    """Returns the properties that are set."""
    usual = msgspec.to_builtins(OwnTile())
    return {name: value for name, value in msgspec.to_builtins(tile).items() if value != usual[name]}
