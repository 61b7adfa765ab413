"""Floors: a level of several as one plan for each, for files that have a map a floor."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from doublebill.games.plans.level_plan import LevelPlan


def floors_of(plan: LevelPlan) -> Sequence[LevelPlan]:
    """Returns the plan of each floor of a level, from the top; the level itself where it has one.

    Things and regions keep their numbers, so that stairs find the thing on another floor that they lead to.
    """
    return [plan] if plan.floors == 1 else [_floor(plan, floor) for floor in range(1, plan.floors + 1)]


def _floor(plan: LevelPlan, floor: int) -> LevelPlan:
    height = plan.height // plan.floors
    top = height * (floor - 1)
    rows = range(top, top + height)
    # a way that left by stairs comes back on the same ones: its parts on one floor are one line
    path = [place for place, _ in groupby((x, y - top) for x, y in plan.path if y in rows)]
    regions = [
        replace(one, y=one.y - top, cells=tuple((x, y - top) for x, y in one.cells))
        for one in plan.regions
        if one.y in rows
    ]
    return replace(
        plan,
        name=f"{plan.name}-floor-{floor}",
        ground=plan.ground[top : top + height],
        things=tuple(replace(one, y=one.y - top) for one in plan.things if one.y in rows),
        regions=tuple(regions),
        path=tuple(path),
        floors=1,
        floor=floor,
    )
