"""Events as received: what is taken, what is refused, and that nothing is lost on the way through a line."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.errors import InvalidInput
from doublebill.events import (
    EVENT_FIELDS,
    ID_LENGTH,
    Event,
    from_line,
    parse,
    to_line,
)
from doublebill.times.moments import LATEST_MILLISECONDS
from doublebill.values.event_kinds import DEFAULT_KINDS
from doublebill.values.rating_scale import RatingScale

PLAY = {"user_id": "u", "item_id": "i", "kind": "play"}


def pseudonym_of(user_id: str) -> str:
    return f"<{len(user_id)}>"


def refused(raw: dict[str, Any], **more: Any) -> list[str]:
    """The fields that are complained about."""
    with pytest.raises(InvalidInput) as wrong:
        parse(raw, pseudonym_of, **more)
    return [one.field for one in wrong.value.complaints]


ids = st.text(min_size=1, max_size=ID_LENGTH)
events = st.builds(
    Event,
    user=st.text("abc", min_size=1),
    item_id=ids,
    kind=st.sampled_from(list(DEFAULT_KINDS)),
    value=st.floats(0, 1e9),
    timestamp=st.integers(0, LATEST_MILLISECONDS),
    event_id=st.just("") | ids,
)


def test_a_whole_event_is_taken() -> None:
    raw = {**PLAY, "kind": "rate", "value": 4, "timestamp": 1.5, "event_id": "e", "recommendation_id": "r"}
    assert parse(raw, pseudonym_of) == Event("<1>", "i", "rate", 4.0, 1500, "e", "r")


def test_missing_fields_come_from_the_caller_of_parse() -> None:
    assert parse({"user_id": "u", "item_id": "i"}, pseudonym_of, "view", 1234) == Event("<1>", "i", "view", 1.0, 1234)
    assert parse({**PLAY, "value": None, "timestamp": None, "event_id": None}, pseudonym_of, "view", 7).timestamp == 7


def test_the_user_id_goes_no_further() -> None:
    assert "somebody" not in repr(parse({**PLAY, "user_id": "somebody"}, pseudonym_of))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[
            (name, wrong)
            for name in ("user_id", "item_id")
            for wrong in (None, "", "x" * 257, 12, True, b"u", "\ud800")
        ],
        *[("event_id", wrong) for wrong in ("", 12, "x" * 257)],
        *[("kind", wrong) for wrong in ("", "Play", None, 1, [], {})],
        *[("value", wrong) for wrong in (-0.1, math.nan, math.inf, 2e9, 10**400, "1", True, [])],
        *[("timestamp", wrong) for wrong in (-1, math.nan, math.inf, 5_000_000_000, 10**400, "now", False)],
        ("rating", 5),
    ],
)
def test_a_wrong_field_is_named(field: str, value: object) -> None:
    assert refused({**PLAY, field: value}) == [field]


def test_every_wrong_field_is_named_at_once() -> None:
    raw = {"value": "x", "timestamp": "y", "b": 1, "a": 1}
    assert refused(raw) == ["a", "b", "user_id", "item_id", "kind", "value", "timestamp"]


def test_a_rating_needs_a_value_and_zero_is_one() -> None:
    assert refused({**PLAY, "kind": "rate"}) == ["value"]
    assert parse({**PLAY, "kind": "rate", "value": 0}, pseudonym_of).value == 0


@pytest.mark.parametrize("timestamp", [1_704_412_800, 1_704_412_800_000, "2024-01-05T00:00:00Z", 20240105, "20240105"])
def test_a_timestamp_has_the_forms_that_files_have(timestamp: object) -> None:
    assert parse({**PLAY, "timestamp": timestamp}, pseudonym_of).timestamp == 1_704_412_800_000


def test_a_timestamp_later_than_its_reception_is_refused_with_its_date() -> None:
    with pytest.raises(InvalidInput, match=r"2034-02-20.*use a time up to 2024-01-06"):
        parse({**PLAY, "timestamp": 2_024_010_512}, pseudonym_of, received=1_704_412_800_000)


def test_ids_are_taken_as_they_are() -> None:
    for item_id in ("0012", " ", "\n", "\u2028", "🎷", "x" * 256):
        assert parse({**PLAY, "item_id": item_id}, pseudonym_of).item_id == item_id


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(raw=st.dictionaries(st.sampled_from(sorted(EVENT_FIELDS)) | st.text(st.characters()), anything))
def test_nothing_whatever_raises_anything_but_invalid_input(raw: dict[str, Any]) -> None:
    try:
        event = parse({**PLAY, **raw}, pseudonym_of)
    except InvalidInput:
        return
    assert from_line(to_line(event)) == event
    assert to_line(event).encode()


@given(event=events)
def test_a_line_holds_the_event_and_is_one_line(event: Event) -> None:
    line = to_line(event)
    assert from_line(line) == event
    assert "\n" not in line


@given(first=events, second=events)
def test_events_are_the_same_when_their_ids_or_their_contents_are(first: Event, second: Event) -> None:
    if first.event_id or second.event_id:
        named = first.event_id == second.event_id
        assert (first.identity == second.identity) == named or not (first.event_id and second.event_id)
    else:
        assert (first.identity == second.identity) == (first == second)


def test_contents_that_run_into_each_other_are_distinguished() -> None:
    one = Event("u", "i play 1.0 0", "play")
    other = Event("u", "i", "play")
    spaced = Event("u 1", "i", "play")
    assert len({one.identity, other.identity, spaced.identity}) == 3


def test_a_rating_outside_of_the_scale_of_the_catalog_is_refused_with_the_scale() -> None:
    raw = {"user_id": "u", "item_id": "i", "kind": "rate"}
    assert parse({**raw, "value": -10}, str, scale=RatingScale(-10, 10)).value == -10
    with pytest.raises(InvalidInput, match=r"100 is not valid; use a rating of the catalog's scale, a number from 1"):
        parse({**raw, "value": 100}, str, scale=RatingScale(1, 5))


def test_a_rating_below_zero_is_refused_with_the_setting_that_allows_it() -> None:
    with pytest.raises(InvalidInput, match=r"or set a rating scale such as -10\.\.10 for the catalog"):
        parse({"user_id": "u", "item_id": "i", "kind": "rate", "value": -1}, str)


def test_an_id_with_a_nul_character_is_refused_as_in_files() -> None:
    with pytest.raises(InvalidInput, match="user_id: it has a NUL character"):
        parse({"user_id": "an\0n", "item_id": "a", "kind": "play"}, str)
