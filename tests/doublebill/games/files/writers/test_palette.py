import re

import pytest

from doublebill.games.files.writers.palette import COLOURS, DOT, HOOP, LOOKS, PATH_COLOUR, SHAPES, looks
from doublebill.games.kinds import KINDS

ALL = {id(look.shape): look.shape for look in LOOKS.values()} | {id(shape): shape for shape in (*SHAPES, DOT, HOOP)}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_no_two_tiles_of_a_kind_look_alike(kind):
    shown = [(look.colour, look.shape.path) for look in looks(kind.legend).values()]
    assert len(set(shown)) == len(shown)


def test_names_without_a_look_of_their_own_look_unlike_one_another():
    legend = {chr(0x4E00 + number): f"thing {number}" for number in range(len(COLOURS) * len(SHAPES))}
    assert len({(look.colour, look.shape.path) for look in looks(legend).values()}) == len(legend)


def test_the_way_has_a_colour_of_its_own():
    assert PATH_COLOUR not in {look.colour for look in LOOKS.values()} | set(COLOURS)


def outline(path):
    """The corners and arc ends of a relative path, the last point first at the start of each part."""
    points, x, y, start = [], 0, 0, (0, 0)
    for command, told in re.findall(r"([mlhvaz])([^mlhvaz]*)", path):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", told)]
        if command == "z":
            x, y = start
            continue
        dx, dy = {"h": (numbers[0], 0), "v": (0, numbers[0])}.get(command) or numbers[-2:]
        x, y = x + dx, y + dy
        start = (x, y) if command == "m" else start
        points.append((x, y))
    return points


@pytest.mark.parametrize("shape", ALL.values(), ids=lambda shape: shape.path[:12])
def test_a_shape_is_as_wide_and_as_high_in_pixels_as_in_its_path(shape):
    halves = range(-15, 16, 2)
    across = [(dx + 16) / 2 for dy in halves for dx in halves if shape.covers(dx, dy)]
    down = [(dy + 16) / 2 for dy in halves for dx in halves if shape.covers(dx, dy)]
    drawn = outline(shape.path)
    assert abs(min(across) - min(x for x, _ in drawn)) <= 1
    assert abs(max(across) - max(x for x, _ in drawn)) <= 1
    if "a" not in shape.path:  # the ends of arcs lie left and right
        assert abs(min(down) - min(y for _, y in drawn)) <= 1
        assert abs(max(down) - max(y for _, y in drawn)) <= 1
