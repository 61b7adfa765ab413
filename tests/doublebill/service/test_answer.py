"""Answers: which events of a history count, and what is said about them."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from doublebill.config import Config
from doublebill.errors import InvalidInput, NotFound
from doublebill.events import Event
from doublebill.fit.clean import clean
from doublebill.fit.ratings import fit_ratings
from doublebill.service import answer
from doublebill.service.answer import HistoryItem, ListRequest, RecommendationRequest, UserHistories
from doublebill.service.warm import Serving, Warm
from fakes import MemoryHistories, MemoryObjects
from trainings import Clock, fill, trained
from worlds import FIRST_MS, checkerboard

NOW_MS = FIRST_MS + 1_000_000_000
FOR_EVER = 10**11


@pytest.fixture
def serving(tmp_path: Path) -> Serving:
    objects = MemoryObjects()
    fill(objects, checkerboard())
    trained(objects, FIRST_MS)
    return Warm(objects, tmp_path, Clock()).serving("films")


def histories(*events: Event) -> UserHistories:
    """The histories of these events; a user's id is the pseudonym too."""
    stored = MemoryHistories()
    stored.add("films", events, FOR_EVER)
    return UserHistories(stored, lambda user_id: user_id)


def weights(*events: Event) -> list[tuple[str, float]]:
    return [(entry.item_id, entry.weight) for entry in histories(*events).of("films", "ann", NOW_MS // 1000)]


def recommended(serving: Serving, known: UserHistories, **asked: object) -> dict[str, object]:
    request = RecommendationRequest(**asked)  # type: ignore[arg-type]  # fields by name
    return answer.recommend("films", serving, answer.history_of(request, "films", known, NOW_MS), request, NOW_MS)


def test_a_history_is_oldest_first() -> None:
    assert weights(Event("ann", "b", "view", 1.0, 2000), Event("ann", "a", "play", 3.0, 1000)) == [
        ("a", 3.0),
        ("b", 1.0),
    ]


def test_of_several_ratings_only_the_newest_counts() -> None:
    assert weights(Event("ann", "a", "rate", 5.0, 1000), Event("ann", "a", "rate", 2.0, 2000)) == [("a", 2.0)]


def test_an_event_that_was_sent_again_with_its_id_counts_once() -> None:
    first, again = Event("ann", "a", "play", 1.0, 1000, "e1"), Event("ann", "a", "play", 1.0, 2000, "e1")
    assert weights(first, again, Event("ann", "a", "play", 1.0, 3000, "e2")) == [("a", 1.0), ("a", 1.0)]


def test_a_dislike_silences_what_was_before_it_and_not_what_comes_after() -> None:
    events = [Event("ann", "a", "play", 9.0, 1000), Event("ann", "a", "dislike", 1.0, 2000)]
    assert weights(*events) == [("a", -2.0)]
    assert weights(*events, Event("ann", "a", "play", 1.0, 3000)) == [("a", -2.0), ("a", 1.0)]
    assert weights(*events, Event("ann", "a", "like", 1.0, 3000)) == [("a", 9.0), ("a", 2.0)]


def test_what_is_disliked_never_comes_back(serving: Serving) -> None:
    disliked = HistoryItem("item-00", -1.0)
    told = recommended(serving, histories(), history=(disliked, "item-02"), n=100, exclude_seen=False)[
        "recommendations"
    ]
    assert isinstance(told, list)
    assert "item-00" not in {entry["item_id"] for entry in told}
    assert "item-02" in {entry["item_id"] for entry in told}


def test_a_history_that_leads_nowhere_is_cold(serving: Serving) -> None:
    told = recommended(serving, histories(), history=(HistoryItem("item-00", 0.0),))
    assert told["cold"] is True


def test_the_stars_of_a_stored_rating_are_known_and_those_of_a_play_are_not() -> None:
    events = Event("ann", "a", "rate", 4.0, 1000), Event("ann", "b", "play", 4.0, 2000)
    told = histories(*events, Event("ann", "a", "rate", 2.0, 3000)).of("films", "ann", NOW_MS // 1000)
    assert [(entry.item_id, entry.rating) for entry in told] == [("b", None), ("a", 2.0)]


def test_of_an_item_met_twice_the_newest_time_and_the_newest_rating_are_known(serving: Serving) -> None:
    history = [
        HistoryItem("item-02", 1.0, 50.0, 4.0),
        HistoryItem("item-00", 1.0, rating=1.0),
        HistoryItem("item-02", 2.0, 40.0, 1.0),
        HistoryItem("item-00", 1.0, rating=3.0),
        HistoryItem("nope", 1.0, 60.0, 5.0),
        HistoryItem("item-04", 1.0, 70.0),
    ]
    known = answer._known(serving.recommender, history)
    assert [serving.recommender.catalog.item_ids[item] for item in known.items] == ["item-02", "item-00", "item-04"]
    assert known.weights.tolist() == [3.0, 2.0, 1.0]
    assert known.timestamps.tolist() == [50.0, 0.0, 70.0]
    np.testing.assert_array_equal(known.ratings, [4.0, 3.0, np.nan])
    assert known.unknown == ["nope"]


def with_half_life(serving: Serving) -> Serving:
    model = dataclasses.replace(serving.recommender, config=Config(half_life=1.0))
    return dataclasses.replace(serving, recommender=model)


def test_an_older_item_counts_less_where_a_half_life_and_times_say_so(serving: Serving) -> None:
    decaying = with_half_life(serving)
    items = "item-00", "item-01"
    shares = {}
    for name, times in {"none": (None, None), "told": (100.0, 200.0)}.items():
        history = tuple(HistoryItem(item, 1.0, time) for item, time in zip(items, times, strict=True))
        told = recommended(decaying, histories(), history=history, n=12, explain=True)["recommendations"]
        assert isinstance(told, list)
        parts = {
            (entry["item_id"], part["item_id"]): part["contribution"]
            for entry in told
            for part in entry["contributions"]
        }
        shares[name] = parts
        assert all(
            sum(part["contribution"] for part in entry["contributions"]) == pytest.approx(entry["score"])
            for entry in told
        )
    for (item, source), part in shares["told"].items():
        assert part == pytest.approx(shares["none"][item, source] * (0.5 if source == "item-00" else 1.0))


def rating(serving: Serving) -> Serving:
    """The same model, which learnt from twenty users that even items are rated 5 by whoever rates even items 5."""
    events = [
        Event(f"u{u}", f"item-{i:02}", "rate", 5.0 if u % 2 == i % 2 else 1.0)
        for u in range(20)
        for i in range(12)
        if (u + i) % 5
    ]
    learnt = fit_ratings(clean(events, {}).ratings)
    return dataclasses.replace(serving, recommender=dataclasses.replace(serving.recommender, ratings=learnt))


@pytest.mark.parametrize("history", [("item-02",), (HistoryItem("item-02", rating=5.0),), ("nope",)])
def test_ratings_are_predicted_beside_an_order_that_stays_as_it_was(serving: Serving, history: tuple[object]) -> None:
    plain, predicting = (
        recommended(one, histories(), history=history, n=12)["recommendations"] for one in (serving, rating(serving))
    )
    assert isinstance(plain, list)
    assert isinstance(predicting, list)
    assert [{**entry, "predicted_rating": None} for entry in plain] == [
        {**entry, "predicted_rating": None} for entry in predicting
    ]
    assert not any("predicted_rating" in entry for entry in plain)
    assert all(1 <= entry["predicted_rating"] <= 5 for entry in predicting)


def test_a_rating_tells_of_the_rating_of_what_is_alike(serving: Serving) -> None:
    history = (HistoryItem("item-02", rating=5.0), HistoryItem("item-04", rating=5.0))
    told = recommended(rating(serving), histories(), history=history, n=12)["recommendations"]
    assert isinstance(told, list)
    stars = {entry["item_id"]: entry["predicted_rating"] for entry in told}
    assert min(stars["item-00"], stars["item-06"]) > max(stars["item-01"], stars["item-07"]) + 0.5


def test_what_is_skipped_counts_against() -> None:
    assert weights(Event("ann", "a", "skip", 1.0, 1000)) == [("a", -0.5)]


@pytest.mark.parametrize("asked", [{}, {"user_id": "ann", "history": ("a",)}])
def test_a_request_names_either_a_user_or_a_history(asked: dict[str, object]) -> None:
    with pytest.raises(InvalidInput, match=r"user_id: found (nothing|both), expected either user_id or history"):
        answer.history_of(RecommendationRequest(**asked), "films", histories(), NOW_MS)  # type: ignore[arg-type]  # fields by name


def test_a_sent_history_may_mix_ids_and_weighted_entries(serving: Serving) -> None:
    sent = ("item-00", HistoryItem("item-02", -1.0))
    told = recommended(serving, histories(), history=sent, n=3, explain=True)["recommendations"]
    assert isinstance(told, list)
    parts = {part["item_id"]: part["contribution"] for item in told for part in item["contributions"]}
    assert parts["item-00"] > 0
    assert parts["item-02"] < 0


def test_an_item_repeated_a_thousand_times_is_one_item(serving: Serving) -> None:
    once, often = (
        recommended(serving, histories(), history=("item-00",) * times)["recommendations"] for times in (1, 1000)
    )
    assert once == often


def test_unknown_items_are_named_once_and_ignored(serving: Serving) -> None:
    told = recommended(serving, histories(), history=("nope", "item-00", "nope"))
    assert told["unknown_items"] == ["nope"]
    assert told["cold"] is False


def test_only_items_that_are_alike_are_neighbours(serving: Serving) -> None:
    told = answer.neighbours("films", serving, "item-00", ListRequest(n=100))["neighbours"]
    assert isinstance(told, list)
    assert all(entry["score"] > 0 for entry in told)
    assert {entry["item_id"] for entry in told} == {f"item-{n:02}" for n in range(2, 12, 2)}


def test_an_unknown_item_has_no_neighbours(serving: Serving) -> None:
    with pytest.raises(NotFound, match="no item 'nope'"):
        answer.neighbours("films", serving, "nope", ListRequest())
