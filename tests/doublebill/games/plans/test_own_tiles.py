"""Tiles of one's own act as their properties say, in proofs of levels that have them."""

import json

import pytest

from checkers import foreign
from doublebill.errors import InvalidInput
from doublebill.games.learners import learner_of
from doublebill.games.plans.own_tiles import SYMBOLS
from doublebill.games.proofs.prove import EXAMINERS
from doublebill.schema import read
from doublebill.service.content.proofs import ProofRequest, prove
from doublebill.values.legends import OwnTile

WATER, LAVA, MUD = {"name": "water", "blocks": True}, {"name": "lava", "deadly": True}, {"walkable": True}


def proved(kind, **fields):
    return prove(kind, read(ProofRequest, fields))["levels"][0]


@pytest.mark.parametrize(
    ("kind", "grid", "legend", "moves"),
    [
        ("maze", ["P~X", "..."], {"~": WATER}, 4),
        ("maze", ["P~X", "..."], {"~": LAVA}, 4),
        ("maze", ["P~X", "..."], {"~": MUD}, 2),
        ("maze", ["P~X", "..."], {"~": {"walkable": False}}, 4),
        ("maze", ["P~X"], {"~": LAVA}, None),
        ("maze", ["PEX"], {"E": MUD}, 2),
        ("maze", ["P#X", "P.."], {"#": MUD, "P": "wall", "x": "player"}, None),
        ("chamber", ["P.D", "m##"], {"m": {"opens": "door"}}, 4),
        ("chamber", ["P~D", "..K"], {"~": LAVA}, 4),
        ("crypt", ["PgX"], {"g": {"name": "gem", "collectable": True}}, 2),
        ("dungeon", ["PdX", "m##"], {"m": {"opens": "moon gate"}, "d": {"name": "moon gate", "blocks": True}}, 4),
        ("dungeon", ["PdX", ".##"], {"m": {"opens": "moon gate"}, "d": {"name": "moon gate", "blocks": True}}, None),
        ("dungeon", ["PAX", "m##"], {"m": {"opens": "red door"}}, 4),
        ("platform", ["S~.X"], {"~": LAVA}, None),
        ("platform", ["....", "....", "S~.X"], {"~": LAVA}, 5),
        ("platform", ["S~X"], {"~": WATER}, None),
        ("runner", ["....", "....", "P.~X", "####"], {"~": MUD}, 2),
        ("sokoban", ["@$~o"], {"~": MUD}, 2),
        ("sokoban", ["@$~o"], {"~": LAVA}, None),
    ],
)
def test_a_tile_acts_as_its_properties_say(kind, grid, legend, moves):
    level = proved(kind, grid=grid, legend=legend)
    assert level["playable"] == (moves is not None)
    assert level["playable"] is False or level["certificate"]["length"] == moves


def test_the_answer_shows_the_level_as_it_was_drawn():
    answer = prove(
        "maze", read(ProofRequest, {"grid": ["P~X", "#g#"], "legend": {"~": MUD, "g": {"collectable": True}}})
    )
    assert answer["levels"][0]["grid"] == ("P~X", "#g#")
    assert answer["legend"] == {**EXAMINERS["maze"].legend, "~": "~", "g": "g"}
    assert answer["levels"][0]["measured"]["g"] == 1


def test_things_out_of_reach_have_their_own_names_and_ground_is_no_thing():
    level = proved("maze", grid=["P#~gX"], legend={"~": MUD, "g": {"name": "gem", "collectable": True}})
    gem, goal = {"name": "gem", "x": 3, "y": 0}, {"name": "exit", "x": 4, "y": 0}
    assert level["unreachable"]["things"] == [gem, goal]


def test_tiles_of_editors_have_properties_by_name_or_number():
    file = "17,player,lava,exit\nmud,mud,mud,mud\n"
    legend = {"17": WATER, "lava": {"deadly": True}, "mud": MUD}
    level = proved("maze", file=file, legend=legend)
    assert level["certificate"]["moves"] == "DRRU"
    layers = [
        {"type": "tilelayer", "width": 2, "height": 1, "data": [1, 1]},
        {
            "type": "objectgroup",
            "objects": [
                {"type": "player", "x": 0, "y": 0, "width": 8, "height": 8, "rotation": 0},
                {"type": "exit", "x": 8, "y": 0, "width": 8, "height": 8, "rotation": 0},
            ],
        },
    ]
    tiles = [{"id": 0, "type": "mud"}]
    tileset = {"firstgid": 1, "name": "t", "tilecount": 1, "tiles": tiles}
    tiled = {"width": 2, "height": 1, "tilewidth": 8, "tileheight": 8, "layers": layers, "tilesets": [tileset]}
    assert proved("maze", file=json.dumps(tiled), legend={"mud": MUD})["certificate"]["moves"] == "R"


def test_a_level_of_xsb_may_have_them_and_keeps_its_marks():
    level = proved("sokoban", file="######\n#@$~.#\n######\n", legend={"~": {"name": "ice", "walkable": True}})
    assert level["certificate"]["moves"] == "RR"


def test_verdicts_with_own_tiles_are_those_of_the_level_with_tiles_that_do_the_same():
    rows = ["PAb~K.", "~..#.D", "b..A.."]
    legend = {"~": LAVA, "b": WATER, "A": {"walkable": True}}
    same = [row.replace("~", "#").replace("b", "#").replace("A", ".") for row in rows]
    level = proved("chamber", grid=rows, legend=legend)
    assert level["certificate"]["length"] == foreign.least("chamber", same, EXAMINERS["chamber"].legend)
    assert foreign.finishes("chamber", same, EXAMINERS["chamber"].legend, level["certificate"])


@pytest.mark.parametrize(
    ("kind", "tile", "field"),
    [
        ("maze", {}, "legend.~"),
        ("maze", {"walkable": True, "blocks": True}, "legend.~"),
        ("maze", {"deadly": True, "collectable": True}, "legend.~"),
        ("maze", {"walkable": True, "name": "wall"}, "legend.~.name"),
        ("maze", {"walkable": "yes"}, "legend.~.walkable"),
        ("maze", {"solid": True}, "legend.~.solid"),
        ("maze", {"opens": "gate"}, "legend.~.opens"),
        ("chamber", {"opens": "wall"}, "legend.~.opens"),
    ],
)
def test_properties_that_make_no_sense_are_refused_by_name(kind, tile, field):
    with pytest.raises(InvalidInput) as refused:
        proved(kind, grid=["P~."], legend={"~": tile})
    assert [one.field for one in refused.value.complaints] == [field]


@pytest.mark.parametrize(
    ("legend", "field"),
    [
        ({"\x07": MUD}, "legend"),
        ({"": MUD}, "legend"),
        ({"~": {"walkable": True, "name": "\x1b"}}, "legend.~.name"),
        ({"~": {"walkable": True, "name": " "}}, "legend.~.name"),
    ],
)
def test_tiles_and_names_that_cannot_be_read_are_refused(legend, field):
    with pytest.raises(InvalidInput, match="can be read") as refused:
        proved("maze", grid=["P.X"], legend=legend)
    assert [one.field for one in refused.value.complaints] == [field]


def test_own_tiles_have_symbols_where_the_legend_uses_all_of_them():
    legend = dict.fromkeys(SYMBOLS, "wall") | {"mud": MUD, "water": WATER}
    assert (
        proved("maze", file="player,mud,exit\nmud,mud,mud\n", format="csv", legend=legend)["certificate"]["moves"]
        == "RR"
    )


def test_a_key_that_opens_nothing_is_refused_though_no_level_has_it():
    with pytest.raises(InvalidInput) as refused:
        learner_of("chamber").read(
            [["P......D"] + ["........"] * 7], {"k": OwnTile(name="gold key", opens="vault gate")}, "examples"
        )
    assert [one.field for one in refused.value.complaints] == ["legend.k.opens"]


def test_an_unknown_tile_is_refused_with_a_legend_that_would_do():
    with pytest.raises(InvalidInput, match="say in a legend which of these it is") as refused:
        proved("maze", grid=["P~X"])
    shown = refused.value.complaints[0].fix.partition("what it does: ")[2]
    assert proved("maze", grid=["P~X"], legend=json.loads(shown))["playable"] is False
