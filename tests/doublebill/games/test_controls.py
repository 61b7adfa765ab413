import pytest

from doublebill.errors import Unsatisfiable
from doublebill.games.controls import Control, check_order, limits


def test_a_control_is_met_by_the_value_or_anything_in_the_range():
    assert Control(5, 5).met
    assert not Control(5, 6).met
    assert Control((3, 5), 3).met
    assert Control((3, 5), 5).met
    assert not Control((3, 5), 2).met
    assert Control(None, 9).met


def test_the_gap_is_what_lacks_on_either_side():
    assert [Control((3, 5), measured).gap for measured in (1, 3, 4, 5, 9)] == [2, 0, 0, 0, 4]


def test_limits_of_nothing_are_the_given_ones():
    assert limits(None, 1, 9) == (1, 9)
    assert limits(4, 1, 9) == (4, 4)
    assert limits((2, 3), 1, 9) == (2, 3)


def test_a_range_that_ends_before_it_starts_is_refused_naming_both_ends():
    with pytest.raises(Unsatisfiable) as refused:
        check_order(path=(5, 3), openness=(1, 2), enemies=None)
    assert [complaint.field for complaint in refused.value.complaints] == ["spec.path[0]", "spec.path[1]"]
    assert [one.problem for one in refused.value.complaints] == ["5 is above the end", "3 is below the start"]
