"""Merging: what an anonymous user did becomes a known user's, in histories and in trainings, wherever one dies."""

from dataclasses import replace
from functools import partial

import pytest

from doublebill import schema
from doublebill.errors import InvalidInput, NotFound
from doublebill.events import parse
from doublebill.fit.clean import clean
from doublebill.pseudonyms import Pseudonyms
from doublebill.service.ingesting.ingest import Intake, ingest
from doublebill.service.ingesting.merging import MergeRequest, merge
from doublebill.service.training import data_snapshot
from doublebill.service.training.data_snapshot import LATE_MS, DataSnapshot
from doublebill.service.training.verify import verify
from fakes import Killed, MemoryHistories, MemoryObjects, StoppingObjects
from stored import every_byte, items_of
from trainings import fill, logged, trained
from worlds import FIRST_MS, checkerboard

NOW_MS = 1_800_000_000_000
DAY = 86_400
PSEUDONYMS = Pseudonyms.under(b"a key that only tests know")
ANN, GUEST = "ann@example.org", "session 雪"


def viewed(user_id: str, item_id: str, seconds: int, **more: object) -> dict[str, object]:
    return {"user_id": user_id, "item_id": item_id, "kind": "view", "timestamp": 1_700_000_000 + seconds, **more}


BEFORE = [viewed(GUEST, "m", 1), viewed(ANN, "nosferatu", 2), viewed(GUEST, "metropolis", 3, event_id="e-1")]


@pytest.fixture
def intake():
    made = Intake(MemoryObjects(), MemoryHistories(), PSEUDONYMS, DAY)
    ingest(made, "films", BEFORE, NOW_MS)
    return made


def history(intake, user_id: str):
    return items_of(intake.histories, "films", PSEUDONYMS.of("films", user_id), NOW_MS // 1000)


def tail(intake, user_id: str):
    return intake.histories.newest("films", PSEUDONYMS.of("films", user_id), 5000, NOW_MS // 1000, consistent=True)


def learnt(intake):
    """Of everything that a training reads: distinct events, repeated ones, users and pairs."""
    cleaned = clean(DataSnapshot.of_now(intake.objects, "films").read(intake.objects).events, {})
    return cleaned.events, cleaned.duplicates, cleaned.interactions.n_users, len(cleaned.interactions.items)


def test_the_history_moves_with_its_times_and_event_ids(intake):
    before = [*tail(intake, GUEST), *tail(intake, ANN)]
    assert merge(intake, "films", ANN, GUEST, NOW_MS) == {"catalog": "films", "merged": 2}
    moved = [replace(event, user=PSEUDONYMS.of("films", ANN)) for event in before]
    assert tail(intake, ANN) == sorted(moved, key=lambda event: -event.timestamp)
    assert history(intake, GUEST) == []


def test_what_moves_expires_as_it_would_have(intake):
    ingest(intake, "films", [viewed(GUEST, "faust", 5)], NOW_MS + 3_600_000)
    merge(intake, "films", ANN, GUEST, NOW_MS + 7_200_000)
    stored = intake.histories.read("films", PSEUDONYMS.of("films", ANN), 9, 0, consistent=True).tail
    assert {row.event.item_id: row.expires - NOW_MS // 1000 for row in stored} == {
        "m": DAY,
        "metropolis": DAY,
        "nosferatu": DAY,
        "faust": DAY + 3600,
    }


def test_a_training_counts_the_events_of_both_as_one_users(intake):
    assert learnt(intake) == (3, 0, 2, 3)
    merge(intake, "films", ANN, GUEST, NOW_MS)
    assert learnt(intake) == (3, 0, 1, 3)
    assert {event.user for event in logged(intake.objects)} == {PSEUDONYMS.of("films", ANN)}


def test_what_the_anonymous_user_does_afterwards_is_the_known_users_too(intake):
    merge(intake, "films", ANN, GUEST, NOW_MS)
    ingest(intake, "films", [viewed(GUEST, "faust", 9)], NOW_MS + 1)
    assert learnt(intake) == (4, 0, 1, 4)


def test_an_event_that_was_sent_as_both_counts_once(intake):
    merge(intake, "films", ANN, GUEST, NOW_MS)
    ingest(intake, "films", [viewed(ANN, "m", 1), viewed(ANN, "metropolis", 3, event_id="e-1")], NOW_MS + 1)
    assert learnt(intake) == (3, 2, 1, 3)
    assert len(history(intake, ANN)) == 3


def test_merging_is_as_if_the_known_user_had_done_it_all_from_the_beginning(intake):
    merge(intake, "films", ANN, GUEST, NOW_MS)
    known = Intake(MemoryObjects(), MemoryHistories(), PSEUDONYMS, DAY)
    ingest(known, "films", [{**event, "user_id": ANN} for event in BEFORE], NOW_MS)
    assert history(intake, ANN) == history(known, ANN)
    for events in (logged(intake.objects), logged(known.objects)):
        assert events == [parse({**event, "user_id": ANN}, partial(PSEUDONYMS.of, "films")) for event in BEFORE]


def state(intake):
    """Everything that is stored of both, and what is learnt."""
    stored = {key: one.data for key, one in intake.objects.held.items()}
    return stored, history(intake, ANN), history(intake, GUEST), learnt(intake)


class Dying(MemoryHistories):
    """Histories of a process that dies at its `stop_at`-th call, before or after its effect."""

    def __init__(self, inner: MemoryHistories, stop_at: int, moment: str) -> None:
        self.inner, self.left, self.moment = inner, stop_at, moment

    def swap_page(self, *told, **more):
        return self._call("swap_page", *told, **more)

    def _call(self, name: str, *told, **more):
        last, self.left = self.left == 0, self.left - 1
        if last and self.moment == "before":
            raise Killed
        given = getattr(self.inner, name)(*told, **more)
        if last:
            raise Killed
        return given

    def add_expiring(self, *told, **more):
        return self._call("add_expiring", *told, **more)

    def read(self, *told, **more):
        return self._call("read", *told, **more)

    def put_pages(self, *told, **more):
        return self._call("put_pages", *told, **more)

    def forget(self, *told, **more):
        return self._call("forget", *told, **more)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_whoever_dies_on_the_way_does_it_again_and_all_is_as_if_nothing_had_happened(moment):
    def fresh():
        made = Intake(MemoryObjects(), MemoryHistories(), PSEUDONYMS, DAY)
        ingest(made, "films", BEFORE, NOW_MS)
        return made

    whole = fresh()
    merge(whole, "films", ANN, GUEST, NOW_MS)
    for stop_at in range(4):
        intake = fresh()
        with pytest.raises(Killed):
            merge(replace(intake, histories=Dying(intake.histories, stop_at, moment)), "films", ANN, GUEST, NOW_MS)
        merge(intake, "films", ANN, GUEST, NOW_MS)
        assert state(intake) == state(whole), stop_at
    for stop_at in range(4):
        intake = fresh()
        with pytest.raises(Killed):
            merge(
                replace(intake, objects=StoppingObjects(intake.objects, stop_at, moment)), "films", ANN, GUEST, NOW_MS
            )
        merge(intake, "films", ANN, GUEST, NOW_MS)
        assert state(intake) == state(whole), stop_at


def test_done_again_later_it_changes_nothing_for_anybody(intake):
    merge(intake, "films", ANN, GUEST, NOW_MS)
    _, *before = state(intake)
    assert merge(intake, "films", ANN, GUEST, NOW_MS + 5) == {"catalog": "films", "merged": 0}
    _, *after = state(intake)
    assert after == before


def test_the_merging_is_written_down_before_any_history_changes(intake):
    objects = StoppingObjects(intake.objects, stop_at=3, moment="before")
    with pytest.raises(Killed):
        merge(replace(intake, objects=objects), "films", ANN, GUEST, NOW_MS)
    assert objects.calls[-1][0] == "create"
    assert [event.item_id for event in history(intake, ANN)] == ["nosferatu"]
    assert len(history(intake, GUEST)) == 2


def test_a_history_in_pages_moves_too_however_often_it_is_merged(intake):
    def viewed_by(user_id, first, last):
        return [viewed(user_id, f"item-{n}", n) for n in range(first, last)]

    ingest(intake, "films", viewed_by(GUEST, 0, 400), NOW_MS)
    ingest(intake, "films", viewed_by(ANN, 300, 500), NOW_MS)
    assert intake.histories.read("films", PSEUDONYMS.of("films", GUEST), 1, NOW_MS // 1000, consistent=True).pages
    merge(intake, "films", ANN, GUEST, NOW_MS)
    assert history(intake, GUEST) == []
    ingest(intake, "films", viewed_by(GUEST, 450, 700), NOW_MS)
    merge(intake, "films", ANN, GUEST, NOW_MS)
    counts = {met.item_id: met.count for met in history(intake, ANN)}
    assert counts == {"m": 1, "nosferatu": 1, "metropolis": 1} | {f"item-{n}": 1 for n in range(700)}


def test_nobody_is_merged_with_themselves(intake):
    before = state(intake)
    with pytest.raises(InvalidInput, match=r"^from: it is the same user; name another user$"):
        merge(intake, "films", ANN, ANN, NOW_MS)
    assert state(intake) == before


def test_of_an_unknown_catalog_nothing_is_written(intake):
    before = state(intake)
    with pytest.raises(NotFound, match="no catalog 'music'"):
        merge(intake, "music", ANN, GUEST, NOW_MS)
    assert state(intake) == before


def test_no_user_id_is_stored(intake, tmp_path):
    merge(intake, "films", ANN, GUEST, NOW_MS)
    held = every_byte(intake.objects, tmp_path)
    assert PSEUDONYMS.of("films", GUEST).encode() in held
    for user_id in (ANN, GUEST):
        assert user_id.encode() not in held


def test_another_key_of_the_pseudonyms_learns_the_same(intake):
    other = Intake(MemoryObjects(), MemoryHistories(), Pseudonyms.under(b"quite another key of tests"), DAY)
    ingest(other, "films", BEFORE, NOW_MS)
    for one in (intake, other):
        merge(one, "films", ANN, GUEST, NOW_MS)
    cleaned = [
        clean(DataSnapshot.of_now(one.objects, "films").read(one.objects).events, {}).interactions
        for one in (intake, other)
    ]
    assert cleaned[0].items.tobytes() == cleaned[1].items.tobytes()
    assert cleaned[0].timestamps.tobytes() == cleaned[1].timestamps.tobytes()


class TestAVersion:
    def test_that_read_merges_is_trained_again_the_same_whatever_was_merged_since(self):
        objects = MemoryObjects()
        intake = Intake(objects, MemoryHistories(), PSEUDONYMS, DAY)
        own = {f"user-{number:02d}": PSEUDONYMS.of("films", f"user-{number:02d}") for number in range(40)}
        fill(objects, [replace(event, user=own[event.user]) for event in checkerboard(users=40, items=12)])
        apart = trained(objects, FIRST_MS)
        merge(intake, "films", "user-00", "user-02", FIRST_MS + 1)
        merged = trained(objects, FIRST_MS + 2)
        assert (apart["data"]["users"], merged["data"]["users"]) == (40, 39)
        merge(intake, "films", "user-01", "user-03", FIRST_MS + 3)
        for record in (apart, merged):
            assert verify(objects, "films", str(record["version"])).outcome == "same"

    def test_of_a_run_from_before_there_were_merges_is_trained_without(self):
        objects = MemoryObjects()
        fill(objects, checkerboard())
        record = trained(objects, FIRST_MS)
        told = dict(record["window"])
        del told["merges"]
        merge(Intake(objects, MemoryHistories(), PSEUDONYMS, DAY), "films", ANN, GUEST, FIRST_MS - 10 * LATE_MS)
        found, changed = data_snapshot.restore(objects, "films", told)
        assert (list(found.merges), changed) == ([], [])


def test_a_request_names_the_other_user_as_from():
    assert schema.read(MergeRequest, {"from": GUEST}) == MergeRequest(GUEST)
    assert schema.schema_of(MergeRequest)["required"] == ["from"]
    with pytest.raises(InvalidInput, match=r"^from: missing"):
        schema.read(MergeRequest, {})
