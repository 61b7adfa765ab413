from doublebill.games.dungeon.mission.locked_areas import read_areas
from doublebill.games.dungeon.mission.mission_graph import area_entries, mission_graph, node_names
from drawn_dungeons import ONE_LOCK, changed


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
    areas = read_areas(ONE_LOCK)
    assert area_entries(areas, node_names(areas)) == {0: "entrance", 1: "red door"}


def test_of_things_that_there_are_several_of_each_has_a_number():
    rows = changed(changed(changed(ONE_LOCK, 8, 8, "k"), 10, 2, "K"), 1, 1, "k")
    mission = mission_graph(read_areas(rows))
    assert [node["id"] for node in mission["nodes"] if node["kind"] == "key"] == ["small key 1", "small key 2"]
    opened = [(edge["from"], edge["to"]) for edge in mission["edges"] if edge["kind"] == "opens"]
    assert opened == [("small key 1", "small door 1"), ("small key 2", "small door 1")]


def test_levers_and_a_boss_are_part_of_the_mission():
    rows = changed(changed(changed(ONE_LOCK, 8, 8, "q"), 10, 2, "Q"), 13, 2, "Z")
    mission = mission_graph(read_areas(rows))
    assert [(node["id"], node["kind"]) for node in mission["nodes"]][1:4] == [
        ("iron gate", "lock"),
        ("iron lever", "lever"),
        ("boss", "boss"),
    ]
    assert {"from": "iron gate", "to": "boss", "kind": "leads"} in mission["edges"]


def test_a_boss_that_cannot_be_walked_around_leads_to_the_exit():
    for x, bars in ((14, True), (17, False)):
        rows = changed(ONE_LOCK, x, 2, "Z")
        before = [edge["from"] for edge in mission_graph(read_areas(rows))["edges"] if edge["to"] == "exit"]
        assert before == (["boss"] if bars else ["red door"])
