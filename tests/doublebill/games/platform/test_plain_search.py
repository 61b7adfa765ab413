from checkers.platform import Player
from doublebill.games.levels.generate import generate
from doublebill.games.platform.kind import PLATFORM, PLATFORM_1, PlatformSpec
from doublebill.games.platform.plain_search import is_steered, plainly_finished
from doublebill.games.platform.platform_physics import USUAL, PlatformPhysics
from doublebill.games.platform.solver import solve

STEERED = PlatformPhysics(hang_control=True, bump="hang")
ONE_MOMENT = ("###.K.", "....S.", "#####.", "####X.", "....#.")
"""Who jumps for the key comes down through the cell that the jump rose through: in it, only the phase is another."""


def by_cells(grid):
    """Whether a search in breadth that remembers cells and the key alone finishes a level, by the checker's player."""
    drawn = {tile: (x, y) for y, row in enumerate(grid) for x, tile in enumerate(row)}
    queue = [Player(grid, *drawn["S"], physics={"hang_control": True, "bump": "hang"})]
    visited = {(*drawn["S"], False)}
    for player in queue:
        if player.finished:
            return True
        for letter in player.letters:
            after = player.play(letter)
            if after is not None and (after.x, after.y, after.has_key) not in visited:
                visited.add((after.x, after.y, after.has_key))
                queue.append(after)
    return False


def test_a_level_with_one_right_moment_is_not_plainly_finished():
    assert solve(ONE_MOMENT, STEERED) is not None
    assert not plainly_finished(ONE_MOMENT, STEERED)
    assert plainly_finished(("......", "......", "S.K..X"), STEERED)


def test_a_diamond_that_no_plain_search_sees_counts():
    assert not plainly_finished(("..#*..", "..####", "S.K..X"), STEERED)


def test_who_hangs_without_moving_across_makes_no_plain_search():
    assert is_steered(STEERED)
    assert is_steered(PlatformPhysics(hang_time=0))
    assert not is_steered(USUAL)


def test_levels_of_usual_size_are_finished_by_searches_that_remember_cells_alone():
    spec = PlatformSpec(diamonds=(0, 3), jumps=(2, 6), physics=STEERED)
    found = {kind.version: [generate(kind, spec, seed).grid for seed in range(12)] for kind in (PLATFORM, PLATFORM_1)}
    assert all(map(by_cells, found[2]))
    assert not all(map(by_cells, found[1]))


def test_what_is_plainly_finished_a_search_in_breadth_finishes_too():
    plain = 0
    for seed in range(40):
        grid = generate(PLATFORM_1, PlatformSpec(6, 5, diamonds=0, spikes=0, physics=STEERED), seed).grid
        plain += plainly_finished(grid, STEERED)
        assert by_cells(grid) or not plainly_finished(grid, STEERED)
    assert 10 < plain < 40
