"""The outline of a region: the corners of the polygon around its cells."""

from doublebill.games.grids.steps import Place
from doublebill.games.plans.level_plan import Region

STEPS = (1, 0), (0, 1), (-1, 0), (0, -1)
"""Steps along an edge: right, down, left, up; each is a turn to the right of the one before."""
UP = 3
"""The last step, which comes back to the first corner from below."""


def outline(region: Region) -> list[Place]:
    """Returns the corners of a region's outer edge, clockwise, as points between cells: (0, 0) is the grid's top left.

    Holes are within the outline. Where two cells touch at a corner only, the outline passes that corner twice.
    """
    if not region.cells:
        right, bottom = region.x + region.width, region.y + region.height
        return [(region.x, region.y), (right, region.y), (right, bottom), (region.x, bottom)]
    cells = set(region.cells)
    first = min(region.cells, key=lambda cell: (cell[1], cell[0]))
    corners, at, turn = [first], (first[0] + 1, first[1]), 0
    while at != first or turn != UP:
        ahead = next(one for one in (turn + 1, turn, turn - 1) if _left_of(at, one) not in cells)
        if ahead != turn:
            corners.append(at)
            turn = ahead % 4
        at = at[0] + STEPS[turn][0], at[1] + STEPS[turn][1]
    return corners


def _left_of(corner: Place, turn: int) -> Place:
    """Returns the cell on the left of a step from a corner."""
    (x, y), (across, down) = corner, STEPS[turn % 4]
    return x + (across + down - 1) // 2, y + (down - across - 1) // 2
