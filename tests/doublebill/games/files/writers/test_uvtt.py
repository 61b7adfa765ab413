import base64
import json

import pytest

from doublebill.games.files.writers.png import png
from doublebill.games.files.writers.uvtt import uvtt, walls
from doublebill.games.plans.from_rows import plan_from_rows
from doublebill.games.tileset.themes import TileStyle
from sample_levels import LEGEND, LEVEL, planned

STYLE = TileStyle("crypt", 32)
ROOM = {"#": "wall", ".": "floor", "D": "red door", "T": "torch"}


def written(*rows):
    return json.loads(uvtt(plan_from_rows("room", 1, rows, ROOM), STYLE))


def test_the_picture_is_the_level_within_its_walls():
    plan = planned(LEVEL, LEGEND, "dungeon")
    content = json.loads(uvtt(plan, STYLE))
    assert base64.b64decode(content["image"]) == png(plan, STYLE)
    assert content["resolution"] == {
        "map_origin": {"x": 0, "y": 0},
        "map_size": {"x": 5, "y": 5},
        "pixels_per_grid": 32,
    }


def test_walls_are_the_straight_edges_between_solid_and_open_ground():
    lines = walls(plan_from_rows("room", 1, ("####", "#..#", "####"), ROOM))
    ends = [((a["x"], a["y"]), (b["x"], b["y"])) for a, b in lines]
    assert ends == [((1, 1), (3, 1)), ((1, 2), (3, 2)), ((1, 1), (1, 2)), ((3, 1), (3, 2))]


@pytest.mark.parametrize(
    ("rows", "ends"),
    [
        (("#####", "#.D.#", "#####"), [(2.5, 1), (2.5, 2)]),
        (("###", "#.#", "#D#", "#.#", "###"), [(1, 2.5), (2, 2.5)]),
    ],
)
def test_a_door_bars_its_passage(rows, ends):
    (portal,) = written(*rows)["portals"]
    assert [(end["x"], end["y"]) for end in portal["bounds"]] == ends
    assert portal["closed"]


def test_a_torch_shines():
    (light,) = written("###", "#T#", "###")["lights"]
    assert (light["position"], light["range"]) == ({"x": 1.5, "y": 1.5}, 4)
