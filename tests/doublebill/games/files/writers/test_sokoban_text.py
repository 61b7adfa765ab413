import pytest

from doublebill.errors import InvalidInput
from doublebill.games.files.writers.sokoban_text import xsb
from doublebill.games.kinds import KINDS
from doublebill.games.plans.from_rows import plan_from_rows
from sample_levels import LEGEND, LEVEL, planned

SOKOBAN = KINDS["sokoban"].legend


def test_a_level_is_written_in_the_symbols_of_the_web_within_walls():
    plan = plan_from_rows("sokoban", 7, ("@$o", "*.+"), SOKOBAN)
    assert xsb(plan).split("\n") == ["Title: sokoban-7", "", "#####", "#@$.#", "#* +#", "#####", "", ""][:7]


def test_the_solution_stands_below_where_it_is_to_be_shown():
    plan = plan_from_rows("sokoban", 7, ("@$o",), SOKOBAN, [(0, 0), (1, 0)], {"moves": "R"})
    assert xsb(plan).endswith("#####\n\nSolution: R\n")


def test_things_that_sokoban_does_not_have_are_refused_by_name():
    with pytest.raises(InvalidInput, match="no symbol for enemy"):
        xsb(planned(LEVEL, {"#": "wall", ".": "floor", "P": "player", "E": "enemy", "K": "crate", "D": "goal"}, "x"))
    with pytest.raises(InvalidInput, match="no symbol for"):
        xsb(planned(LEVEL, LEGEND, "dungeon"))
