from dataclasses import replace

from doublebill.games.files import as_text, draw
from doublebill.games.levels.levels import Certificate
from sample_levels import FACTS, LEVEL


def test_text_is_drawn_between_walls():
    assert as_text(LEVEL) == {"seed": "a", "text": draw(LEVEL)} | FACTS
    assert draw(LEVEL).splitlines() == [
        "██████████",
        "██P   E ██",
        "██  ██  ██",
        "██K   D ██",
        "██████████",
    ]


def test_a_solution_is_dotted_where_nothing_stands():
    assert draw(LEVEL, solution=True).splitlines()[1:-1] == [
        "██P   E ██",
        "██· ██  ██",
        "██K · D ██",
    ]


def test_a_kind_whose_moves_are_no_steps_says_itself_which_way_they_lead():
    jumping = replace(LEVEL, certificate=Certificate((0, 0), (2, 2), "JW"))
    assert draw(jumping, solution=True) == draw(jumping)
    assert draw(jumping, True, lambda level: [(0, 0), (2, 1), (2, 2)]).splitlines()[2] == "██  ██· ██"
