"""Requests for proofs: levels in a grid or a file become verdicts, or are refused by the place of every mistake."""

import pytest

from doublebill.errors import InvalidInput, NotFound
from doublebill.games.files import formats_of
from doublebill.games.kinds import KINDS
from doublebill.schema import read
from doublebill.service.content.generation import generate
from doublebill.service.content.proofs import PLACES_LISTED, STEPS, ProofRequest, prove
from doublebill.service.content.requests import ContentRequest

CHAMBER = ["PK.D", "###E"]
SAME = ("uvtt", "csv", "xsb", "svg", "png")
"""Formats without ids made of the level's name, and without a list of all tiles that the kind may have."""


def proofs(kind, steps=10_000, **fields):
    return prove(kind, read(ProofRequest, fields), steps)


def test_a_verdict_has_the_way_the_measures_and_what_is_out_of_reach():
    answer = proofs("chamber", grid=CHAMBER)
    (level,) = answer.pop("levels")
    assert answer == {
        "kind": "chamber",
        "playable": True,
        "decided": True,
        "legend": {"#": "wall", ".": "floor", "P": "player", "K": "key", "D": "door", "E": "enemy"},
    }
    assert level == {
        "grid": tuple(CHAMBER),
        "playable": True,
        "decided": True,
        "reasons": [],
        "certificate": {"moves": "RRR", "length": 3, "from": [0, 0], "to": [3, 0]},
        "least": "moves",
        "unreachable": {"count": 1, "cells": [{"x": 3, "y": 1}], "things": [{"name": "enemy", "x": 3, "y": 1}]},
        "measured": {"width": 4, "height": 2, "enemies": 1, "walls": 3, "player_key": 1, "key_door": 2},
        "steps": 0,
    }


def test_a_level_that_cannot_be_finished_says_why_and_where():
    (level,) = proofs("chamber", grid=["PD.K"])["levels"]
    assert "certificate" not in level
    assert level["reasons"] == [
        {
            "reason": "key-unreachable",
            "detail": "no way leads to the key without the door",
            "cells": [{"x": 3, "y": 0}],
        }
    ]


def test_a_file_has_several_levels_with_titles_and_all_must_be_playable():
    text = "; first\n5#|#@$.#|5#\n\n#####\n#.$@#\n#####\nTitle: Second\n\n#####\n#$@.#\n#####\n"
    answer = proofs("sokoban", file=text)
    assert [(one.get("title"), one["playable"]) for one in answer["levels"]] == [
        ("first", True),
        ("Second", True),
        (None, False),
    ]
    assert (answer["playable"], answer["decided"]) == (False, True)


def test_a_legend_gives_the_meaning_of_other_tiles():
    legend = {"X": "wall", "-": "air", "B": "block"}
    assert proofs("runner", file="------\n---B--\n------\nXXXXXX", legend=legend)["playable"]


def test_steps_that_easy_levels_leave_go_to_those_after_them():
    hard = "########\n#......#\n#@$.$oo#\n#......#\n########"
    least = proofs("sokoban", file=hard)["levels"][0]["steps"]
    answer = proofs("sokoban", steps=least + 4, file=f"5#|#@$.#|5#\n\n{hard}")
    assert answer["playable"]
    answer = proofs("sokoban", steps=20, file=f"{hard}\n\n{hard}")
    assert [one["decided"] for one in answer["levels"]] == [False, False]


def test_long_lists_of_places_are_cut_and_counted():
    grid = ["PKD" + "#" * 27, "#" * 30, *["." * 30] * 20]
    unreachable = proofs("chamber", grid=grid)["levels"][0]["unreachable"]
    assert unreachable["count"] == 600
    assert len(unreachable["cells"]) == PLACES_LISTED


@pytest.mark.parametrize(
    ("kind", "fields", "message"),
    [
        ("maze", {}, r"grid \| file: missing; give one of them"),
        ("maze", {"grid": ["."], "file": "."}, r"grid \| file: found both"),
        ("maze", {"grid": ["..", "."]}, r"grid\[1\]: the row has 1 tiles; use 2"),
        ("maze", {"grid": ["..", ".q"]}, r"grid\[1\]\[1\]: 'q' is not valid"),
        ("maze", {"file": "..\n\n..\n.q"}, r"file, level 2\[1\]\[1\]: 'q' is not valid"),
        ("maze", {"grid": ["." * 257]}, r"found 257×1 tiles"),
        ("crypt", {"grid": ["." * 65]}, r"found 65×1 tiles"),
        ("maze", {"file": "\n\n".join(["." * 200 + "\n" + "." * 200] * 170)}, r"file: 68000 cells are too many"),
        ("maze", {"grid": ["."], "legend": {"..": "wall"}}, "one character"),
        ("maze", {"grid": ["."], "legend": {".": "lava"}}, "legend"),
        ("names", {"grid": ["."]}, "has no proofs"),
        ("maze", {"grid": ["."], "write": "xsb"}, "write: 'xsb' is not valid; use one of tiled"),
        ("maze", {"file": "..\n\n..", "write": "csv"}, "write: there are 2 levels; send one"),
        ("maze", {"grid": ["." * 256] * 256, "write": "png", "tile_pixels": 32}, "tile_pixels: 1 pictures"),
    ],
)
def test_what_cannot_be_read_is_named(kind, fields, message):
    with pytest.raises(InvalidInput, match=message):
        proofs(kind, **fields)


@pytest.mark.parametrize("kind", KINDS)
def test_a_proved_level_has_the_files_that_a_generated_one_has(kind):
    for form in formats_of(kind):
        made = generate(kind, ContentRequest(seed=7, format=form, tile_pixels=32), int)["items"][0]
        level = generate(kind, ContentRequest(seed=7), int)["items"][0]
        fields = {"grid": level["grid"], "legend": level["legend"], "write": form, "tile_pixels": 32}
        (proved,) = proofs(kind, steps=STEPS, **fields)["levels"]
        assert proved["file"]["data"]
        assert proved["file"].get("tileset") == made.get("tileset")
        if form in SAME:
            assert proved["file"]["data"].replace("drawn", "7") == made["data"]


def test_a_level_that_cannot_be_finished_has_no_file():
    assert "file" not in proofs("chamber", grid=["PD.K"], write="csv")["levels"][0]


def test_a_dungeon_that_none_of_the_generator_is_has_a_file_without_rooms():
    (level,) = proofs("dungeon", grid=["r.P.R.X", "#.#...g"], write="tiled")["levels"]
    assert "room" not in level["file"]["data"]


def test_a_level_with_tiles_of_ones_own_has_a_file_with_them():
    legend = {"~": {"name": "swamp", "walkable": True}, "w": "wall"}
    (level,) = proofs("maze", grid=["..~.", "www."], legend=legend, write="csv")["levels"]
    assert level["file"]["data"] == ".,.,~,.\n#,#,#,.\n"


def test_an_unknown_kind_is_not_found():
    with pytest.raises(NotFound):
        proofs("castle", grid=["."])
