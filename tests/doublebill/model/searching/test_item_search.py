"""Items are found by what a person types of them, with a wrong letter, without accents, not to the end."""

import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.model.catalog import Catalog
from doublebill.model.items import Item
from doublebill.model.ranking import Ranker
from doublebill.model.searching.plain_words import plain
from doublebill.model.searching.trigrams import Trigrams

FILMS = {
    "1": Item("1", "Terminator, The (1984)", ("action",)),
    "2": Item("2", "Terminator 2: Judgment Day (1991)", ("action",)),
    "3": Item("3", "Amélie (2001)", ("comedy",), attributes={"director": "Jean-Pierre Jeunet"}),
    "4": Item("4", "七人の侍", ("drama",)),
    "5": Item("5", "Comedy of Errors", ("drama",)),
    "untitled": Item("untitled"),
}
RANKS = Ranker.of(np.array([0.1, 0.5, 0.2, 0.2, 0.1, 0.0], np.float32)).ranks
CATALOG = Catalog.of(FILMS, FILMS)
ALL = np.ones(len(FILMS), np.bool_)


def found(query: str, n: int = 10) -> list[str]:
    ranking = CATALOG.search.search(query, RANKS, ALL, n)
    return CATALOG.item_ids.take(ranking.items)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("terminator the", "1"),
        ("terminator 2", "2"),
        ("TERMINATOR 2", "2"),
        ("judg", "2"),
        ("terminater 2", "2"),
        ("trminator", "2"),
        ("ameile", "3"),
        ("amelie", "3"),
        ("Amélie!", "3"),
        ("jeunet", "3"),
        ("七人", "4"),
        ("untitled", "untitled"),
        ("5", "5"),
    ],
)
def test_what_a_person_types_finds_the_item(query: str, first: str) -> None:
    assert found(query)[0] == first


def test_a_title_comes_before_a_tag_of_the_same_words() -> None:
    assert found("comedy")[:2] == ["5", "3"]


def test_of_items_that_are_equally_like_a_query_the_popular_one_is_first() -> None:
    assert found("action") == ["2", "1"]


@pytest.mark.parametrize("query", ["zzzz", "   ", "!?", "\x00", "🎬"])
def test_a_query_that_nothing_is_like_finds_nothing(query: str) -> None:
    assert found(query) == []


def test_items_that_are_not_allowed_are_not_found() -> None:
    ranking = CATALOG.search.search("terminator", RANKS, ALL & (np.arange(len(FILMS)) != 1), 10)
    assert ranking.items.tolist() == [0]


def test_a_catalog_without_items_finds_nothing() -> None:
    empty = Catalog.of([], {})
    assert not len(empty.search.search("alien", np.zeros(0, np.int32), np.zeros(0, np.bool_), 5).items)


texts = st.lists(st.text(string.ascii_lowercase + " é", max_size=12), min_size=1, max_size=8)


@given(texts, st.text(string.ascii_lowercase + " ", max_size=12))
def test_shares_of_trigrams_are_those_of_sets(table: list[str], query: str) -> None:
    def trigrams(text: str) -> set[bytes]:
        raw = text.encode()
        return {raw[n : n + 3] for n in range(len(raw) - 2) if raw[n + 1 : n + 2] != b" "}

    of_query, of_text = Trigrams.of(table).likeness(query)
    typed = f" {plain(query)}"
    wanted = trigrams(typed + " " if typed[-2:-1] == " " else typed)
    for n, text in enumerate(table):
        own = trigrams(f" {plain(text)} ")
        assert of_query[n] == pytest.approx(len(own & wanted) / max(len(wanted), 1))
        assert of_text[n] == pytest.approx(len(own & wanted) / max(len(own), 1))
