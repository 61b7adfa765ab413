from itertools import pairwise

import pytest

from doublebill.games.plans.level_plan import Region
from doublebill.games.plans.outline import outline

SHAPES = {
    "one cell": ("#", 1),
    "bent": ("##\n#.", 3),
    "around a hole": ("###\n#.#\n###", 9),
    "touching itself at a corner": ("##.\n#.#\n###", 7),
    "a cross": (".#.\n###\n.#.", 5),
}
"""Shape → its rows, and the cells within its outer edge."""


@pytest.mark.parametrize(("rows", "inside"), SHAPES.values(), ids=SHAPES)
def test_an_outline_has_right_angles_and_encloses_all_cells(rows: str, inside: int) -> None:
    cells = [(x, y) for y, row in enumerate(rows.splitlines()) for x, tile in enumerate(row) if tile == "#"]
    corners = outline(Region(1, "room", 0, 0, 3, 3, cells))
    edges = [*pairwise([*corners, corners[0]])]
    assert all((one[0] == other[0]) != (one[1] == other[1]) for one, other in edges)
    assert all((one[0] == other[0]) != (two[0] == far[0]) for (one, other), (two, far) in pairwise(edges))
    assert sum(x * v - u * y for (x, y), (u, v) in edges) == 2 * inside


def test_a_region_that_fills_its_rectangle_has_four_corners() -> None:
    assert outline(Region(1, "room", 2, 1, 3, 2)) == [(2, 1), (5, 1), (5, 3), (2, 3)]
