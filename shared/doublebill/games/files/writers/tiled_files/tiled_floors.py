"""Floors of a dungeon as maps of the Tiled editor, whose stairs name the map and the object that they lead to."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from doublebill.games.files.writers.tiled_files.tiled_tileset import MapFile
from doublebill.games.plans.level_plan import LevelPlan, Thing, Value


def linked(floors: Sequence[LevelPlan], names: Sequence[str]) -> list[LevelPlan]:
    """Returns the floors of one dungeon, whose files are named, with `to_map` and `to_object` of things that lead away.

    Object properties of Tiled refer to objects of the same map only, so that these are a file and a number.
    """
    homes = {
        thing.id: (name, number)
        for plan, name in zip(floors, names, strict=True)
        for number, thing in enumerate(plan.things, 1)
    }
    return [replace(plan, things=tuple(_things(plan, name, homes))) for plan, name in zip(floors, names, strict=True)]


def _things(plan: LevelPlan, name: str, homes: dict[int, tuple[str, int]]) -> Iterator[Thing]:
    for thing in plan.things:
        leaves: dict[str, Value] = {}
        for link, other in thing.links.items():
            there, number = homes[other]
            if there != name:
                leaves |= {f"{link}_map": MapFile(there), f"{link}_object": number}
        yield replace(thing, properties={**thing.properties, **leaves})
