import pytest

from doublebill.games.chamber import solver
from doublebill.games.chamber.solver import ChamberRules
from doublebill.games.levels.proof import Certificate, Proof

CHAMBER = ("P.E", ".#.", "K.D")


def test_a_chamber_is_measured_and_its_key_fetched_before_the_door():
    assert ChamberRules().prove(CHAMBER) == Proof(
        Certificate((0, 0), (2, 2), "DDRR"),
        {"width": 3, "height": 3, "player_key": 2, "key_door": 2, "enemies": 1, "walls": 1},
    )


def test_the_way_to_the_key_goes_round_the_door():
    proof = ChamberRules().prove(("PDK", "...", "###"))
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
def test_a_chamber_that_breaks_a_rule_is_not_proved(rows):
    assert ChamberRules().prove(rows) is None


def test_a_slip_of_the_search_is_not_given_out_as_a_proof(monkeypatch):
    monkeypatch.setattr(solver, "letters", lambda here, path: "L" * (len(path) - 1))
    assert ChamberRules().prove(CHAMBER) is None
