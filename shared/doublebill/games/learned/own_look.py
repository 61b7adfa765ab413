"""The own tiles of a corpus: levels are generated and proved in the tiles of the kind, then some are painted over.

An own tile acts as one of the kind, so a level stays what it is where a cell gets another tile that acts the same. The
tile is drawn by a model of the corpus as it was drawn, given the cells around.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from doublebill.arrays import Arrays
from doublebill.errors import Complaint, InvalidInput
from doublebill.games.content_kind import Json
from doublebill.games.dice import Dice
from doublebill.games.grids.constraints import FREE, Constraints, TileRoles
from doublebill.games.grids.grid import Rows
from doublebill.games.learned.drawing import LearnedDraft
from doublebill.games.learned.fit_model import fitted
from doublebill.games.learned.model import TileModel
from doublebill.games.plans.level_plan import Ground
from doublebill.games.plans.own_tiles import TileSet
from doublebill.values.legends import OwnTile, properties_of

SWEEPS = 2
"""Times that each cell which may have an own tile is drawn."""

PREFIX = "drawn_"
"""Begins the names of the arrays of the model of the corpus as it was drawn."""


@dataclass(frozen=True, slots=True)
class DrawnLevel:
    """A level of a corpus that has own tiles."""

    rows: Rows
    acting: Rows
    """With the tile of the kind that each own tile acts as."""
    tiles: TileSet


@dataclass(frozen=True, slots=True)
class OwnLook:
    """The own tiles of a corpus, and the model that paints them."""

    names: Mapping[str, str]
    """Own tile → its name."""
    properties: Mapping[str, Mapping[str, bool | str]]
    """Own tile → its properties, as a legend gives them."""
    acts: Mapping[str, str]
    """Own tile → the tile of the kind that it acts as."""
    model: TileModel

    @property
    def grounds(self) -> Mapping[str, Ground]:
        """The own tiles that are ground, by name."""
        own = {tile: msgspec.convert(those, OwnTile) for tile, those in self.properties.items()}
        return TileSet(self.names, own=own).grounds

    def acting_constraints(self, kept: Constraints) -> Constraints:
        """Returns constraints in the tiles of the kind.

        Raises:
            InvalidInput: for an own tile that some cell or other must have; only a fixed cell keeps one.
        """
        wrong = [
            Complaint(place, f"{tile!r} is a tile of the corpus that is painted last", "fix it at a cell instead")
            for tile, place in kept.must_have.items()
            if tile in self.acts
        ]
        if wrong:
            raise InvalidInput(wrong)
        pins = {place: replace(pin, tile=self.acts.get(pin.tile, pin.tile)) for place, pin in kept.pins.items()}
        return replace(kept, pins=pins)

    def acting(self, rows: Sequence[str]) -> Rows:
        """Returns a level with the tile of the kind that each own tile acts as."""
        table = str.maketrans(dict(self.acts))
        return tuple(row.translate(table) for row in rows)

    def painted(self, rows: Rows, dice: Dice, kept: Constraints = FREE) -> Rows:
        """Returns a level in which cells have own tiles that act the same; those that are kept have theirs."""
        draft = LearnedDraft(self.model, rows, TileRoles(), kept, dice)
        acts = [self.acts.get(tile, tile) for tile in self.model.tiles]
        for _ in range(SWEEPS):
            for cell in draft.free:
                tile = draft.drawn[cell]
                same = [one == self.acts.get(tile, tile) for one in acts]
                if sum(same) > 1:
                    draft.draw_one_of(cell, same)
        return draft.rows

    def to_arrays(self) -> Arrays:
        """Returns the arrays of the model."""
        return {PREFIX + name: array for name, array in self.model.to_arrays().items()}

    def to_config(self) -> Mapping[str, Json]:
        """Returns the part of a config that `look_of` reads."""
        own = {
            tile: {**self.properties[tile], "name": self.names[tile], "acts": act} for tile, act in self.acts.items()
        }
        return {"tiles": self.model.tiles, "depth": self.model.depth, "trust": self.model.trust, "own": own}


def learned_look(tiles: TileSet, drawn: Sequence[Rows], kind_tiles: str) -> OwnLook:
    """Fits the look of a corpus to its levels, as they were drawn."""
    acts = {tile: tiles.acting((tile,))[0] for tile in tiles.own}
    model = fitted(drawn, kind_tiles + "".join(tiles.own)).model
    properties = {tile: properties_of(one) for tile, one in tiles.own.items()}
    return OwnLook({tile: tiles.legend[tile] for tile in tiles.own}, properties, acts, model)


def look_of(config: Mapping[str, Any], arrays: Arrays) -> OwnLook:
    """Returns the look that a config and the arrays of a model give.

    Raises:
        KeyError, TypeError, ValueError: when they are none.
    """
    own = dict(config["own"])
    properties = {tile: {name: one for name, one in those.items() if name != "acts"} for tile, those in own.items()}
    return OwnLook(
        {tile: str(those["name"]) for tile, those in own.items()},
        properties,
        {tile: str(those["acts"]) for tile, those in own.items()},
        TileModel.from_arrays(
            {name.removeprefix(PREFIX): array for name, array in arrays.items() if name.startswith(PREFIX)},
            str(config["tiles"]),
            config["depth"],
            config["trust"],
        ),
    )
