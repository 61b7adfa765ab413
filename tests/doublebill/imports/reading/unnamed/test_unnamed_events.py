"""Rows that look like items and repeat their ids are probably events, so the command puts a question to their owner."""

import io

import pytest

from doublebill.errors import InvalidInput
from doublebill.imports.files.table_source import open_table
from doublebill.imports.reading.decide import decide, recognised
from doublebill.imports.reading.flags import ReadingFlags

ORDERS = "order_id,product_id,add_to_cart_order,reordered\n2,33120,1,1\n2,28985,2,1\n3,33120,1,0\n"


def subject_of(text: str, flags: ReadingFlags = ReadingFlags()) -> str:  # noqa: B008  # it is frozen
    """Whether a file has events or items."""
    return decide(recognised(open_table(io.BytesIO(text.encode()), "my.csv")), flags).subject


def test_items_whose_ids_repeat_with_other_cells_are_asked_about() -> None:
    with pytest.raises(InvalidInput) as refusal:
        subject_of(ORDERS)
    question = str(refusal.value)
    assert "the ids in product_id repeat: 1 of the first 3 rows" in question
    assert "--user COLUMN or --user-is NAME" in question
    assert "--items FILE" in question


def test_a_flag_answers_the_question() -> None:
    assert subject_of(ORDERS, ReadingFlags(columns={"order_id": "user"})) == "events"
    assert subject_of(ORDERS, ReadingFlags(person="me")) == "events"
    assert subject_of(ORDERS, ReadingFlags(subject="items")) == "items"


def test_items_of_which_a_few_repeat_or_say_the_same_again_are_items() -> None:
    rows = "".join(f"{number},Name {number}\n" for number in range(40))
    assert subject_of(f"product_id,title\n{rows}3,Other name\n") == "items"
    assert subject_of(f"product_id,title\n{rows}{rows}") == "items"
    assert subject_of("product_id,title\n1,A\n,B\n,C\n") == "items"
