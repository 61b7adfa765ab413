"""Cleaning: same events, whatever their order and number, same catalog and interactions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counting import counting
from doublebill.event_table import EventTable
from doublebill.events import Event
from doublebill.fit.clean import Cleaned, clean
from doublebill.model.items import Item
from doublebill.values.event_kinds import DEFAULT_KINDS

A_PLAY = Event("u1", "a", "play", 3.0, 1000)


def weights(cleaned: Cleaned) -> dict[tuple[int, str], float]:
    matrix = cleaned.interactions
    names = [cleaned.catalog.item_ids[item] for item in matrix.items]
    return dict(zip(zip(matrix.users_of_entries().tolist(), names, strict=True), matrix.weights.tolist(), strict=True))


def test_plays_of_an_item_add_up() -> None:
    cleaned = clean([A_PLAY, Event("u1", "a", "play", 2.0, 2000)], {})
    assert weights(cleaned) == {(0, "a"): 5.0}


def test_the_same_event_twice_counts_once() -> None:
    cleaned = clean([A_PLAY, A_PLAY], {})
    assert weights(cleaned) == {(0, "a"): 3.0}
    assert (cleaned.events, cleaned.duplicates) == (1, 1)


def test_an_event_id_tells_events_apart_and_together() -> None:
    first, again = Event("u1", "a", "play", 1.0, 5, "e1"), Event("u1", "a", "play", 1.0, 9, "e1")
    other = Event("u1", "a", "play", 1.0, 5, "e2")
    assert weights(clean([first, again, other], {})) == {(0, "a"): 2.0}


def test_of_several_ratings_the_newest_counts() -> None:
    events = [
        Event("u1", "a", "rate", 5.0, 2000),
        Event("u1", "a", "rate", 1.0, 3000),
        Event("u1", "a", "rate", 4.0, 1000),
    ]
    assert weights(clean(events, {})) == {(0, "a"): 1.0}


def ratings(*events: Event) -> list[tuple[str, float]]:
    cleaned = clean(events, {})
    names = [cleaned.catalog.item_ids[item] for item in cleaned.ratings.items]
    return list(zip(names, cleaned.ratings.weights.tolist(), strict=True))


def test_the_newest_rating_of_an_item_is_kept_in_stars_and_0_is_one() -> None:
    assert ratings(Event("u1", "a", "rate", 5.0, 2000), Event("u1", "a", "rate", 0.0, 3000)) == [("a", 0.0)]
    assert ratings(Event("u1", "a", "rate", 0.5), Event("u1", "b", "play", 3.0)) == [("a", 0.5)]


def test_a_dislike_silences_the_rating_before_it_and_not_the_one_after() -> None:
    disliked = Event("u1", "a", "dislike", 1.0, 2000)
    assert ratings(Event("u1", "a", "rate", 5.0, 1000), disliked) == []
    assert ratings(disliked, Event("u1", "a", "rate", 2.0, 3000)) == [("a", 2.0)]


def test_a_rating_counts_its_stars_whatever_else_happened_with_the_item() -> None:
    assert ratings(Event("u1", "a", "rate", 4.0, 1000), Event("u1", "a", "play", 3.0, 2000)) == [("a", 4.0)]


histories = st.lists(
    st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(sorted(DEFAULT_KINDS)), st.sampled_from([1.0, 2.5])),
    max_size=8,
)


@settings(max_examples=40)
@given(histories)
def test_the_same_events_count_in_training_as_in_a_history(told: list[tuple[str, str, float]]) -> None:
    events = [Event("u1", item, kind, value, 1000 + n) for n, (item, kind, value) in enumerate(told)]
    stars = {event.item_id: event.value for event in counting(reversed(events)) if event.kind == "rate"}
    assert dict(ratings(*events)) == stars
    expected: dict[tuple[int, str], float] = {}
    for event in counting(reversed(events)):
        expected[0, event.item_id] = expected.get((0, event.item_id), 0.0) + DEFAULT_KINDS.weight(event)
    assert weights(clean(events, {})) == pytest.approx(
        {pair: weight for pair, weight in expected.items() if weight > 0}
    )


def test_what_was_disliked_on_balance_is_no_interaction() -> None:
    events = [Event("u1", "a", "view"), Event("u1", "a", "dislike"), Event("u1", "b", "view")]
    assert weights(clean(events, {})) == {(0, "b"): 1.0}


def test_described_items_are_in_the_catalog_even_without_events() -> None:
    cleaned = clean([A_PLAY], {"b": Item("b", "Beta", ("x",), 1999)})
    assert [cleaned.catalog.item_ids[n] for n in range(2)] == ["a", "b"]
    assert (cleaned.catalog.titles[1], cleaned.catalog.tags(1)) == ("Beta", ["x"])


def test_plays_may_be_recommended_again_and_ratings_not() -> None:
    assert clean([A_PLAY], {}).repeatable
    assert not clean([Event("u1", "a", "rate", 4.0)], {}).repeatable


def test_nothing_at_all_is_an_empty_matrix() -> None:
    cleaned = clean([], {})
    assert (cleaned.interactions.n_users, len(cleaned.catalog), cleaned.newest) == (0, 0, 0)


some_events = st.lists(
    st.builds(
        Event,
        st.sampled_from(["u1", "u2", "u3"]),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["play", "rate", "skip"]),
        st.sampled_from([0.1, 1.0, 2.5]),
        st.integers(0, 3),
        st.sampled_from(["", "", "e1"]),
    ),
    max_size=12,
)


@settings(max_examples=40)
@given(some_events, st.randoms())
def test_order_and_repetition_change_no_bit(events: list[Event], random: "np.random.Generator") -> None:
    # two events with one event id may differ: the first of them in content's order counts, so shuffling is safe too
    again = [*events, *events[:3]]
    random.shuffle(again)  # type: ignore[arg-type]  # hypothesis gives a random.Random
    first, second = clean(events, {}), clean(again, {})
    for name in ("indptr", "items", "weights", "timestamps"):
        np.testing.assert_array_equal(getattr(first.interactions, name), getattr(second.interactions, name))
        np.testing.assert_array_equal(getattr(first.ratings, name), getattr(second.ratings, name))


def test_the_pseudonyms_do_not_decide_the_order_of_users() -> None:
    def world(*names: str) -> list[Event]:
        return [Event(names[0], "a", "view"), Event(names[1], "b", "view"), Event(names[1], "a", "view")]

    one, other = (clean(world(*names), {}).interactions for names in (("x", "y"), ("y", "x")))
    assert one.items.tolist() == other.items.tolist()
    assert one.indptr.tolist() == other.indptr.tolist()


@pytest.mark.parametrize("item_id", ["0012", "12", "NaN", "None", "__proto__", "é", "😀", "a b", "\x00"])
def test_ids_are_opaque(item_id: str) -> None:
    cleaned = clean([Event("u1", item_id, "view"), Event("u1", "zz", "view")], {})
    assert cleaned.catalog.item_ids[cleaned.catalog.find(item_id)] == item_id
    assert len(cleaned.interactions.items) == 2


def cleaned_slowly(
    events: list[Event],
) -> tuple[dict[tuple[str, str], tuple[float, int]], dict[tuple[str, str], float]]:
    """Cleans event by event: weight and newest time of each user and item that counts, and the stars of ratings."""
    distinct: dict[tuple[str, ...], Event] = {}
    for event in sorted(events, key=lambda e: (e.user, e.item_id, e.timestamp, e.kind, e.value, e.event_id)):
        content = (event.item_id, event.kind, repr(event.value), str(event.timestamp))
        distinct.setdefault((event.user, event.event_id, *(() if event.event_id else content)), event)
    ordered = sorted(distinct.values(), key=lambda e: (e.user, e.timestamp, e.kind, e.value))
    pairs: dict[tuple[str, str], tuple[float, int]] = {}
    stars: dict[tuple[str, str], float] = {}
    for user in sorted({event.user for event in ordered}):
        for event in counting([event for event in ordered if event.user == user][::-1]):
            weight, newest = pairs.get((user, event.item_id), (0.0, 0))
            pairs[user, event.item_id] = (weight + DEFAULT_KINDS.weight(event), max(newest, event.timestamp))
            if event.kind == "rate":
                stars[user, event.item_id] = event.value
    return {pair: found for pair, found in pairs.items() if found[0] > 0}, stars


any_events = st.lists(
    st.builds(
        Event,
        st.sampled_from(["u1", "u2", "u3"]),
        st.sampled_from(["b", "a", "é", "\U0001f600", "\uffee"]),
        st.sampled_from(sorted(DEFAULT_KINDS)),
        st.sampled_from([0.0, 0.5, 1.0, 3.0]),
        st.integers(0, 3),
        st.sampled_from(["", "", "e1", "e2"]),
    ),
    max_size=14,
)


@given(any_events)
def test_columns_are_cleaned_as_event_by_event(events: list[Event]) -> None:
    pairs, stars = cleaned_slowly(events)
    cleaned = clean(EventTable.of(events), {})
    for matrix, wanted in (
        (cleaned.interactions, [(item, weight, newest) for (_, item), (weight, newest) in pairs.items()]),
        (cleaned.ratings, [(item, value) for (_, item), value in stars.items()]),
    ):
        names = [cleaned.catalog.item_ids[item] for item in matrix.items.tolist()]
        columns = (names, matrix.weights.tolist(), matrix.timestamps.tolist())
        found = [row[: len(wanted[0])] for row in zip(*columns, strict=True)] if wanted else names
        assert sorted(found) == sorted(wanted)
    by_user = [sum(user == one for user, _ in pairs) for one in ("u1", "u2", "u3")]
    assert sorted(np.diff(cleaned.interactions.indptr).tolist()) == sorted(filter(None, by_user))


def test_a_table_and_its_events_are_cleaned_alike() -> None:
    events = [A_PLAY, Event("u2", "b", "rate", 4.0, 5, "e"), Event("u2", "a", "like", 1.0, 7)]
    one, other = clean(events, {}), clean(EventTable.of(events), {})
    assert one.interactions.items.tolist() == other.interactions.items.tolist()
    assert one.interactions.weights.tolist() == other.interactions.weights.tolist()
