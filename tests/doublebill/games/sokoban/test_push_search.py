"""The search from push to push finds a solution wherever there is one, and says when it gave up."""

import random

import pytest

from checkers import sokoban as checker
from doublebill.games.sokoban.push_search import PushSearch
from doublebill.games.sokoban.tiles import read_level
from hard_levels import EIGHT_CRATES


def solved(rows, steps=100_000):
    store, state = read_level(rows)
    return PushSearch(store).solve(state, steps)


def is_solution(rows, moves):
    level = checker.Level(rows)
    return checker.played(level, level.players[0], moves)[2] == ""


def scattered(dice, crates, width=6, height=5):
    cells = [*"@" + "$o" * crates, *(dice.choice("#....") for _ in range(width * height - 2 * crates - 1))]
    dice.shuffle(cells)
    return tuple("".join(cells[y * width : (y + 1) * width]) for y in range(height))


@pytest.mark.parametrize("crates", [1, 2, 3])
def test_it_agrees_with_trying_everything(crates):
    dice = random.Random(crates)
    found = 0
    for _ in range(120):
        rows = scattered(dice, crates)
        result = solved(rows)
        assert result.whole
        assert (result.moves is None) == (checker.least_moves(checker.Level(rows)) is None), rows
        if result.moves is not None:
            found += 1
            assert is_solution(rows, result.moves), rows
    assert 5 < found < 115


def test_a_level_of_20_by_16_cells_with_eight_crates_is_solved():
    result = solved(EIGHT_CRATES)
    assert result.moves
    assert is_solution(EIGHT_CRATES, result.moves)
    assert result.steps < 10_000


def test_with_too_few_steps_nothing_is_claimed():
    for steps in (1, 100, 300):
        result = solved(EIGHT_CRATES, steps)
        assert (result.moves, result.whole, result.steps) == (None, False, steps)


@pytest.mark.parametrize(
    "rows",
    [
        ("@.....", "..$$..", "..$$..", "......", "oooo.."),
        ("o.$$.o", "......", "..@..."),
    ],
)
def test_crates_that_block_each_other_are_lost_at_once(rows):
    result = solved(rows)
    assert (result.moves, result.whole) == (None, True)


def test_crates_that_block_each_other_on_their_goals_are_finished():
    rows = ("......", ".@$.o.", "...*o.", "..$...", "......")
    result = solved(rows)
    assert is_solution(rows, result.moves)
