"""Requests for proofs: levels in a grid or a file become verdicts, or are refused by the place of every mistake."""

import pytest

from doublebill.errors import InvalidInput, NotFound
from doublebill.schema import read
from doublebill.service.content.proofs import PLACES_LISTED, ProofRequest, prove

CHAMBER = ["PK.D", "###E"]


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
    ],
)
def test_what_cannot_be_read_is_named(kind, fields, message):
    with pytest.raises(InvalidInput, match=message):
        proofs(kind, **fields)


def test_an_unknown_kind_is_not_found():
    with pytest.raises(NotFound):
        proofs("castle", grid=["."])
