"""Rows: one for each item that leads somewhere, newest first, no item in two of them, nothing that was ruled out."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.model.metadata.windows import NO_WINDOWS
from doublebill.service.recommending import recommendations
from doublebill.service.recommending.history import UNREAD, History
from doublebill.service.recommending.requests import HistoryItem, RecommendationOptions, RowsOptions
from doublebill.service.recommending.responses import Rows
from doublebill.service.recommending.rows import rows
from doublebill.service.registry import recommendation_ids
from doublebill.service.serving.loaded_models import Serving
from tiny_servings import VERSION, World, histories, lettered, liked_and_disliked, worlds

NOW_MS = 1_700_000_000_000


def serving() -> Serving:
    """a leads to c, d, e; b to c and f; g to nothing but b."""
    return lettered("abcdefg", {"ac": 3, "ad": 2, "ae": 1, "bc": 5, "bf": 4, "gb": 1})


def made(history: History, **asked: object) -> Rows:
    return rows("films", serving(), history, RowsOptions(**asked), NOW_MS)  # type: ignore[arg-type]  # fields by name


def shown(told: Rows) -> list[tuple[str, list[str]]]:
    return [(row["source"]["item_id"], [entry["item_id"] for entry in row["items"]]) for row in told["rows"]]


def met(*entries: tuple[str, float]) -> History:
    return History([HistoryItem(item_id, 1.0, time) for item_id, time in entries])


def test_the_newest_item_comes_first_and_takes_what_both_lead_to() -> None:
    assert shown(made(met(("a", 2.0), ("b", 1.0)))) == [("a", ["c", "d", "e"]), ("b", ["f"])]
    assert shown(made(met(("a", 1.0), ("b", 2.0)))) == [("b", ["c", "f"]), ("a", ["d", "e"])]


def test_without_times_what_stands_later_in_the_history_is_newer() -> None:
    assert [source for source, _ in shown(made(History([HistoryItem("a"), HistoryItem("b")])))] == ["b", "a"]


def test_as_many_rows_and_items_as_asked_for() -> None:
    assert shown(made(met(("a", 2.0), ("b", 1.0)), rows=1, n=2)) == [("a", ["c", "d"])]


def test_what_leads_nowhere_takes_no_row() -> None:
    assert shown(made(met(("g", 3.0), ("b", 2.0), ("a", 1.0)), rows=2)) == [("b", ["c", "f"]), ("a", ["d", "e"])]


def test_what_counts_against_is_no_source_and_comes_in_no_row() -> None:
    history = History([HistoryItem("a"), HistoryItem("b", -1.0), HistoryItem("c", -1.0), HistoryItem("g")])
    assert shown(made(history, exclude_seen=False)) == [("a", ["d", "e"])]


def test_an_item_of_the_history_may_come_back_but_never_in_its_own_row() -> None:
    assert shown(made(met(("g", 2.0), ("a", 1.0)), exclude_seen=False))[0] == ("g", ["b"])
    assert shown(made(met(("b", 1.0), ("g", 2.0)), exclude_seen=False)) == [("g", ["b"]), ("b", ["c", "f"])]


def test_an_empty_history_has_no_rows_and_is_cold() -> None:
    told = made(History((), degraded=UNREAD))
    assert (told["rows"], told["cold"], told["degraded"]) == ([], True, UNREAD)


def test_rows_are_headed_by_who_answered_when_and_how_well() -> None:
    late = dataclasses.replace(serving(), degraded="late")
    told = rows("films", late, History([HistoryItem("nope"), HistoryItem("a")], degraded=UNREAD), RowsOptions(), NOW_MS)
    assert (told["catalog"], told["model_version"], told["degraded"]) == ("films", VERSION, f"late; {UNREAD}")
    assert (told["cold"], told["unknown_items"]) == (False, ["nope"])
    assert recommendation_ids.parse(told["recommendation_id"]) == (VERSION, NOW_MS)


@given(
    worlds(), histories, st.none() | st.booleans(), st.none() | st.just({"tags": {"none": ["loud"]}}), st.integers(1, 6)
)
def test_no_item_is_in_two_rows_nothing_ruled_out_is_in_any_and_scores_are_explained(
    world: World, history: History, exclude_seen: bool | None, filter_: object, n: int
) -> None:
    options = RowsOptions(rows=n, n=n, exclude_seen=exclude_seen, filter=filter_, explain=True)
    told = rows("films", world.serving, history, options, NOW_MS)
    liked, disliked = liked_and_disliked(history)
    default = world.serving.recommender.config.exclude_seen
    every = default if exclude_seen is None else exclude_seen
    quiet = {item.item_id for item in world.items.values() if "loud" not in item.tags}
    possible = (world.available & (quiet if filter_ else set(world.items))) - disliked - (liked if every else set())
    found = [entry["item_id"] for row in told["rows"] for entry in row["items"]]
    assert len(found) == len(set(found))
    assert set(found) <= possible
    assert len(told["rows"]) <= n
    assert told["cold"] == (not told["rows"])
    for row in told["rows"]:
        source = row["source"]["item_id"]
        assert source in liked
        assert row["source"].get("title", "") == world.items[source].title
        assert 1 <= len(row["items"]) <= n
        assert source not in [entry["item_id"] for entry in row["items"]]
        for entry in row["items"]:
            (part,) = entry["contributions"]
            assert (part["item_id"], part["share"]) == (source, 1.0)
            assert part["contribution"] == entry["score"] > 0
            assert entry["reason"] == f"because of {world.items[source].title or source}"


@given(worlds(), histories)
def test_a_score_is_what_the_source_adds_to_the_recommendation(world: World, history: History) -> None:
    told = rows("films", world.serving, history, RowsOptions(rows=9), NOW_MS)
    asked = RecommendationOptions(n=20, explain=True)
    whole = recommendations.recommend("films", world.serving, history, asked, NOW_MS)["recommendations"]
    parts = {
        (entry["item_id"], p["item_id"]): p["contribution"]
        for entry in whole
        for p in entry.get("contributions", ())
        if "item_id" in p  # a prior adds to the recommendation, never to a row
    }
    for row in told["rows"]:
        for entry in row["items"]:
            assert parts[entry["item_id"], row["source"]["item_id"]] == pytest.approx(entry["score"])


def test_an_item_that_was_taken_down_heads_no_row_and_one_out_of_its_window_does() -> None:
    history = met(("a", 2.0), ("b", 1.0))
    down = dataclasses.replace(serving(), available=np.array([letter != "a" for letter in "abcdefg"]))
    told = rows("films", down, history, RowsOptions(explain=True), NOW_MS)
    assert shown(told) == [("b", ["c", "f"])]
    closed = dataclasses.replace(serving(), windows=NO_WINDOWS.changed({0: {"available_until": NOW_MS - 1}}))
    assert shown(rows("films", closed, history, RowsOptions(), NOW_MS))[0][0] == "a"
