"""Trial readings count the rows of a file by what an import would make of them."""

import numpy as np

from doublebill.imports.files.blocks import column_of
from doublebill.imports.files.raw_rows import BadRow, RawRow
from doublebill.service.ingesting.file_blocks import ParsedBlock
from doublebill.service.ingesting.trial_reading import events_read, items_read


def block(rows: int, bad: int, ignored: int) -> ParsedBlock:
    """A block of events that are all alike."""
    texts = column_of(["a"] * rows)
    return ParsedBlock(
        lines=np.arange(rows),
        users=texts,
        items=texts,
        kinds=texts,
        event_ids=texts,
        values=np.ones(rows),
        timestamps=np.zeros(rows, np.int64),
        bad=[BadRow(7 + number, "rating", "wrong", "use a number") for number in range(bad)],
        ignored=ignored,
    )


def test_events_are_counted_block_by_block() -> None:
    seen_rows: list[int] = []
    found = events_read([block(3, 1, 0), block(2, 0, 4)], seen_rows.append)
    assert seen_rows == [4, 10]
    assert found.report(max_bad_share=0.5) == {
        "rows": 10,
        "accepted": 5,
        "ignored": 4,
        "bad": {"rating: wrong": {"rows": 1, "first_line": 7, "fix": "use a number"}},
    }


def test_items_are_counted_with_those_that_are_wrong() -> None:
    good, wrong = RawRow(2, {"item_id": "a"}), RawRow(3, {"item_id": ""})
    found = items_read([good, wrong, BadRow(4, "line", "not UTF-8", "convert it")], lambda _: None)
    assert (found.rows, found.accepted, found.bad.count) == (3, 1, 2)


def test_a_file_that_an_import_would_refuse_says_so() -> None:
    few, none = events_read([block(3, 1, 0)], lambda _: None), events_read([block(0, 0, 0)], lambda _: None)
    assert str(few.report()["refused"]).startswith("1 of 4 rows is bad, more than the 5% allowed")
    assert none.report()["refused"] == "it has no rows below its header; nothing was stored"
    assert "refused" not in few.report(max_bad_share=0.3)
