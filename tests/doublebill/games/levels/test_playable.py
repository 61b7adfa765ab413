"""The checker itself is checked: each broken level is found out."""

import pytest

from playable import faults

CONTROLS = {"width": 3, "height": 3, "player_key": 2, "key_door": 2, "enemies": 1, "walls": 1}


def chamber(grid=("P.E", ".#.", "K.D"), moves="DDRR", fallback=False, **controls):
    return {
        "grid": list(grid),
        "legend": dict.fromkeys(".#PKDE", "tile"),
        "certificate": {"moves": moves, "length": len(moves), "from": [0, 0], "to": [2, 2]},
        "controls": {
            name: {"asked": None, "measured": measured, "met": True} for name, measured in (CONTROLS | controls).items()
        },
        "fallback": fallback,
    }


def maze(grid=("..#", "#..", "#.#"), moves="RDD", path=3):
    asked = {"width": 3, "height": 3, "path": path, "openness": 56}
    return {
        "grid": list(grid),
        "legend": {".": "floor", "#": "wall"},
        "certificate": {"moves": moves, "length": len(moves), "from": [0, 0], "to": [1, 2]},
        "controls": {name: {"asked": value, "measured": value, "met": True} for name, value in asked.items()},
        "fallback": False,
    }


def test_a_good_level_has_no_faults():
    assert faults("chamber", chamber()) == []
    assert faults("maze", maze()) == []


@pytest.mark.parametrize(
    ("item", "fault"),
    [
        (chamber(moves="DDDR"), "walks into a wall"),
        (chamber(moves="RDRD"), "walks into a wall"),
        (chamber(moves="RRDD"), "without the key"),
        (chamber(moves="DDR"), "does not lead where it says"),
        (chamber(grid=("P.E", ".#.", "K.P")), "2 of P"),
        (chamber(grid=("P.E", ".#.", "..D")), "0 of K"),
        (chamber(grid=("P..", ".#.", "KED"), moves="DDRR"), "an enemy stands"),
        (chamber(grid=("P#E", ".##", "K.D")), "not one region"),
        (chamber(grid=("P.X", ".#.", "K.D")), "tile X without a name"),
        (chamber(walls=2), "walls says"),
        (chamber(player_key=4), "player_key says"),
        (chamber(fallback=True), "fallback and controls disagree"),
        (maze(moves="RDR"), "does not lead where it says"),
        (maze(grid=("...", "#..", "#.#")), "openness says"),
        (maze(path=4), "path says"),
        (maze(grid=("..#", "#..", "..#")), "not the longest"),
    ],
)
def test_a_fault_is_found(item, fault):
    kind = "maze" if set(item["legend"]) == {".", "#"} else "chamber"
    assert any(fault in found for found in faults(kind, item)), faults(kind, item)


def test_the_key_behind_the_door_is_found_out():
    item = chamber(grid=("P.#", ".##", "DK."), moves="DDR")
    item["certificate"]["to"] = [1, 2]
    assert "the key lies behind the door" in faults("chamber", item)
