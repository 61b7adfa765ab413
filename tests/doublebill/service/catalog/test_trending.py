"""Trending: counts of users that fade, anchored at the newest event."""

import json
import random
from dataclasses import replace

import pytest

from doublebill.errors import StoreUnavailable
from doublebill.event_table import EventTable
from doublebill.events import CLOCK_SKEW_SECONDS, Event
from doublebill.service.catalog import catalog_record, catalogs, trending
from doublebill.service.catalog.trending import DAY_MS, HALF_LIFE_MS, LENGTH, WINDOW_MS, TrendingItems
from fakes import FailingObjects, MemoryObjects, StoppingObjects
from trainings import fill, fill_import, trained
from worlds import FIRST_MS, checkerboard

NOW_MS = 1_800_000_000_000
KEY = "trending/films.json"


def seen(user: str, item_id: str, days_ago: float = 0, kind: str = "view", value: float = 1.0) -> Event:
    return Event(user, item_id, kind, value, round(NOW_MS - days_ago * DAY_MS))


def counted(*events: Event, latest_ms: float = NOW_MS) -> TrendingItems:
    return trending.count(EventTable.of(events), latest_ms)


def stored(objects) -> TrendingItems:
    return TrendingItems.from_bytes(objects.get(KEY).data)


class TestScores:
    def test_a_user_counts_one_now_and_half_after_the_half_life(self):
        days = HALF_LIFE_MS / DAY_MS
        found = counted(
            seen("a", "new"), seen("a", "old", days), seen("b", "old", 2 * days), seen("a", "older", 3 * days)
        )
        assert found == TrendingItems(NOW_MS, (("new", 1.0), ("old", 0.75), ("older", 0.125)))

    def test_a_user_counts_once_by_the_newest_event(self):
        events = [seen("a", "item", days) for days in (6, 3, 9)]
        assert counted(*events, seen("b", "other")).items == (("other", 1.0), ("item", 0.5))

    @pytest.mark.parametrize(
        ("kind", "value", "counts"),
        [
            ("play", 2.5, True),
            ("like", 1.0, True),
            ("rate", 3.0, True),
            ("rate", 0.0, False),
            ("play", 0.0, False),
            ("skip", 1.0, False),
            ("dislike", 1.0, False),
        ],
    )
    def test_what_does_not_speak_for_an_item_counts_nothing(self, kind, value, counts):
        found = counted(seen("a", "other", 3), seen("b", "item", kind=kind, value=value))
        assert found.items == ((("item", 1.0), ("other", 0.5)) if counts else (("other", 1.0),))

    def test_the_window_ends_fourteen_days_before_the_newest_event(self):
        inside, outside = WINDOW_MS / DAY_MS, (WINDOW_MS + 1) / DAY_MS
        for order in (1, -1):
            events = [seen("a", "now"), seen("a", "inside", inside), seen("a", "outside", outside)][::order]
            assert [item_id for item_id, _ in counted(*events).items] == ["now", "inside"]

    def test_the_newest_event_is_the_anchor(self):
        events = [seen("a", "new"), seen("b", "new", 1), seen("a", "old", 5)]
        long_ago = [replace(event, timestamp=event.timestamp - 10**12) for event in events]
        assert counted(*long_ago).items == counted(*events).items
        assert counted(*long_ago).newest_ms == NOW_MS - 10**12

    def test_events_without_a_time_or_from_the_future_count_nothing(self):
        future = replace(seen("a", "future"), timestamp=NOW_MS + 1)
        assert counted(replace(seen("a", "timeless"), timestamp=0), future) == TrendingItems(0, ())
        assert counted(future, latest_ms=NOW_MS + 1).items == (("future", 1.0),)

    def test_ties_go_by_the_bytes_of_the_id_and_the_list_ends(self):
        names = ["b", "a", "é", "Z", "\U0001f600", "\uffee"]
        assert [name for name, _ in counted(*(seen("a", name) for name in names)).items] == sorted(
            names, key=str.encode
        )
        many = counted(*(seen("a", f"item-{number:04d}") for number in range(LENGTH + 1)))
        assert many.items[-1] == (f"item-{LENGTH - 1:04d}", 1.0)

    def test_any_order_of_the_events_gives_the_same_bytes(self):
        chance = random.Random(0)
        events = [
            seen(f"user-{chance.randrange(40)}", f"item-{chance.randrange(9)}", chance.random() * 20)
            for _ in range(900)
        ]
        expected = counted(*events).to_bytes()
        for _ in range(5):
            chance.shuffle(events)
            assert counted(*events).to_bytes() == expected


class TestTheObject:
    def test_comes_back_as_it_was_written(self):
        objects = MemoryObjects()
        found = counted(seen("a", "雪"), seen("a", "b", 1))
        assert trending.write(objects, "films", found)
        assert stored(objects) == found
        told = json.loads(objects.get(KEY).data)
        assert told == {"newest_ms": NOW_MS, "items": [list(pair) for pair in found.items]}

    def test_that_knows_newer_events_is_kept(self):
        objects = MemoryObjects()
        trending.write(objects, "films", counted(seen("a", "new")))
        assert not trending.write(objects, "films", counted(seen("a", "old", 1)))
        assert stored(objects).items == (("new", 1.0),)

    def test_of_equal_age_is_written_over(self):
        objects = MemoryObjects()
        trending.write(objects, "films", counted(seen("a", "one")))
        assert trending.write(objects, "films", counted(seen("a", "two")))
        assert not trending.write(objects, "films", counted(seen("a", "two")))
        assert stored(objects).items == (("two", 1.0),)

    def test_is_not_written_where_nothing_trends(self):
        objects = MemoryObjects()
        assert not trending.write(objects, "films", counted())
        assert objects.held == {}

    @pytest.mark.parametrize("damaged", [b"{", b"[]", b'{"newest_ms": 1, "items": [1]}'])
    def test_that_cannot_be_read_says_so_and_is_written_over(self, damaged):
        objects = MemoryObjects()
        objects.put(KEY, damaged)
        with pytest.raises(StoreUnavailable, match="cannot be read"):
            stored(objects)
        assert trending.write(objects, "films", counted(seen("a", "one")))


@pytest.fixture
def objects():
    """One request a day for forty days; on each, one more user views an item named by the day."""
    made = MemoryObjects()
    for days in range(40):
        fill(made, [seen("a", f"{days:02d} days ago", days)], now_ms=NOW_MS - days * DAY_MS)
    catalog_record.change(made, "films", minimum_users=1)
    return made


class TestRefreshing:
    def test_counts_the_newest_days_of_the_log(self, objects):
        assert trending.refresh(objects, "films")
        found = stored(objects)
        assert found.newest_ms == NOW_MS
        assert [item_id for item_id, _ in found.items] == [f"{days:02d} days ago" for days in range(15)]
        assert dict(found.items)["03 days ago"] == 0.5

    def test_counts_nothing_where_all_trainings_are_private(self, objects):
        catalog_record.change(objects, "films", privacy={"epsilon": 1.0})
        assert not trending.refresh(objects, "films")

    def test_leaves_out_items_of_fewer_users_than_the_catalog_asks_for(self, objects):
        fill(objects, [seen(user, "00 days ago") for user in "bc"], now_ms=NOW_MS)
        trending.refresh(objects, "films")
        catalog_record.change(objects, "films", minimum_users=None)
        fill(objects, [replace(seen("b", "01 days ago"), timestamp=NOW_MS + 1)], now_ms=NOW_MS + 1)
        assert trending.refresh(objects, "films")
        assert [item_id for item_id, _ in stored(objects).items] == ["00 days ago"]

    def test_reads_no_older_days(self, objects):
        counting = StoppingObjects(objects)
        trending.refresh(counting, "films")
        read = [key for name, key in counting.calls if name == "get" and key.startswith("events/")]
        assert len(read) == 15

    def test_reads_the_newest_first_and_no_more_than_it_may(self, objects, monkeypatch):
        for name, most, read in (("MOST_REQUESTS", 3, 3), ("MOST_EVENTS", 2, 2)):
            fresh = objects.copy()
            with monkeypatch.context() as fewer:
                fewer.setattr(trending, name, most)
                trending.refresh(fresh, "films")
            assert [item_id for item_id, _ in stored(fresh).items] == [f"{days:02d} days ago" for days in range(read)]

    def test_says_what_a_training_says_of_the_same_events(self):
        for kind in ("view", "play", "skip"):
            one, other = MemoryObjects(), MemoryObjects()
            for made in (one, other):
                fill(
                    made, [replace(event, kind=kind) if n % 3 == 0 else event for n, event in enumerate(checkerboard())]
                )
            trending.refresh(one, "films")
            trained(other, FIRST_MS)
            assert stored(one) == stored(other)

    def test_keeps_what_a_training_counted_until_the_log_has_something_newer(self, objects):
        fill_import(objects, [seen("b", "00 days ago"), seen("b", "imported", 1)])
        trained(objects, NOW_MS)
        by_training = stored(objects)
        assert dict(by_training.items)["00 days ago"] == 2.0
        assert not trending.refresh(objects, "films")
        assert stored(objects) == by_training
        fill(objects, [replace(seen("c", "fresh"), timestamp=NOW_MS + 1)], now_ms=NOW_MS + 1)
        assert trending.refresh(objects, "films")
        assert stored(objects).newest_ms == NOW_MS + 1

    def test_of_no_events_writes_nothing(self):
        objects = MemoryObjects()
        catalogs.ensure(objects, "films")
        assert not trending.refresh(objects, "films")
        assert KEY not in objects.held

    def test_of_every_catalog_goes_on_after_one_that_fails(self, objects):
        class Throttled(StoppingObjects):
            def get(self, key):
                if key.startswith("events/films/"):
                    raise StoreUnavailable("S3: SlowDown")
                return super().get(key)

        for catalog in ("books", "music"):
            fill(objects, [seen("a", "thing")], catalog)
        trending.refresh(objects, "music")
        assert trending.refresh_all(Throttled(objects)) == {
            "refreshed": ["books"],
            "kept": ["music"],
            "priors": [],
            "failed": {"films": "S3: SlowDown"},
        }


class TestATraining:
    def test_counts_imports_too(self):
        objects = MemoryObjects()
        fill_import(objects, checkerboard())
        trained(objects, FIRST_MS)
        assert stored(objects).newest_ms == checkerboard()[-1].timestamp
        assert len(stored(objects).items) == 12

    def test_lets_no_event_from_the_future_set_the_time(self):
        objects = MemoryObjects()
        late = FIRST_MS + CLOCK_SKEW_SECONDS * 1000 + 1
        fill(objects, [*checkerboard(), Event("user-00", "item-00", "view", 1.0, late)])
        trained(objects, FIRST_MS)
        assert stored(objects).newest_ms == checkerboard()[-1].timestamp

    def test_succeeds_although_what_trends_cannot_be_written(self):
        class Refusing(FailingObjects):
            def create(self, key, data):
                if key == KEY:
                    raise StoreUnavailable("S3: AccessDenied")
                return super().create(key, data)

        objects = MemoryObjects()
        fill(objects, checkerboard())
        assert trained(Refusing(objects), FIRST_MS)["state"] == "succeeded"
        assert KEY not in objects.held
