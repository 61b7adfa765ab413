from doublebill.games.dungeon.mission.locked_areas import read_areas
from doublebill.games.dungeon.mission.mission_graph import area_entries, mission_graph
from drawn_dungeons import ONE_LOCK


def test_a_mission_says_what_comes_first():
    mission = mission_graph(read_areas(ONE_LOCK))
    assert [(node["id"], node["kind"], node["x"], node["y"]) for node in mission["nodes"]] == [
        ("entrance", "entrance", 2, 2),
        ("red door", "lock", 10, 2),
        ("red key", "key", 8, 8),
        ("treasure 1", "treasure", 8, 9),
        ("exit", "exit", 16, 2),
    ]
    assert [(edge["from"], edge["to"], edge["kind"]) for edge in mission["edges"]] == [
        ("entrance", "red door", "leads"),
        ("entrance", "red key", "leads"),
        ("entrance", "treasure 1", "leads"),
        ("red door", "exit", "leads"),
        ("red key", "red door", "opens"),
    ]


def test_an_area_is_entered_by_its_door():
    assert area_entries(read_areas(ONE_LOCK)) == {0: "entrance", 1: "red door"}
