import pytest

from doublebill.games.dungeon import solver
from doublebill.games.dungeon.solver import DungeonRules
from doublebill.games.levels.proof import Certificate, Proof

DUNGEON = ("P.E", ".#.", "K.D")


def test_a_dungeon_is_measured_and_its_key_fetched_before_the_door():
    assert DungeonRules().prove(DUNGEON) == Proof(
        Certificate((0, 0), (2, 2), "DDRR"),
        {"width": 3, "height": 3, "player_key": 2, "key_door": 2, "enemies": 1, "walls": 1},
    )


def test_the_way_to_the_key_goes_round_the_door():
    proof = DungeonRules().prove(("PDK", "...", "###"))
    assert proof is not None
    assert proof.measured["player_key"] == 4
    assert proof.certificate.moves == "DRRUL"


@pytest.mark.parametrize(
    "rows",
    [
        ("PDK", "###", "..."),  # the key behind the door
        ("P.K", "###", "..D"),  # the door out of reach
        ("P.K", "..D", "##.", ".##"),  # a cell out of reach
        ("PPK", "..D"),
        ("P..", "..D"),
        ("P.K", "..."),
        ("..K", "..D"),
        ("P.K", "D.D"),
    ],
)
def test_a_dungeon_that_breaks_a_rule_is_not_proved(rows):
    assert DungeonRules().prove(rows) is None


def test_a_slip_of_the_search_is_not_given_out_as_a_proof(monkeypatch):
    monkeypatch.setattr(solver, "letters", lambda here, path: "L" * (len(path) - 1))
    assert DungeonRules().prove(DUNGEON) is None
