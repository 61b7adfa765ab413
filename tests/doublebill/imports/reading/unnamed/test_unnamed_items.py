"""The item of an event where no column has the name of a thing: an id wins over a name."""

import io

import pytest

from doublebill.errors import InvalidInput
from doublebill.imports.files.table_source import open_table
from doublebill.imports.reading.decide import decide, recognised
from doublebill.imports.reading.event_rows import event_rows
from doublebill.imports.reading.flags import ReadingFlags


def items_of(text: str, flags: ReadingFlags = ReadingFlags()) -> list[object]:  # noqa: B008  # it is frozen
    """The item ids of the events of a file."""
    table = recognised(open_table(io.BytesIO(text.encode()), "my.csv"))
    (block,) = table.blocks()
    return list(event_rows(block, decide(table, flags)).items)


def test_an_id_wins_over_a_name() -> None:
    assert items_of(",user,rating,ID,name\n0,ann,9,13,Catan\n1,bob,8,13,Catan\n") == ["13", "13"]


def test_the_only_id_that_is_left_is_the_item() -> None:
    assert items_of("user_id,anime_id,rating\nann,20,9\nbob,24,8\n") == ["20", "24"]
    assert items_of("user_id,order_id,recipe_id,title\nann,1,20,Soup\nbob,2,24,Pie\n") == ["20", "24"]


def test_an_id_that_counts_the_rows_does_not_identify_items_whose_titles_repeat() -> None:
    assert items_of("id,user,title\n1,ann,Soup\n2,bob,Soup\n") == ["Soup", "Soup"]


def test_two_ids_that_can_be_the_item_are_asked_about() -> None:
    with pytest.raises(InvalidInput, match="several columns can be the item: venue_id, concert_id") as refusal:
        items_of("user_id,venue_id,concert_id\nann,1,2\n")
    assert "--item 'venue_id'" in str(refusal.value)


def test_the_name_of_a_thing_wins_over_other_ids() -> None:
    assert items_of("user,movie,studio_id\nann,Heat,4\n") == ["Heat"]
    assert items_of("user,title,year\nann,Heat,1995\n") == ["Heat (1995)"]
