import pytest

from doublebill.errors import InvalidInput
from doublebill.imports.meaning import cells


@pytest.mark.parametrize(
    ("found", "value"),
    [("3", 3.0), ("3.5", 3.5), ("-1", -1.0), ("+2.", 2.0), (".5", 0.5), ("1e3", 1000.0), (4, 4.0), (2.5, 2.5)],
)
def test_numbers_are_read(found, value):
    assert cells.number("rating", found) == value


@pytest.mark.parametrize(
    "found",
    ["", "abc", "nan", "inf", "1e999", "1_000", " 3", "3 ", "٣", "0x1", "1,5", None, True, [], float("nan"), 10**400],
)
def test_what_is_no_finite_number_is_refused_with_its_field(found):
    with pytest.raises(InvalidInput) as refusal:
        cells.number("rating", found)
    assert refusal.value.complaints[0].field == "rating"


def test_digits_without_end_are_refused_quickly():
    for found in ("9" * 1_000_000, "9" * 1_000_000 + "x"):
        with pytest.raises(InvalidInput):
            cells.number("rating", found)


@pytest.mark.parametrize(
    ("found", "seconds"),
    [
        ("881250949", 881250949.0),
        ("881250949.5", 881250949.5),
        ("1700000000123", 1700000000.123),
        (1700000000123, 1700000000.123),
        ("2009-05-04T23:08:57Z", 1241478537.0),
        ("2009-05-04 23:08:57", 1241478537.0),
        ("2009-05-05T01:08:57+02:00", 1241478537.0),
        ("1970-01-02", 86400.0),
    ],
)
def test_times_are_seconds_milliseconds_or_iso_8601(found, seconds):
    assert cells.seconds(found) == seconds


@pytest.mark.parametrize("found", ["", "yesterday", "2009-13-01", "04/05/2009", None, [], "nan", "20241399"])
def test_other_times_are_refused(found):
    with pytest.raises(InvalidInput, match="timestamp"):
        cells.seconds(found)


def test_ids_are_opaque_and_integers_become_digits():
    assert cells.opaque_id("item_id", "0012") == "0012"
    assert cells.opaque_id("item_id", 12) == "12"
    assert cells.user_id(0) == "0"
    assert cells.user_id("Zoë") == "Zoë"


@pytest.mark.parametrize("found", ["", None, True, 1.5, [], {}])
def test_other_ids_are_refused(found):
    with pytest.raises(InvalidInput):
        cells.opaque_id("item_id", found)
    with pytest.raises(InvalidInput):
        cells.user_id(found)


@pytest.mark.parametrize("found", ["alice@example.org" * 20, "alice@example.org\ud800"])
def test_a_refused_user_id_is_never_repeated(found):
    with pytest.raises(InvalidInput) as refusal:
        cells.user_id(found)
    assert "alice" not in str(refusal.value)
    assert f"a text of {len(found)} characters" in str(refusal.value)
