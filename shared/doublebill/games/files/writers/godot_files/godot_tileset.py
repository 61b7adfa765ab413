"""The tileset as a resource of Godot 4 (.tres, format 3): tiles with names, and a shape for what one cannot walk into.

Each tile of ground has its name as custom data; shapes of the physics layer are polygons around the middle of a tile.
"""

from collections.abc import Mapping

from doublebill.games.plans.level_plan import Ground, LevelPlan
from doublebill.games.tileset.laying import grounds_of_tiles
from doublebill.games.tileset.themes import TileStyle
from doublebill.games.tileset.tileset import COLUMNS

TEXT = 4
"""Number of the type String in Godot."""


def tileset_name(style: TileStyle) -> str:
    """Returns the name of the tileset's file."""
    return f"{style.theme}-{style.pixels}.tres"


def godot_tileset(plan: LevelPlan, style: TileStyle) -> str:
    """Returns the tileset for levels of a plan's kind."""
    lines = [
        '[gd_resource type="TileSet" format=3]',
        "",
        f'[ext_resource type="Texture2D" path={quoted(style.picture)} id="1_picture"]',
        "",
        '[sub_resource type="TileSetAtlasSource" id="3_atlas"]',
        *atlas_source(style, grounds_of_tiles(plan), "1_picture"),
        "",
        "[resource]",
        *tileset_fields(style, "3_atlas"),
    ]
    return "\n".join(lines) + "\n"


def atlas_source(style: TileStyle, grounds: Mapping[int, Ground], picture: str) -> list[str]:
    """Returns the fields of the picture's tiles; `grounds` has the ground that each tile stands for."""
    half = style.pixels // 2
    whole = f"PackedVector2Array({-half}, {-half}, {half}, {-half}, {half}, {half}, {-half}, {half})"
    lines = [
        f'texture = ExtResource("{picture}")',
        f"texture_region_size = Vector2i({style.pixels}, {style.pixels})",
    ]
    for number, ground in sorted(grounds.items(), key=lambda one: one[0]):
        tile = f"{number % COLUMNS}:{number // COLUMNS}/0"
        lines.append(f"{tile} = 0")
        if ground.solid:
            lines.append(f"{tile}/physics_layer_0/polygon_0/points = {whole}")
        lines.append(f"{tile}/custom_data_0 = {quoted(ground.name)}")
    return lines


def tileset_fields(style: TileStyle, atlas: str) -> list[str]:
    """Returns the fields of the tileset itself."""
    return [
        f"tile_size = Vector2i({style.pixels}, {style.pixels})",
        "physics_layer_0/collision_layer = 1",
        'custom_data_layer_0/name = "ground"',
        f"custom_data_layer_0/type = {TEXT}",
        f'sources/0 = SubResource("{atlas}")',
    ]


def quoted(text: str) -> str:
    """Returns a text as Godot writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
