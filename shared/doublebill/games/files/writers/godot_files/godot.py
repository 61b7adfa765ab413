"""The level as a scene of Godot 4.3 or newer, in its text form (.tscn, format 4).

A TileMapLayer "Ground" has the ground, a Node2D "Things" a node for each thing, in a group of its name and with its
properties as metadata; `opens` and `to` are the paths of the nodes that it opens or leads to. Doors, gates and crates
are a StaticBody2D, the player a Sprite2D, all else an Area2D; bodies and areas have a "Sprite" and a "Shape". A Node2D
"Rooms" has an Area2D for each region, with its outline; with a solution, a Line2D "Way" shows it. `tile_map_data` is
two bytes of version 0, then for each cell six little-endian 16-bit numbers: x, y, source, column and row in the
picture, alternative. The tileset is a resource of the scene, or the file beside it (`godot_tileset`); the picture
always lies beside. The engine has not been run on these files: they follow what its editor writes.
"""

import base64
from collections.abc import Mapping, Sequence

import numpy as np

from doublebill.games.files.writers.godot_files.godot_rooms import godot_rooms, metadata
from doublebill.games.files.writers.godot_files.godot_tileset import atlas_source, quoted, tileset_fields, tileset_name
from doublebill.games.files.writers.ldtk_files.ldtk_names import identifiers
from doublebill.games.plans.border import bordered
from doublebill.games.plans.level_plan import LevelPlan, Thing
from doublebill.games.tileset.laying import ground_tiles, grounds_of_tiles, thing_tiles
from doublebill.games.tileset.themes import TileStyle
from doublebill.games.tileset.tileset import COLUMNS

PICTURE, TILESET, ATLAS, CELL = "1_picture", "2_tileset", "3_atlas", "4_cell"
"""Names of resources within a scene; the last is the shape of a whole cell."""

BODIES: Sequence[str] = "door", "gate", "crate"
"""Sorts of things that nobody walks through."""

SPRITES: Sequence[str] = "player", "start"
"""Names of things that a game puts its own node in the place of."""


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
    nodes = {thing.id: f"{_word(thing.name)}{thing.id}" for thing in whole.things}
    lines = [
        "[gd_scene format=4]",
        "",
        *resources,
        f'[sub_resource type="RectangleShape2D" id="{CELL}"]',
        f"size = Vector2({style.pixels}, {style.pixels})",
        "",
        f'[node name="{root}" type="Node2D"]',
        *metadata(plan.facts),
        "",
        '[node name="Ground" type="TileMapLayer" parent="."]',
        f'tile_map_data = PackedByteArray("{base64.b64encode(tile_map_data(whole)).decode()}")',
        f"tile_set = {tile_set}",
        "",
        *godot_rooms(whole, style.pixels),
        *_way(whole, style.pixels),
        '[node name="Things" type="Node2D" parent="."]',
        "",
    ]
    for thing in whole.things:
        lines += _thing(thing, thing_tiles(whole)[thing.name], style.pixels, nodes)
    return "\n".join(lines)


def _word(name: str) -> str:
    return next(iter(identifiers([name]).values()))


def tile_map_data(plan: LevelPlan) -> bytes:
    """Returns the cells of the ground as Godot packs them."""
    numbers = ground_tiles(plan)
    y, x = np.indices(numbers.shape)
    nothing = np.zeros_like(numbers)
    cells = np.stack([x, y, nothing, numbers % COLUMNS, numbers // COLUMNS, nothing], axis=-1)
    return bytes(2) + cells.astype("<u2").tobytes()


def _thing(thing: Thing, number: int, size: int, nodes: Mapping[int, str]) -> list[str]:
    """Returns the node of a thing; `nodes` has the name of each thing's node."""
    name = nodes[thing.id]
    column, row = number % COLUMNS, number // COLUMNS
    texture = [
        f'texture = ExtResource("{PICTURE}")',
        "region_enabled = true",
        f"region_rect = Rect2({column * size}, {row * size}, {size}, {size})",
    ]
    kind = _node_type(thing.name)
    links = [f'metadata/{link} = NodePath("../{nodes[other]}")' for link, other in thing.links.items()]
    lines = [
        f'[node name="{name}" type="{kind}" parent="Things" groups=[{quoted(thing.name)}]]',
        f"position = Vector2({thing.x * size + size // 2}, {thing.y * size + size // 2})",
        *(texture if kind == "Sprite2D" else ()),
        *metadata({"thing": thing.name, **thing.properties}),
        *links,
        "",
    ]
    if kind == "Sprite2D":
        return lines
    sprite = [f'[node name="Sprite" type="Sprite2D" parent="Things/{name}"]', *texture, ""]
    shape = f'[node name="Shape" type="CollisionShape2D" parent="Things/{name}"]'
    return [*lines, *sprite, shape, f'shape = SubResource("{CELL}")', ""]


def _node_type(name: str) -> str:
    """Returns the type of a thing's node."""
    if name in SPRITES:
        return "Sprite2D"
    return "StaticBody2D" if name.rpartition(" ")[2] in BODIES else "Area2D"


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
