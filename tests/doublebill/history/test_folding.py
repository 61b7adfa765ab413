"""Folding: however events are split into pages, sources and tails, they add up to what counts of all of them."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.errors import StoreUnavailable
from doublebill.events import Event
from doublebill.history import bulk
from doublebill.history import page as page_module
from doublebill.history.bulk import NumberedEvents
from doublebill.history.folding import TailEvent, fold
from doublebill.history.page import KEPT_ITEMS, MARKS, NAMED_ITEMS, Page, from_bytes, hash_of, to_bytes
from doublebill.history.reading import LIVE, HistoryContent, read
from doublebill.values.event_kinds import DEFAULT_KINDS

LATER = 10**11
NOW = 1_800_000_000


def in_tail(event: Event, expires: int = LATER) -> TailEvent:
    return TailEvent(event, f"{event.timestamp:013d}#{event.event_id or event.item_id}", expires)


def tail(*events: Event) -> list[TailEvent]:
    return sorted(map(in_tail, events), key=lambda one: one.key)


def stored(page: Page) -> Page:
    """The page as a store gives it back."""
    return from_bytes(to_bytes(page))


@dataclass(frozen=True)
class Counted:
    """What counts of one item, by the definition."""

    weight: float
    count: int
    first: int
    last: int


def counted(events: Sequence[Event]) -> dict[str, Counted]:
    """The slow oracle: of several verdicts on an item the newest counts, and nothing that was before a dislike."""
    found = {}
    for item_id in {event.item_id for event in events}:
        every = [event for event in events if event.item_id == item_id]
        verdicts = [event for event in every if event.kind in ("like", "rate", "dislike")]
        newest = max(verdicts, key=lambda event: (event.timestamp, event.kind, event.value), default=None)
        counting = [event for event in every if event not in verdicts or event is newest]
        if newest is not None and newest.kind == "dislike":
            counting = [event for event in counting if event.timestamp >= newest.timestamp]
        times = [event.timestamp for event in counting]
        weight = sum(DEFAULT_KINDS.weight(event) for event in counting)
        found[item_id] = Counted(weight, len(counting), min(times), max(times))
    return found


def of(content: HistoryContent) -> dict[str, Counted]:
    return {met.item_id: Counted(met.weight, met.count, met.first, met.last) for met in content.items}


def by_hash(content: HistoryContent) -> dict[int, float]:
    return dict(zip(content.older.hashes.tolist(), content.older.weights.tolist(), strict=True))


KINDS = ["play", "play", "view", "purchase", "skip", "like", "rate", "dislike"]
HALVES = st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.5])
"""Values that add up exactly in any order."""


@st.composite
def histories(draw: st.DrawFn, most: int = 25) -> list[Event]:
    """Events of one user, oldest first, no two at one time."""
    kinds = draw(st.lists(st.sampled_from(KINDS), max_size=most))
    return [
        Event("ann", draw(st.sampled_from("abc")), kind, draw(HALVES), 1_700_000_000_000 + n * 1000)
        for n, kind in enumerate(kinds)
    ]


def told_apart(events: Sequence[Event]) -> bool:
    """Whether two times per item and kind say when its events were: a dislike never falls among three or more."""
    pairs = [(event.item_id, event.kind) for event in events if event.kind not in ("like", "rate", "dislike")]
    return all(pairs.count(pair) <= 2 and values_agree(events, pair) for pair in set(pairs)) or not any(
        event.kind == "dislike" for event in events
    )


def values_agree(events: Sequence[Event], pair: tuple[str, str]) -> bool:
    return len({event.value for event in events if (event.item_id, event.kind) == pair}) == 1


@given(histories(), st.lists(st.integers(0, 25), max_size=4))
def test_folding_in_steps_gives_all_that_counts(events: list[Event], cuts: list[int]) -> None:
    ends = [0, *sorted(cuts), len(events)]
    page = None
    for start, end in itertools.pairwise(ends[:-1]):
        page = stored(fold(page, tail(*events[start:end]), DEFAULT_KINDS))
    pages = {LIVE: page} if page else {}
    assert of(read(pages, tail(*events[ends[-2] :]), DEFAULT_KINDS, NOW)) == counted(events)


@given(st.data())
def test_any_split_into_sources_and_tails_gives_all_that_counts(data: st.DataObject) -> None:
    events = data.draw(histories().filter(told_apart))
    places = data.draw(st.lists(st.integers(0, 4), min_size=len(events), max_size=len(events)))
    parts = [[event for event, place in zip(events, places, strict=True) if place == part] for part in range(5)]
    pages = {f"import-{n}": stored(in_bulk(part)) for n, part in enumerate(parts[:2]) if part}
    pages[LIVE] = stored(fold(fold(None, tail(*parts[2]), DEFAULT_KINDS), tail(*parts[3]), DEFAULT_KINDS))
    assert of(read(pages, tail(*parts[4]), DEFAULT_KINDS, NOW)) == counted(events)


@pytest.mark.parametrize(
    ("plays", "counted_plays"), [([1, 2], 0), ([1, 9], 1), ([8, 9], 2), ([8, 9, 10], 3), ([1, 2, 3], 0), ([1, 2, 9], 1)]
)
def test_a_dislike_silences_what_other_sources_have_before_it(plays: list[int], counted_plays: int) -> None:
    def at(second: int, kind: str) -> Event:
        return Event("ann", "a", kind, 1.0, 1_700_000_000_000 + 1000 * second)

    imported = in_bulk([at(second, "play") for second in plays])
    for pages, events in (
        ({"x": imported}, [at(5, "dislike")]),
        ({"x": imported, LIVE: fold(None, tail(at(5, "dislike")), DEFAULT_KINDS)}, []),
        ({LIVE: fold(None, tail(*(at(second, "play") for second in plays)), DEFAULT_KINDS)}, [at(5, "dislike")]),
    ):
        (met,) = read(pages, tail(*events), DEFAULT_KINDS, NOW).items
        assert (met.weight, met.count) == (counted_plays - 2.0, counted_plays + 1)


@given(st.data())
def test_an_event_that_comes_again_changes_nothing(data: st.DataObject) -> None:
    events = data.draw(histories())
    again = data.draw(st.lists(st.sampled_from(events), max_size=20)) if events else []
    page = stored(fold(None, tail(*events), DEFAULT_KINDS))
    assert of(read({LIVE: page}, tail(*again), DEFAULT_KINDS, NOW)) == counted(events)
    assert of(read({LIVE: fold(page, tail(*again), DEFAULT_KINDS)}, (), DEFAULT_KINDS, NOW)) == counted(events)


@given(histories(), st.randoms())
def test_pages_made_in_bulk_equal_those_made_event_by_event(events: list[Event], random: object) -> None:
    shuffled = [*events, *events[::2]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random
    page = in_bulk(shuffled)
    slow = fold(None, tail(*events), DEFAULT_KINDS)
    assert page.items == slow.items
    assert list(page.entries(range(len(page)))) == list(slow.entries(range(len(slow))))


def in_bulk(events: Sequence[Event]) -> Page:
    """The page of the events of one user, made by columns."""
    if not events:
        return fold(None, (), DEFAULT_KINDS)
    items, kinds, ids = (sorted({getattr(event, name) for event in events}) for name in ("item_id", "kind", "event_id"))
    columns = NumberedEvents(
        users=np.zeros(len(events), np.int64),
        items=np.array([items.index(event.item_id) for event in events]),
        kinds=np.array([kinds.index(event.kind) for event in events]),
        values=np.array([event.value for event in events]),
        timestamps=np.array([event.timestamp for event in events], np.int64),
        event_ids=np.array([ids.index(event.event_id) if event.event_id else -1 for event in events]),
        item_ids=items,
        kind_names=kinds,
    )
    ((user, page),) = bulk.pages(columns, DEFAULT_KINDS, np.full(len(events), LATER))
    assert user == 0
    return page


@given(histories())
def test_a_page_comes_back_from_its_bytes(events: list[Event]) -> None:
    page = fold(None, tail(*events), DEFAULT_KINDS)
    again = stored(page)
    assert again.items == page.items
    assert list(again.entries(range(len(again)))) == list(page.entries(range(len(page))))
    assert (again.marks(), again.forgotten, again.began) == (page.marks(), page.forgotten, page.began)
    assert to_bytes(again) == to_bytes(page)


def many(items: int, kind: str = "view", start: int = 0) -> list[TailEvent]:
    events = (Event("ann", f"item-{start + n:05d}", kind, 1.0, 1_700_000_000_000 + start + n) for n in range(items))
    return tail(*events)


def test_older_items_lose_their_ids_and_still_count_as_seen_or_disliked() -> None:
    page = fold(None, many(500, "dislike"), DEFAULT_KINDS)
    page = stored(fold(page, many(KEPT_ITEMS - 500, start=500), DEFAULT_KINDS))
    content = read({LIVE: page}, (), DEFAULT_KINDS, NOW)
    assert [met.item_id for met in content.items] == [f"item-{n:05d}" for n in range(4000, 5000)]
    expected = {hash_of(f"item-{n:05d}"): -2.0 if n < 500 else 1.0 for n in range(4000)}
    assert by_hash(content) == expected
    assert len(fold(page, many(10, start=KEPT_ITEMS), DEFAULT_KINDS)) == KEPT_ITEMS


def test_an_older_item_that_is_met_again_keeps_what_was_counted_before() -> None:
    page = stored(fold(None, many(NAMED_ITEMS + 50, "dislike"), DEFAULT_KINDS))
    again = tail(Event("ann", "item-00007", "play", 1.0, 1_800_000_000_000))
    for content in (
        read({LIVE: page}, again, DEFAULT_KINDS, NOW),
        read({LIVE: stored(fold(page, again, DEFAULT_KINDS))}, (), DEFAULT_KINDS, NOW),
    ):
        (met,) = (one for one in content.items if one.item_id == "item-00007")
        assert (met.weight, met.count, met.verdict and met.verdict.kind) == (-1.0, 2, "dislike")
        assert len(content.items) + len(content.older.hashes) == NAMED_ITEMS + 50


def test_an_item_that_two_sources_name_by_hash_is_one() -> None:
    pages = {name: stored(fold(None, many(NAMED_ITEMS + 50), DEFAULT_KINDS)) for name in ("a", "b")}
    content = read(pages, (), DEFAULT_KINDS, NOW)
    assert len(content.items) == NAMED_ITEMS
    assert by_hash(content) == {hash_of(f"item-{n:05d}"): 1.0 for n in range(50)}


def test_entries_and_events_past_their_time_are_left_out() -> None:
    page = fold(None, [replace(one, expires=NOW + n) for n, one in enumerate(many(3))], DEFAULT_KINDS)
    late = [replace(one, expires=NOW) for one in many(1, start=10)]
    assert list(of(read({LIVE: page}, late, DEFAULT_KINDS, NOW))) == ["item-00001", "item-00002"]
    assert fold(page, late, DEFAULT_KINDS, NOW + 1).items == ["item-00002"]


def test_an_event_that_lost_its_mark_is_not_counted_twice() -> None:
    first = tail(*(Event("ann", "a", "play", 1.0, 1_700_000_000_000 + n) for n in range(10)))
    page = fold(None, first, DEFAULT_KINDS)
    for start in range(0, 2 * MARKS, 500):  # of a few items, so that the first one stays among the newest
        others = [
            replace(one, event=replace(one.event, item_id=f"item-{start}")) for one in many(500, start=start + 100)
        ]
        page = stored(fold(page, others, DEFAULT_KINDS))
    assert len(page.marks()) == MARKS
    counted_plays = {met.item_id: met.count for met in read({LIVE: page}, first, DEFAULT_KINDS, NOW).items}
    assert counted_plays["a"] == 10


def test_a_page_of_the_longest_ids_fits_into_a_row() -> None:
    ids = ["".join(chr(0x1F300 + (n * 7919 + place * 104729) % 700) for place in range(256)) for n in range(1200)]
    events = (Event("ann", item_id, "play", 1 / 3, 1_700_000_000_000 + 977 * n) for n, item_id in enumerate(ids))
    assert len(to_bytes(fold(None, tail(*events), DEFAULT_KINDS))) < 400_000


@pytest.mark.parametrize("data", [b"", b"\x02later", b"\x01cut", to_bytes(fold(None, many(5), DEFAULT_KINDS))[:-9]])
def test_bytes_that_are_no_page_are_refused(data: bytes) -> None:
    with pytest.raises(StoreUnavailable, match=r"update doublebill|run doublebill repair"):
        from_bytes(data)


def test_a_page_that_no_row_holds_loses_its_oldest_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(1)
    kinds = ("view", "play", "purchase")
    events = [
        Event("u", f"{random.integers(1 << 62):x}", kind, random.random(), NOW * 1000 + n)
        for n in range(1500)
        for kind in kinds
    ]
    whole = fold(None, tail(*events), DEFAULT_KINDS)
    monkeypatch.setattr(page_module, "MOST_BYTES", len(to_bytes(whole)) // 3)
    kept = stored(whole)
    assert len(to_bytes(whole)) <= page_module.MOST_BYTES
    assert 100 < len(kept) < len(whole)
    assert kept.items == whole.items[: len(kept)]
    assert list(kept.entries(range(len(kept)))) == list(whole.entries(range(len(kept))))
