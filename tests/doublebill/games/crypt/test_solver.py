import random

import pytest

from checkers.crypt import faults, stepped
from doublebill.games.crypt import best_path as crypt_ways
from doublebill.games.crypt.best_path import best_path
from doublebill.games.crypt.rules import read_crypt
from doublebill.games.crypt.solver import CryptRules

STEPS = ((0, -1), (0, 1), (-1, 0), (1, 0))


def slowly_best(grid):
    """Moves, treasures and health of the best way by trying everything; None where none is survived."""
    tiles = {(x, y): tile for y, row in enumerate(grid) for x, tile in enumerate(row) if tile != "#"}
    start = next(cell for cell in tiles if tiles[cell] == "P")
    last, known, moves = {(start, frozenset(), 5, 0)}, set(), 0
    while last:
        ends = [(treasures, health) for cell, _, health, treasures in last if tiles[cell] == "X"]
        if ends:
            return (moves, *max(ends))
        known |= last
        found = set()
        for (x, y), taken, health, treasures in last:
            for dx, dy in STEPS:
                there = x + dx, y + dy
                if there in tiles:
                    fresh = there not in taken
                    left = stepped(tiles[there], health) if fresh else health
                    count = treasures + (fresh and tiles[there] == "T")
                    gone = taken | {there} if tiles[there] in "+TGO" else taken
                    if left > 0:
                        found.add((there, gone, left, count))
        last, moves = found - known, moves + 1
    return None


def strewn(choose, things):
    tiles = ["P", "X", *choose.choices("+TGO", weights=(1, 1, 2, 3), k=things)]
    tiles += choose.choices(".#", k=20 - len(tiles))
    choose.shuffle(tiles)
    return tuple("".join(tiles[row * 5 : row * 5 + 5]) for row in range(4))


def test_the_best_way_is_the_best_of_all_ways():
    choose, longer = random.Random(5), 0
    for _ in range(3000):
        rows = strewn(choose, choose.randint(3, 12))
        crypt = read_crypt(rows)
        way, slow = best_path(crypt), slowly_best(rows)
        assert bool(way) == (slow is not None), rows
        if way:
            steps = set(way)
            treasures = sum(crypt.tiles[cell] == "T" for cell in steps)
            assert (len(way) - 1, treasures) == slow[:2], rows
            longer += len(way) > len(crypt_ways.layers(crypt))
    assert longer > 10


def test_whatever_is_proved_the_checker_finds_right():
    choose, proved = random.Random(6), 0
    for _ in range(600):
        rows = strewn(choose, choose.randint(2, 5))
        proof = CryptRules().prove(rows)
        if proof:
            proved += 1
            way = proof.certificate
            item = {
                "grid": list(rows),
                "legend": dict.fromkeys("#.PX+TGO"),
                "certificate": {
                    "moves": way.moves,
                    "length": len(way.moves),
                    "from": list(way.start),
                    "to": list(way.goal),
                },
                "controls": {n: {"asked": None, "measured": m, "met": True} for n, m in proof.measured.items()},
                "fallback": False,
            }
            assert faults(item) == []
    assert proved > 30


@pytest.mark.parametrize(
    ("rows", "moves"),
    [
        (("PGX",), "RR"),
        (("POOX",), "RRR"),
        (("POO+OX",), "RRRRR"),
        (("POOOX", "....."), "DRRRRU"),
        (("P.O", ".#T", "X.."), "DD"),
        (("POOGX", "+####"), "RLDURRRR"),
        (("POOGX", "#####"), None),
        (("POGO.X", "##+###"), "RRDURRR"),
        (("P+OGGX",), "RRRRR"),
    ],
)
def test_the_certificate_is_the_shortest_way_that_is_survived(rows, moves):
    crypt = read_crypt(rows)
    way = best_path(crypt)
    assert (bool(way) and len(way) - 1) == (moves is not None and len(moves)), way
    proof = CryptRules().prove(rows)
    if proof:
        assert proof.certificate.moves == moves


@pytest.mark.parametrize(
    "rows",
    [
        ("PX", "PX"),
        ("P..",),
        ("P#X",),
        ("POOGX",),
        ("P.X", "...", "..G"),
        ("P.X#+",),
        ("P.XT",),
        ("POO.X", "##G##", "##T.."),
        ("P.X", "###", "..."),
    ],
    ids=["two", "no exit", "shut", "deadly", "far foe", "item shut off", "behind the exit", "deadly corner", "parts"],
)
def test_what_breaks_a_rule_is_not_proved(rows):
    assert CryptRules().prove(rows) is None


def test_a_treasure_beside_the_shortest_way_is_no_reason_to_leave_it():
    assert CryptRules().prove(("P..X", "#T##")).measured["treasures"] == 0


def test_of_ways_as_short_the_one_with_most_treasures_is_taken():
    proof = CryptRules().prove(("P..", ".#T", "..X"))
    assert (proof.certificate.moves, proof.measured["treasures"]) == ("RRDD", 1)


def test_the_search_for_longer_ways_gives_up_when_its_states_are_used_up(monkeypatch):
    rows = ("POOGX", "+####")
    assert CryptRules().prove(rows)
    monkeypatch.setattr(crypt_ways, "SEARCHED", 2)
    assert CryptRules().prove(rows) is None
