"""Answers: which events of a history count, and what is said about them."""

from pathlib import Path

import pytest

from doublebill.errors import InvalidInput, NotFound
from doublebill.events import Event
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
