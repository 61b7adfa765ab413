import pytest

from doublebill.games.levels import walk_solver
from doublebill.games.levels.levels import Certificate, Proof
from doublebill.games.levels.walk_solver import percent, prove_dungeon, prove_maze, walk
from playable import STEPS

MAZE = ("..#", "#.#", "#.#")
DUNGEON = ("P.E", ".#.", "K.D")


def test_a_maze_is_measured_and_its_longest_way_walked():
    proof = prove_maze(MAZE)
    assert proof is not None
    assert proof.measured == {"width": 3, "height": 3, "path": 3, "openness": 44}
    assert proof.certificate == Certificate((1, 2), (0, 0), "UUL")


def test_a_maze_in_two_parts_or_without_a_cell_is_not_proved():
    assert prove_maze((".#.", ".#.", ".#.")) is None
    assert prove_maze(("###", "###", "###")) is None


def test_a_dungeon_is_measured_and_its_key_fetched_before_the_door():
    assert prove_dungeon(DUNGEON) == Proof(
        Certificate((0, 0), (2, 2), "DDRR"),
        {"width": 3, "height": 3, "player_key": 2, "key_door": 2, "enemies": 1, "walls": 1},
    )


def test_the_way_to_the_key_goes_round_the_door():
    proof = prove_dungeon(("PDK", "...", "###"))
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
    assert prove_dungeon(rows) is None


def test_walking_ends_before_a_wall_and_before_the_edge():
    assert walk(MAZE, Certificate((0, 0), (1, 2), "RRR")) == [(0, 0), (1, 0)]
    assert walk(MAZE, Certificate((0, 0), (1, 2), "UUU")) == [(0, 0)]
    assert walk(MAZE, Certificate((1, 2), (0, 0), "D")) == [(1, 2)]


def test_moves_mean_the_same_to_the_solver_and_to_the_checker():
    assert walk_solver.MOVES == STEPS


def test_a_slip_of_the_search_is_not_given_out_as_a_proof(monkeypatch):
    monkeypatch.setattr(walk_solver, "letters", lambda here, way: "L" * (len(way) - 1))
    assert prove_maze(MAZE) is None
    assert prove_dungeon(DUNGEON) is None


def test_percent_rounds_a_half_up():
    assert [percent(count, 200) for count in (0, 1, 2, 3, 199, 200)] == [0, 1, 1, 2, 100, 100]
    assert percent(5, 9) == 56
