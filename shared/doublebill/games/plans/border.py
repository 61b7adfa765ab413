"""Borders: the wall around a level, for files whose readers know no solid outside."""

from dataclasses import replace

from doublebill.games.plans.level_plan import LevelPlan, Region

WALL = "wall"


def bordered(plan: LevelPlan) -> LevelPlan:
    """Returns a plan with one cell of wall on each side; things, regions and path move along.

    A plan that has no wall, or ends in solid ground all around, stays unchanged.
    """
    wall = next((symbol for symbol, ground in plan.grounds.items() if ground.name == WALL), None)
    if wall is None or _closed(plan):
        return plan
    edge = wall * (plan.width + 2)
    return replace(
        plan,
        ground=(edge, *(wall + row + wall for row in plan.ground), edge),
        things=tuple(replace(thing, x=thing.x + 1, y=thing.y + 1) for thing in plan.things),
        regions=tuple(_moved(region) for region in plan.regions),
        path=tuple((x + 1, y + 1) for x, y in plan.path),
    )


def _moved(region: Region) -> Region:
    cells = tuple((x + 1, y + 1) for x, y in region.cells)
    return replace(region, x=region.x + 1, y=region.y + 1, cells=cells)


def _closed(plan: LevelPlan) -> bool:
    sides = [(x, y) for y in range(plan.height) for x in (0, plan.width - 1)]
    ends = [(x, y) for x in range(plan.width) for y in (0, plan.height - 1)]
    return all(plan.is_solid(x, y) for x, y in sides + ends)
