"""The levels of an LDtk project: the layers of each, with its cells, tiles and entities."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from doublebill.games.files.writers.ldtk_files.ldtk_definitions import TYPES, colours, opacity, tile_rect
from doublebill.games.files.writers.ldtk_files.ldtk_names import (
    GROUND,
    OBJECTS,
    PATH,
    REGIONS,
    TILES,
    TILESET,
    Fields,
    ProjectNames,
)
from doublebill.games.plans.from_rows import rows_of
from doublebill.games.plans.level_plan import LevelPlan, Region, Thing, Value
from doublebill.games.tileset.laying import ground_tiles, thing_tiles
from doublebill.games.tileset.tileset import COLUMNS, COUNT

BACKGROUND = "#14131F"


type Identity = Callable[[str], str]
"""Returns the identity of a part of a level as a UUID: the same for the same part of the same level."""


def identity(plan: LevelPlan) -> Identity:
    """Returns the identities of a level's parts."""
    parts = [plan.kind, plan.seed, rows_of(plan), *([plan.floor] if plan.floor else [])]
    whole = hashlib.sha256(json.dumps(parts).encode()).digest()

    def iid(part: str) -> str:
        digest = hashlib.sha256(whole + part.encode()).hexdigest()
        return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))

    return iid


@dataclass(frozen=True, slots=True)
class LevelPlace:
    """The place of a level in its project."""

    word: str
    """Its identifier."""
    uid: int
    left: int
    """Pixels from the left of the world; floors of one dungeon lie upon one another."""
    neighbours: Sequence[Fields]
    """The floors above and below."""
    references: Mapping[int, Fields]
    """Id of a thing of the dungeon → a reference to it."""


def level(plan: LevelPlan, names: ProjectNames, place: LevelPlace) -> Fields:
    """Returns a level at its place."""
    size, iid = names.style.pixels, identity(plan)
    return {
        "identifier": place.word,
        "iid": iid("level"),
        "uid": place.uid,
        "worldX": place.left,
        "worldY": 0,
        "worldDepth": min(1 - plan.floor, 0),
        "pxWid": plan.width * size,
        "pxHei": plan.height * size,
        "__bgColor": BACKGROUND,
        "bgColor": None,
        "useAutoIdentifier": False,
        "bgRelPath": None,
        "bgPos": None,
        "bgPivotX": 0.5,
        "bgPivotY": 0.5,
        "__smartColor": BACKGROUND,
        "__bgPos": None,
        "externalRelPath": None,
        "fieldInstances": list(_fields(names, "", plan.facts)),
        "layerInstances": list(_layers(plan, names, place, iid)),
        "__neighbours": list(place.neighbours),
    }


def references(floors: Sequence[LevelPlan], world: str) -> Mapping[int, Fields]:
    """Returns a reference to each thing of the floors of one dungeon, by its id; `world` is the world's identity."""
    found: dict[int, Fields] = {}
    for plan in floors:
        iid = identity(plan)
        home = {"layerIid": iid(LAYERS[OBJECTS][0]), "levelIid": iid("level"), "worldIid": world}
        found |= {thing.id: {"entityIid": iid(f"thing {thing.id}"), **home} for thing in plan.things}
    return found


def _layers(plan: LevelPlan, names: ProjectNames, place: LevelPlace, iid: Identity) -> Iterator[Fields]:
    level_uid = place.uid
    numbers = {name: number for number, name in enumerate(names.grounds, 1)}
    if plan.path:
        passed = set(plan.path)
        cells = [int((x, y) in passed) for y in range(plan.height) for x in range(plan.width)]
        yield _layer(plan, names, level_uid, PATH, iid) | {"intGridCsv": cells}
    yield _layer(plan, names, level_uid, OBJECTS, iid) | {"entityInstances": list(_entities(plan, names, place, iid))}
    if names.regions:
        yield _layer(plan, names, level_uid, REGIONS, iid) | {"entityInstances": list(_regions(plan, names, iid))}
    yield _layer(plan, names, level_uid, TILES, iid) | {"gridTiles": list(_grid_tiles(plan, names.style.pixels))}
    ground = [numbers[plan.grounds[symbol].name] for row in plan.ground for symbol in row]
    yield _layer(plan, names, level_uid, GROUND, iid) | {"intGridCsv": ground}


LAYERS = {
    PATH: ("Way", "IntGrid"),
    OBJECTS: ("Objects", "Entities"),
    REGIONS: ("Rooms", "Entities"),
    TILES: ("Tiles", "Tiles"),
    GROUND: ("Ground", "IntGrid"),
}
"""Number of a layer → its name and type."""


def _layer(plan: LevelPlan, names: ProjectNames, level_uid: int, uid: int, iid: Identity) -> Fields:
    name, kind = LAYERS[uid]
    return {
        "__identifier": name,
        "__type": kind,
        "__cWid": plan.width,
        "__cHei": plan.height,
        "__gridSize": names.style.pixels,
        "__opacity": opacity(uid),
        "__pxTotalOffsetX": 0,
        "__pxTotalOffsetY": 0,
        "__tilesetDefUid": TILESET if uid == TILES else None,
        "__tilesetRelPath": names.style.picture if uid == TILES else None,
        "iid": iid(name),
        "levelId": level_uid,
        "layerDefUid": uid,
        "pxOffsetX": 0,
        "pxOffsetY": 0,
        "visible": True,
        "optionalRules": [],
        "intGridCsv": [],
        "autoLayerTiles": [],
        "seed": 0,
        "overrideTilesetUid": None,
        "gridTiles": [],
        "entityInstances": [],
    }


def _grid_tiles(plan: LevelPlan, size: int) -> Iterator[Fields]:
    sources = [divmod(number, COLUMNS) for number in range(COUNT)]
    for place, number in enumerate(ground_tiles(plan).ravel().tolist()):
        y, x = divmod(place, plan.width)
        row, column = sources[number]
        yield {
            "px": [x * size, y * size],
            "src": [column * size, row * size],
            "f": 0,
            "t": number,
            "d": [place],
            "a": 1,
        }


def _entities(plan: LevelPlan, names: ProjectNames, place: LevelPlace, iid: Identity) -> Iterable[Fields]:
    tiles, size = thing_tiles(plan), names.style.pixels
    shown = _shown(names)
    for thing in plan.things:
        yield {
            **shown[thing.name],
            **_place(thing, size),
            "__tile": tile_rect(tiles[thing.name], size),
            "iid": iid(f"thing {thing.id}"),
            "width": size,
            "height": size,
            "fieldInstances": list(_fields(names, thing.name, {**thing.properties, **_references(thing, place)})),
        }


def _references(thing: Thing, place: LevelPlace) -> Mapping[str, Fields]:
    return {name: place.references[other] for name, other in thing.links.items()}


def _regions(plan: LevelPlan, names: ProjectNames, iid: Identity) -> Iterable[Fields]:
    size, shown = names.style.pixels, _shown(names)
    for region in plan.regions:
        yield {
            **shown[region.name],
            **_place(region, size),
            "__tile": None,
            "iid": iid(f"region {region.id}"),
            "width": region.width * size,
            "height": region.height * size,
            "fieldInstances": list(_fields(names, region.name, region.properties)),
        }


def _shown(names: ProjectNames) -> Mapping[str, Fields]:
    """Returns what all entities of a name have alike."""
    words, found = names.words(), colours([*names.things, *names.regions])
    return {
        name: {"__identifier": words[name], "__smartColor": found[name], "defUid": names.uid(name)} for name in words
    }


def _place(one: Thing | Region, size: int) -> Fields:
    at = {"__grid": [one.x, one.y], "px": [one.x * size, one.y * size]}
    return {**at, "__pivot": [0, 0], "__tags": []}


def _fields(names: ProjectNames, owner: str, values: Mapping[str, Value | Fields]) -> Iterator[Fields]:
    """Yields all fields of an owner; those that a level or thing does not have are null."""
    for name, kind in names.owners[owner].items():
        value = values.get(name)
        stored = [] if value is None else [_stored(value)]
        yield {
            "__identifier": name,
            "__type": TYPES[kind],
            "__value": value,
            "__tile": None,
            "defUid": names.uid(owner, name),
            "realEditorValues": stored,
        }


def _stored(value: Value | Fields) -> Fields:
    """Returns a value as the editor keeps it; of a reference only the identity of the entity."""
    if isinstance(value, dict):
        return {"id": "V_String", "params": [value["entityIid"]]}
    return {"id": f"V_{TYPES[type(value)]}", "params": [value]}
