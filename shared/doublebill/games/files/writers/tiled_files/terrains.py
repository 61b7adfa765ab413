"""Terrains of the tileset for painting by hand in Tiled (1.10, "Terrains"): its mixed sets of walls and of ground.

An edge or corner of a tile is of the first colour where all cells that meet there are wall, else of the second. So the
47 pieces are one tile for each choice, and the brush lays the piece that fits.
"""

from doublebill.games.tileset.blob import PIECES, N
from doublebill.games.tileset.ground_pieces import FLOORS
from doublebill.games.tileset.tileset import ABOVE, FLOOR, GROUND_NUMBERS, SIDE

SOLID, OPEN = 1, 2
"""Numbers of the two colours of a set."""

AROUND = 8
"""Edges and corners of a tile, clockwise from the upper edge, as the bits of a piece are."""


def terrains() -> list[dict[str, object]]:
    """Returns the sets as the JSON form of a tileset has them."""
    floors = list(range(FLOOR, FLOOR + FLOORS))
    return [
        _terrain("walls from above", ABOVE, ("wall", "floor"), floors),
        _terrain("ground from the side", SIDE, ("ground", "air"), [GROUND_NUMBERS["air"]]),
    ]


def _terrain(name: str, first: int, names: tuple[str, str], opened: list[int]) -> dict[str, object]:
    solid = {first + place: _colours(piece) for place, piece in enumerate(PIECES)}
    tiles = {**solid, **dict.fromkeys(opened, [OPEN] * AROUND)}
    shown = first + len(PIECES) - 1, opened[0]
    colours = [
        {"name": each, "color": colour, "tile": tile, "probability": 1}
        for each, colour, tile in zip(names, ("#c0392b", "#2f74d0"), shown, strict=True)
    ]
    listed = [{"tileid": number, "wangid": colours_of} for number, colours_of in tiles.items()]
    return {"name": name, "type": "mixed", "tile": shown[0], "colors": colours, "wangtiles": listed}


def _colours(piece: int) -> list[int]:
    return [SOLID if piece & (N << bit) else OPEN for bit in range(AROUND)]
