import numpy as np

from doublebill.games.levels.pooled.farthest_first import Chosen, farthest_first
from doublebill.games.step_budget import StepBudget, counted


def on_a_line(*places):
    """Compares levels by their distance on a line."""
    line = np.array(places)
    return lambda number: np.abs(line - line[number])


def chosen(percents, owners, wanted, liked=None):
    return farthest_first(percents, owners, [True] * len(owners) if liked is None else liked, wanted)


def test_the_farthest_from_all_chosen_comes_next_and_the_first_of_those_as_far():
    assert chosen(on_a_line(0, 10, 90, 50, 90), [0] * 5, [3]) == Chosen([0, 2, 3], 0, 40)


def test_each_owner_gets_as_many_of_its_own_as_it_wants():
    choice = chosen(on_a_line(0, 80, 5, 3, 1), [0, 0, 1, 1, 1], [1, 2])
    assert choice == Chosen([0, 2, 3], 0, 2)


def test_what_is_not_liked_is_chosen_only_where_there_is_nothing_else():
    liked = [False, True, True, False, True]
    assert chosen(on_a_line(0, 10, 20, 90, 50), [0, 0, 0, 0, 1], [3, 1], liked).numbers == [1, 4, 2, 3]


def test_a_single_level_differs_from_none():
    assert chosen(on_a_line(0, 10), [0] * 2, [1]) == Chosen([0], 0, None)


def test_equals_are_counted():
    assert chosen(on_a_line(7, 7, 7), [0] * 3, [3]) == Chosen([0, 1, 2], 2, 0)


def test_where_the_steps_end_the_rest_is_counted_as_alike():
    def slow(number):
        from doublebill.games.step_budget import spend

        spend(10)
        return on_a_line(*range(0, 100, 10))(number)

    with counted(StepBudget(25)):
        choice = chosen(slow, [0] * 10, [6])
    assert choice.numbers[:3] == [0, 9, 4]
    assert (len(choice.numbers), choice.alike, choice.nearest) == (6, 3, None)
