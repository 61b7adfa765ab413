"""Cursors: what earlier pages gave, and nothing else."""

import base64
from collections.abc import Iterable
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.errors import InvalidInput
from doublebill.model.string_table import Ids
from doublebill.service.recommending.cursor import MOST_SHOWN, EarlierPages, read_cursor
from doublebill.service.recommending.requests import CURSOR_LENGTH


def given_of(cursor: str | None, item_ids: Iterable[str]) -> set[str]:
    """Which of a catalog's items a cursor says that earlier pages gave."""
    catalog = Ids.of(sorted(item_ids, key=str.encode))
    return {catalog[number] for number in read_cursor(cursor).items_in(catalog).tolist()}


def test_without_a_cursor_nothing_was_given() -> None:
    assert read_cursor(None).hashes == frozenset()
    assert given_of(None, {"a"}) == set()


@given(st.lists(st.sets(st.text(min_size=1, max_size=20), max_size=30), max_size=5))
def test_a_cursor_holds_what_every_page_before_gave(pages: list[set[str]]) -> None:
    cursor = None
    for page in pages:
        cursor = read_cursor(cursor).next_cursor(page)
        assert cursor is not None
    every = set().union(*pages)
    other = "of no page, with a name longer than any"
    assert given_of(cursor, every | {other}) == every
    assert given_of(cursor, {other}) == set()
    assert given_of(cursor, ()) == set()


def test_items_that_share_a_hash_are_given_together() -> None:
    assert crc32(b"plumless") == crc32(b"buckeroo")
    cursor = read_cursor(None).next_cursor(["plumless"])
    assert given_of(cursor, {"buckeroo", "plumless", "other"}) == {"buckeroo", "plumless"}


def test_the_form_is_as_documented() -> None:
    hashes = sorted([crc32(b"a"), crc32(b"b")])
    data = b"\x01" + b"".join(number.to_bytes(4, "big") for number in hashes)
    assert EarlierPages().next_cursor(["b", "a", "b"]) == base64.urlsafe_b64encode(data).decode().rstrip("=")


def test_pages_end_before_a_cursor_grows_past_what_a_path_carries() -> None:
    ids = [f"item-{number}" for number in range(MOST_SHOWN)]
    longest = EarlierPages().next_cursor(ids[:-1])
    assert longest is not None
    assert len(longest) <= CURSOR_LENGTH
    assert len(read_cursor(longest).hashes) == MOST_SHOWN - 1
    assert EarlierPages().next_cursor(ids) is None


@pytest.mark.parametrize(
    "text",
    ["", "a", "AQ=", "AQAA", "é", "!!!!", "AgAAAAA", base64.urlsafe_b64encode(b"\x01" + b"abcd" * 1001).decode()],
)
def test_what_no_answer_gave_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="the next_cursor of an earlier answer"):
        read_cursor(text)
