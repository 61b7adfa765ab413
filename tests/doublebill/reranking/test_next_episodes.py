"""The next episode of a series: first, explained, and still subject to everything that a request says."""

from typing import Any

import pytest

from doublebill.model.items import Item
from doublebill.reranking.next_episodes import MOST_SERIES
from doublebill.service.recommending import recommendations
from doublebill.service.recommending.history import History
from doublebill.service.recommending.requests import HistoryItem, RankingRequest, RecommendationOptions
from doublebill.service.serving.warm_models import Serving
from tiny_servings import lettered

NOW_MS = 1_700_000_000_000
EPISODES = {letter: ("Dark", n) for n, letter in enumerate("abcd")} | {"m": ("Lost", 1), "n": ("Lost", 2)}


def shelf(**taken_down: bool) -> Serving:
    """Series of letters beside the films x and y, to which everything leads."""
    items = {
        letter: Item(letter, tags=(name.lower(),), attributes={"series": name, "episode": number})
        for letter, (name, number) in EPISODES.items()
    }
    edges = {source + target: 9.0 for source in EPISODES for target in "xy"} | {"ad": 1.0, "mx": -2.0, "bn": -3.0}
    serving = lettered("abcdmnxy", edges, items)
    for letter in taken_down:
        serving.available[serving.recommender.catalog.find(letter)] = False
    return serving


def recommended(serving: Serving, history: History, **options: Any) -> list[Any]:
    wanted = RecommendationOptions(n=4, explain=True, **options)
    return list(recommendations.recommend("films", serving, history, wanted, NOW_MS)["recommendations"])


def first(serving: Serving, *history: HistoryItem | str, **options: Any) -> str:
    entries = [entry if isinstance(entry, HistoryItem) else HistoryItem(entry) for entry in history]
    return str(recommended(serving, History(entries), **options)[0]["item_id"])


def test_comes_first_after_the_last_one_of_the_history() -> None:
    assert first(shelf(), "a") == "b"
    assert first(shelf(), "b", "a") == "c"
    assert first(shelf(), "a", "d") == "x"


def test_of_several_series_all_come_first_and_contributions_sum_to_the_scores() -> None:
    entries = recommended(shelf(), History([HistoryItem("a"), HistoryItem("b"), HistoryItem("m")]))
    assert {entry["item_id"] for entry in entries[:2]} == {"c", "n"}
    for entry in entries:
        assert sum(part["contribution"] for part in entry["contributions"]) == pytest.approx(entry["score"])
    rise = {entry["item_id"]: entry["contributions"][0]["item_id"] for entry in entries[:2]}
    assert rise == {"c": "b", "n": "m"}


def test_no_filter_exclusion_or_page_is_overruled() -> None:
    assert first(shelf(b=True), "a") == "x"
    assert first(shelf(), "a", filter={"tags": {"none": ["dark"]}}) == "x"
    assert first(shelf(), "a", exclude=["b"]) == "x"


def test_none_comes_first_after_a_disliked_one() -> None:
    assert first(shelf(), "m", HistoryItem("a", -1.0)) == "n"
    assert first(shelf(), "a", HistoryItem("b", -1.0)) != "c"


def test_only_the_series_met_most_recently_are_continued() -> None:
    letters = "abcdefgh"
    described = {
        letter: Item(letter, attributes={"series": float(place // 2), "episode": float(place % 2)})
        for place, letter in enumerate(letters)
    }
    history = History([HistoryItem(letter, timestamp=float(place)) for place, letter in enumerate("aceg", 1)])
    found = recommended(lettered(letters, {}, described), history)
    assert MOST_SERIES == 3
    assert {entry["item_id"] for entry in found if entry["score"] > 0} == {"d", "f", "h"}


def test_rankings_have_it_first_too() -> None:
    wanted = RankingRequest(["x", "y", "b"])
    ranked = recommendations.rank("films", shelf(), History([HistoryItem("a")]), wanted, NOW_MS)["recommendations"]
    assert [entry["item_id"] for entry in ranked] == ["b", "x", "y"]
