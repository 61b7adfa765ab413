import contextlib
import datetime
import gzip
import hashlib
import json
from dataclasses import replace

import pytest

from doublebill.errors import Conflict, StoreUnavailable
from doublebill.event_table import EventTable
from doublebill.events import Event, to_line
from doublebill.service.catalog import event_log
from doublebill.stores.jsonl_gz import pack, unpack
from fakes import AnswerLosingObjects, MemoryObjects, StoppingObjects
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


def an_attempt(objects, attempt, import_id="import-1"):
    return [
        event_log.put_part(objects, "films", import_id, number, EventTable.of([EVENT] * (number + 1)), attempt)
        for number in range(2)
    ]


def test_an_attempt_that_gives_up_takes_nothing_from_another_of_the_same_file():
    objects = MemoryObjects()
    first, second = an_attempt(objects, "aaaa"), an_attempt(objects, "bbbb")
    assert event_log.commit_import(objects, "films", "import-1", {"accepted": 3}, second)
    event_log.drop_parts(objects, [part.key for part in first])
    assert logged(objects) == [EVENT] * 3


def test_of_two_imports_of_a_file_at_once_one_counts_and_leaves_its_parts_alone():
    objects = MemoryObjects()
    first, second = an_attempt(objects, "aaaa"), an_attempt(objects, "bbbb")
    other = an_attempt(objects, "aaaa", "import-10")
    assert event_log.commit_import(objects, "films", "import-1", {"accepted": 3}, first)
    assert not event_log.commit_import(objects, "films", "import-1", {"accepted": 3}, second)
    assert logged(objects) == [EVENT] * 3
    assert {*objects.keys("imports/films/import-1/part-")} == {part.key for part in first}
    assert {*objects.keys("imports/films/import-10/")} == {part.key for part in other}


def test_a_second_import_of_a_file_takes_only_itself_away():
    objects = MemoryObjects()
    objects.put("imports/films/import-1/part-00000.jsonl.gz", pack([to_line(EVENT)]))
    objects.put("imports/films/import-1/import.json", json.dumps({"accepted": 1}).encode())
    assert not event_log.commit_import(objects, "films", "import-1", {"accepted": 3}, an_attempt(objects, "bbbb"))
    assert logged(objects) == [EVENT]
    assert len(list(objects.keys("imports/"))) == 2


@pytest.mark.parametrize("repeated", [True, False])
def test_a_commit_whose_answer_is_lost_is_no_other_import(repeated):
    objects = AnswerLosingObjects(MemoryObjects(), repeated)
    parts = an_attempt(objects, "aaaa")
    with contextlib.nullcontext() if repeated else pytest.raises(StoreUnavailable):
        assert event_log.commit_import(objects, "films", "import-1", {"accepted": 3}, parts)
    assert logged(objects) == [EVENT] * 3


@pytest.mark.parametrize("gone", ["a part", "the record"])
def test_an_import_that_is_removed_while_it_is_committed_does_not_count(gone):
    class Removing(MemoryObjects):
        def create(self, key, data):
            tag = super().create(key, data)
            self.delete(key if gone == "the record" else parts[1].key)
            return tag

    objects = Removing()
    parts = an_attempt(objects, "aaaa")
    with pytest.raises(Conflict, match="was removed from catalog 'films' while it was stored; import it again"):
        event_log.commit_import(objects, "films", "import-1", {"accepted": 3}, parts)
    assert objects.held == {}


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

    @pytest.mark.parametrize(
        "day", ["1970-01-01", "1999-12-31", "2009-10-29", "2019-09-30", "2099-12-31", "2100-02-28"]
    )
    def test_are_found_on_any_day(self, day):
        objects = MemoryObjects()
        at = datetime.datetime.fromisoformat(f"{day}T01:00:00+00:00")
        event_log.append(objects, "films", [EVENT], round(at.timestamp() * 1000))
        assert self.days(objects, days=1) == [day[2:]]

    def test_are_none_where_nothing_happened(self):
        assert list(event_log.newest_requests(MemoryObjects(), "films", 15, 100)) == []

    def test_are_found_without_listing_the_log(self, objects):
        counting = StoppingObjects(objects)
        list(event_log.newest_requests(counting, "films", 1, 100))
        assert ("keys", "events/films/") not in counting.calls
        assert len(counting.calls) <= 52
