"""Structure of a finished dungeon, read from its rows: rooms (also for plans), stairs, corridors, doors."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from doublebill.games.dungeon.certificate_steps import certificate_steps
from doublebill.games.dungeon.dungeon_spec import DungeonSpec
from doublebill.games.dungeon.mission.locked_areas import LockedAreas, read_areas
from doublebill.games.dungeon.mission.mission_graph import mission_graph
from doublebill.games.dungeon.mission.mission_match import matched_ids
from doublebill.games.dungeon.rules import health
from doublebill.games.dungeon.stairs import floor_of
from doublebill.games.dungeon.structure_json import (
    CorridorJson,
    DoorJson,
    DungeonJson,
    FloorJson,
    LinkJson,
    MissionJson,
    Role,
    RoomJson,
    VaultJson,
)
from doublebill.games.dungeon.survey import Survey, depths, survey
from doublebill.games.dungeon.tiles import (
    COLOURS,
    DAMAGE,
    DOOR,
    EXIT,
    LEGEND,
    LOCKS,
    METALS,
    PLAYER,
    SMALL_KEY,
    TREASURE,
)
from doublebill.games.dungeon.vaults.chosen_vaults import candidates
from doublebill.games.dungeon.vaults.found_vaults import found_vaults
from doublebill.games.grids.grid import cells_of
from doublebill.games.levels.level import Level
from doublebill.games.levels.spec import LevelSpec
from doublebill.games.plans.level_plan import LevelPlan, Region

ROLES: Sequence[tuple[Iterable[str], Role]] = (
    (PLAYER, "entrance"),
    (EXIT, "exit"),
    ((*COLOURS, SMALL_KEY), "key"),
    (METALS, "lever"),
    (TREASURE, "treasure"),
    (DAMAGE, "fight"),
)
"""Tiles → the role of a room that has one of them; the first that fits."""


def structure(level: Level) -> DungeonJson:
    """Returns the structure of a proved dungeon."""
    dungeon = read_areas(level.grid)
    if dungeon is None:
        raise ValueError("a proved dungeon has one player and one exit")
    parts = survey(dungeon.board, dungeon.opened)
    rooms = [(parts.room_of(down), parts.room_of(up)) for down, up in dungeon.stairs]
    floor = replace(parts, stairs=[(upper, lower) for upper, lower in rooms if upper is not None and lower is not None])
    doors = _doors(dungeon, floor)
    made: DungeonJson = {
        "health": health(level.grid),
        "floors": _floors(dungeon),
        "stairs": [{"down": list(floor.board.xy(down)), "up": list(floor.board.xy(up))} for down, up in dungeon.stairs],
        "rooms": _rooms(dungeon, floor, doors),
        "corridors": _corridors(floor, doors),
        "doors": doors,
        "graph": _graph(doors),
        "mission": _mission(dungeon, level.spec),
        "order": certificate_steps(level.grid, level.certificate),
    }
    if isinstance(level.spec, DungeonSpec) and level.spec.vaults:
        made["vaults"] = found_vaults(level.grid, candidates(level.spec.vaults))
    return made


def completed(plan: LevelPlan, level: Level) -> LevelPlan:
    """Returns the plan of a proved dungeon with its floors and rooms, and stairs that lead to one another."""
    found = structure(level)
    at = {(thing.x, thing.y): thing.id for thing in plan.things}
    ends = [(at[pair["down"][0], pair["down"][1]], at[pair["up"][0], pair["up"][1]]) for pair in found["stairs"]]
    leads = dict(ends) | {up: down for down, up in ends}
    things = [replace(thing, to=leads.get(thing.id, 0)) for thing in plan.things]
    regions = _regions(found["rooms"], found.get("vaults", ()))
    return replace(plan, things=things, regions=regions, floors=len(found["floors"]))


def _vault_of(room: RoomJson, vaults: Iterable[VaultJson]) -> Mapping[str, str]:
    """Returns the name of the vault that a room lies in, as a property."""
    return next(
        (
            {"vault": vault["name"]}
            for vault in vaults
            if vault["x"] <= room["x"]
            and vault["y"] <= room["y"]
            and room["x"] + room["width"] <= vault["x"] + vault["width"]
            and room["y"] + room["height"] <= vault["y"] + vault["height"]
        ),
        {},
    )


def _regions(rooms: Sequence[RoomJson], vaults: Sequence[VaultJson]) -> list[Region]:
    """Returns rooms as regions, each with its `role`, `depth`, `floor`, `area` in cells, and its `vault`, if any."""
    return [
        Region(
            id=room["id"],
            name="room",
            x=room["x"],
            y=room["y"],
            width=room["width"],
            height=room["height"],
            cells=[(x, y) for x, y in room.get("cells", ())],
            properties={
                "role": room["role"],
                "depth": room["depth"],
                "floor": room["floor"],
                "area": len(room["cells"]) if "cells" in room else room["width"] * room["height"],
                **_vault_of(room, vaults),
            },
        )
        for room in rooms
    ]


def _mission(dungeon: LockedAreas, spec: LevelSpec | None) -> MissionJson:
    made = mission_graph(dungeon)
    if isinstance(spec, DungeonSpec) and spec.mission:
        ids = matched_ids(spec.mission, made)
        for node in made["nodes"]:
            if node["id"] in ids:
                node["asked"] = ids[node["id"]]
    return made


def _floors(dungeon: LockedAreas) -> list[FloorJson]:
    floors = len(dungeon.stairs) + 1
    height = dungeon.board.height // floors
    return [{"id": floor + 1, "y": floor * height, "height": height} for floor in range(floors)]


def _doors(dungeon: LockedAreas, floor: Survey) -> list[DoorJson]:
    found: list[DoorJson] = []
    for number, threshold in enumerate(floor.thresholds, 1):
        x, y = floor.board.xy(threshold.cell)
        tile = dungeon.tiles[threshold.cell]
        door: DoorJson = {
            "id": number,
            "x": x,
            "y": y,
            "kind": "locked" if tile in LOCKS else "door" if tile == DOOR else "opening",
            "room": threshold.room + 1,
            "corridor": threshold.corridor + 1,
        }
        if tile in LOCKS:
            door["key"] = LEGEND[tile.lower()]
        found.append(door)
    return found


def _rooms(dungeon: LockedAreas, floor: Survey, doors: Sequence[DoorJson]) -> list[RoomJson]:
    start = floor.room_of(dungeon.start)
    deep = depths(floor, start) if start is not None else [-1] * len(floor.rooms)
    around = defaultdict(list)
    for door in doors:
        around[door["room"]].append(door["id"])
    found: list[RoomJson] = []
    for number, room in enumerate(floor.rooms, 1):
        cells = list(cells_of(room))
        places = [list(floor.board.xy(cell)) for cell in cells]
        (left, right), (top, bottom) = ((min(side), max(side)) for side in zip(*places, strict=True))
        width, height = right - left + 1, bottom - top + 1
        tiles = {dungeon.tiles[cell] for cell in cells}
        role: Role = next((role for those, role in ROLES if tiles & set(those)), "empty")
        made: RoomJson = {
            "id": number,
            "floor": 1 + floor_of(floor.board, len(dungeon.stairs) + 1, cells[0]),
            "x": left,
            "y": top,
            "width": width,
            "height": height,
            "role": role,
            "depth": deep[number - 1],
            "doors": around[number],
        }
        if len(cells) < width * height:
            made["cells"] = places
        found.append(made)
    return found


def _corridors(floor: Survey, doors: Sequence[DoorJson]) -> list[CorridorJson]:
    around = defaultdict(list)
    for door in doors:
        around[door["corridor"]].append(door["id"])
    return [
        {"id": number, "cells": [list(floor.board.xy(cell)) for cell in cells_of(cells)], "doors": around[number]}
        for number, cells in enumerate(floor.corridors, 1)
    ]


def _graph(doors: Sequence[DoorJson]) -> list[LinkJson]:
    rooms = defaultdict(set)
    for door in doors:
        rooms[door["corridor"]].add(door["room"])
    return [
        {"rooms": [one, other], "corridor": corridor}
        for corridor in sorted(rooms)
        for one, other in combinations(sorted(rooms[corridor]), 2)
    ]
