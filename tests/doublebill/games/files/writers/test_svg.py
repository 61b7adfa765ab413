import re
from dataclasses import replace
from xml.etree import ElementTree

from doublebill.games.files.writers.svg import svg
from doublebill.games.plans.level_plan import Thing
from doublebill.games.tileset.coloured import COLOURS
from sample_levels import EVIL, LEGEND, LEVEL, PATH, planned

NS = {"": "http://www.w3.org/2000/svg"}


def groups(picture):
    """Name of each group → its element, but for the legend."""
    found = {group.findtext("title", namespaces=NS): group for group in picture.findall("g", NS)}
    return {name: group for name, group in found.items() if name != "legend"}


def legend(picture):
    """Name in the legend → colour of the shape beside it, and where the name stands."""
    (group,) = [one for one in picture.findall("g", NS) if one.findtext("title", namespaces=NS) == "legend"]
    marks, names = group.findall("path", NS), group.findall("text", NS)
    return {name.text: (mark.get("fill"), int(name.get("y"))) for mark, name in zip(marks, names, strict=True)}


def corners(group):
    """The cells in whose corners the parts of a group begin."""
    path = group.find("path", NS).get("d")
    return [(int(x) // 16, int(y) // 16) for x, y in re.findall(r"M(\d+) (\d+)", path)]


def test_each_tile_is_drawn_in_its_cells_under_its_name():
    picture = ElementTree.fromstring(svg(planned(LEVEL, LEGEND, "dungeon")))
    assert picture.get("viewBox") == "0 0 162 88"  # 48 × 48, and two lines of the legend
    assert picture.findtext("title", namespaces=NS) == "dungeon a"
    found = {name: corners(group) for name, group in groups(picture).items()}
    assert found == {"wall": [(1, 1)], "player": [(0, 0)], "key": [(0, 2)], "door": [(2, 2)], "enemy": [(2, 0)]}


def test_walls_side_by_side_are_one_bar():
    level = replace(LEVEL, grid=("##.#", "####"))
    (walls,) = [group for name, group in groups(ElementTree.fromstring(svg(planned(level, LEGEND, "a")))).items()]
    bars = ["M0 0h32v16h-32z", "M48 0h16v16h-16z", "M0 16h64v16h-64z"]
    assert walls.find("path", NS).get("d") == "".join(bars)


def test_the_way_is_a_line_through_the_middles_of_cells_where_it_is_asked_for():
    assert "way" not in groups(ElementTree.fromstring(svg(planned(LEVEL, LEGEND, "dungeon"))))
    way = groups(ElementTree.fromstring(svg(planned(LEVEL, LEGEND, "dungeon", PATH))))["way"]
    assert way.find("polyline", NS).get("points") == "8,8 8,24 8,40 24,40 40,40"
    assert corners(way) == [(0, 0), (2, 2)]


def test_names_are_text_and_never_markup():
    picture = ElementTree.fromstring(svg(planned(LEVEL, EVIL, "dungeon")))
    assert {'<b>&"?', "é 木"} <= set(groups(picture))


def test_a_legend_below_the_level_names_what_is_there_and_nothing_else():
    picture = ElementTree.fromstring(svg(planned(LEVEL, LEGEND, "dungeon")))
    found = legend(picture)
    assert list(found) == ["player", "key", "door", "enemy"]
    assert all(48 < y < 88 for _, y in found.values())
    bare = replace(LEVEL, grid=("#.", ".."))
    assert "legend" not in svg(planned(bare, LEGEND, "maze"))
    assert "key" not in legend(ElementTree.fromstring(svg(planned(replace(LEVEL, grid=("P.",)), LEGEND, "maze"))))


def test_a_key_and_its_door_have_the_colour_of_their_name():
    tiles = {"#": "wall", ".": "floor", "c": "green key", "C": "green door", "e": "purple key", "E": "purple door"}
    level = replace(LEVEL, grid=("cCeE",))
    picture = ElementTree.fromstring(svg(planned(level, tiles, "dungeon")))
    colours = {name: group.get("fill") for name, group in groups(picture).items()}
    assert colours == {
        "green key": COLOURS["green"], "green door": COLOURS["green"],
        "purple key": COLOURS["purple"], "purple door": COLOURS["purple"],
    }  # fmt: skip
    paths = {name: group.find("path", NS).get("d").split("m", 1)[1] for name, group in groups(picture).items()}
    assert paths["green key"] == paths["purple key"] != paths["green door"] == paths["purple door"]


def test_things_that_no_symbol_stands_for_are_drawn_too():
    plan = planned(replace(LEVEL, grid=("#.", "..")), LEGEND, "maze")
    ends = (Thing(1, "player", 1, 0), Thing(2, "exit", 0, 1))
    picture = ElementTree.fromstring(svg(replace(plan, things=ends)))
    assert [corners(groups(picture)[name]) for name in ("player", "exit")] == [[(1, 0)], [(0, 1)]]
    assert set(legend(picture)) == {"player", "exit"}
