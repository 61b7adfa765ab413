"""Item lines: an item survives being written, and a sequence of updates makes the state that it says."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from doublebill.model.items import Item
from doublebill.model.metadata.item_lines import item_from_line, item_to_line, merged

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
    st.none() | st.integers(0, 9),
    st.none() | st.integers(10, 19),
    st.sets(st.sampled_from(["title", "tags", "attributes.y1", "attributes.y2"])).map(
        lambda names: tuple(sorted(names))
    ),
)


def test_a_line_says_only_what_is_known():
    assert item_to_line(Item("1")) == '{"item_id":"1"}'
    assert item_to_line(Item("1", "Amélie", ("a",), 2001, available=False)) == (
        '{"item_id":"1","title":"Amélie","tags":["a"],"year":2001,"available":false}'
    )


@given(ITEMS)
def test_a_line_gives_the_item_back(item):
    item = replace(item, cleared=tuple(name for name in item.cleared if not getattr(item, name, None)))
    line = item_to_line(item)
    assert "\n" not in line
    assert item_from_line(line) == item


def test_past_the_most_attributes_the_oldest_are_dropped():
    before = Item("m", attributes={f"a{n}": n for n in range(16)})
    update = Item("m", attributes={"a0": "again", "b": 1})
    attributes = merged(before, update).attributes
    assert len(attributes) == 16
    assert (attributes["a0"], attributes["b"], "a1" in attributes) == ("again", 1, False)


def test_a_line_says_which_fields_are_cleared_and_whether_the_item_is_removed():
    cleared = Item("1", attributes={"a": 1}, cleared=("attributes.b", "tags", "title"))
    assert item_to_line(cleared) == '{"item_id":"1","attributes":{"a":1,"b":null},"tags":null,"title":null}'
    assert item_from_line(item_to_line(cleared)) == cleared
    assert item_to_line(Item("1", removed=True)) == '{"item_id":"1","removed":true}'
    assert item_from_line('{"item_id":"1","removed":true}') == Item("1", removed=True)


def test_a_field_that_is_left_out_keeps_its_value_and_a_cleared_one_has_none():
    before = Item("m", "M", ("crime",), 1931, False, {"studio": "Nero", "minutes": 117})
    assert merged(before, Item("m")) == before
    assert merged(before, Item("m", cleared=("tags", "title"))) == Item("m", "", (), 1931, False, before.attributes)
    assert merged(before, Item("m", cleared=("available", "year"))) == Item(
        "m", "M", ("crime",), None, None, before.attributes
    )
    assert merged(before, Item("m", cleared=("attributes",))).attributes == {}
    update = Item("m", attributes={"sound": True}, cleared=("attributes.minutes",))
    assert merged(before, update).attributes == {"studio": "Nero", "sound": True}


def test_an_item_that_was_removed_comes_back_without_what_was_before():
    removed = merged(Item("m", "M"), Item("m", removed=True))
    assert removed == Item("m", removed=True)
    assert merged(removed, Item("m", year=1931, cleared=("title",))) == Item("m", year=1931)
