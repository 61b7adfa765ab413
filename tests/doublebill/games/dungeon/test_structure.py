from doublebill.games.dungeon.dungeon_spec import DungeonSpec
from doublebill.games.dungeon.kind import DUNGEON
from doublebill.games.dungeon.rules import DungeonRules
from doublebill.games.dungeon.structure import structure
from doublebill.games.levels.generate import generate
from doublebill.games.levels.level import judge
from doublebill.games.plans.outline import outline
from doublebill.schema import read
from drawn_dungeons import ONE_LOCK, TWO_FLOORS

STRUCTURE = structure(judge(DungeonRules(), DungeonSpec(), ONE_LOCK))


def test_rooms_say_where_they_are_and_for_what():
    assert STRUCTURE["rooms"][0] == {
        "id": 1,
        "floor": 1,
        "x": 1,
        "y": 1,
        "width": 3,
        "height": 3,
        "role": "entrance",
        "depth": 0,
        "doors": [1],
    }
    assert [room["role"] for room in STRUCTURE["rooms"]] == ["entrance", "empty", "exit", "key"]
    assert [room["depth"] for room in STRUCTURE["rooms"]] == [0, 1, 2, 2]


def test_doors_say_what_they_join_and_what_opens_them():
    kinds = [(door["kind"], door.get("key"), door["room"], door["corridor"]) for door in STRUCTURE["doors"]]
    assert kinds == [
        ("door", None, 1, 1),
        ("opening", None, 2, 1),
        ("locked", "red key", 2, 2),
        ("opening", None, 3, 2),
        ("opening", None, 2, 3),
        ("opening", None, 4, 3),
    ]


def test_the_graph_joins_rooms_by_corridors():
    assert [(link["rooms"], link["corridor"]) for link in STRUCTURE["graph"]] == [([1, 2], 1), ([2, 3], 2), ([2, 4], 3)]
    assert STRUCTURE["corridors"][0] == {"id": 1, "cells": [[4, 2], [5, 2], [6, 2]], "doors": [1, 2]}


def test_floors_and_stairs_say_where_they_are():
    found = structure(judge(DungeonRules(), DungeonSpec(), TWO_FLOORS))
    assert [(floor["id"], floor["y"], floor["height"]) for floor in found["floors"]] == [(1, 0, 6), (2, 6, 6)]
    assert found["stairs"] == [{"down": [9, 2], "up": [2, 8]}]
    assert [(room["floor"], room["depth"]) for room in found["rooms"]] == [(1, 0), (1, 1), (2, 2), (2, 3)]


def test_health_is_enough_for_all_fights():
    assert STRUCTURE["health"] == 2


def test_the_plan_of_a_dungeon_has_the_rooms_of_its_answer():
    level = generate(DUNGEON, DUNGEON.spec(caves=1, floors=2), 3)
    rooms, regions = structure(level)["rooms"], DUNGEON.plan(level).regions
    for room, region in zip(rooms, regions, strict=True):
        corners = outline(region)
        xs, ys = zip(*corners, strict=True)
        assert (min(xs), min(ys), max(xs), max(ys)) == (
            room["x"],
            room["y"],
            room["x"] + room["width"],
            room["y"] + room["height"],
        )
        assert [region.properties[name] for name in ("role", "depth", "floor")] == [
            room["role"],
            room["depth"],
            room["floor"],
        ]


def test_rooms_of_a_vault_have_its_name_in_the_plan():
    smithy = {"name": "smithy", "rows": ["#######", "#.....#", "#..$...", "#.....#", "###.###"]}
    spec = read(DUNGEON.spec, {"vaults": ["cells", smithy]}, "spec")
    plan = DUNGEON.plan(generate(DUNGEON, spec, 5))
    names = [room.properties["vault"] for room in plan.regions if "vault" in room.properties]
    assert sorted(names) == ["cells"] * 6 + ["smithy"]
    assert all(
        room.properties["role"] == "treasure" for room in plan.regions if room.properties.get("vault") == "smithy"
    )
