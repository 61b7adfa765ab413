"""Files to prove that try to take as long as they may: large open levels, crowds of things, and files of every form."""

import base64
import json
import random
import zlib
from collections.abc import Callable, Mapping
from typing import Any

MOST = 900_000
SIDES = [3, 10, 16, 20, 40, 64, 128, 256, 400]


def proof(kind: Mapping[str, Any]) -> Callable[[random.Random], dict[str, Any]]:
    """Draws requests for proofs of levels of a kind."""
    legend: Mapping[str, str] = kind["legend"]

    def draw(chance: random.Random) -> dict[str, Any]:
        if chance.random() < 0.2:
            return {"file": broken(chance)}
        rows = grid(kind["name"], legend, chance)
        count = max(min(chance.choice([1, 1, 1, 10, 1000, 5000]), MOST // (sum(map(len, rows)) + len(rows))), 1)
        form = chance.choice(["grid", "text", "csv", "json", "tiled", "tmx", "ldtk", "xsb"])
        return written(rows, legend, form, count)

    return draw


def grid(name: str, legend: Mapping[str, str], chance: random.Random) -> list[str]:
    """A level at random: open or a maze of walls, with few things or crowds of them."""
    width, height = chance.choice(SIDES), chance.choice(SIDES)
    if name == "runner":
        width, height = chance.choice([16, 100, 400]), chance.choice([14, 16])
    if name == "sokoban":
        width, height = chance.randint(4, 20), chance.randint(4, 16)
    once = [tile for tile, named in legend.items() if named in ("player", "start", "exit", "key", "door", "lever")]
    open_tile = next((tile for tile, named in legend.items() if named in ("floor", "air")), ".")
    solid = next((tile for tile, named in legend.items() if named in ("wall", "ground")), "#")
    share = chance.choice([0, 0, 0.05, 0.3, 0.45])
    cells = [[solid if chance.random() < share else open_tile for _ in range(width)] for _ in range(height)]
    if chance.random() < 0.2:
        cells = [[solid if x % 2 and y % 2 else tile for x, tile in enumerate(row)] for y, row in enumerate(cells)]
    places = [(x, y) for y in range(height) for x in range(width)]
    chance.shuffle(places)
    crowd = chance.choice([0, 1, 4, 12, len(places) // 3])
    things = [*once, *chance.choices([tile for tile in legend if tile not in once], k=crowd)]
    if name == "sokoban":
        crates = chance.randint(1, 12)
        things = ["@", *"$" * crates, *"o" * crates]
    for tile, (x, y) in zip(things, places, strict=False):
        cells[y][x] = tile
    return ["".join(row) for row in cells]


def written(rows: list[str], legend: Mapping[str, str], form: str, count: int) -> dict[str, Any]:
    """The level as often as that, in a form."""
    names = list(legend)
    numbers = [[names.index(tile) + 1 for tile in row] for row in rows]
    width, height = len(rows[0]), len(rows)
    text = "\n".join(rows)
    own: dict[str, Any] = {str(n): tile for n, tile in enumerate(names, 1)}
    match form:
        case "grid":
            return {"grid": rows}
        case "csv":
            table = "\n".join(",".join(row) for row in rows)
            return {"file": "\n\n".join([table] * max(count // 2, 1))[:MOST], "format": "csv"}
        case "json":
            items = [{"grid": rows, "legend": dict(legend), "seed": 1}] * count
            return {"file": json.dumps({"kind": "", "items": items}, ensure_ascii=False)[:MOST]}
        case "tiled":
            packed = b"".join(n.to_bytes(4, "little") for row in numbers for n in row)
            data = base64.b64encode(zlib.compress(packed, 9)).decode()
            shape = {"width": width, "height": height, "x": 0, "y": 0, "name": "ground", "visible": True, "opacity": 1}
            layer = {"type": "tilelayer", "data": data, "encoding": "base64", "compression": "zlib", **shape}
            whole = {"layers": [layer] * max(min(count, 300), 1), "tilewidth": 16, "tileheight": 16, **shape}
            tiles = [{"id": n, "type": name} for n, name in enumerate(legend.values())]
            whole["tilesets"] = [{"firstgid": 1, "name": "own", "tilecount": len(names), "tiles": tiles}]
            return {"file": json.dumps(whole)}
        case "tmx":
            table = ",\n".join(",".join(map(str, row)) for row in numbers)
            layer = f'<layer name="g" width="{width}" height="{height}"><data encoding="csv">{table}</data></layer>'
            size = f'width="{width}" height="{height}" tilewidth="16" tileheight="16"'
            layers = layer * max(min(count, MOST // len(layer)), 1)
            return {"file": f'<map version="1.8" orientation="orthogonal" {size}>{layers}</map>', "legend": own}
        case "ldtk":
            values = [{"value": n, "identifier": name} for n, name in enumerate(legend.values(), 1)]
            layer = {"__type": "IntGrid", "__identifier": "G", "__cWid": width, "__cHei": height, "__gridSize": 16}
            layer |= {"intGridCsv": [n for row in numbers for n in row], "layerDefUid": 1}
            one = {"identifier": "L", "layerInstances": [layer], "pxWid": 16 * width, "pxHei": 16 * height}
            defs = {"layers": [{"uid": 1, "identifier": "G", "intGridValues": values}], "entities": []}
            size = len(json.dumps(one))
            return {"file": json.dumps({"defs": defs, "levels": [one] * max(min(count, MOST // size), 1)})}
        case _:
            return {"file": "\n\n".join([text] * count)[:MOST], "format": form if form == "xsb" else "text"}


def broken(chance: random.Random) -> str:
    """A text of a megabyte that is hardly a level."""
    size = MOST
    parts = ["\n", " \n", "#\n", "9#", "9(9(9#))", "#" * 4000 + "\n", ",", ",\n", "(", "9999(#)\n", "a\n", "#.@$\n\n"]
    parts += ["|", "\t\n", '"\n', ";#;\n", "; note\n", "1(1(1(#)))|\n", "é木\n", "99|99|\n", "-" * 4096 + "|\n"]
    closed = {"[": "]", '{"a":': "0}", "<a>": "</a>", "<map><layer/>": "</map>"}
    if chance.random() < 0.2:
        begin = chance.choice(list(closed))
        return begin * chance.choice([20, 500, 50_000])
    if chance.random() < 0.5:
        part = chance.choice(parts)
        return part * (size // len(part.encode()))
    mixed: list[str] = []
    few = chance.sample(parts, 3)
    while sum(map(len, mixed)) < 20_000:
        mixed.append(chance.choice(few))
    return "".join(mixed * 40)[: size // 2]
