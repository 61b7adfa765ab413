import json

import pytest

from doublebill.errors import InvalidInput, StoreUnavailable
from doublebill.pseudonyms import Pseudonyms
from doublebill.service.catalog import catalogs
from doublebill.service.ingesting.ingest import Ingested, Intake, ingest, response_of
from doublebill.service.registry import click_through, recommendation_ids
from doublebill.stores.histories import SqliteHistories
from fake_records import MemoryRecords
from fakes import FailingObjects, MemoryHistories, MemoryObjects
from stored import every_byte
from trainings import logged

NOW_MS = 1_800_000_000_500
DAY = 86_400
PSEUDONYMS = Pseudonyms.under(b"a key that only tests know")
ALICE, BOB = "alice@example.org", "Bob Ünïcode 雪"


def event(user_id: object = ALICE, item_id: object = "item-1", **more: object) -> dict[str, object]:
    return {"user_id": user_id, "item_id": item_id, "kind": "view", **more}


@pytest.fixture
def objects():
    return MemoryObjects()


@pytest.fixture
def intake(objects):
    return Intake(objects, MemoryHistories(), PSEUDONYMS, retention_seconds=DAY)


def history(intake, user_id: str, now: int = NOW_MS // 1000, catalog: str = "films") -> list[str]:
    newest = intake.histories.newest(catalog, PSEUDONYMS.of(catalog, user_id), 100, now, consistent=True)
    return [event.item_id for event in newest]


def test_an_event_reaches_the_log_and_the_history_of_its_user(intake, objects):
    assert ingest(intake, "films", [event(timestamp=1_700_000_000)], NOW_MS) == Ingested(1, [], {}, ["item-1"])
    (one,) = logged(objects)
    assert (one.user, one.item_id, one.timestamp) == (PSEUDONYMS.of("films", ALICE), "item-1", 1_700_000_000_000)
    assert intake.histories.newest("films", one.user, 10, NOW_MS // 1000, consistent=True) == [one]


def test_the_first_event_makes_the_catalog(intake, objects):
    ingest(intake, "films", [event()], NOW_MS)
    ingest(intake, "films", [event()], NOW_MS)
    assert catalogs.names(objects) == ["films"]


def test_an_event_without_a_time_happened_when_it_was_received(intake, objects):
    ingest(intake, "films", [event()], NOW_MS)
    assert [one.timestamp for one in logged(objects)] == [NOW_MS]


def test_the_history_keeps_an_event_for_the_retention_from_its_reception(intake):
    ingest(intake, "films", [event(timestamp=1_000_000_000)], NOW_MS)
    assert history(intake, ALICE, NOW_MS // 1000 + DAY - 1) == ["item-1"]
    assert history(intake, ALICE, NOW_MS // 1000 + DAY) == []


def test_valid_events_are_stored_and_the_others_reported_with_their_places(intake, objects):
    sent = [event(), event(item_id=""), event(user_id=BOB), "nonsense", event(item_id="item-2", colour="red")]
    told = ingest(intake, "films", sent, NOW_MS)
    assert told.accepted == 2
    assert [(index, [one.field for one in complaints]) for index, complaints in told.rejected] == [
        (1, ["item_id"]),
        (3, [""]),
        (4, ["colour"]),
    ]
    assert {one.user for one in logged(objects)} == {PSEUDONYMS.of("films", ALICE), PSEUDONYMS.of("films", BOB)}
    assert history(intake, ALICE) == history(intake, BOB) == ["item-1"]


def test_where_no_event_is_valid_nothing_is_stored(intake, objects):
    with pytest.raises(InvalidInput) as refused:
        ingest(intake, "films", [event(item_id=""), 7, event(kind="stare")], NOW_MS)
    assert [one.field for one in refused.value.complaints] == ["events[0].item_id", "events[1]", "events[2].kind"]
    assert objects.held == {}
    assert history(intake, ALICE) == []


def test_the_same_request_twice_changes_nothing(intake, objects):
    sent = [event(timestamp=1_700_000_000), event(user_id=BOB, event_id="e-1", timestamp=1_700_000_000)]
    ingest(intake, "films", sent, NOW_MS)
    before = dict(objects.held)
    ingest(intake, "films", sent, NOW_MS)
    assert objects.held == before
    assert (history(intake, ALICE), history(intake, BOB)) == (["item-1"], ["item-1"])


def test_catalogs_do_not_mix(intake, objects):
    ingest(intake, "films", [event()], NOW_MS)
    ingest(intake, "music", [event(item_id="song-1")], NOW_MS)
    assert history(intake, ALICE) == ["item-1"]
    assert history(intake, ALICE, catalog="music") == ["song-1"]
    assert [one.item_id for one in logged(objects, "music")] == ["song-1"]


def test_events_that_the_log_has_are_accepted_once_though_the_histories_are_full(objects):
    class FullHistories(MemoryHistories):
        def add(self, catalog, events, expires):
            raise StoreUnavailable("DynamoDB: ThrottlingException")

    ingested = ingest(Intake(objects, FullHistories(), PSEUDONYMS, DAY), "films", [event()], NOW_MS)
    assert response_of(ingested) == {
        "accepted": 1,
        "rejected": [],
        "degraded": "the histories did not take the events: DynamoDB: ThrottlingException",
    }
    assert [one.item_id for one in logged(objects)] == ["item-1"]


def test_what_the_log_does_not_take_no_history_knows(objects):
    failing = FailingObjects(objects)
    failing.error = StoreUnavailable("S3: SlowDown")
    intake = Intake(failing, MemoryHistories(), PSEUDONYMS, DAY)
    with pytest.raises(StoreUnavailable):
        ingest(intake, "films", [event()], NOW_MS)
    assert history(intake, ALICE) == []


def test_no_user_id_is_stored_anywhere(objects, tmp_path):
    intake = Intake(objects, SqliteHistories(tmp_path / "histories.sqlite"), PSEUDONYMS, DAY)
    sent = [event(user_id=user, item_id=f"item-{n}") for n in range(5) for user in (ALICE, BOB)]
    ingest(intake, "films", [*sent, event(item_id=3), event(kind=ALICE)], NOW_MS)
    assert history(intake, ALICE) != []
    stored = every_byte(objects, tmp_path)
    for user in (ALICE, BOB):
        assert PSEUDONYMS.of("films", user).encode() in stored
        assert user.encode() not in stored
        assert json.dumps(user)[1:-1].encode() not in stored


VERSION, OTHER = "a" * 32, "b" * 32
QUOTED = recommendation_ids.make(VERSION, NOW_MS - 5000)


class TestClicks:
    @pytest.fixture
    def records(self):
        """Both versions have answered ten times."""
        made = MemoryRecords()
        for version in (VERSION, OTHER):
            made.add(click_through.answers_key("films"), version, {"answers": 10}, NOW_MS // 1000 + DAY)
        return made

    def counted(self, records) -> dict[str, int]:
        return {
            version: told["clicks"] for version, told in click_through.online(records, "films", NOW_MS // 1000).items()
        }

    def test_what_an_event_quotes_stays_in_the_log(self, intake, objects):
        ingest(intake, "films", [event(recommendation_id=QUOTED), event(recommendation_id="of another system")], NOW_MS)
        assert [one.recommendation_id for one in logged(objects)] == [QUOTED, "of another system"]

    def test_a_positive_event_that_quotes_an_answer_is_counted_for_its_version(self, objects, records):
        intake = Intake(objects, MemoryHistories(), PSEUDONYMS, DAY, records)
        newer = recommendation_ids.make(OTHER, NOW_MS)
        sent = [event(recommendation_id=QUOTED), event(user_id=BOB, kind="like", recommendation_id=newer), event()]
        assert ingest(intake, "films", sent, NOW_MS).clicks == {VERSION: 1, OTHER: 1}
        assert self.counted(records) == {VERSION: 1, OTHER: 1}

    @pytest.mark.parametrize(
        ("told", "clicked"),
        [
            ({"kind": "play"}, True),
            ({"kind": "view"}, True),
            ({"kind": "like"}, True),
            ({"kind": "purchase"}, True),
            ({"kind": "rate", "value": 1}, True),
            ({"kind": "rate", "value": 0}, False),
            ({"kind": "skip"}, False),
            ({"kind": "dislike"}, False),
            ({"item_id": ""}, False),
        ],
    )
    def test_only_accepted_events_that_speak_for_an_item_are_clicks(self, intake, told, clicked):
        sent = [event(**told, recommendation_id=QUOTED), event()]
        assert ingest(intake, "films", sent, NOW_MS).clicks == ({VERSION: 1} if clicked else {})

    def test_an_answer_is_clicked_once_per_user_and_item_in_a_request(self, intake):
        twice = [event(kind=kind, recommendation_id=QUOTED) for kind in ("view", "purchase")]
        others = [event(user_id=BOB, recommendation_id=QUOTED), event(item_id="item-2", recommendation_id=QUOTED)]
        again = event(recommendation_id=recommendation_ids.make(VERSION, NOW_MS))
        assert ingest(intake, "films", twice, NOW_MS).clicks == {VERSION: 1}
        assert ingest(intake, "films", [*twice, *others, again], NOW_MS).clicks == {VERSION: 4}

    def test_a_version_that_never_answered_leaves_no_trace(self, objects, records):
        intake = Intake(objects, MemoryHistories(), PSEUDONYMS, DAY, records)
        made_up = [event(recommendation_id=f"{number:032x}-1") for number in range(100)]
        assert len(ingest(intake, "films", made_up, NOW_MS).clicks) == 100
        assert [name for name, _ in records.calls] == ["add", "add", "counts"]
        assert self.counted(records) == {VERSION: 0, OTHER: 0}

    def test_records_that_fail_fail_no_event(self, objects, records):
        records.error = StoreUnavailable("DynamoDB: ThrottlingException")
        intake = Intake(objects, MemoryHistories(), PSEUDONYMS, DAY, records)
        assert ingest(intake, "films", [event(recommendation_id=QUOTED)], NOW_MS) == Ingested(
            1, [], {VERSION: 1}, ["item-1"]
        )
        assert history(intake, ALICE) == ["item-1"]
        assert records.calls[-1] == ("counts", click_through.answers_key("films"))
