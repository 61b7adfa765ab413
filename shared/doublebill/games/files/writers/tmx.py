"""The level as a TMX map, the XML form of the Tiled editor (Tiled 1.10, "TMX Map Format"): the same as `tiled`."""

from doublebill.games.files.drawn_level import CELL, DrawnLevel
from doublebill.games.files.writers.markup import HEAD, element
from doublebill.games.files.writers.tiled import EDITOR, VERSION, facts, line
from doublebill.games.grids.steps import Place


def tmx(plan: DrawnLevel) -> str:
    """Returns the map."""
    layers = [_tiles(plan), _objects(plan)] + ([_path(plan)] if len(plan.path) > 1 else [])
    whole = {
        "version": VERSION,
        "tiledversion": EDITOR,
        "orientation": "orthogonal",
        "renderorder": "right-down",
        "width": plan.width,
        "height": plan.height,
        "tilewidth": CELL,
        "tileheight": CELL,
        "infinite": 0,
        "nextlayerid": len(layers) + 1,
        "nextobjectid": len(plan.things) + len(layers) - 1,
    }
    return HEAD + element("map", whole, _properties(facts(plan)), _tileset(plan), *layers) + "\n"


def _properties(values: dict[str, str]) -> str:
    return element(
        "properties", {}, *(element("property", {"name": name, "value": value}) for name, value in values.items())
    )


def _tileset(plan: DrawnLevel) -> str:
    count = len(plan.legend)
    picture = element("image", {"source": plan.tileset, "width": count * CELL, "height": CELL})
    tiles = (
        element("tile", {"id": number, "type": name}, _properties({"tile": tile}))
        for number, (tile, name) in enumerate(plan.legend.items())
    )
    size = {"tilewidth": CELL, "tileheight": CELL, "tilecount": count, "columns": count}
    return element("tileset", {"firstgid": 1, "name": plan.name, **size}, picture, *tiles)


def _tiles(plan: DrawnLevel) -> str:
    cells, numbers = plan.rows, plan.numbers
    lines = ",\n".join(",".join(str(numbers[tile]) for tile in row) for row in cells)
    layer = {"id": 1, "name": "tiles", "width": plan.width, "height": plan.height}
    return element("layer", layer, element("data", {"encoding": "csv"}, f"\n{lines}\n"))


def _objects(plan: DrawnLevel) -> str:
    objects = (
        element(
            "object", _object(number, thing.name, (thing.x * CELL, thing.y * CELL)) | {"width": CELL, "height": CELL}
        )
        for number, thing in enumerate(plan.things, 1)
    )
    return element("objectgroup", {"id": 2, "name": "objects"}, *objects)


def _path(plan: DrawnLevel) -> str:
    x, y = plan.path[0]
    points = " ".join(f"{across},{down}" for across, down in line(plan.path))
    middle = x * CELL + CELL // 2, y * CELL + CELL // 2
    drawn = element("object", _object(len(plan.things) + 1, "way", middle), element("polyline", {"points": points}))
    return element("objectgroup", {"id": 3, "name": "way"}, drawn)


def _object(number: int, name: str, corner: Place) -> dict[str, object]:
    return {"id": number, "name": name, "type": name, "x": corner[0], "y": corner[1]}
