"""Fields of items: every recommending answer gives those that a request names."""

from dataclasses import replace
from typing import Any

import pytest

from doublebill.model.catalog import Catalog
from doublebill.model.items import Item
from doublebill.service.recommending import lists, recommendations, rows
from doublebill.service.recommending.history import History
from doublebill.service.recommending.requests import (
    HistoryItem,
    ListOptions,
    NeighbourOptions,
    RankingRequest,
    RecommendationOptions,
    RowsOptions,
)
from doublebill.service.recommending.responses import Recommendations
from doublebill.service.serving.warm_models import Serving
from tiny_servings import lettered
from worlds import FIRST_MS

NOW_MS = FIRST_MS + 1_000_000_000


def history_of(item_id: str) -> History:
    return History([HistoryItem(item_id)])


def recommended(serving: Serving, history: History, **asked: Any) -> Recommendations:
    return recommendations.recommend("films", serving, history, RecommendationOptions(**asked), NOW_MS)


ITEMS = (
    Item("a", "A", ("x",), 1999, attributes={"minutes": 90, "live": True, "out": "2024-01-01", "score": 0.5}),
    Item("b", attributes={"minutes": "long"}),
    Item("c"),
)


@pytest.fixture
def described() -> Serving:
    made = lettered("abc", {"ca": 3, "cb": 2})
    catalog = Catalog.of("abc", {item.item_id: item for item in ITEMS})
    return replace(made, recommender=replace(made.recommender, catalog=catalog))


FIELDS = ("title", "tags", "year", "minutes", "live", "out", "score", "nobody", "minutes")
OF_A = {
    "title": "A",
    "tags": ["x"],
    "year": 1999,
    "minutes": 90,
    "live": True,
    "out": "2024-01-01",
    "score": 0.5,
}


def test_every_list_gives_the_fields_asked_for_and_names_those_that_no_item_has(described: Serving) -> None:
    options = ListOptions(fields=FIELDS)
    answers: list[Any] = [
        recommended(described, history_of("c"), fields=FIELDS, exclude_seen=True),
        recommendations.rank("films", described, history_of("c"), RankingRequest(("a", "b"), fields=FIELDS), NOW_MS),
        lists.neighbours("films", described, "c", NeighbourOptions(fields=FIELDS), NOW_MS),
        lists.popular("films", described, options, NOW_MS),
        lists.trending("films", described, options, NOW_MS),
    ]
    shown = rows.rows("films", described, history_of("c"), RowsOptions(fields=FIELDS), NOW_MS)
    answers.append({**shown, "recommendations": shown["rows"][0]["items"]})
    for answer in answers:
        assert answer["unknown_fields"] == ["nobody"]
        name = next(name for name in ("recommendations", "neighbours", "popular", "trending") if name in answer)
        entries = {entry["item_id"]: entry["attributes"] for entry in answer[name]}
        assert entries["a"] == OF_A
        assert entries["b"] == {"minutes": "long"}


def test_without_fields_an_answer_has_none(described: Serving) -> None:
    answer = recommended(described, history_of("c"))
    assert "unknown_fields" not in answer
    assert all("attributes" not in entry for entry in answer["recommendations"])


def test_an_item_that_the_model_lacks_has_no_fields(described: Serving) -> None:
    request = RankingRequest(("nope", "a"), fields=("title",))
    ranked = recommendations.rank("films", described, history_of("c"), request, NOW_MS)
    assert [entry["attributes"] for entry in ranked["recommendations"]] == [{"title": "A"}, {}]
