import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from doublebill.errors import NoEvents, NotFound, StoreUnavailable
from doublebill.events import Event
from doublebill.items import Item
from doublebill.pseudonyms import Pseudonyms
from doublebill.service import catalogs, event_log, publish, runs
from doublebill.service import train as module
from doublebill.service.train import DECIDES, decide, train
from doublebill.service.warm import Warm
from doublebill.stores.objects import FolderObjects, open_objects
from fakes import FailingObjects, MemoryObjects
from processes import in_processes
from trainings import Clock, answered, append_and_train, fill, trained
from worlds import FIRST_MS, checkerboard


@pytest.fixture
def objects():
    filled = MemoryObjects()
    fill(filled, checkerboard(users=20, items=12))
    return filled


def measured(difference: float, standard_error: float, users: int = 100) -> dict[str, object]:
    """A report in which the model is so much better than popularity."""
    better = {"difference": difference, "standard_error": standard_error, "users": users}
    return {"evaluated": True, "over_popularity": {DECIDES: better}}


class TestATraining:
    def test_makes_a_champion_that_recommends_what_was_left_out(self, objects, tmp_path):
        record = trained(objects, FIRST_MS)
        serving = Warm(objects, tmp_path, Clock()).serving("films")
        assert (record["state"], record["promoted"]) == ("succeeded", True)
        assert serving.version == record["version"]
        (best, _), *_ = answered(serving, "item-00", "item-02", "item-04", "item-06", "item-08")
        assert best == "item-10"

    def test_is_recorded_with_data_report_platform_and_parent(self, objects):
        first = trained(objects, FIRST_MS)
        fill(objects, checkerboard(users=20, items=14), now_ms=FIRST_MS + 1)
        second = trained(objects, FIRST_MS + 5)
        assert second == runs.read(objects, "films", str(second["run"]), FIRST_MS)
        assert (first["parent"], second["parent"]) == (None, first["version"])
        assert second["started_ms"] == second["finished_ms"] == FIRST_MS + 5
        assert second["report"]["evaluated"] is True
        assert set(second["platform"]) == {"doublebill", "python", "numpy", "scipy", "machine", "threads"}
        assert second["data"] == {
            "events": 215,
            "duplicates": 5,
            "users": 20,
            "items": 14,
            "interactions": 126,
            "newest": "2023-11-14T22:15:19.000+00:00",
        }

    def test_tells_what_it_is_doing(self, objects):
        told = []
        record = train(objects, "films", runs.run_id(FIRST_MS, "test"), lambda: FIRST_MS, told.append)
        assert (told[0], told[-1]) == ("reading events", f"publishing {record['version']}")

    def test_knows_items_that_nobody_has_met(self, objects, tmp_path):
        catalogs.put_items(objects, "films", [Item("item-00", title="Zero"), Item("item-99", title="Unmet")], FIRST_MS)
        trained(objects, FIRST_MS)
        catalog = Warm(objects, tmp_path, Clock()).serving("films").recommender.catalog
        assert [catalog.title(catalog.find(item_id)) for item_id in ("item-00", "item-99")] == ["Zero", "Unmet"]

    @pytest.mark.parametrize(("told", "expected"), [(None, True), (True, True), (False, False)])
    def test_leaves_seen_items_out_as_the_catalog_says(self, objects, tmp_path, told, expected):
        catalogs.ensure(objects, "films", told)
        trained(objects, FIRST_MS)
        assert Warm(objects, tmp_path, Clock()).serving("films").recommender.config.exclude_seen is expected

    def test_of_plays_recommends_seen_items_again(self, tmp_path):
        objects = MemoryObjects()
        fill(objects, [replace(event, kind="play") for event in checkerboard()])
        trained(objects, FIRST_MS)
        assert Warm(objects, tmp_path, Clock()).serving("films").recommender.config.exclude_seen is False

    def test_of_an_unknown_catalog_is_refused_and_leaves_nothing(self):
        objects = MemoryObjects()
        with pytest.raises(NotFound, match="no catalog 'films'"):
            trained(objects, FIRST_MS)
        assert objects.held == {}

    def test_of_no_events_fails_and_says_so_in_its_record(self):
        objects = MemoryObjects()
        catalogs.ensure(objects, "films")
        with pytest.raises(NoEvents):
            trained(objects, FIRST_MS)
        record = runs.read(objects, "films", runs.run_id(FIRST_MS, "test"), FIRST_MS)
        assert (record["state"], record["error"]) == ("failed", "catalog 'films' has no events to train on")
        assert publish.read_champion(objects, "films") is None

    def test_whose_store_fails_says_so_and_leaves_the_old_champion(self, objects):
        old = trained(objects, FIRST_MS)
        failing = FailingObjects(objects)

        def fail_at_publishing(told: str) -> None:
            failing.error = StoreUnavailable("S3: SlowDown") if told.startswith("publishing") else None

        with pytest.raises(StoreUnavailable):
            train(failing, "films", runs.run_id(FIRST_MS + 1, "test"), lambda: FIRST_MS + 1, fail_at_publishing)
        assert publish.read_champion(objects, "films").version == old["version"]


class TestTheGate:
    def test_a_version_worse_than_popularity_is_published_but_not_promoted(self, objects, monkeypatch):
        old = trained(objects, FIRST_MS)
        fill(objects, checkerboard(users=20, items=14), now_ms=FIRST_MS + 1)
        select = module.select
        monkeypatch.setattr(module, "select", lambda *told: (select(*told)[0], measured(-0.2, 0.01)))
        worse = trained(objects, FIRST_MS + 2)
        assert (worse["promoted"], worse["why"]) == (False, "worse than popularity by 0.2000 ndcg@100 on test users")
        assert worse["version"] != old["version"]
        assert publish.read_champion(objects, "films").version == old["version"]
        publish.promote(objects, "films", str(worse["version"]), FIRST_MS + 3)

    def test_force_promotes_it_and_says_so(self, objects, monkeypatch):
        select = module.select
        monkeypatch.setattr(module, "select", lambda *told: (select(*told)[0], measured(-0.2, 0.01)))
        record = trained(objects, FIRST_MS, force=True)
        assert (record["promoted"], record["why"]) == (True, "forced")
        assert publish.read_champion(objects, "films").version == record["version"]

    def test_a_run_that_a_later_one_overtook_is_not_promoted_even_by_force(self, objects):
        later = trained(objects, FIRST_MS + 10)
        fill(objects, checkerboard(users=20, items=14), now_ms=FIRST_MS + 1)
        record = trained(objects, FIRST_MS + 9, force=True)
        assert (record["promoted"], record["why"]) == (False, "the champion was moved after this training began")
        assert publish.read_champion(objects, "films").version == later["version"]

    @pytest.mark.parametrize(
        ("difference", "standard_error", "promoted"),
        [(0.1, 0.01, True), (0.0, 0.0, True), (-0.02, 0.01, True), (-0.021, 0.01, False), (-1e-9, 0.0, False)],
    )
    def test_doubt_within_two_standard_errors_promotes(self, difference, standard_error, promoted):
        assert decide(measured(difference, standard_error), force=False)[0] is promoted

    def test_a_handful_of_test_users_refuses_nothing(self):
        assert decide(measured(-0.5, 0.0, users=9), force=False)[0] is True
        assert decide(measured(-0.5, 0.0, users=10), force=False)[0] is False

    def test_the_first_of_a_catalog_is_promoted_whatever_the_gate_says(self, objects, monkeypatch):
        select = module.select
        monkeypatch.setattr(module, "select", lambda *told: (select(*told)[0], measured(-0.2, 0.01)))
        record = trained(objects, FIRST_MS)
        assert record["promoted"] is True
        assert (
            record["why"] == "the first of its catalog, though worse than popularity by 0.2000 ndcg@100 on test users"
        )

    def test_what_could_not_be_evaluated_is_promoted_and_says_so(self):
        assert decide({"evaluated": False, "why": "too few"}, force=False) == (True, "not evaluated: too few")


def version_of(events: list[Event], started_ms: int = FIRST_MS) -> object:
    objects = MemoryObjects()
    fill(objects, events)
    return trained(objects, started_ms)["version"]


@pytest.fixture(scope="module")
def expected():
    return version_of(checkerboard(users=30, items=10))


class TestReproducibility:
    """The version depends on what happened, on nothing else."""

    def test_the_clock_does_not_reach_it(self, expected):
        assert version_of(checkerboard(users=30, items=10), FIRST_MS + 86_400_000) == expected

    @pytest.mark.parametrize("seed", range(3))
    def test_order_and_repetition_do_not_reach_it(self, expected, seed):
        events = checkerboard(users=30, items=10)
        repeated = events + random.Random(seed).sample(events, 40)
        random.Random(seed).shuffle(repeated)
        assert version_of(repeated) == expected

    @pytest.mark.parametrize("key", [b"one key of many bytes", b"another key of as many"])
    def test_the_pseudonym_key_does_not_reach_it(self, expected, key):
        of = Pseudonyms(key).of
        assert version_of([replace(event, user=of(event.user)) for event in checkerboard(30, 10)]) == expected

    def test_how_events_arrived_does_not_reach_it(self, expected):
        events = checkerboard(users=30, items=10)
        objects = MemoryObjects()
        for number in range(0, 90, 30):
            fill(objects, events[number : number + 30], now_ms=FIRST_MS + number)
        event_log.put_part(objects, "films", "some-import", 0, events[80:])
        event_log.commit_import(objects, "films", "some-import", {})
        assert trained(objects, FIRST_MS)["version"] == expected

    def test_one_event_more_is_another_version(self, expected):
        events = checkerboard(users=30, items=10)
        assert version_of([*events, replace(events[0], item_id="item-01")]) != expected


def check_both_landed(objects, scratch, first: runs.Record, second: runs.Record) -> None:
    """One champion, that of the later run; both runs recorded, both versions whole."""
    for record in (first, second):
        assert runs.read(objects, "films", str(record["run"]), FIRST_MS) == record
        assert record["state"] == "succeeded"
    champion = publish.read_champion(objects, "films")
    assert (champion.version, champion.run, champion.started_ms) == (
        second["version"],
        second["run"],
        second["started_ms"],
    )
    assert champion.previous == ((first["version"],) if first["promoted"] else ())
    for number, record in enumerate((first, second)):
        publish.promote(objects, "films", str(record["version"]), FIRST_MS + 100 + number)
        serving = Warm(objects, scratch / str(number), Clock()).serving("films")
        assert (serving.version, serving.degraded) == (record["version"], None)


class TestTwoTrainingsAtOnce:
    def test_in_threads_land_both_and_the_later_is_champion(self, tmp_path):
        for attempt in range(5):
            objects = FolderObjects(tmp_path / f"objects-{attempt}")
            fill(objects, checkerboard(users=8, items=8))
            read, publishing = threading.Event(), threading.Barrier(2)

            def tell(told: str, read=read, publishing=publishing) -> None:
                if told.startswith("publishing"):
                    publishing.wait(60)
                elif told == "fitting on everything":
                    read.set()

            with ThreadPoolExecutor(2) as pool:
                first = pool.submit(train, objects, "films", runs.run_id(1, "a"), lambda: 1, tell)
                assert read.wait(60)
                fill(objects, checkerboard(users=8, items=10), now_ms=FIRST_MS + 1)
                second = pool.submit(train, objects, "films", runs.run_id(2, "b"), lambda: 2, tell)
            assert first.result()["version"] != second.result()["version"]
            check_both_landed(objects, tmp_path / f"scratch-{attempt}", first.result(), second.result())

    def test_in_processes_land_all_and_the_latest_is_champion(self, tmp_path):
        url = f"file://{tmp_path}/objects"
        objects = open_objects(url)
        fill(objects, checkerboard(users=8, items=8))
        records = in_processes(append_and_train, [(url, number) for number in range(3)])
        listed = runs.models(objects, "films")
        assert {record["state"] for record in records} == {"succeeded"}
        assert publish.read_champion(objects, "films").run == records[-1]["run"]
        assert {entry["version"] for entry in listed["models"]} == {record["version"] for record in records}
        for number, record in enumerate(records):
            assert runs.read(objects, "films", record["run"], FIRST_MS) == record
            publish.promote(objects, "films", record["version"], FIRST_MS + 100 + number)
            serving = Warm(objects, tmp_path / f"scratch-{number}", Clock()).serving("films")
            assert (serving.version, serving.degraded) == (record["version"], None)
