import datetime
import gzip
import hashlib
import json
from dataclasses import replace

import pytest

from doublebill.event_table import EventTable
from doublebill.events import Event, to_line
from doublebill.service.catalog import event_log
from doublebill.stores.jsonl_gz import pack, unpack
from fakes import MemoryObjects, StoppingObjects
from trainings import fill_import, logged

NOW_MS = 1_700_000_000_000
EVENT = Event("user-a", "item-1", "play", 2.5, NOW_MS, "e-1")


def test_what_was_appended_is_read():
    objects = MemoryObjects()
    events = [EVENT, replace(EVENT, user="user-b", value=1.0, timestamp=0, event_id="")]
    event_log.append(objects, "films", events, NOW_MS)
    assert logged(objects) == events


def test_a_request_is_one_object_under_its_day():
    objects = MemoryObjects()
    event_log.append(objects, "films", [EVENT], NOW_MS)
    (key,) = objects.keys("")
    assert key.startswith("events/films/2023-11-14/1700000000000-")


def test_nothing_that_was_appended_is_ever_written_over():
    objects = MemoryObjects()
    event_log.append(objects, "films", [EVENT], NOW_MS)
    before = dict(objects.held)
    event_log.append(objects, "films", [EVENT], NOW_MS)
    event_log.append(objects, "films", [replace(EVENT, event_id="e-2")], NOW_MS)
    assert len(objects.held) == 2
    assert before.items() <= objects.held.items()


def test_catalogs_whose_names_begin_alike_do_not_mix():
    objects = MemoryObjects()
    event_log.append(objects, "film", [EVENT], NOW_MS)
    fill_import(objects, [EVENT], catalog="film")
    assert logged(objects, "films") == []
    assert logged(objects, "film") == [EVENT, EVENT]


def put_part(objects, import_id, number=0, event=EVENT):
    return event_log.put_part(objects, "films", import_id, number, EventTable.of([event]))


def test_an_import_counts_when_it_is_committed():
    objects = MemoryObjects()
    part = put_part(objects, "import-1")
    put_part(objects, "import-2", event=replace(EVENT, event_id="e-2"))
    assert logged(objects) == []
    assert event_log.committed_import(objects, "films", "import-1") is None
    event_log.commit_import(objects, "films", "import-1", {"accepted": 1}, [part])
    assert logged(objects) == [EVENT]
    assert event_log.committed_import(objects, "films", "import-1") == {"accepted": 1}


def test_the_record_of_an_import_has_the_facts_about_its_parts():
    objects = MemoryObjects()
    part = put_part(objects, "import-1")
    event_log.commit_import(objects, "films", "import-1", {"accepted": 1}, [part])
    data = objects.get("imports/films/import-1/part-00000.npz").data
    assert json.loads(objects.get("imports/films/import-1/import.json").data)["parts"] == [
        {"key": part.key, "rows": 1, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    ]


def test_parts_of_an_attempt_that_was_given_up_do_not_count():
    objects = MemoryObjects()
    put_part(objects, "import-1", number=1, event=replace(EVENT, event_id="e-2"))
    event_log.commit_import(objects, "films", "import-1", {"accepted": 1}, [put_part(objects, "import-1")])
    assert logged(objects) == [EVENT]


def test_an_import_of_an_earlier_version_is_read():
    objects = MemoryObjects()
    for number, event in enumerate([EVENT, replace(EVENT, event_id="e-2")]):
        objects.put(f"imports/films/import-1/part-{number:05d}.jsonl.gz", pack([to_line(event)]))
    objects.put("imports/films/import-1/import.json", json.dumps({"accepted": 2}).encode())
    assert logged(objects) == [EVENT, replace(EVENT, event_id="e-2")]


def test_the_first_commit_of_an_import_stays():
    objects = MemoryObjects()
    event_log.commit_import(objects, "films", "import-1", {"accepted": 1}, [])
    event_log.commit_import(objects, "films", "import-1", {"accepted": 2}, [])
    assert event_log.committed_import(objects, "films", "import-1") == {"accepted": 1}


def test_a_dropped_import_leaves_nothing():
    objects = MemoryObjects()
    for number in range(3):
        put_part(objects, "import-1", number)
    put_part(objects, "import-10")
    event_log.drop_import(objects, "films", "import-1")
    assert [key.split("/")[2] for key in objects.keys("imports/")] == ["import-10"]


def test_ids_with_any_line_separator_stay_one_line():
    objects = MemoryObjects()
    strange = [replace(EVENT, item_id=f"a{end}b") for end in ("\n", "\r", "\x0b", "\x85", "\u2028", "\u2029", "\0")]
    event_log.append(objects, "films", strange, NOW_MS)
    assert logged(objects) == strange


def test_equal_lines_are_equal_bytes_and_come_back():
    lines = ["one", "", "zwei é 雪"]
    assert pack(lines) == pack(iter(lines))
    assert list(unpack(pack(lines))) == lines
    assert list(unpack(pack([]))) == []
    assert gzip.decompress(pack(lines)) == "one\n\nzwei é 雪\n".encode()


class TestTheNewestRequests:
    @pytest.fixture
    def objects(self):
        """Two requests a day on days around a new year, and a newer one of another catalog."""
        made = MemoryObjects()
        for day in ("2023-12-30", "2023-12-31", "2024-01-01", "2024-01-09", "2024-01-10"):
            for hour in (1, 2):
                at = datetime.datetime.fromisoformat(f"{day}T{hour:02d}:00:00+00:00")
                event_log.append(made, "films", [EVENT], round(at.timestamp() * 1000))
        event_log.append(made, "films-2", [EVENT], NOW_MS + 10**11)
        return made

    def days(self, objects, days: int, most: int = 100) -> list[str]:
        keys = list(event_log.newest_requests(objects, "films", days, most))
        assert keys == sorted(keys, reverse=True)
        assert all(key.startswith("events/films/") for key in keys)
        return [key.split("/")[2][2:] for key in keys]

    def test_begin_with_the_newest_day(self, objects):
        assert self.days(objects, days=1) == ["24-01-10"] * 2
        assert self.days(objects, days=2) == ["24-01-10"] * 2 + ["24-01-09"] * 2

    def test_go_on_over_days_without_any_to_the_end_of_those_asked_for(self, objects):
        assert self.days(objects, days=10)[4:] == ["24-01-01"] * 2
        assert self.days(objects, days=11)[4:] == ["24-01-01"] * 2 + ["23-12-31"] * 2

    def test_are_at_most_so_many(self, objects):
        assert self.days(objects, days=20, most=3) == ["24-01-10"] * 2 + ["24-01-09"]
        assert self.days(objects, days=20, most=4) == ["24-01-10"] * 2 + ["24-01-09"] * 2

    def test_are_none_where_nothing_happened(self):
        assert list(event_log.newest_requests(MemoryObjects(), "films", 15, 100)) == []

    def test_are_found_without_listing_the_log(self, objects):
        counting = StoppingObjects(objects)
        list(event_log.newest_requests(counting, "films", 1, 100))
        assert ("keys", "events/films/") not in counting.calls
        assert len(counting.calls) <= 81
