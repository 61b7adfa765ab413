"""Laying: the tile of each cell and of each thing of a plan."""

from collections.abc import Mapping

import numpy as np

from doublebill.games.plans.level_plan import Ground, LevelPlan
from doublebill.games.plans.tile_meanings import GROUNDS
from doublebill.games.tileset.blob import PIECES, piece_at
from doublebill.games.tileset.canvas import Field
from doublebill.games.tileset.tileset import (
    ABOVE,
    FLOOR,
    GROUND_NUMBERS,
    SIDE,
    SPRITE_NUMBERS,
    TOKEN,
    TOKENS,
    floor_number,
)

SOLID, DEADLY = "block", "lava"
"""Tiles of solid and of deadly ground that has none of its own name."""

JOINING = ("wall", "ground")
"""Grounds that are laid of the 47 pieces."""


def ground_tiles(plan: LevelPlan) -> Field:
    """Returns the number of each cell's tile, [rows, columns]; walls of a level with air are seen from the side."""
    pieces = _pieces(plan)
    drawn = {symbol: _drawn(ground) for symbol, ground in plan.grounds.items()}
    names = [[drawn[symbol] for symbol in row] for row in plan.ground]

    def joins(x: int, y: int) -> bool:
        inside = 0 <= y < plan.height and 0 <= x < plan.width
        return names[y][x] in JOINING if inside else True

    def tile(name: str, x: int, y: int) -> int:
        if name in JOINING:
            return pieces + piece_at(joins, x, y)
        return GROUND_NUMBERS.get(name) or floor_number(x, y, joins(x, y - 1), joins(x - 1, y))

    return np.array([[tile(name, x, y) for x, name in enumerate(row)] for y, row in enumerate(names)], np.int64)


def grounds_of_tiles(plan: LevelPlan) -> Mapping[int, Ground]:
    """Returns the ground that each tile of the tileset stands for in maps of a plan, by number."""
    walls = next((ground.name for ground in plan.grounds.values() if ground.name in JOINING), JOINING[0])
    floors = dict.fromkeys(range(FLOOR, ABOVE), GROUNDS["floor"])
    pieces = {_pieces(plan) + place: GROUNDS[walls] for place in range(len(PIECES))}
    others = {number: GROUNDS[name] for name, number in GROUND_NUMBERS.items()}
    drawn = ((GROUND_NUMBERS.get(_drawn(ground)), ground) for ground in plan.grounds.values())
    return {**floors, **pieces, **others, **{number: ground for number, ground in drawn if number is not None}}


def thing_tiles(plan: LevelPlan) -> Mapping[str, int]:
    """Returns the number of the tile of each thing's name; names without a sprite take the tokens in turn."""
    names = dict.fromkeys(thing.name for thing in plan.things)
    others = [name for name in names if name not in SPRITE_NUMBERS]
    return {
        name: SPRITE_NUMBERS[name] if name in SPRITE_NUMBERS else TOKEN + others.index(name) % len(TOKENS)
        for name in names
    }


def standing_tiles(plan: LevelPlan) -> Mapping[int, int]:
    """Returns the number of the tile of each thing by its id, for pictures: a crate on a goal looks unlike others."""
    numbers = thing_tiles(plan)
    places: dict[tuple[int, int], list[str]] = {}
    for thing in plan.things:
        places.setdefault((thing.x, thing.y), []).append(thing.name)
    joined = {thing.id: f"{thing.name} on {places[thing.x, thing.y][0]}" for thing in plan.things}
    return {thing.id: SPRITE_NUMBERS.get(joined[thing.id], numbers[thing.name]) for thing in plan.things}


def _drawn(ground: Ground) -> str:
    """Returns the name of the ground whose tiles show a ground."""
    if ground.name in GROUND_NUMBERS or ground.name in JOINING:
        return ground.name
    return SOLID if ground.solid else DEADLY if ground.deadly else ground.name


def _pieces(plan: LevelPlan) -> int:
    """Returns the number of the first of the 47 pieces that the level is laid of."""
    return SIDE if any(ground.name == "air" for ground in plan.grounds.values()) else ABOVE
