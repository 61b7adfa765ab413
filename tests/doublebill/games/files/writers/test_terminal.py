from doublebill.games.files import as_text, draw
from sample_levels import FACTS, LEVEL, PATH


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
    assert draw(LEVEL, PATH).splitlines()[1:-1] == [
        "██P   E ██",
        "██· ██  ██",
        "██K · D ██",
    ]


def test_a_path_need_not_step_from_cell_to_cell():
    assert draw(LEVEL, [(0, 0), (2, 1), (2, 2)]).splitlines()[2] == "██  ██· ██"
