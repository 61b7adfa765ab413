"""Unknown tags: every answer to a filter names those that no item has, with the nearest tag of the catalog."""

from typing import Any

import pytest

from doublebill.model.items import Item
from doublebill.service.recommending import lists, recommendations, rows
from doublebill.service.recommending.eligible import UNKNOWN_TAGS
from doublebill.service.recommending.history import History
from doublebill.service.recommending.requests import (
    HistoryItem,
    ItemSearchOptions,
    ListOptions,
    NeighbourOptions,
    Promotion,
    RecommendationOptions,
    RowsOptions,
)
from doublebill.service.serving.warm_models import Serving
from tiny_servings import lettered
from worlds import FIRST_MS

NOW_MS = FIRST_MS + 1_000_000_000
HISTORY = History([HistoryItem("c")])
UNLIKE = {"tags": {"any": ["Drama", "horror"], "none": ["zzz"]}}


@pytest.fixture
def tagged() -> Serving:
    items = {"a": Item("a", "A", ("Horror", "Drama")), "b": Item("b", "B", ("Comedy", "Horrible"))}
    return lettered("abc", {"ca": 3, "cb": 2}, items)


def recommended(serving: Serving, **asked: Any) -> Any:
    return recommendations.recommend("films", serving, HISTORY, RecommendationOptions(**asked), NOW_MS)


def test_every_answer_with_a_filter_names_unknown_tags_and_the_nearest(tagged: Serving) -> None:
    options = ListOptions(filter=UNLIKE)
    answers: list[Any] = [
        recommended(tagged, filter=UNLIKE),
        rows.rows("films", tagged, HISTORY, RowsOptions(filter=UNLIKE), NOW_MS),
        lists.neighbours("films", tagged, "c", NeighbourOptions(filter=UNLIKE), NOW_MS),
        lists.popular("films", tagged, options, NOW_MS),
        lists.trending("films", tagged, options, NOW_MS),
        lists.search("films", tagged, ItemSearchOptions(q="A", filter=UNLIKE), NOW_MS),
    ]
    for answer in answers:
        assert answer["unknown_tags"] == [{"tag": "horror", "nearest": "Horror"}, {"tag": "zzz"}]


@pytest.mark.parametrize(("typed", "meant"), [("Horor", "Horror"), ("comdey", "Comedy"), ("DRAMA", "Drama")])
def test_mistyped_tags_have_the_tag_that_was_meant(tagged: Serving, typed: str, meant: str) -> None:
    answer = recommended(tagged, filter={"not": {"any": [{"tags": {"all": [typed]}}, {"year": 1999}]}})
    assert answer["unknown_tags"] == [{"tag": typed, "nearest": meant}]


def test_the_filter_of_a_promotion_is_looked_at_too(tagged: Serving) -> None:
    promotion = Promotion({"tags": {"any": ["Horor"]}}, 0.5)
    answer = recommended(tagged, filter={"tags": {"none": ["Horor"]}}, promote=promotion)
    assert answer["unknown_tags"] == [{"tag": "Horor", "nearest": "Horror"}]


def test_tags_that_items_have_are_not_named(tagged: Serving) -> None:
    for options in ({}, {"filter": {"tags": {"any": ["Drama"]}}}, {"filter": {"year": 1999}}):
        assert "unknown_tags" not in recommended(tagged, **options)


def test_of_many_unknown_tags_the_first_are_named(tagged: Serving) -> None:
    answer = recommended(tagged, filter={"tags": {"none": [f"no-{number:03}" for number in range(500)]}})
    assert [one["tag"] for one in answer["unknown_tags"]] == [f"no-{number:03}" for number in range(UNKNOWN_TAGS)]
