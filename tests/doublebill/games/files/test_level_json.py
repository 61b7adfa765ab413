from dataclasses import replace

from doublebill.games.controls import Cell, Control
from doublebill.games.files import as_json
from sample_levels import FACTS, LEVEL


def test_json_says_everything_there_is_to_say():
    whole = {"seed": "a", "grid": ["P.E", ".#.", "K.D"], "legend": {"#": "wall"}}
    assert as_json(LEVEL, {"#": "wall"}) == whole | FACTS


def test_a_cell_is_named_by_its_coordinates():
    controls = {"start": Control(Cell(0, 0), Cell(2, 1)), "exit": Control(None, Cell(1, 2))}
    assert as_json(replace(LEVEL, controls=controls), {})["controls"] == {
        "start": {"asked": {"x": 0, "y": 0}, "measured": {"x": 2, "y": 1}, "met": False},
        "exit": {"asked": None, "measured": {"x": 1, "y": 2}, "met": True},
    }
