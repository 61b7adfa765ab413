"""The level as a scene of Godot 4.3 or newer, in its text form (.tscn, format 4).

A TileMapLayer "Ground" has the ground, a Node2D "Things" a Sprite2D for each thing, in a group of its name and with its
properties as metadata; with a solution, a Line2D "Way" shows it. `tile_map_data` is two bytes of version 0, then for
each cell six little-endian 16-bit numbers: x, y, source, column and row in the picture, alternative. The tileset is a
resource of the scene, or the file beside it (`godot_tileset`); the picture always lies beside. The engine has not been
run on these files: they follow what its editor writes.
"""

import base64
from collections.abc import Mapping

import numpy as np

from doublebill.games.files.writers.godot_files.godot_tileset import atlas_source, quoted, tileset_fields, tileset_name
from doublebill.games.files.writers.ldtk_files.ldtk_names import identifiers
from doublebill.games.plans.border import bordered
from doublebill.games.plans.level_plan import LevelPlan, Thing, Value
from doublebill.games.tileset.laying import ground_tiles, grounds_of_tiles, thing_tiles
from doublebill.games.tileset.themes import TileStyle
from doublebill.games.tileset.tileset import COLUMNS

PICTURE, TILESET, ATLAS = "1_picture", "2_tileset", "3_atlas"
"""Names of resources within a scene."""


def godot(plan: LevelPlan, style: TileStyle) -> str:
    """Returns a scene that holds its tileset."""
    names = grounds_of_tiles(plan)
    resources = [
        f'[sub_resource type="TileSetAtlasSource" id="{ATLAS}"]',
        *atlas_source(style, names, PICTURE),
        "",
        f'[sub_resource type="TileSet" id="{TILESET}"]',
        *tileset_fields(style, ATLAS),
        "",
    ]
    return _scene(plan, style, [_picture(style), "", *resources], f'SubResource("{TILESET}")')


def godot_linked(plan: LevelPlan, style: TileStyle) -> str:
    """Returns a scene whose tileset is the file beside it."""
    file = f'[ext_resource type="TileSet" path={quoted(tileset_name(style))} id="{TILESET}"]'
    return _scene(plan, style, [_picture(style), file, ""], f'ExtResource("{TILESET}")')


def _picture(style: TileStyle) -> str:
    return f'[ext_resource type="Texture2D" path={quoted(style.picture)} id="{PICTURE}"]'


def _scene(plan: LevelPlan, style: TileStyle, resources: list[str], tile_set: str) -> str:
    whole = bordered(plan)
    root = next(iter(identifiers([plan.name]).values()))
    lines = [
        "[gd_scene format=4]",
        "",
        *resources,
        f'[node name="{root}" type="Node2D"]',
        *_metadata(plan.facts),
        "",
        '[node name="Ground" type="TileMapLayer" parent="."]',
        f'tile_map_data = PackedByteArray("{base64.b64encode(tile_map_data(whole)).decode()}")',
        f"tile_set = {tile_set}",
        "",
        *_way(whole, style.pixels),
        '[node name="Things" type="Node2D" parent="."]',
        "",
    ]
    for thing in whole.things:
        lines += _thing(thing, thing_tiles(whole)[thing.name], style.pixels)
    return "\n".join(lines)


def tile_map_data(plan: LevelPlan) -> bytes:
    """Returns the cells of the ground as Godot packs them."""
    numbers = ground_tiles(plan)
    y, x = np.indices(numbers.shape)
    nothing = np.zeros_like(numbers)
    cells = np.stack([x, y, nothing, numbers % COLUMNS, numbers // COLUMNS, nothing], axis=-1)
    return bytes(2) + cells.astype("<u2").tobytes()


def _thing(thing: Thing, number: int, size: int) -> list[str]:
    column, row = number % COLUMNS, number // COLUMNS
    word = next(iter(identifiers([thing.name]).values()))
    return [
        f'[node name="{word}{thing.id}" type="Sprite2D" parent="Things" groups=[{quoted(thing.name)}]]',
        f"position = Vector2({thing.x * size + size // 2}, {thing.y * size + size // 2})",
        f'texture = ExtResource("{PICTURE}")',
        "region_enabled = true",
        f"region_rect = Rect2({column * size}, {row * size}, {size}, {size})",
        *_metadata({"thing": thing.name, **thing.properties}),
        "",
    ]


def _way(plan: LevelPlan, size: int) -> list[str]:
    if len(plan.path) < 2:
        return []
    points = ", ".join(f"{x * size + size // 2}, {y * size + size // 2}" for x, y in plan.path)
    return [
        '[node name="Way" type="Line2D" parent="."]',
        f"points = PackedVector2Array({points})",
        "width = 2.0",
        "default_color = Color(1, 0.82, 0.25, 1)",
        "",
    ]


def _metadata(values: Mapping[str, Value]) -> list[str]:
    return [f"metadata/{name.replace(' ', '_')} = {_value(value)}" for name, value in values.items()]


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else quoted(value)
