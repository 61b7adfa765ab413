"""Histories: which events count, and what a store that fails leaves."""

from collections.abc import Sequence

import pytest

from clocks import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import InvalidInput, StoreUnavailable
from doublebill.events import Event
from doublebill.service.recommending.history import UNREAD, History, UserHistories
from doublebill.service.recommending.requests import HistoryItem, RecommendationRequest
from doublebill.stores.histories import Stored
from doublebill.values.event_kinds import DEFAULT_KINDS
from fakes import MemoryHistories
from worlds import FIRST_MS

NOW_MS = FIRST_MS + 1_000_000_000
FOR_EVER = 10**11


def in_time(seconds: float = 5.0) -> Deadline:
    return Deadline(Clock(), seconds)


def histories(*events: Event) -> UserHistories:
    """The histories of these events; a user's id is the pseudonym too."""
    stored = MemoryHistories()
    stored.add("films", events, FOR_EVER)
    return UserHistories(stored, lambda _, user_id: [user_id])


def weights(*events: Event) -> list[tuple[str, float]]:
    return [
        (entry.item_id, entry.weight) for entry in entries(histories(*events).of("films", "ann", NOW_MS, in_time()))
    ]


def test_where_reads_may_be_stale_an_event_counts_a_moment_later() -> None:
    event = Event("ann", "a", "play", 1.0, 1000)
    stored = MemoryHistories()
    stored.add("films", [event], FOR_EVER)
    late = UserHistories(stored, lambda _, user_id: [user_id], consistent=False)
    assert entries(late.of("films", "ann", NOW_MS, in_time())) == []
    stored.add("films", [Event("ann", "b", "play", 1.0, 2000)], FOR_EVER)
    assert [entry.item_id for entry in entries(late.of("films", "ann", NOW_MS, in_time()))] == ["a"]


def entries(history: History) -> Sequence[HistoryItem]:
    return history.entries(DEFAULT_KINDS)[0]


def test_a_history_is_oldest_first() -> None:
    assert weights(Event("ann", "b", "view", 1.0, 2000), Event("ann", "a", "play", 3.0, 1000)) == [
        ("a", 3.0),
        ("b", 1.0),
    ]


def test_of_several_ratings_only_the_newest_counts() -> None:
    assert weights(Event("ann", "a", "rate", 5.0, 1000), Event("ann", "a", "rate", 2.0, 2000)) == [("a", 2.0)]


def test_an_event_that_was_sent_again_with_its_id_counts_once() -> None:
    first, again = Event("ann", "a", "play", 1.0, 1000, "e1"), Event("ann", "a", "play", 1.0, 2000, "e1")
    assert weights(first, again, Event("ann", "a", "play", 1.0, 3000, "e2")) == [("a", 2.0)]


def test_a_dislike_silences_what_was_before_it_and_not_what_comes_after() -> None:
    events = [Event("ann", "a", "play", 9.0, 1000), Event("ann", "a", "dislike", 1.0, 2000)]
    assert weights(*events) == [("a", -2.0)]
    assert weights(*events, Event("ann", "a", "play", 1.0, 3000)) == [("a", -1.0)]
    assert weights(*events, Event("ann", "a", "like", 1.0, 3000)) == [("a", 11.0)]


def test_what_is_skipped_counts_against() -> None:
    assert weights(Event("ann", "a", "skip", 1.0, 1000)) == [("a", -0.5)]


def test_the_stars_of_a_stored_rating_are_known_and_those_of_a_play_are_not() -> None:
    events = Event("ann", "a", "rate", 4.0, 1000), Event("ann", "b", "play", 4.0, 2000)
    told = histories(*events, Event("ann", "a", "rate", 2.0, 3000)).of("films", "ann", NOW_MS, in_time())
    assert [(entry.item_id, entry.rating) for entry in entries(told)] == [("b", None), ("a", 2.0)]


def test_an_event_just_written_is_read() -> None:
    """The store misses the latest write where a read asks for no consistency."""
    assert weights(Event("ann", "a", "play", 1.0, 1000)) == [("a", 1.0)]


@pytest.mark.parametrize("asked", [{}, {"user_id": "ann", "history": ("a",)}])
def test_a_request_names_either_a_user_or_a_history(asked: dict[str, object]) -> None:
    with pytest.raises(InvalidInput, match=r"user_id: (missing|given beside history); give user_id or history"):
        histories().of_request("films", RecommendationRequest(**asked), NOW_MS, in_time())  # type: ignore[arg-type]  # fields by name


def test_a_request_brings_its_history_or_names_whose_is_meant() -> None:
    stored = histories(Event("ann", "a", "play", 1.0, 1000))
    sent = RecommendationRequest(history=("b", HistoryItem("c", -1.0)))
    assert stored.of_request("films", sent, NOW_MS, in_time()) == History([HistoryItem("b"), HistoryItem("c", -1.0)])
    assert stored.of_request("films", RecommendationRequest(history=()), NOW_MS, in_time()) == History([])
    named = stored.of_request("films", RecommendationRequest(user_id="ann"), NOW_MS, in_time())
    assert (entries(named), named.user) == ([HistoryItem("a", 1.0, 1.0)], "ann")


def test_a_user_known_by_pseudonym_has_the_same_history() -> None:
    stored = histories(Event("p-ann", "a", "play", 1.0, 1000))
    by_id = UserHistories(stored.histories, lambda _, user_id: [f"p-{user_id}"]).of("films", "ann", NOW_MS, in_time())
    assert entries(by_id) == entries(stored.of_names("films", ["p-ann"], NOW_MS, in_time()))
    assert by_id.user == "p-ann"
    assert len(entries(by_id)) == 1


class Failing(MemoryHistories):
    """Histories that cannot be read."""

    def read(self, *_: object, **__: object) -> Stored:
        raise StoreUnavailable("DynamoDB: ThrottlingException")


def no_key(catalog: str, user_id: str) -> list[str]:
    raise StoreUnavailable("no key")


@pytest.mark.parametrize(
    "unread",
    [UserHistories(Failing(), lambda _, user_id: [user_id]), UserHistories(MemoryHistories(), no_key)],
    ids=["the store fails", "there is no key"],
)
def test_a_history_that_cannot_be_read_is_empty_and_says_so(unread: UserHistories) -> None:
    assert unread.of("films", "ann", NOW_MS, in_time()) == History(degraded=UNREAD)


def test_a_history_that_comes_too_late_is_empty_and_says_so() -> None:
    stored = histories(Event("ann", "a", "play", 1.0, 1000))
    assert stored.of("films", "ann", NOW_MS, in_time(0.0)) == History(degraded=UNREAD)
