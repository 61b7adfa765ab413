"""The names and numbers of an LDtk project: one for each ground, thing and property of its levels."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from doublebill.games.plans.level_plan import LevelPlan, Value
from doublebill.games.tileset.themes import TileStyle

PATH, OBJECTS, TILES, GROUND, TILESET = range(1, 6)
"""Numbers (`uid`) of the layers, the uppermost first, and of the tileset."""
FIRST_FREE = 10
"""The first number for what depends on the levels."""

type Fields = dict[str, object]
type FieldTypes = Mapping[str, type[Value]]
"""Name of a property → the type of its values."""


@dataclass(frozen=True, slots=True)
class ProjectNames:
    """The numbers of what the levels of a project refer to."""

    style: TileStyle
    grounds: Sequence[str]
    """Names of grounds; the value of a cell is a place here, counted from 1."""
    things: Mapping[str, FieldTypes]
    """Name of a thing → its properties."""
    facts: FieldTypes
    """The properties of levels."""

    def uid(self, *names: str) -> int:
        """Returns the number of a thing (`name`), of its property (`name, field`) or of a level's (`"", field`)."""
        owners = {"": self.facts, **self.things}
        every = [(owner, *inner) for owner, fields in owners.items() for inner in [(), *((field,) for field in fields)]]
        return FIRST_FREE + every.index(names)

    def level_uid(self, place: int) -> int:
        """Returns the number of a level by its place in the project."""
        return FIRST_FREE + 1 + len(self.things) + sum(map(len, [self.facts, *self.things.values()])) + place


def project_names(plans: Sequence[LevelPlan], style: TileStyle) -> ProjectNames:
    """Returns the names of all that the plans contain, in their order."""
    things: dict[str, dict[str, type[Value]]] = {}
    for plan in plans:
        for thing in plan.things:
            fields = things.setdefault(thing.name, {})
            fields.update({name: type(value) for name, value in thing.properties.items()})
    grounds = list(dict.fromkeys(ground.name for plan in plans for ground in plan.grounds.values()))
    facts = {name: type(value) for plan in plans for name, value in level_facts(plan).items()}
    return ProjectNames(style, grounds, things, facts)


def level_facts(plan: LevelPlan) -> Mapping[str, Value]:
    """Returns the properties of a level: its kind and seed, and the plan's own."""
    return {"kind": plan.kind, "seed": str(plan.seed), **plan.properties}


def identifiers(names: Iterable[str]) -> Mapping[str, str]:
    """Returns an identifier for each name: it in letters, digits and underscores, and a number if taken."""
    found: dict[str, str] = {}
    for number, name in enumerate(dict.fromkeys(names), 1):
        word = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")
        word = word[:1].upper() + word[1:] if word[:1].isalpha() else f"Tile_{word}"
        found[name] = f"{word}_{number}" if word in found.values() else word
    return found
