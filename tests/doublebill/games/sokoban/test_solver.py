import random
from pathlib import Path

import pytest

from checkers.sokoban import Level, least_moves
from doublebill.games.sokoban import solver as sokoban_solver
from doublebill.games.sokoban.pulls import PulledLevel, pulled
from doublebill.games.sokoban.solver import SokobanRules, play, solve
from doublebill.games.sokoban.tiles import drawn, read_level

BOXOBAN = Path(__file__).resolve().parents[5] / "shared" / "data" / "boxoban"

CORNER = ("@...", ".$..", "...o", "####")


def scattered(choose, width, height, crates):
    """Random rows with a player and as many crates as goals; many have no solution."""
    tiles = ["#" if choose.random() < 0.2 else "." for _ in range(width * height)]
    spots = choose.sample(range(width * height), 2 * crates + 1)
    for spot, tile in zip(spots, "@" + "$" * crates + "o" * crates, strict=True):
        tiles[spot] = tile
    return tuple("".join(tiles[y * width : (y + 1) * width]) for y in range(height))


def test_solutions_are_shortest_and_missing_only_where_there_is_none():
    choose = random.Random(3)
    solved = 0
    for _ in range(150):
        rows = scattered(choose, choose.randint(4, 6), choose.randint(4, 6), choose.randint(1, 3))
        moves = solve(*read_level(rows))
        least = least_moves(Level(rows))
        assert (moves and len(moves)) == least, rows
        solved += moves is not None
    assert 20 <= solved <= 130


def test_the_proof_names_where_the_player_ends_and_every_measure():
    proof = SokobanRules().prove(CORNER)
    assert proof.measured == {
        "width": 4,
        "height": 4,
        "crates": 1,
        "difficulty": len(proof.certificate.moves),
        "crates_on_goals": 0,
    }
    assert play(CORNER, proof.certificate.moves)[-1] == proof.certificate.goal


@pytest.mark.parametrize(
    "rows",
    [
        ("...", ".$.", "..o"),
        ("@..", ".$@", "..o"),
        ("@..", ".$.", "..."),
        ("@..", ".$$", "..o"),
        ("@..", ".*.", "..."),
        ("...", "...", "@.."),
        ("@..", "..o", "..$"),
        ("@...#.", ".$o.#.", "....#."),
    ],
)
def test_what_breaks_a_rule_has_no_proof(rows):
    assert SokobanRules().prove(rows) is None


def test_a_slip_of_the_search_is_not_given_out_as_a_proof(monkeypatch):
    monkeypatch.setattr(sokoban_solver, "solve", lambda store, state: "drr")
    assert SokobanRules().prove(CORNER) is None


@pytest.mark.parametrize("moves", ["rdR", "dRr", "dRD", "drr", "u", "dR", "dRRR"])
def test_only_moves_that_can_be_made_and_end_on_the_goals_are_played(moves):
    assert play(("@...", ".$..", "..o."), moves) is None


def test_moves_that_finish_are_played():
    assert play(("@...", ".$..", "..o."), "rDldR") == [(0, 0), (1, 0), (1, 1), (0, 1), (0, 2), (1, 2)]


def test_work_is_bounded():
    assert solve(*read_level(CORNER), work=1) is None


class Script:
    """Dice that always take the first."""

    def below(self, end):
        return 0

    def choice(self, options):
        return options[0]


@pytest.mark.parametrize("whole", [250, 3])
def test_pulled_states_are_solved_in_as_many_moves_as_they_say(monkeypatch, whole):
    monkeypatch.setattr("doublebill.games.sokoban.pulls.WHOLE", whole)
    store, _ = read_level(("......", ".#....", ".o..o.", "...@$.", ".$...."))
    for moves in range(1, 21):
        found = pulled(store, moves, Script())
        assert isinstance(found, PulledLevel)
        assert 1 <= found.moves <= moves
        assert least_moves(Level(drawn(store, found.state))) == found.moves
        assert found.moves == moves or moves > 15 or whole < 250


def boxoban(name):
    """The first levels of a file of Boxoban, in tiles of this project."""
    parts = (BOXOBAN / name).read_text().split(";")[1:4]
    return [tuple(row.translate(str.maketrans(" .", ".o")) for row in part.split("\n")[1:11]) for part in parts]


if BOXOBAN.is_dir():  # beside the checkout; nowhere else is there such a test

    @pytest.mark.parametrize("name", ["unfiltered_test_000.txt", "medium_valid_000.txt"])
    def test_levels_of_boxoban_are_solved_in_fewest_moves(name):
        for rows in boxoban(name):
            moves = solve(*read_level(rows))
            assert play(rows, moves)
            assert len(moves) == least_moves(Level(rows))
