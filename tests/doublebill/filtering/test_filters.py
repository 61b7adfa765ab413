"""Filters: what they let through, what they refuse and where they say it stands."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from doublebill.errors import InvalidInput
from doublebill.filtering import filters
from doublebill.model.catalog import Catalog
from doublebill.model.items import Item

ITEMS = [
    Item(
        "alien",
        "Alien",
        ("Horror", "Sci-Fi"),
        1979,
        attributes={"minutes": 117, "colour": True, "studio": "Fox", "out": "1979-05-25"},
    ),
    Item(
        "brazil",
        "Brazil",
        ("Sci-Fi",),
        1985,
        attributes={"minutes": 1, "colour": 1, "studio": "Universal", "out": "2026-11-28T20:00Z"},
    ),
    Item("cube", "Cube", ("Horror",), available=False, attributes={"colour": False, "out": "soon"}),
    Item("dune", "Dune", year=1984, attributes={"minutes": 137.5, "studio": "fox", "out": "2026-11-29"}),
    Item("émile"),
]
CATALOG = Catalog.of([], {item.item_id: item for item in ITEMS})
SEEN = np.array([1, 3], np.int32)
NOW_MS = 1_795_860_000_000
"""2026-11-28, 10:00 UTC."""


def let_through(raw: object) -> str:
    """The first letters of the items that a filter lets through."""
    held = filters.mask(filters.parse(raw, now_ms=NOW_MS), CATALOG, SEEN)
    return "".join(item.item_id[0] for item, through in zip(ITEMS, held, strict=True) if through)


def refused(raw: object) -> list[str]:
    """The fields that are complained of."""
    with pytest.raises(InvalidInput) as refusal:
        filters.parse(raw)
    return [complaint.field for complaint in refusal.value.complaints]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({}, "abcdé"),
        ({"tags": {"any": ["Horror", "Sci-Fi"]}}, "abc"),
        ({"tags": {"all": ["Horror", "Sci-Fi"]}}, "a"),
        ({"tags": {"none": ["Horror"]}}, "bdé"),
        ({"tags": {"any": ["Sci-Fi"], "none": ["Horror"]}}, "b"),
        ({"tags": {"any": ["Western"]}}, ""),
        ({"tags": {"any": ["Western", "Horror"]}}, "ac"),
        ({"tags": {"none": ["Western"]}}, "abcdé"),
        ({"year": 1985}, "b"),
        ({"year": 1985.0}, "b"),
        ({"year": {"min": 1980}}, "bd"),
        ({"year": {"max": 1984}}, "ad"),
        ({"year": {"min": 1980, "max": 1984}}, "d"),
        ({"year": {"min": -9999, "max": 9999}}, "abd"),
        ({"not": {"year": {"min": 1980}}}, "acé"),
        ({"out": {"max": "today"}}, "ab"),
        ({"out": {"max": "now"}}, "a"),
        ({"out": {"min": "now"}}, "bd"),
        ({"out": {"min": "today"}}, "bd"),
        ({"out": {"min": "1979-05-25", "max": "1979-05-25"}}, "a"),
        ({"out": {"max": "1979-05-24"}}, ""),
        ({"out": {"min": "2026-11-28T21:00+01:00", "max": "2026-11-28T15:00:00.5-05:00"}}, "b"),
        ({"out": {"min": "1900-01-01"}}, "abd"),
        ({"not": {"out": {"max": "today"}}}, "cdé"),
        ({"out": "soon"}, "c"),
        ({"title": "Alien"}, "a"),
        ({"title": "alien"}, ""),
        ({"title": "Aliens"}, ""),
        ({"available": True}, "abdé"),
        ({"available": False}, "c"),
        ({"seen": True}, "bd"),
        ({"seen": False}, "acé"),
        ({"item_id": {"any": ["émile", "alien", "who"]}}, "aé"),
        ({"minutes": 117}, "a"),
        ({"minutes": {"min": 1, "max": 117}}, "ab"),
        ({"minutes": {"min": 117.5}}, "d"),
        ({"minutes": {"any": [1, 137.5, "1"]}}, "bd"),
        ({"colour": True}, "a"),
        ({"colour": 1}, "b"),
        ({"colour": 1.0}, "b"),
        ({"colour": {"any": [True, 1]}}, "ab"),
        ({"colour": {"min": 0}}, "b"),
        ({"colour": False}, "c"),
        ({"not": {"colour": False}}, "abdé"),
        ({"studio": "Fox"}, "a"),
        ({"studio": {"any": ["Fox", "fox", "MGM"]}}, "ad"),
        ({"studio": "MGM"}, ""),
        ({"studio": 0}, ""),
        ({"all": [{"tags": {"any": ["Sci-Fi"]}}, {"seen": False}]}, "a"),
        ({"any": [{"year": 1979}, {"studio": "fox"}]}, "ad"),
        ({"any": [{"year": 1979}, {"not": {"any": [{"seen": True}, {"available": True}]}}]}, "ac"),
        ({"tags": {"any": ["Sci-Fi"]}, "seen": True, "year": {"min": 1980}}, "b"),
    ],
)
def test_a_filter_lets_through(raw: object, expected: str) -> None:
    assert let_through(raw) == expected
    assert let_through({"not": {"not": raw}}) == expected
    assert let_through({"not": raw}) == "".join(name for name in "abcdé" if name not in expected)


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ([], "filter"),
        (None, "filter"),
        ("year = 1985", "filter"),
        ({"tags": {}}, "filter.tags"),
        ({"tags": ["x"]}, "filter.tags"),
        ({"tags": {"some": ["x"]}}, "filter.tags.some"),
        ({"tags": {"any": []}}, "filter.tags.any"),
        ({"tags": {"any": ["x"] * 1001}}, "filter.tags.any"),
        ({"tags": {"any": ["x", 7]}}, "filter.tags.any[1]"),
        ({"tags": {"all": [""]}}, "filter.tags.all[0]"),
        ({"tags": {"none": ["x" * 129]}}, "filter.tags.none[0]"),
        ({"year": True}, "filter.year"),
        ({"year": "1985"}, "filter.year"),
        ({"year": 1985.5}, "filter.year"),
        ({"year": 10000}, "filter.year"),
        ({"year": None}, "filter.year"),
        ({"year": {}}, "filter.year"),
        ({"year": {"from": 1}}, "filter.year.from"),
        ({"year": {"min": float("nan")}}, "filter.year.min"),
        ({"title": 7}, "filter.title"),
        ({"title": ""}, "filter.title"),
        ({"title": "\ud800"}, "filter.title"),
        ({"available": 1}, "filter.available"),
        ({"seen": "false"}, "filter.seen"),
        ({"item_id": "alien"}, "filter.item_id"),
        ({"item_id": {}}, "filter.item_id"),
        ({"item_id": {"any": ["x" * 257]}}, "filter.item_id.any[0]"),
        ({"item_id": {"none": ["x"]}}, "filter.item_id.none"),
        ({"all": []}, "filter.all"),
        ({"all": {}}, "filter.all"),
        ({"any": [{}, 7]}, "filter.any[1]"),
        ({"not": []}, "filter.not"),
        ({"all": [{}, {}, {"year": {"min": "x"}}]}, "filter.all[2].year.min"),
        ({"any": [{"not": {"tags": {"any": [7]}}}]}, "filter.any[0].not.tags.any[0]"),
        ({"minutes": None}, "filter.minutes"),
        ({"minutes": [1]}, "filter.minutes"),
        ({"minutes": {}}, "filter.minutes"),
        ({"minutes": {"min": "1"}}, "filter.minutes.min"),
        ({"minutes": {"min": True}}, "filter.minutes.min"),
        ({"minutes": {"max": float("inf")}}, "filter.minutes.max"),
        ({"minutes": float("nan")}, "filter.minutes"),
        ({"minutes": 2e15}, "filter.minutes"),
        ({"minutes": {"any": []}}, "filter.minutes.any"),
        ({"minutes": {"any": [[]]}}, "filter.minutes.any[0]"),
        ({"minutes": {"any": [1], "min": 1}}, "filter.minutes.min"),
        ({"Minutes": 1}, "filter.Minutes"),
        ({"__proto__": 1}, "filter.__proto__"),
        ({"": 1}, "filter."),
    ],
)
def test_what_is_wrong_is_named_by_its_place(raw: object, field: str) -> None:
    assert refused(raw) == [field]


def test_everything_wrong_is_said_at_once_under_the_name_given() -> None:
    with pytest.raises(InvalidInput) as refusal:
        filters.parse({"year": "x", "all": [{"seen": 1}, {"tags": {"any": [1]}}]}, "promote.filter")
    fields = [complaint.field for complaint in refusal.value.complaints]
    assert fields == ["promote.filter.all[0].seen", "promote.filter.all[1].tags.any[0]", "promote.filter.year"]


def test_an_attribute_that_the_catalog_lacks_is_named_with_those_it_has() -> None:
    wanted = filters.parse({"any": [{"year": 1}, {"minute": {"min": 1}}]})
    with pytest.raises(
        InvalidInput,
        match=r"minute: the catalog has no attribute 'minute'; use one of colour, minutes, out, studio$",
    ):
        filters.mask(wanted, CATALOG, SEEN)
    with pytest.raises(InvalidInput, match="remove it"):
        filters.mask(wanted, Catalog.of(["a"], {}), SEEN)
    many = Catalog.of([], {"a": Item("a", attributes={f"a{n:02}": n for n in range(12)})})
    with pytest.raises(InvalidInput, match=r"a09 and 2 more$"):
        filters.mask(wanted, many, SEEN)


def nested(depth: int, raw: object) -> object:
    for _ in range(depth):
        raw = {"not": raw}
    return raw


def test_filters_nest_ten_deep_and_no_deeper() -> None:
    assert let_through(nested(9, {"year": 1985})) == "acdé"
    assert refused(nested(10, {"year": 1985})) == ["filter" + ".not" * 10]
    assert len(refused(nested(900, {}))) == 1


def test_there_are_a_hundred_conditions_and_no_more() -> None:
    assert let_through({"any": [{"year": 1800 + n} for n in range(99)]}) == ""
    assert refused({"any": [{"year": 1800 + n} for n in range(100)]}) == ["filter"]
    wide = {"any": [{"all": [{"year": n} for n in range(100)]} for _ in range(100)]}
    assert refused(wide) == ["filter"]


def test_the_order_of_keys_and_values_does_not_tell_filters_apart() -> None:
    one = {"year": {"min": 1, "max": 2}, "tags": {"any": ["a", "b", "a"]}, "x": {"any": [1, 2.0, "a", True]}}
    same = {"x": {"any": [True, "a", 2, 1]}, "tags": {"any": ["b", "a"]}, "year": {"max": 2, "min": 1}}
    assert filters.parse(one) == filters.parse(same, "elsewhere")
    assert hash(filters.parse(one)) == hash(filters.parse(same))
    assert filters.parse({"x": 1}) != filters.parse({"x": True})


@pytest.mark.parametrize("bound", ["yesterday", "2024-13-01", "2024-02-30", "2024", "", "2024-01-01T25:00"])
def test_a_bound_that_is_no_date_is_refused(bound: str) -> None:
    assert refused({"out": {"min": bound}}) == ["filter.out.min"]
    assert refused({"out": {"min": 3, "max": "today"}}) == ["filter.out.min"]


def test_dates_of_an_attribute_without_any_are_refused_with_a_fix() -> None:
    with pytest.raises(InvalidInput, match=r"filter\.studio: no item has a date as its 'studio'; store dates as"):
        let_through({"studio": {"max": "today"}})


def test_a_mask_of_the_present_moment_is_not_kept() -> None:
    masks = filters.Masks(CATALOG)
    for moment, count in ((NOW_MS, 1), (NOW_MS + 36_000_000, 2)):
        assert masks.of(filters.parse({"out": {"max": "now"}}, now_ms=moment), SEEN).sum() == count
    assert len(masks) == 0


def test_what_is_available_now_wins_over_what_the_catalog_says() -> None:
    now = np.array([False, True, True, True, True])
    assert filters.mask(filters.parse({"available": False}), CATALOG, SEEN, now).tolist() == [True, *[False] * 4]


class TestMasks:
    def test_masks_are_the_same_whether_kept_or_not(self) -> None:
        masks = filters.Masks(CATALOG)
        now = ~CATALOG.available
        for raw in ({"year": 1985}, {"seen": False}, {"year": {"min": 1980}, "seen": False}, {"available": True}):
            wanted = filters.parse(raw)
            for seen in (SEEN, SEEN[:1], SEEN):
                np.testing.assert_array_equal(masks.of(wanted, seen, now), filters.mask(wanted, CATALOG, seen, now))

    def test_what_the_history_does_not_change_is_kept_and_cannot_be_written(self) -> None:
        masks = filters.Masks(CATALOG)
        kept = masks.of(filters.parse({"year": 1985}), SEEN)
        assert masks.of(filters.parse({"year": {"min": 1985, "max": 1985}}), SEEN) is kept
        masks.of(filters.parse({"year": 1985, "seen": False}), SEEN)
        assert len(masks) == 1
        with pytest.raises(ValueError, match="read-only"):
            kept[0] = True

    def test_the_least_recently_asked_for_is_given_up(self) -> None:
        masks = filters.Masks(CATALOG)
        first = masks.of(filters.parse({"year": 1}), SEEN)
        for year in range(2, filters.KEPT + 1):
            masks.of(filters.parse({"year": year}), SEEN)
        assert masks.of(filters.parse({"year": 1}), SEEN) is first
        masks.of(filters.parse({"year": 0}), SEEN)
        assert len(masks) == filters.KEPT
        assert masks.of(filters.parse({"year": 1}), SEEN) is first


DOCUMENT = {"$ref": "#/components/schemas/Filter", "components": {"schemas": {"Filter": filters.FILTER_SCHEMA}}}
SCHEMA = Draft202012Validator(DOCUMENT)

texts = st.text(max_size=3) | st.sampled_from(["today", "now", "2024-01-31", "2024-01-31T10:00Z", "2024-01-31 "])
values = st.booleans() | st.integers(-10, 10**16) | st.floats(allow_nan=False) | texts | st.none()
listed = st.lists(values, max_size=3)
ranges = st.dictionaries(st.sampled_from(["min", "max", "any"]), values | listed, max_size=3)
tagged = st.dictionaries(st.sampled_from(["any", "all", "none", "min"]), listed, max_size=3)
names = st.sampled_from(["tags", "year", "title", "available", "seen", "item_id", "price", "Bad", "x_1", ""])
raw_filters: st.SearchStrategy[Any] = st.recursive(
    st.dictionaries(names, values | ranges | tagged, max_size=3),
    lambda inner: (
        st.dictionaries(st.sampled_from(["all", "any"]), st.lists(inner, max_size=3), max_size=2)
        | st.dictionaries(st.just("not"), inner, max_size=1)
    ),
    max_leaves=5,
)


@settings(max_examples=400)
@given(raw_filters | values)
def test_the_schema_accepts_what_parse_accepts_and_nothing_else(raw: object) -> None:
    try:
        filters.parse(raw)
        accepted = True
    except InvalidInput:
        accepted = False
    assert SCHEMA.is_valid(raw) == accepted


def test_the_schema_is_a_schema_and_the_strategy_meets_both_outcomes() -> None:
    Draft202012Validator.check_schema(DOCUMENT)
    assert SCHEMA.is_valid({"all": [{"year": {"min": 1}}, {"price": {"any": [1, "a", True]}}]})
    assert not SCHEMA.is_valid({"all": [{"year": {"min": "1"}}]})


def test_a_mask_over_many_items_is_what_a_loop_over_them_says() -> None:
    n = 5_000
    described = {
        f"{k:06}": Item(f"{k:06}", f"t{k}", (f"g{k % 20}",), k % 99, attributes={"p": k % 7}) for k in range(n)
    }
    catalog = Catalog.of([], described)
    wanted = filters.parse(
        {"tags": {"any": ["g3"]}, "year": {"min": 5}, "p": {"any": [1, 3]}, "not": {"title": "t143"}}
    )
    expected = [k for k in range(n) if k % 20 == 3 and k % 99 >= 5 and k % 7 in (1, 3) and k != 143]
    assert np.flatnonzero(filters.mask(wanted, catalog, SEEN)).tolist() == expected
