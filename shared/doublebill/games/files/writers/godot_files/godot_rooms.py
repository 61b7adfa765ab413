"""Rooms and metadata of Godot scenes: an area for each region, with its outline."""

from collections.abc import Mapping

from doublebill.games.files.writers.godot_files.godot_tileset import quoted
from doublebill.games.plans.level_plan import LevelPlan, Value
from doublebill.games.plans.outline import outline


def godot_rooms(plan: LevelPlan, size: int) -> list[str]:
    """Returns a node "Rooms" with an Area2D for each region, in a group of its name, with properties as metadata."""
    if not plan.regions:
        return []
    lines = ['[node name="Rooms" type="Node2D" parent="."]', ""]
    for region in plan.regions:
        name = f"{region.name.capitalize()}{region.id}"
        corners = ", ".join(f"{(x - region.x) * size}, {(y - region.y) * size}" for x, y in outline(region))
        lines += [
            f'[node name="{name}" type="Area2D" parent="Rooms" groups=[{quoted(region.name)}]]',
            f"position = Vector2({region.x * size}, {region.y * size})",
            *metadata(region.properties),
            "",
            f'[node name="Shape" type="CollisionPolygon2D" parent="Rooms/{name}"]',
            f"polygon = PackedVector2Array({corners})",
            "",
        ]
    return lines


def metadata(values: Mapping[str, Value]) -> list[str]:
    """Returns properties as the metadata of a node."""
    return [f"metadata/{name.replace(' ', '_')} = {_value(value)}" for name, value in values.items()]


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else quoted(value)
