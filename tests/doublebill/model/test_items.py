import pytest

from doublebill.errors import InvalidInput
from doublebill.model.items import Item, parse_item


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


def test_null_and_empty_values_clear_fields_where_they_may():
    raw = {"item_id": "1", "title": "", "tags": [], "year": None, "attributes": {"mood": None, "size": 3}}
    item = parse_item(raw, clears=True)
    assert item.cleared == ("attributes.mood", "tags", "title", "year")
    assert item.attributes == {"size": 3}
    assert parse_item(raw) == Item("1", attributes={"size": 3})
    assert parse_item({"item_id": "1", "attributes": None, "available": None}, clears=True).cleared == (
        "attributes",
        "available",
    )


@pytest.mark.parametrize("other", [{"title": "x"}, {"title": None}, {"available": False}, {"attributes": {}}])
def test_a_removal_stands_alone(other):
    with pytest.raises(InvalidInput, match="removed: found beside"):
        parse_item({"item_id": "1", "removed": True, **other})
    assert parse_item({"item_id": "1", "removed": True}).removed
    assert not parse_item({"item_id": "1", "removed": False, **other}).removed
