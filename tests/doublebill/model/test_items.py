import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.errors import InvalidInput
from doublebill.model.items import Item, item_from_line, item_to_line, merged, parse_item

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
ITEMS = st.builds(
    Item,
    TEXT,
    st.one_of(st.just(""), TEXT),
    st.lists(TEXT, unique=True, max_size=5).map(tuple),
    st.none() | st.integers(-9999, 9999),
    st.none() | st.booleans(),
    st.dictionaries(
        st.from_regex(r"x[a-z0-9_]{0,9}", fullmatch=True), st.booleans() | st.floats(-1e15, 1e15) | TEXT, max_size=5
    ),
)


def test_an_item_is_read_from_a_mapping():
    raw = {"item_id": "0012", "title": "Heat", "tags": ["Crime", "Action", "Crime"], "year": 1995, "available": True}
    assert parse_item(raw) == Item("0012", "Heat", ("Crime", "Action"), 1995, available=True)


def test_an_item_needs_nothing_but_its_id():
    assert parse_item({"item_id": "1", "title": None, "tags": None, "year": None, "available": None}) == Item("1")


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({}, "item_id"),
        ({"item_id": ""}, "item_id"),
        ({"item_id": 7}, "item_id"),
        ({"item_id": "x" * 257}, "item_id"),
        ({"item_id": "1", "title": 7}, "title"),
        ({"item_id": "1", "title": "x" * 513}, "title"),
        ({"item_id": "1", "title": "\ud800"}, "title"),
        ({"item_id": "1", "tags": "Crime"}, "tags"),
        ({"item_id": "1", "tags": ["x"] * 65}, "tags"),
        ({"item_id": "1", "tags": ["x", ""]}, "tags[1]"),
        ({"item_id": "1", "tags": [None]}, "tags[0]"),
        ({"item_id": "1", "tags": ["x" * 129]}, "tags[0]"),
        ({"item_id": "1", "year": "1995"}, "year"),
        ({"item_id": "1", "year": True}, "year"),
        ({"item_id": "1", "year": 10_000}, "year"),
        ({"item_id": "1", "year": 1995.5}, "year"),
        ({"item_id": "1", "available": 1}, "available"),
        ({"item_id": "1", "mood": "glad"}, "mood"),
        ({"item_id": "1", "attributes": [1]}, "attributes"),
        ({"item_id": "1", "attributes": {f"a{n}": 1 for n in range(17)}}, "attributes"),
        ({"item_id": "1", "attributes": {"Mood": 1}}, "attributes.Mood"),
        ({"item_id": "1", "attributes": {"a" * 33: 1}}, "attributes." + "a" * 33),
        ({"item_id": "1", "attributes": {"year": 1}}, "attributes.year"),
        ({"item_id": "1", "attributes": {"not": 1}}, "attributes.not"),
        ({"item_id": "1", "attributes": {"a\n": 1}}, "attributes.a\n"),
        ({"item_id": "1", "attributes": {7: 1}}, "attributes.7"),
        ({"item_id": "1", "attributes": {"mood": [1]}}, "attributes.mood"),
        ({"item_id": "1", "attributes": {"mood": ""}}, "attributes.mood"),
        ({"item_id": "1", "attributes": {"mood": "x" * 257}}, "attributes.mood"),
        ({"item_id": "1", "attributes": {"mood": "\ud800"}}, "attributes.mood"),
        ({"item_id": "1", "attributes": {"mood": float("nan")}}, "attributes.mood"),
        ({"item_id": "1", "attributes": {"mood": float("-inf")}}, "attributes.mood"),
        ({"item_id": "1", "attributes": {"mood": 10**15 + 1}}, "attributes.mood"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(raw, field):
    with pytest.raises(InvalidInput) as refusal:
        parse_item(raw)
    assert [complaint.field for complaint in refusal.value.complaints] == [field]


def test_attributes_are_truths_numbers_and_texts():
    told = {"seen_by_critics": True, "price": -1e15, "count": 10**15, "label": "x" * 256, "a" * 32: 0, "gone": None}
    item = parse_item({"item_id": "1", "attributes": told})
    del told["gone"]
    assert item.attributes == told
    assert [type(item.attributes[name]) for name in told] == [bool, float, int, str, int]


def test_everything_wrong_is_said_at_once():
    with pytest.raises(InvalidInput) as refusal:
        parse_item({"title": 7, "tags": 7, "year": 7.5, "available": 7, "mood": 7})
    fields = [complaint.field for complaint in refusal.value.complaints]
    assert fields == ["mood", "item_id", "title", "tags", "year", "available"]


def test_the_longest_of_everything_is_accepted():
    item = Item("i" * 256, "t" * 512, tuple(f"{n:0128}" for n in range(64)), -9999, available=False)
    raw = {"item_id": item.item_id, "title": item.title, "tags": list(item.tags), "year": -9999, "available": False}
    assert parse_item(raw) == item


def test_a_line_says_only_what_is_known():
    assert item_to_line(Item("1")) == '{"item_id":"1"}'
    assert item_to_line(Item("1", "Amélie", ("a",), 2001, available=False)) == (
        '{"item_id":"1","title":"Amélie","tags":["a"],"year":2001,"available":false}'
    )


@given(ITEMS)
def test_a_line_gives_the_item_back(item):
    line = item_to_line(item)
    assert "\n" not in line
    assert item_from_line(line) == item


def test_past_the_most_attributes_the_oldest_are_dropped():
    before = Item("m", attributes={f"a{n}": n for n in range(16)})
    update = Item("m", attributes={"a0": "again", "b": 1})
    attributes = merged(before, update).attributes
    assert len(attributes) == 16
    assert (attributes["a0"], attributes["b"], "a1" in attributes) == ("again", 1, False)
