"""The names and numbers of an LDtk project: one for each ground, thing and property of its levels."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from doublebill.games.plans.level_plan import LevelPlan, Thing, Value
from doublebill.games.tileset.themes import TileStyle

PATH, OBJECTS, TILES, GROUND, TILESET, REGIONS = range(1, 7)
"""Numbers (`uid`) of the layers, the uppermost first, of the tileset, and of the layer of regions above tiles."""
FIRST_FREE = 10
"""The first number for what depends on the levels."""

type Fields = dict[str, object]
type FieldTypes = Mapping[str, type[Value] | type[Thing]]
"""Name of a property → the type of its values; `Thing` for a reference to one."""


@dataclass(frozen=True, slots=True)
class ProjectNames:
    """The numbers of what the levels of a project refer to."""

    style: TileStyle
    grounds: Sequence[str]
    """Names of grounds; the value of a cell is a place here, counted from 1."""
    things: Mapping[str, FieldTypes]
    """Name of a thing → its properties."""
    regions: Mapping[str, FieldTypes]
    """Name of a region → its properties."""
    facts: FieldTypes
    """The properties of levels."""

    @property
    def owners(self) -> Mapping[str, FieldTypes]:
        """Owner of properties → these; "" is a level."""
        return {"": self.facts, **self.things, **self.regions}

    def words(self) -> Mapping[str, str]:
        """Returns the identifier of each name of a thing or region."""
        return identifiers([*self.things, *self.regions])

    def uid(self, *names: str) -> int:
        """Returns the number of a thing or region (`name`), or of a property (`name, field`; `"", field` of levels)."""
        owners = self.owners.items()
        every = [(owner, *inner) for owner, fields in owners for inner in [(), *((field,) for field in fields)]]
        return FIRST_FREE + every.index(names)

    def level_uid(self, place: int) -> int:
        """Returns the number of a level by its place in the project."""
        return FIRST_FREE + sum(1 + len(fields) for fields in self.owners.values()) + place


def project_names(plans: Sequence[LevelPlan], style: TileStyle) -> ProjectNames:
    """Returns the names of all that the plans contain, in their order."""
    things: dict[str, dict[str, type[Value] | type[Thing]]] = {}
    regions: dict[str, dict[str, type[Value] | type[Thing]]] = {}
    for plan in plans:
        for found, ones in ((things, plan.things), (regions, plan.regions)):
            for one in ones:
                fields = found.setdefault(one.name, {})
                fields.update({name: type(value) for name, value in one.properties.items()})
                if isinstance(one, Thing):
                    fields.update(dict.fromkeys(one.links, Thing))
    grounds = list(dict.fromkeys(ground.name for plan in plans for ground in plan.grounds.values()))
    facts = {name: type(value) for plan in plans for name, value in plan.facts.items()}
    return ProjectNames(style, grounds, things, regions, facts)


def identifiers(names: Iterable[str]) -> Mapping[str, str]:
    """Returns an identifier for each name: it in letters, digits and underscores, and a number if taken."""
    found: dict[str, str] = {}
    for number, name in enumerate(dict.fromkeys(names), 1):
        word = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")
        word = word[:1].upper() + word[1:] if word[:1].isalpha() else f"Tile_{word}"
        found[name] = f"{word}_{number}" if word in found.values() else word
    return found
