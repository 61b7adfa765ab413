"""Maps of the Tiled editor: `.tmj` (JSON) and `.tmx` (XML), orthogonal and of a fixed size.

A tile is known to a legend by its class, its property `tile` or its number in the map (the first tile of the first
tileset is 1), an object by its class or name too. Tiles with the property `collides` or `solid` are solid. Layers are
laid over each other, invisible ones left out, and object layers named "rooms", as this project writes them; objects
that are lines or texts stand for nothing.
"""

import base64
import binascii
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from doublebill.errors import InvalidInput
from doublebill.games.files.readers.cell_marks import CellMark, MarkedLevel, floor_number
from doublebill.games.files.readers.xml_elements import Element, parse_xml

type Fields = Mapping[str, Any]

TURNS = 0x0FFFFFFF
"""What is left of a tile's number without the bits that turn and mirror it."""

MOST_CELLS = 1 << 20
"""Cells of all layers of tiles."""

NO_PLACE = "polyline", "polygon", "text"
"""Fields of objects that are no things."""

WHOLE = "id", "gid", "firstgid", "tilewidth", "tileheight", "infinite", "visible"
"""Attributes of XML that are whole numbers; the width and height of objects need not be."""

SOLID = "collides", "solid"
"""Properties of tiles that nothing walks into."""


def tmx_map(text: str, field: str) -> Fields:
    """Returns a TMX map as the JSON form has it.

    Raises:
        InvalidInput: when it is no XML, or no map.
    """
    root = parse_xml(text, field)
    if root.tag != "map":
        raise InvalidInput.one(field, f"the root is <{root.tag}>", "use a map of Tiled")
    sets = [
        {**_numbers(one), "tiles": [{**_numbers(tile), **_properties(tile)} for tile in one.every("tile")]}
        for one in root.every("tileset")
    ]
    sides = {side: int(root.attributes.get(side, 0)) for side in ("width", "height")}
    return {**_numbers(root), **sides, **_properties(root), "tilesets": sets, "layers": [*_xml_layers(root)]}


def map_level(content: Fields, field: str) -> MarkedLevel:
    """Returns the level of a map, given in its JSON form.

    Raises:
        InvalidInput: when it is infinite, not orthogonal, one floor of several, or its layers have another size.
    """
    width, height = (_whole(content, side, field) for side in ("width", "height"))
    if content.get("infinite") in (True, 1) or content.get("orientation", "orthogonal") != "orthogonal":
        raise InvalidInput.one(field, "the map is infinite or not orthogonal", "make it orthogonal, of a fixed size")
    layers = [*_layers(content)]
    tiles = width * height * max(sum("data" in layer for layer in layers), 1)
    if tiles > MOST_CELLS:
        raise InvalidInput.one(field, f"{tiles} cells in all layers", f"use at most {MOST_CELLS}")
    size = (_whole(content, "tilewidth", field), _whole(content, "tileheight", field))
    cells: list[list[list[CellMark]]] = [[[] for _ in range(width)] for _ in range(height)]
    marks = _marks_of(content)
    for layer in layers:
        if "data" in layer:
            numbers = _decoded(layer, width * height, field)
            placed = [(place % width, place // width, number) for place, number in enumerate(numbers) if number]
            found = [(x, y, marks.get(number, CellMark((str(number),)))) for x, y, number in placed]
        else:
            found = [_object(one, marks, size) for one in _list(layer, "objects") if not set(NO_PLACE) & one.keys()]
        for x, y, mark in found:
            if 0 <= x < width and 0 <= y < height:
                cells[y][x].append(mark)
    facts = {one.get("name"): one.get("value") for one in _list(content, "properties")}
    if floor := floor_number(facts):
        problem = f"it is floor {floor} of a dungeon, and a proof needs all floors"
        raise InvalidInput.one(field, problem, "use its LDtk project, which has them all, or its JSON")
    return MarkedLevel("", [[tuple(marks) for marks in row] for row in cells], str(facts.get("kind", "")))


def _marks_of(content: Fields) -> dict[int, CellMark]:
    """Returns the mark of each tile that the tilesets describe, by its number in the map."""
    marks = {}
    for one in _list(content, "tilesets"):
        first = int(one.get("firstgid", 1))
        for tile in _list(one, "tiles"):
            number = first + int(tile.get("id", 0))
            values = {each.get("name"): each.get("value") for each in _list(tile, "properties")}
            names = [tile.get("type") or tile.get("class"), values.get("tile"), str(number)]
            solid = any(values.get(name) in (True, "true") for name in SOLID)
            marks[number] = CellMark(tuple(str(name) for name in names if name), solid)
    return marks


def _layers(content: Fields) -> Iterator[Fields]:
    """Yields the visible layers, those within groups too."""
    for layer in _list(content, "layers"):
        if layer.get("visible", True) in (False, 0) or ("objects" in layer and layer.get("name") == "rooms"):
            continue
        if "layers" in layer:
            yield from _layers(layer)
        elif "data" in layer or "objects" in layer:
            yield layer


def _decoded(layer: Fields, count: int, field: str) -> Sequence[int]:
    """Returns the tile numbers of a layer, row by row."""
    data, name = layer["data"], f"{field}, layer {layer.get('name', '')!r}"
    try:
        if isinstance(data, str):
            packed = base64.b64decode(data.strip(), validate=True)
            data = memoryview(_unpacked(packed, str(layer.get("compression", "")), 4 * count)).cast("I").tolist()
        numbers = [int(number) & TURNS for number in data]
    except (binascii.Error, zlib.error, EOFError, OSError, TypeError, ValueError) as wrong:
        raise InvalidInput.one(name, f"its tiles cannot be read ({wrong})", "save it as CSV or Base64") from None
    if len(numbers) != count:
        raise InvalidInput.one(name, f"it has {len(numbers)} tiles", f"use {count}, as the map's size says")
    return numbers


def _unpacked(packed: bytes, compression: str, size: int) -> bytes:
    """Returns the bytes of a layer, and never more than one beyond those it should have."""
    if compression == "":
        return packed
    if compression not in ("gzip", "zlib"):
        raise ValueError(f"compression {compression!r} is not known")
    bits = 16 + zlib.MAX_WBITS if compression == "gzip" else zlib.MAX_WBITS
    return zlib.decompressobj(bits).decompress(packed, size + 4)


def _object(one: Fields, marks: Mapping[int, CellMark], size: tuple[int, int]) -> tuple[int, int, CellMark]:
    """Returns the cell of the middle of an object, and its mark; a tile object stands on its lower edge."""
    width, height = float(one.get("width", 0)), float(one.get("height", 0))
    number = int(one.get("gid", 0)) & TURNS
    across, down = float(one.get("x", 0)) + width / 2, float(one.get("y", 0)) + height / (-2 if number else 2)
    tile = marks.get(number, CellMark(()))
    names = [one.get("type") or one.get("class"), one.get("name"), *tile.names]
    mark = CellMark(tuple(str(name) for name in names if name) or ("object",), tile.solid)
    return int(across // size[0]), int(down // size[1]), mark


def _list(content: Fields, name: str) -> list[Fields]:
    found = content.get(name, [])
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _whole(content: Fields, name: str, field: str) -> int:
    value = content.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidInput.one(field, f"the map's {name} is {value!r}", "use a map that Tiled saved")
    return value


def _xml_layers(parent: Element) -> Iterator[Fields]:
    """Yields the layers of a TMX map as the JSON form has them."""
    for child in parent.children:
        if child.tag == "group":
            yield {**_numbers(child), "layers": [*_xml_layers(child)]}
        elif child.tag == "layer":
            data = (child.every("data") or [Element("data", {})])[0]
            encoding = data.attributes.get("encoding")
            listed = [tile.attributes.get("gid", "0") for tile in data.every("tile")]
            tiles: Any = data.text if encoding == "base64" else data.text.split(",") if encoding == "csv" else listed
            yield {**_numbers(child), "data": tiles, "compression": data.attributes.get("compression", "")}
        elif child.tag == "objectgroup":
            objects = [{**_numbers(one), **{part.tag: True for part in one.children}} for one in child.every("object")]
            yield {**_numbers(child), "objects": objects}


def _numbers(element: Element) -> dict[str, Any]:
    """Returns the attributes of an element, whole numbers of those that have them as such."""
    return {name: int(value) if name in WHOLE else value for name, value in element.attributes.items()}


def _properties(element: Element) -> dict[str, Any]:
    listed = [one.attributes for group in element.every("properties") for one in group.every("property")]
    return {"properties": listed}
