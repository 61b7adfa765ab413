from doublebill.games.files.writers.godot_files.godot_tileset import godot_tileset, quoted, tileset_name
from doublebill.games.tileset.themes import TileStyle
from sample_levels import LEGEND, LEVEL, planned

STYLE = TileStyle("cave", 32)


def test_the_tileset_names_its_picture_and_has_shapes_around_the_middle_of_tiles():
    text = godot_tileset(planned(LEVEL, LEGEND, "dungeon"), STYLE)
    assert text.startswith('[gd_resource type="TileSet" format=3]\n')
    assert 'path="cave-32.png"' in text
    assert "tile_size = Vector2i(32, 32)" in text
    assert "PackedVector2Array(-16, -16, 16, -16, 16, 16, -16, 16)" in text
    assert tileset_name(STYLE) == "cave-32.tres"


def test_quotes_and_backslashes_are_escaped():
    assert quoted('a "b" \\ c') == '"a \\"b\\" \\\\ c"'
