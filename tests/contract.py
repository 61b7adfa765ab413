"""What every implementation of the stores must do: one suite per interface, the same everywhere.

A test class inherits a suite and gives its fixture: `objects`, `histories`, `records`, `secrets` or `jobs` the store
itself. The suites `Concurrent…` are for stores whose conditional writes are atomic; they need the fixture `url` as
well, under which threads and child processes open the same store again.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from doublebill.errors import Conflict, ObjectMissing, StoreUnavailable
from doublebill.events import Event
from doublebill.pseudonyms import Key
from doublebill.stores.histories import StoredPage, open_histories, page_key
from doublebill.stores.objects import open_objects
from doublebill.stores.records import MAX_RECORD_BYTES, open_records
from doublebill.stores.secrets import KeyRing, open_secrets
from processes import PATIENCE_SECONDS, Child, in_processes, in_time, until

NOW = 1_800_000_000
LATER = NOW + 1000

WRITERS = 4
ROUNDS = 12
SWAPS = 10
"""Compare-and-swap increments per writer."""

ADDITIONS = 50
"""Additions to a counter per writer."""

BIG = bytes(range(256)) * 20_000

BAD_KEYS = [
    "",
    "/",
    "a/",
    "/a",
    "a//b",
    ".",
    "..",
    "a/../b",
    "a/.",
    "./a",
    ".a",
    "a/.b",
    "a b",
    "é",
    "a\n",
    "a\0b",
    "a\\b",
]


class ObjectsContract:
    def test_an_object_comes_back_as_it_was_written(self, objects):
        tag = objects.create("a/b.json", b"one")
        stored = objects.get("a/b.json")
        assert (stored.data, stored.etag) == (b"one", tag)

    @pytest.mark.parametrize("data", [b"", b"\0\xff\r\n\x1f\x8b", BIG], ids=["empty", "binary", "5 MB"])
    def test_any_bytes_are_kept_exactly(self, objects, data):
        objects.create("data", data)
        assert objects.get("data").data == data
        objects.put("data", b"x")
        objects.put("data", data)
        assert objects.get("data").data == data

    @pytest.mark.parametrize("data", [b"", BIG], ids=["empty", "5 MB"])
    def test_an_object_can_be_fetched_into_a_file(self, objects, tmp_path, data):
        objects.create("a/b", data)
        objects.fetch("a/b", tmp_path / "fetched")
        assert (tmp_path / "fetched").read_bytes() == data
        objects.delete("a/b")
        assert (tmp_path / "fetched").read_bytes() == data

    def test_a_fetched_file_stays_as_it_was_when_the_object_is_written_over(self, objects, tmp_path):
        tag = objects.create("a", b"one")
        objects.fetch("a", tmp_path / "fetched")
        objects.put("a", b"two")
        objects.replace("a", b"three", objects.get("a").etag)
        assert (tmp_path / "fetched").read_bytes() == b"one"
        assert objects.get_if_changed("a", tag).data == b"three"

    def test_nothing_can_be_fetched_where_nothing_is(self, objects, tmp_path):
        objects.create("a/b", b"one")
        for key in ("a", "a/c"):
            with pytest.raises(ObjectMissing):
                objects.fetch(key, tmp_path / "fetched")

    def test_what_is_not_there_is_missing(self, objects):
        for found in (lambda: objects.get("a/b"), lambda: objects.get_if_changed("a/b", "")):
            with pytest.raises(ObjectMissing):
                found()

    def test_the_folder_of_an_object_is_not_an_object(self, objects):
        objects.put("a/b", b"one")
        for key in ("a", "a/b/c"):
            with pytest.raises(ObjectMissing):
                objects.get(key)

    def test_an_object_is_created_once(self, objects):
        objects.create("a", b"one")
        with pytest.raises(Conflict):
            objects.create("a", b"two")
        assert objects.get("a").data == b"one"

    def test_an_object_is_replaced_by_who_has_its_tag(self, objects):
        tag = objects.create("a", b"one")
        replaced = objects.replace("a", b"two", tag)
        stored = objects.get("a")
        assert (stored.data, stored.etag) == (b"two", replaced)
        assert replaced != tag

    def test_a_stale_tag_replaces_nothing(self, objects):
        tag = objects.create("a", b"one")
        objects.replace("a", b"two", tag)
        with pytest.raises(Conflict):
            objects.replace("a", b"three", tag)
        assert objects.get("a").data == b"two"

    def test_what_is_not_there_cannot_be_replaced(self, objects):
        tag = objects.create("a", b"one")
        objects.delete("a")
        with pytest.raises(Conflict):
            objects.replace("a", b"two", tag)
        with pytest.raises(ObjectMissing):
            objects.get("a")

    def test_put_writes_whatever_was_there(self, objects):
        first = objects.put("a", b"one")
        second = objects.put("a", b"two")
        assert (objects.get("a").data, objects.get("a").etag) == (b"two", second)
        assert first != second

    def test_the_tag_of_a_put_lets_replace(self, objects):
        objects.replace("a", b"two", objects.put("a", b"one"))
        assert objects.get("a").data == b"two"

    def test_an_unchanged_object_is_not_sent_again(self, objects):
        tag = objects.create("a", b"one")
        assert objects.get_if_changed("a", tag) is None

    def test_a_changed_object_is_sent_with_its_new_tag(self, objects):
        tag = objects.create("a", b"one")
        changed = objects.put("a", b"two")
        stored = objects.get_if_changed("a", tag)
        assert (stored.data, stored.etag) == (b"two", changed)

    def test_no_object_has_the_empty_tag(self, objects):
        objects.create("a", b"one")
        assert objects.get_if_changed("a", "").data == b"one"

    def test_keys_come_in_order_by_prefix(self, objects):
        for key in ("b/2", "b/10", "b/1", "a", "b-c/1", "b/sub/x", "bb", "B", "b_"):
            objects.put(key, b"")
        assert list(objects.keys("")) == ["B", "a", "b-c/1", "b/1", "b/10", "b/2", "b/sub/x", "b_", "bb"]
        assert list(objects.keys("b/")) == ["b/1", "b/10", "b/2", "b/sub/x"]
        assert list(objects.keys("b/1")) == ["b/1", "b/10"]
        assert list(objects.keys("b/sub/x")) == ["b/sub/x"]
        assert list(objects.keys("c/")) == []

    def test_an_empty_store_has_no_keys(self, objects):
        assert list(objects.keys("")) == []
        assert list(objects.keys("a/b/")) == []

    def test_a_deleted_object_is_gone_and_may_be_created_again(self, objects):
        objects.create("a/b", b"one")
        objects.delete("a/b")
        objects.delete("a/b")
        assert list(objects.keys("")) == []
        objects.create("a/b", b"two")
        assert objects.get("a/b").data == b"two"

    def test_what_is_no_key_is_refused(self, objects):
        for key in BAD_KEYS:
            for use in (
                objects.get,
                objects.delete,
                lambda key: objects.get_if_changed(key, "tag"),
                lambda key: objects.create(key, b"x"),
                lambda key: objects.replace(key, b"x", "tag"),
                lambda key: objects.put(key, b"x"),
            ):
                with pytest.raises(ValueError, match="not an object key"):
                    use(key)
        assert list(objects.keys("")) == []


class ConcurrentObjectsContract:
    def test_of_many_threads_that_create_one_wins(self, objects):
        gate = threading.Barrier(WRITERS)
        with ThreadPoolExecutor(WRITERS) as pool:
            wins = pool.map(
                lambda writer: _creates(objects, writer, lambda: gate.wait(PATIENCE_SECONDS)), range(WRITERS)
            )
            self.check_one_winner_each(objects, list(wins))

    def test_of_many_processes_that_create_one_wins(self, objects, url):
        wins = in_processes(_creates_at, [(url, writer) for writer in range(WRITERS)], meeting=True)
        self.check_one_winner_each(objects, wins)

    def check_one_winner_each(self, objects, wins):
        for number in range(ROUNDS):
            (winner,) = [writer for writer, won in enumerate(wins) if number in won]
            assert objects.get(f"round-{number}").data == _written_by(winner, number)

    def test_no_increment_of_many_threads_is_lost(self, objects):
        objects.create("counter", b"0")
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(lambda _: _increment(objects), range(WRITERS)))
        assert objects.get("counter").data == b"%d" % (WRITERS * SWAPS)

    def test_no_increment_of_many_processes_is_lost(self, objects, url):
        objects.create("counter", b"0")
        in_processes(_increment_at, [(url,)] * WRITERS)
        assert objects.get("counter").data == b"%d" % (WRITERS * SWAPS)

    def test_a_reader_never_sees_half_an_object(self, objects):
        objects.create("a", b"0" * len(BIG))
        done = threading.Event()

        def read():
            seen = set()
            while not done.is_set():
                seen.add(objects.get("a").data)
            return seen

        with ThreadPoolExecutor(1) as pool:
            reader = pool.submit(read)
            try:
                for number in range(1, 10):
                    objects.put("a", b"%d" % number * len(BIG))
            finally:
                done.set()
            assert reader.result() <= {b"%d" % number * len(BIG) for number in range(10)}

    @pytest.mark.parametrize("written_before", [0, 1, 3, 6])
    def test_a_killed_writer_leaves_whole_bytes_and_no_lock(self, objects, url, written_before):
        objects.create("a", b"0" * len(BIG))
        with Child(_write_for_ever, url) as child:
            for _ in range(1 + written_before):
                child.heard()
            child.kill()
        assert objects.get("a").data in (b"0" * len(BIG), b"1" * len(BIG))
        assert list(objects.keys("")) == ["a"]
        in_time(lambda: objects.replace("a", b"free", objects.get("a").etag))
        in_time(lambda: objects.create("b", b"free"))
        assert [objects.get(key).data for key in ("a", "b")] == [b"free", b"free"]


def _creates_at(url: str, writer: int, meet: Callable[[], object]) -> list[int]:
    return _creates(open_objects(url), writer, meet)


def _creates(objects, writer: int, meet: Callable[[], object]) -> list[int]:
    """The rounds in which this writer was first."""
    won = []
    for number in range(ROUNDS):
        meet()
        try:
            objects.create(f"round-{number}", _written_by(writer, number))
            won.append(number)
        except Conflict:
            continue
    return won


def _written_by(writer: int, number: int) -> bytes:
    """Small and big by turns: what takes long to send loses to what was begun later."""
    return writer.to_bytes() * (len(BIG) if number % 4 == 3 else 1)


def _increment_at(url: str) -> None:
    _increment(open_objects(url))


def _increment(objects) -> None:
    done = 0
    while done < SWAPS:
        stored = objects.get("counter")
        try:
            objects.replace("counter", b"%d" % (int(stored.data) + 1), stored.etag)
            done += 1
        except Conflict:
            continue


def _write_for_ever(url: str, tell: Callable[[Any], None]) -> None:
    objects, number = open_objects(url), 0
    while True:
        tell(number)
        number += 1
        objects.put("a", b"%d" % (number % 2) * len(BIG))


EVENT = Event("user-a", "item-1", "play", 2.5, 1_700_000_000_123)


class HistoriesContract:
    def newest(self, histories, user="user-a", n=100, catalog="films", now=NOW):
        return histories.newest(catalog, user, n, now, consistent=True)

    def test_an_event_comes_back_as_it_was_added(self, histories):
        event = replace(EVENT, event_id="e-1")
        histories.add("films", [event, EVENT], LATER)
        assert sorted(self.newest(histories), key=str) == sorted([event, EVENT], key=str)

    def test_who_did_nothing_has_an_empty_history(self, histories):
        assert self.newest(histories) == []

    def test_nothing_added_is_nothing_stored(self, histories):
        histories.add("films", [], LATER)
        assert self.newest(histories) == []

    def test_the_newest_come_first(self, histories):
        times = [5, 1_700_000_000_000, 0, 9, 10, 4_102_444_800_000]
        histories.add("films", [replace(EVENT, timestamp=time) for time in times], LATER)
        assert [event.timestamp for event in self.newest(histories)] == sorted(times, reverse=True)

    def test_at_equal_times_the_identity_orders(self, histories):
        names = ["b", "a", "é", "Z", "0", "雪", "\U0001f600", "a#b"]
        histories.add("films", [replace(EVENT, event_id=name) for name in names], LATER)
        ordered = [event.event_id for event in self.newest(histories)]
        assert ordered == sorted(names, key=str.encode, reverse=True)

    def test_only_n_are_given(self, histories):
        histories.add("films", [replace(EVENT, timestamp=time) for time in range(1, 61)], LATER)
        for n in (1, 7, 59, 60, 61):
            assert [event.timestamp for event in self.newest(histories, n=n)] == list(range(60, 0, -1))[:n]

    def test_the_same_event_twice_is_one_row(self, histories):
        named = replace(EVENT, event_id="e-1")
        histories.add("films", [EVENT, EVENT, named, named], LATER)
        histories.add("films", [EVENT, named], LATER)
        assert len(self.newest(histories)) == 2

    def test_more_events_than_one_request_takes_are_all_kept(self, histories):
        histories.add("films", (replace(EVENT, timestamp=time) for time in range(1, 131)), LATER)
        assert len(self.newest(histories, n=1000)) == 130

    def test_an_expired_event_is_never_given(self, histories):
        histories.add("films", [EVENT], NOW)
        assert self.newest(histories, now=NOW - 1) == [EVENT]
        assert self.newest(histories, now=NOW) == []
        assert self.newest(histories, now=NOW + 1) == []

    def test_expired_events_do_not_hide_those_behind_them(self, histories):
        old = [replace(EVENT, timestamp=time) for time in range(1, 6)]
        histories.add("films", old, LATER)
        histories.add("films", [replace(EVENT, timestamp=time) for time in range(10, 70)], NOW - 1)
        assert self.newest(histories, n=3) == old[:1:-1]

    def test_an_event_added_again_lives_on(self, histories):
        histories.add("films", [EVENT], NOW)
        histories.add("films", [EVENT], LATER)
        assert self.newest(histories) == [EVENT]

    def test_forgetting_removes_and_counts_every_event_of_the_user(self, histories):
        histories.add("films", [replace(EVENT, timestamp=time) for time in range(1, 41)], LATER)
        histories.add("films", [replace(EVENT, timestamp=50)], NOW - 1)
        assert histories.forget("films", "user-a") == 41
        assert self.newest(histories, now=0) == []
        assert histories.forget("films", "user-a") == 0

    def test_other_users_and_catalogs_are_not_touched(self, histories):
        for catalog, user in (("films", "user-a"), ("films", "user-ab"), ("films", "user"), ("film", "user-a")):
            histories.add(catalog, [replace(EVENT, user=user)], LATER)
        histories.forget("films", "user-a")
        assert self.newest(histories) == []
        assert [event.user for event in self.newest(histories, user="user-ab")] == ["user-ab"]
        assert [event.user for event in self.newest(histories, user="user")] == ["user"]
        assert [event.user for event in self.newest(histories, catalog="film")] == ["user-a"]

    def test_one_call_may_hold_many_users(self, histories):
        histories.add("films", [replace(EVENT, user=f"user-{number}") for number in range(30)], LATER)
        assert all(len(self.newest(histories, user=f"user-{number}")) == 1 for number in range(30))

    def test_any_id_is_kept_exactly(self, histories):
        names = ["雪#雪", "a\0b", "\U0001f600" * 256, "x" * 256, " ", "#", "'; DROP TABLE histories"]
        events = [replace(EVENT, item_id=name, event_id=name, timestamp=9 - n) for n, name in enumerate(names)]
        histories.add("films", [*events, *events], LATER)
        assert self.newest(histories) == events

    def test_long_ids_that_differ_at_their_end_are_two(self, histories):
        names = ["\U0001f600" * 255 + end for end in "ab"]
        histories.add("films", [replace(EVENT, event_id=name) for name in names], LATER)
        assert {event.event_id for event in self.newest(histories)} == set(names)

    def test_values_survive_to_the_last_bit(self, histories):
        values = [0.0, 0.1, 1 / 3, 1e9, 5e-324, 1e-200, 123456789.123456789, 1.0]
        histories.add("films", [replace(EVENT, value=value, timestamp=n) for n, value in enumerate(values)], LATER)
        assert [event.value.hex() for event in self.newest(histories)] == [value.hex() for value in values[::-1]]

    def test_events_that_are_added_together_may_expire_one_by_one(self, histories):
        histories.add_expiring("films", [(replace(EVENT, timestamp=n), NOW + n) for n in range(1, 31)])
        tail = histories.read("films", "user-a", 40, NOW, consistent=True).tail
        assert [(row.event.timestamp, row.expires - NOW) for row in tail] == [(n, n) for n in range(30, 0, -1)]

    def test_without_asking_for_consistency_an_answer_comes_too(self, histories):
        histories.add("films", [EVENT], LATER)
        self.newest(histories)
        assert histories.newest("films", "user-a", 10, NOW) in ([], [EVENT])


class PagesContract:
    """The pages of histories; `HistoriesContract` has the events of their tails."""

    PAGE = StoredPage("user-a", "live", b"\x01\x00\xff" * 20_000, LATER)

    def pages(self, histories, user="user-a", now=NOW):
        return histories.read("films", user, 0, now, consistent=True).pages

    def test_pages_come_back_by_source_without_the_tail(self, histories):
        other = replace(self.PAGE, source="0123abcd", data=b"other")
        histories.put_pages("films", [self.PAGE, other, replace(self.PAGE, user="user-b", data=b"b")])
        histories.add("films", [EVENT], LATER)
        assert self.pages(histories) == {"live": self.PAGE.data, "0123abcd": b"other"}
        assert histories.newest("films", "user-a", 10, NOW, consistent=True) == [EVENT]

    def test_a_page_and_the_newest_of_the_tail_are_read_together(self, histories):
        histories.put_pages("films", [self.PAGE])
        histories.add("films", [replace(EVENT, timestamp=time) for time in range(1, 31)], LATER)
        read = histories.read("films", "user-a", 3, NOW, consistent=True)
        assert dict(read.pages) == {"live": self.PAGE.data}
        assert [(one.event.timestamp, one.expires) for one in read.tail] == [(n, LATER) for n in (30, 29, 28)]
        assert [one.key[:13] for one in read.tail] == [f"{n:013d}" for n in (30, 29, 28)]

    def test_more_pages_than_one_request_takes_are_all_kept(self, histories):
        pages = [replace(self.PAGE, user=f"user-{n}", data=b"%d" % n) for n in range(60)]
        histories.put_pages("films", pages)
        assert all(self.pages(histories, f"user-{n}") == {"live": b"%d" % n} for n in range(60))

    def test_an_expired_page_is_never_given(self, histories):
        histories.put_pages("films", [replace(self.PAGE, expires=NOW)])
        assert self.pages(histories, now=NOW - 1)
        assert self.pages(histories) == {}

    def test_only_who_read_the_last_page_writes_the_next(self, histories):
        found = histories.foldable("films", "user-a", "live", 10)
        assert (found.page, found.revision, found.tail) == (None, 0, [])
        assert histories.swap_page("films", self.PAGE, 0)
        assert not histories.swap_page("films", replace(self.PAGE, data=b"late"), 0)
        second = histories.foldable("films", "user-a", "live", 10)
        assert second.page == self.PAGE.data
        assert histories.swap_page("films", replace(self.PAGE, data=b"second"), second.revision)
        assert not histories.swap_page("films", replace(self.PAGE, data=b"late"), second.revision)
        assert self.pages(histories) == {"live": b"second"}

    def test_the_oldest_of_the_tail_are_to_be_folded_expired_ones_too(self, histories):
        histories.add("films", [replace(EVENT, timestamp=time) for time in range(5, 31)], LATER)
        histories.add("films", [replace(EVENT, timestamp=time) for time in range(1, 5)], NOW - 1)
        tail = histories.foldable("films", "user-a", "live", 6).tail
        assert [one.event.timestamp for one in tail] == [1, 2, 3, 4, 5, 6]
        assert [one.expires for one in tail] == [NOW - 1] * 4 + [LATER] * 2
        histories.remove("films", [("user-a", one.key) for one in tail])
        assert [one.event.timestamp for one in histories.foldable("films", "user-a", "live", 2).tail] == [7, 8]

    def test_pages_are_removed_by_their_key_and_others_stay(self, histories):
        histories.put_pages("films", [replace(self.PAGE, source=name) for name in ("live", "one", "one~b")])
        histories.remove("films", [("user-a", page_key("one")), ("user-b", page_key("live"))])
        assert set(self.pages(histories)) == {"live", "one~b"}

    def test_forgetting_removes_pages_too(self, histories):
        histories.put_pages("films", [self.PAGE])
        histories.add("films", [EVENT], LATER)
        assert histories.forget("films", "user-a") == 2
        assert self.pages(histories) == {}


class ConcurrentHistoriesContract:
    def test_no_event_of_many_threads_is_lost(self, histories):
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(lambda writer: _add_events(histories, writer), range(WRITERS)))
        self.check_all_there(histories)

    def test_no_event_of_many_processes_is_lost(self, histories, url):
        in_processes(_add_events_at, [(url, writer) for writer in range(WRITERS)])
        self.check_all_there(histories)

    def check_all_there(self, histories):
        found = histories.newest("films", "user-a", 1000, NOW, consistent=True)
        assert [event.timestamp for event in found] == list(range(WRITERS * 20 + 1, 0, -1))

    def test_a_killed_writer_leaves_whole_events_and_no_lock(self, histories, url):
        with Child(_add_for_ever, url) as child:
            for _ in range(4):
                told = child.heard()
            child.kill()
        found = histories.newest("films", "user-a", 100_000, NOW, consistent=True)
        times = [event.timestamp for event in found]
        assert set(range(1, told + 1)) <= set(times), "an event whose addition had returned is lost"
        assert found == [replace(EVENT, timestamp=time) for time in times]
        in_time(lambda: histories.add("films", [replace(EVENT, timestamp=10**12)], LATER))
        assert histories.newest("films", "user-a", 1, NOW, consistent=True)[0].timestamp == 10**12


def _once_free[T](call: Callable[[], T]) -> T:
    """Calls it again while others keep the store busy for longer than it waits, as they may on a busy disk."""

    def attempt() -> tuple[T] | None:
        try:
            return (call(),)
        except StoreUnavailable as busy:
            if "locked" not in str(busy):
                raise
            return None

    return until(attempt, "a store that is free")[0]


def _add_events(histories, writer: int) -> None:
    for number in range(20):  # and one that all of them add
        events = [replace(EVENT, timestamp=when) for when in (1, 2 + writer * 20 + number)]
        _once_free(lambda events=events: histories.add("films", events, LATER))


def _add_events_at(url: str, writer: int) -> None:
    _add_events(open_histories(url), writer)


def _add_for_ever(url: str, tell: Callable[[Any], None]) -> None:
    histories, added = open_histories(url), 0
    while True:
        tell(added)
        events = [replace(EVENT, timestamp=added + 1 + number) for number in range(50)]
        _once_free(lambda events=events: histories.add("films", events, LATER))
        added += 50


class RecordsContract:
    def test_a_record_comes_back_as_it_was_put(self, records):
        for data in (b"one", b"", b"\0\xff\r\n", bytes(MAX_RECORD_BYTES)):
            records.put("_popular#films", data)
            assert records.get("_popular#films") == data

    def test_what_was_not_put_is_none(self, records):
        records.put("_popular#films", b"one")
        assert records.get("_popular#film") is None
        assert records.counts("_popular#films", NOW) == {}

    def test_the_first_addition_gives_what_was_added(self, records):
        assert records.add("_usage", "shop", {"requests": 2, "failed": 0}, LATER) == {"requests": 2, "failed": 0}

    def test_additions_give_the_new_totals_of_those_added_to(self, records):
        records.add("_usage", "shop", {"requests": 2, "failed": 1}, LATER)
        assert records.add("_usage", "shop", {"requests": 3}, LATER) == {"requests": 5}
        assert records.add("_usage", "shop", {"clicks": 7, "requests": -1}, LATER) == {"clicks": 7, "requests": 4}
        assert records.counts("_usage", NOW) == {"shop": {"clicks": 7, "failed": 1, "requests": 4}}

    def test_names_and_keys_count_apart(self, records):
        for key, name in (("_usage", "shop"), ("_usage", "shop *"), ("_usage", ""), ("_usages", "shop")):
            records.add(key, name, {"n": 1}, LATER)
        assert records.counts("_usage", NOW) == {"": {"n": 1}, "shop": {"n": 1}, "shop *": {"n": 1}}
        assert records.counts("_usages", NOW) == {"shop": {"n": 1}}
        assert records.counts("_us", NOW) == {}

    def test_names_come_in_order(self, records):
        names = ["shop GET /v1/{catalog}", "Z", "a", "é", "\U0001f600", "record", "count#a"]
        for name in names:
            records.add("_usage", name, {"n": 1}, LATER)
        assert list(records.counts("_usage", NOW)) == sorted(names, key=str.encode)

    def test_a_counter_may_be_called_anything(self, records):
        counts = {"pk": 1, "sk": 2, "expires": 3, "data": 4, "name": 5, "total": 6, "a b": 7, "é": 8, "SELECT": 9}
        assert records.add("_usage", "shop", counts, LATER) == counts
        assert records.counts("_usage", NOW) == {"shop": counts}

    def test_a_record_and_counters_under_one_key_are_both_kept(self, records):
        records.put("_usage", b"one")
        records.add("_usage", "record", {"n": 1}, LATER)
        assert records.get("_usage") == b"one"
        assert records.counts("_usage", NOW) == {"record": {"n": 1}}

    def test_expired_counters_are_left_out(self, records):
        records.add("_usage", "old", {"n": 1, "m": 1}, NOW)
        records.add("_usage", "new", {"n": 1}, NOW + 1)
        assert records.counts("_usage", NOW - 1).keys() == {"new", "old"}
        assert records.counts("_usage", NOW) == {"new": {"n": 1}}

    def test_an_addition_lets_all_counters_of_the_name_live_on(self, records):
        records.add("_usage", "shop", {"n": 1, "m": 1}, NOW)
        records.add("_usage", "shop", {"n": 1}, LATER)
        assert records.counts("_usage", NOW) == {"shop": {"n": 2, "m": 1}}

    def test_many_names_are_all_given(self, records):
        for number in range(120):
            records.add("_usage", f"{number:03}" + "x" * 900, {"n": number}, LATER)
        assert [one["n"] for one in records.counts("_usage", NOW).values()] == list(range(120))

    def test_large_totals_are_exact(self, records):
        records.add("_usage", "shop", {"n": 2**53}, LATER)
        assert records.add("_usage", "shop", {"n": 1}, LATER) == {"n": 2**53 + 1}

    def test_what_no_record_can_be_is_refused(self, records):
        for wrong in (
            lambda: records.get("films#user"),
            lambda: records.counts("", NOW),
            lambda: records.put("films", b""),
            lambda: records.put("_" * 1001, b""),
            lambda: records.put("_popular", bytes(MAX_RECORD_BYTES + 1)),
            lambda: records.add("usage", "shop", {"n": 1}, LATER),
            lambda: records.add("_usage", "x" * 1001, {"n": 1}, LATER),
            lambda: records.add("_usage", "shop", {}, LATER),
            lambda: records.add("_usage", "shop", {str(number): 1 for number in range(21)}, LATER),
        ):
            with pytest.raises(ValueError, match=r"record|counters"):
                wrong()
        assert records.counts("_usage", NOW) == {}


class ConcurrentRecordsContract:
    def test_no_count_of_many_threads_is_lost(self, records):
        with ThreadPoolExecutor(WRITERS) as pool:
            told = list(pool.map(lambda _: _add_counts(records), range(WRITERS)))
        self.check_all_counted(records, told)

    def test_no_count_of_many_processes_is_lost(self, records, url):
        self.check_all_counted(records, in_processes(_add_counts_at, [(url,)] * WRITERS))

    def check_all_counted(self, records, told):
        assert records.counts("_usage", NOW) == {"shop": {"n": WRITERS * ADDITIONS, "m": 2 * WRITERS * ADDITIONS}}
        totals = sorted(total for totals in told for total in totals)
        assert totals == list(range(1, WRITERS * ADDITIONS + 1)), "a total was told twice, or never"

    def test_a_killed_writer_leaves_whole_additions_and_no_lock(self, records, url):
        with Child(_add_counts_for_ever, url) as child:
            for _ in range(4):
                told = child.heard()
            child.kill()
        counted = records.counts("_usage", NOW).get("shop", {"n": 0, "m": 0})
        assert counted["n"] >= told, "an addition that had returned is lost"
        assert counted["m"] == 2 * counted["n"]
        in_time(lambda: records.add("_usage", "shop", {"n": 1}, LATER))
        assert records.counts("_usage", NOW)["shop"]["n"] == counted["n"] + 1


def _add_counts(records) -> list[int]:
    """The totals that this writer was told."""
    return [_once_free(lambda: records.add("_usage", "shop", {"n": 1, "m": 2}, LATER))["n"] for _ in range(ADDITIONS)]


def _add_counts_at(url: str) -> list[int]:
    return _add_counts(open_records(url))


def _add_counts_for_ever(url: str, tell: Callable[[Any], None]) -> None:
    records, added = open_records(url), 0
    while True:
        tell(added)
        _once_free(lambda: records.add("_usage", "shop", {"n": 1, "m": 2}, LATER))
        added += 1


class SecretsContract:
    def test_the_key_is_the_same_for_ever(self, secrets):
        assert secrets.keys() == secrets.keys()

    def test_the_key_is_long_enough_for_pseudonyms(self, secrets):
        assert len(secrets.keys().keys[0].secret) >= 16

    def test_keys_that_were_put_are_the_keys(self, secrets):
        secrets.keys()
        ring = KeyRing([Key(b"another key that tests know"), Key(b"\x00 of an earlier version", False, 17)])
        secrets.put_keys(ring)
        assert secrets.has_key()
        assert secrets.keys() == ring


class ConcurrentSecretsContract:
    def test_processes_that_ask_first_at_once_agree(self, url):
        assert len(set(in_processes(_key_at, [(url,)] * 6))) == 1


def _key_at(url: str) -> bytes:
    return open_secrets(url).keys().keys[0].secret


class JobsContract:
    """`started` waits until as many jobs have begun as it is told, and gives their payloads."""

    def test_a_job_gets_its_payload(self, jobs, started):
        payload = {"catalog": "films", "run": "1-雪", "force": False}
        jobs.start(payload)
        assert started(1) == [payload]

    def test_each_start_is_a_job_of_its_own(self, jobs, started):
        for number in range(3):
            jobs.start({"number": number})
        assert sorted(payload["number"] for payload in started(3)) == [0, 1, 2]
