"""Histories: which events count, what a store that fails leaves, and what of a history a model knows."""

from pathlib import Path

import numpy as np
import pytest

from clocks import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import InvalidInput, StoreUnavailable
from doublebill.events import Event
from doublebill.service.recommending.history import UNREAD, History, Known, UserHistories
from doublebill.service.recommending.requests import HistoryItem, RecommendationRequest
from doublebill.service.serving.warm_models import Serving, Warm
from fake_records import MemoryRecords
from fakes import MemoryHistories, MemoryObjects
from trainings import fill, trained
from worlds import FIRST_MS, checkerboard

NOW_MS = FIRST_MS + 1_000_000_000
FOR_EVER = 10**11


def in_time(seconds: float = 5.0) -> Deadline:
    return Deadline(Clock(), seconds)


def histories(*events: Event) -> UserHistories:
    """The histories of these events; a user's id is the pseudonym too."""
    stored = MemoryHistories()
    stored.add("films", events, FOR_EVER)
    return UserHistories(stored, lambda user_id: user_id)


def weights(*events: Event) -> list[tuple[str, float]]:
    return [(entry.item_id, entry.weight) for entry in histories(*events).of("films", "ann", NOW_MS, in_time()).items]


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


def test_what_is_skipped_counts_against() -> None:
    assert weights(Event("ann", "a", "skip", 1.0, 1000)) == [("a", -0.5)]


def test_the_stars_of_a_stored_rating_are_known_and_those_of_a_play_are_not() -> None:
    events = Event("ann", "a", "rate", 4.0, 1000), Event("ann", "b", "play", 4.0, 2000)
    told = histories(*events, Event("ann", "a", "rate", 2.0, 3000)).of("films", "ann", NOW_MS, in_time())
    assert [(entry.item_id, entry.rating) for entry in told.items] == [("b", None), ("a", 2.0)]


def test_an_event_just_written_is_read() -> None:
    """The store misses the latest write where a read asks for no consistency."""
    assert weights(Event("ann", "a", "play", 1.0, 1000)) == [("a", 1.0)]


@pytest.mark.parametrize("asked", [{}, {"user_id": "ann", "history": ("a",)}])
def test_a_request_names_either_a_user_or_a_history(asked: dict[str, object]) -> None:
    with pytest.raises(InvalidInput, match=r"user_id: found (nothing|both), expected either user_id or history"):
        histories().of_request("films", RecommendationRequest(**asked), NOW_MS, in_time())  # type: ignore[arg-type]  # fields by name


def test_a_request_brings_its_history_or_names_whose_is_meant() -> None:
    stored = histories(Event("ann", "a", "play", 1.0, 1000))
    sent = RecommendationRequest(history=("b", HistoryItem("c", -1.0)))
    assert stored.of_request("films", sent, NOW_MS, in_time()) == History([HistoryItem("b"), HistoryItem("c", -1.0)])
    assert stored.of_request("films", RecommendationRequest(history=()), NOW_MS, in_time()) == History([])
    named = stored.of_request("films", RecommendationRequest(user_id="ann"), NOW_MS, in_time())
    assert named == History([HistoryItem("a", 1.0, 1.0)], "ann")


def test_a_user_known_by_pseudonym_has_the_same_history() -> None:
    stored = histories(Event("p-ann", "a", "play", 1.0, 1000))
    by_id = UserHistories(stored.histories, lambda user_id: f"p-{user_id}").of("films", "ann", NOW_MS, in_time())
    assert by_id == stored.of_pseudonym("films", "p-ann", NOW_MS, in_time())
    assert by_id.user == "p-ann"
    assert len(by_id.items) == 1


class Failing(MemoryHistories):
    """Histories that cannot be read."""

    def newest(self, *_: object, **__: object) -> list[Event]:
        raise StoreUnavailable("DynamoDB: ThrottlingException")


def no_key(user_id: str) -> str:
    raise StoreUnavailable("no key")


@pytest.mark.parametrize(
    "unread",
    [UserHistories(Failing(), str), UserHistories(MemoryHistories(), no_key)],
    ids=["the store fails", "there is no key"],
)
def test_a_history_that_cannot_be_read_is_empty_and_says_so(unread: UserHistories) -> None:
    assert unread.of("films", "ann", NOW_MS, in_time()) == History((), degraded=UNREAD)


def test_a_history_that_comes_too_late_is_empty_and_says_so() -> None:
    stored = histories(Event("ann", "a", "play", 1.0, 1000))
    assert stored.of("films", "ann", NOW_MS, in_time(0.0)) == History((), degraded=UNREAD)


@pytest.fixture
def serving(tmp_path: Path) -> Serving:
    objects = MemoryObjects()
    fill(objects, checkerboard())
    trained(objects, FIRST_MS)
    return Warm(objects, MemoryRecords(), tmp_path, Clock()).serving("films", in_time(60))


def test_of_an_item_met_twice_the_newest_time_and_the_newest_rating_are_known(serving: Serving) -> None:
    history = [
        HistoryItem("item-02", 1.0, 50.0, 4.0),
        HistoryItem("item-00", 1.0, rating=1.0),
        HistoryItem("item-02", 2.0, 40.0, 1.0),
        HistoryItem("item-00", -2.0, rating=3.0),
        HistoryItem("nope", 1.0, 60.0, 5.0),
        HistoryItem("item-04", 1.0, 70.0),
    ]
    known = Known.of(serving.recommender, history)
    assert [serving.recommender.catalog.item_ids[item] for item in known.items] == ["item-02", "item-00", "item-04"]
    expected = serving.recommender.config.weigh(np.array([3.0, -1.0, 1.0]), np.array([50.0, 0.0, 70.0]))
    assert known.weights.tolist() == expected.tolist()
    assert known.liked.tolist() == [True, False, True]
    assert known.timestamps.tolist() == [50.0, 0.0, 70.0]
    np.testing.assert_array_equal(known.ratings, [4.0, 3.0, np.nan])
    assert known.unknown == ["nope"]


def test_of_an_empty_history_nothing_is_known(serving: Serving) -> None:
    known = Known.of(serving.recommender, ())
    assert (len(known.items), len(known.weights), len(known.ratings), known.unknown) == (0, 0, 0, [])


def test_what_counts_against_must_not_come_back_whatever_is_asked(serving: Serving) -> None:
    known = Known.of(serving.recommender, [HistoryItem("item-00", -1.0), HistoryItem("item-02")])
    assert known.seen(serving.recommender, exclude_seen=False).tolist() == known.items[:1].tolist()
    assert known.seen(serving.recommender, exclude_seen=True).tolist() == known.items.tolist()
    assert known.seen(serving.recommender, exclude_seen=None).tolist() == known.items.tolist()
