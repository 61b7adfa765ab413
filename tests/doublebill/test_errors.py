"""The family of errors."""

import inspect

from hypothesis import given, settings
from hypothesis import strategies as st

from doublebill import errors
from doublebill.errors import FOUND_LIMIT, NOTHING, DoublebillError, InvalidInput, Shown, Unsatisfiable, complaint

FAMILY = [one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, Exception)]


def test_every_error_is_of_the_family_and_says_what_it_means() -> None:
    assert len(FAMILY) > 10
    for error in FAMILY:
        assert issubclass(error, DoublebillError)
        assert (error.__doc__ or "").strip().endswith(".")


def test_a_complaint_tells_where_what_was_found_and_what_was_expected() -> None:
    assert str(complaint("n", "10", "an integer")) == "n: found '10', expected an integer"
    assert str(complaint("n", Shown("a list of 3"), "an integer")) == "n: found a list of 3, expected an integer"
    assert str(complaint("n", NOTHING, "an integer")) == "n: found nothing, expected an integer"


@settings(deadline=None)
@given(found=st.none() | st.integers() | st.text() | st.lists(st.text()))
def test_what_was_found_is_never_repeated_at_length(found: object) -> None:
    shown = complaint("field", found, "less").found
    assert len(shown) <= FOUND_LIMIT
    assert shown == repr(found) or shown.endswith("…")


def test_invalid_input_keeps_its_complaints_and_says_them_all() -> None:
    wrong = InvalidInput([complaint("a", 1, "x"), complaint("b", 2, "y")])
    assert [one.field for one in wrong.complaints] == ["a", "b"]
    assert str(wrong) == "a: found 1, expected x; b: found 2, expected y"


def test_one_makes_the_kind_that_it_is_asked_of() -> None:
    assert type(Unsatisfiable.one("spec", 1, "2")) is Unsatisfiable
