from doublebill.games.levels.proof import Certificate
from doublebill.games.maze import solver
from doublebill.games.maze.solver import MazeRules, percent

MAZE = ("..#", "#.#", "#.#")


def test_a_maze_is_measured_and_its_longest_way_walked():
    proof = MazeRules().prove(MAZE)
    assert proof is not None
    assert proof.measured == {"width": 3, "height": 3, "path": 3, "openness": 44}
    assert proof.certificate == Certificate((1, 2), (0, 0), "UUL")


def test_a_maze_in_two_parts_or_without_a_cell_is_not_proved():
    assert MazeRules().prove((".#.", ".#.", ".#.")) is None
    assert MazeRules().prove(("###", "###", "###")) is None


def test_a_slip_of_the_search_is_not_given_out_as_a_proof(monkeypatch):
    monkeypatch.setattr(solver, "letters", lambda here, path: "L" * (len(path) - 1))
    assert MazeRules().prove(MAZE) is None


def test_percent_rounds_a_half_up():
    assert [percent(count, 200) for count in (0, 1, 2, 3, 199, 200)] == [0, 1, 1, 2, 100, 100]
    assert percent(5, 9) == 56
