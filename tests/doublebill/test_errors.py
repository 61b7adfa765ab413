"""The family of errors."""

import inspect

from hypothesis import given
from hypothesis import strategies as st

from doublebill import errors
from doublebill.errors import (
    COMPLAINTS_LIMIT,
    NOTHING,
    SHOWN_LIMIT,
    DoublebillError,
    InvalidInput,
    Shown,
    Unsatisfiable,
    shown,
    unknown_field,
    unknown_fields,
    wrong_value,
)

FAMILY = [one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, Exception)]


def test_every_error_is_of_the_family_and_says_what_it_means() -> None:
    assert len(FAMILY) > 10
    for error in FAMILY:
        assert issubclass(error, DoublebillError)
        assert (error.__doc__ or "").strip().endswith(".")


def test_a_complaint_says_the_field_the_problem_and_the_fix() -> None:
    assert str(wrong_value("n", "10", "an integer")) == "n: '10' is not valid; use an integer"
    assert str(wrong_value("n", Shown("3 entries"), "1 to 2")) == "n: found 3 entries; use 1 to 2"
    assert str(wrong_value("n", NOTHING, "an integer")) == "n: missing; give an integer"
    assert str(unknown_field("spec.x", ["y", "z"])) == "spec.x: unknown field; use one of y, z"


@given(value=st.none() | st.integers() | st.text() | st.lists(st.text()) | st.dictionaries(st.text(), st.text()))
def test_a_value_is_never_repeated_at_length(value: object) -> None:
    assert len(shown(value)) <= SHOWN_LIMIT
    assert shown("x" * 500).endswith("…")
    assert len(wrong_value("f" * 500, "x" * 500, "less").field) == SHOWN_LIMIT


def test_invalid_input_keeps_its_complaints_and_lists_them() -> None:
    wrong = InvalidInput([wrong_value("a", 1, "x"), wrong_value("b", 2, "y")])
    assert [one.field for one in wrong.complaints] == ["a", "b"]
    assert str(wrong) == "a: 1 is not valid; use x; b: 2 is not valid; use y"


def test_of_very_many_complaints_the_first_are_listed_and_the_rest_counted() -> None:
    wrong = InvalidInput(wrong_value(f"f{n}", n, "x") for n in range(COMPLAINTS_LIMIT + 12))
    assert len(wrong.complaints) == COMPLAINTS_LIMIT + 1
    assert str(wrong.complaints[-1]) == "12 more fields are wrong; fix these first"


def test_very_many_unknown_fields_take_few_complaints_and_are_all_counted() -> None:
    complaints = list(unknown_fields([f"f{n}" for n in range(80_000)], ["a", "b"]))
    assert len(complaints) == COMPLAINTS_LIMIT + 1
    assert str(complaints[0]) == "f0: unknown field; use one of a, b"
    wrong = InvalidInput([wrong_value("a", 1, "x"), *complaints])
    assert len(wrong.complaints) == COMPLAINTS_LIMIT + 1
    assert str(wrong.complaints[-1]) == f"{80_001 - COMPLAINTS_LIMIT} more fields are wrong; fix these first"


def test_one_makes_the_kind_that_it_is_called_on() -> None:
    assert type(Unsatisfiable.one("spec", "too large", "use less")) is Unsatisfiable
    assert str(Unsatisfiable.of_value("spec", 1, "2")) == "spec: 1 is not valid; use 2"
