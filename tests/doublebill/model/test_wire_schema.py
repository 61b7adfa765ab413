"""The schemas of what callers send: they are schemas, and allow and refuse what the parsers do."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from doublebill.errors import InvalidInput
from doublebill.events import ID_LENGTH, parse
from doublebill.model.items import (
    ATTRIBUTE_COUNT,
    ATTRIBUTE_TEXT_LENGTH,
    LATEST_YEAR,
    RESERVED_NAMES,
    TAG_COUNT,
    TAG_LENGTH,
    TITLE_LENGTH,
    parse_item,
)
from doublebill.model.wire_schema import EVENT_SCHEMA, ITEM_SCHEMA
from doublebill.values.event_kinds import DEFAULT_KINDS

EVENT = {"user_id": "ann", "item_id": "a", "kind": "play"}
ITEM = {"item_id": "a"}

ids = st.none() | st.text(max_size=3) | st.sampled_from(["é", "0012", "x" * ID_LENGTH, "x" * (ID_LENGTH + 1), 7, True])
numbers = (
    st.none()
    | st.integers(-1, 3)
    | st.floats(-1, 3)
    | st.sampled_from([1e9, 1e9 + 1, 2**53, 2**60, 1e15, 1e16, "1", True, [1]])
)
times = st.sampled_from(
    [None, 0, 1.5, 1.7e9, 1.7e12, 20240105, "2024-01-05", "1700000000", -1, "", "x" * 65, True, [1]]
)
"""The schema says nothing of the forms that a text may have, nor of the year 2100."""
texts = st.sampled_from(["", "Alien", "x" * TITLE_LENGTH, "x" * (TITLE_LENGTH + 1), 7, None, True])
tag = st.sampled_from(["scifi", "", "x" * TAG_LENGTH, "x" * (TAG_LENGTH + 1), 7, None])
tags = st.lists(tag, max_size=3) | st.sampled_from([["t"] * TAG_COUNT, ["t"] * (TAG_COUNT + 1), "t", None])
names = st.sampled_from(["colour", "Colour", "a b", "", "_x", "9", "é", "x" * 100, *sorted(RESERVED_NAMES)])
longest = "x" * ATTRIBUTE_TEXT_LENGTH
values = numbers | st.sampled_from(["", "red", longest, longest + "x", False, [], {}])
many = st.sampled_from([{f"a{n}": 1 for n in range(count)} for count in (ATTRIBUTE_COUNT, ATTRIBUTE_COUNT + 1)])
attributes = st.dictionaries(names, values, max_size=2) | many | st.sampled_from([None, [], "x"])
unknown = st.sampled_from([1, None])

events = st.fixed_dictionaries(
    {},
    optional={
        "user_id": ids,
        "item_id": ids,
        "kind": st.sampled_from([*DEFAULT_KINDS, "Play", "", "two words", 7, None]),
        "value": numbers,
        "timestamp": times,
        "event_id": ids,
        "recommendation_id": ids,
        "colour": unknown,
    },
)
items = st.fixed_dictionaries(
    {},
    optional={
        "item_id": ids,
        "title": texts,
        "tags": tags,
        "year": st.none()
        | st.sampled_from([1999, 1999.5, 0, LATEST_YEAR, -LATEST_YEAR, LATEST_YEAR + 1, "1999", True]),
        "available": st.sampled_from([True, False, None, 1, "true"]),
        "attributes": attributes,
        "removed": st.sampled_from([True, False, None, 1]),
        "available_from": st.sampled_from([None, "2024-01-31", "2024-01-31T10:00Z", 1_700_000_000, True, []]),
        "available_until": st.sampled_from([None, "2024-01-31", 1_800_000_000, -1, {}]),
        "colour": unknown,
    },
)


def refused(parser: Any, raw: object) -> bool:
    try:
        parser(raw)
    except InvalidInput:
        return True
    return False


def event_refused(raw: dict[str, Any]) -> bool:
    return refused(lambda one: parse(one, str), raw)


def possible(schema: dict[str, Any], raw: object) -> bool:
    return Draft202012Validator(schema).is_valid(raw)


@pytest.mark.parametrize("schema", [EVENT_SCHEMA, ITEM_SCHEMA])
def test_they_are_schemas(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)


@given(events, st.booleans())
@example({}, True)
@example({"timestamp": "2024-01-05"}, True)
def test_an_event_is_refused_where_its_schema_says_so_and_a_rating_without_stars_too(
    fields: dict[str, Any], whole: bool
) -> None:
    raw = {**EVENT, **fields} if whole else fields
    no_stars = raw.get("kind") == "rate" and raw.get("value") is None
    negative = isinstance(raw.get("value"), int | float) and raw["value"] < 0  # only ratings of some catalogs are
    assert event_refused(raw) == (not possible(EVENT_SCHEMA, raw) or no_stars or negative)


@given(items, st.booleans())
@example({}, True)
def test_an_item_is_refused_where_its_schema_says_so(fields: dict[str, Any], whole: bool) -> None:
    raw = {**ITEM, **fields} if whole else fields
    assert refused(parse_item, raw) == (not possible(ITEM_SCHEMA, raw))
