import json
import random
import re
from dataclasses import replace
from functools import partial
from itertools import count, repeat

import numpy as np
import pytest

from clocks import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import Conflict, NoEvents, NotFound, StoreUnavailable, TrainingRunning
from doublebill.events import Event
from doublebill.fit.fit_recommender import kernel_edges
from doublebill.fit.ratings import rating_errors
from doublebill.fit.selection import select as selection
from doublebill.fit.selection import workbench
from doublebill.fit.selection.study import DECIDES
from doublebill.fit.selection.time_budget import TimeBudget
from doublebill.model.artifact import FORMAT
from doublebill.model.artifact import version_of as version_of_manifest
from doublebill.model.config import Config, Knn
from doublebill.model.items import Item
from doublebill.pseudonyms import Pseudonyms
from doublebill.service.catalog import catalog_record, catalogs, event_log
from doublebill.service.ingesting.ingest import Intake, ingest, response_of
from doublebill.service.registry import champions, model_list, runs, versions
from doublebill.service.registry.leases.lease import LEASE_MS
from doublebill.service.serving.warm_models import Serving, Warm
from doublebill.service.training import config_search as module
from doublebill.service.training.job import TrainingJob
from doublebill.service.training.train import train
from doublebill.service.training.verify import verify
from doublebill.stores.job_record import new_id
from doublebill.stores.objects import open_objects
from fake_records import MemoryRecords
from fakes import FailingObjects, MemoryHistories, MemoryObjects
from processes import in_processes
from trainings import answered, append_and_train, fill, fill_import, trained, training
from worlds import FIRST_MS, checkerboard


@pytest.fixture
def objects():
    filled = MemoryObjects()
    fill(filled, checkerboard(users=20, items=12))
    return filled


@pytest.fixture
def wide():
    """A world with enough test users for the gate to refuse."""
    filled = MemoryObjects()
    fill(filled, checkerboard(users=120, items=16))
    return filled


@pytest.fixture(scope="module")
def first_of_wide():
    """The same after a training with nothing bent, and the training's record."""
    filled = MemoryObjects()
    fill(filled, checkerboard(users=120, items=16))
    return filled, trained(filled, FIRST_MS)


@pytest.fixture
def crowned(first_of_wide):
    """A copy of them, to go on with."""
    filled, first = first_of_wide
    return filled.copy(), first


def served(objects, scratch) -> Serving:
    """What a handler that starts now answers from."""
    clock = Clock()
    return Warm(objects, MemoryRecords(), scratch, clock).serving("films", Deadline(clock, at=60.0))


GOOD = Config(Knn("cosine"))
BAD = Config(Knn("cosine"), k=99)


def only(monkeypatch, config):
    """Leaves trainings this one config to try, however it is refined; `BAD` finds the contrary of what it should."""
    monkeypatch.setattr(module, "candidates", lambda *_, **__: [config])

    def fitting(*told):
        edges = kernel_edges(*told)
        return -edges if told[1].k == BAD.k else edges

    monkeypatch.setattr(workbench, "kernel_edges", fitting)


def mislead(monkeypatch):
    """Lets validation users speak for the candidates against the champion's config, so that it is not chosen again."""
    choose = selection.choose
    monkeypatch.setattr(selection, "choose", lambda trial, configs, *_: choose(trial, configs[-1:]))


def report_worse(monkeypatch):
    """Lets every report say that the model is worse than popularity."""
    select = module.select

    def worse(*told):
        config, report = select(*told)
        over = {"difference": -0.2, "standard_error": 0.01, "users": 100}
        return config, {**report, "baselines": {}, "over_popularity": {DECIDES: over}}

    monkeypatch.setattr(module, "select", worse)


def version_files(objects, record):
    """The files of the version that a run made, by name."""
    folder = f"artifacts/films/{record['version']}/"
    return {key.removeprefix(folder): objects.get(key).data for key in objects.keys(folder)}


def crown_of_other_code(objects, record, now_ms, **told):
    """Makes a version champion that is like the one of a run, but for what its manifest tells."""
    written = json.dumps(json.loads(version_files(objects, record)["manifest.json"]) | told).encode()
    version = version_of_manifest(written)
    objects.put(versions.artifact_key("films", version, "manifest.json"), written)
    champions.promote_run(objects, "films", version, "other", now_ms, now_ms, now_ms)


class TestATraining:
    def test_makes_a_champion_that_recommends_what_was_left_out(self, objects, tmp_path):
        record = trained(objects, FIRST_MS)
        serving = served(objects, tmp_path)
        assert (record["state"], record["promoted"]) == ("succeeded", True)
        assert serving.version == record["version"]
        (best, _), *_ = answered(serving, "item-00", "item-02", "item-04", "item-06", "item-08")
        assert best == "item-10"

    def test_is_recorded_with_data_report_platform_and_parent(self, objects):
        first = trained(objects, FIRST_MS)
        fill(objects, checkerboard(users=20, items=14), now_ms=FIRST_MS + 1)
        second = trained(objects, FIRST_MS + 5)
        assert second == runs.read(objects, "films", str(second["run"]), FIRST_MS)
        assert (first["forced"], second["forced"]) == (False, False)
        assert (first["parent"], second["parent"]) == (None, first["version"])
        assert second["started_ms"] == second["finished_ms"] == FIRST_MS + 5
        assert second["report"]["evaluated"] is True
        parts = {"doublebill", "code", "python", "numpy", "scipy", "blas", "machine", "simd", "threads"}
        assert second["platform"].keys() == parts
        assert all(isinstance(part, str) and part for part in second["platform"].values())
        assert re.fullmatch("[0-9a-f]{32}", second["data"].pop("digest"))
        assert second["data"].pop("report").keys() > {"kinds", "density", "suspicious", "drift"}
        assert second["data"] == {
            "rows": 220,
            "events": 215,
            "duplicates": 5,
            "users": 20,
            "items": 14,
            "interactions": 126,
            "ratings": 0,
            "newest": "2023-11-14T22:15:19.000+00:00",
        }

    def test_tells_what_it_is_doing(self, objects):
        told = []
        record = train(training(objects, FIRST_MS, tell=told.append))
        assert (told[0], told[-1]) == ("reading events", f"publishing {record['version']}")

    def test_knows_items_that_nobody_has_met(self, objects, tmp_path):
        catalogs.put_items(objects, "films", [Item("item-00", title="Zero"), Item("item-99", title="Unmet")], FIRST_MS)
        trained(objects, FIRST_MS)
        catalog = served(objects, tmp_path).recommender.catalog
        assert [catalog.titles[catalog.find(item_id)] for item_id in ("item-00", "item-99")] == ["Zero", "Unmet"]

    @pytest.mark.parametrize(("told", "expected"), [(None, True), (True, True), (False, False)])
    def test_leaves_seen_items_out_as_the_catalog_says(self, objects, tmp_path, told, expected):
        catalogs.ensure(objects, "films", told)
        trained(objects, FIRST_MS)
        assert served(objects, tmp_path).recommender.config.exclude_seen is expected

    def test_of_plays_recommends_seen_items_again(self, tmp_path):
        objects = MemoryObjects()
        fill(objects, [replace(event, kind="play") for event in checkerboard()])
        trained(objects, FIRST_MS)
        assert served(objects, tmp_path).recommender.config.exclude_seen is False

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
        record = runs.read(objects, "films", new_id(FIRST_MS, "test"), FIRST_MS)
        assert (record["state"], record["error"]) == (
            "failed",
            "catalog 'films' has no events to train on; import some, or post them",
        )
        assert champions.read_champion(objects, "films") is None

    def test_whose_store_fails_says_so_and_leaves_the_old_champion(self, objects):
        old = trained(objects, FIRST_MS)
        failing = FailingObjects(objects)

        def fail_at_publishing(told: str) -> None:
            failing.error = StoreUnavailable("S3: SlowDown") if told.startswith("publishing") else None

        with pytest.raises(StoreUnavailable):
            train(training(failing, FIRST_MS + 1, tell=fail_at_publishing))
        assert champions.read_champion(objects, "films").version == old["version"]


class TestFewUsers:
    def test_a_catalog_of_two_users_trains_says_why_it_knows_nothing_and_answers(self, tmp_path):
        objects = MemoryObjects()
        fill(objects, checkerboard(users=2, items=8))
        record = trained(objects, FIRST_MS, force=True)
        assert any("no item has the 3 users" in line for line in record["warnings"])
        model = served(objects, tmp_path).recommender
        assert not len(model.neighbours.targets)
        assert not model.popularity.any()
        assert model.config.minimum_users == 3

    def test_pairs_of_fewer_users_than_the_catalog_asks_for_are_no_edges(self, tmp_path):
        objects = MemoryObjects()
        fill(objects, checkerboard(users=6, items=8))
        trained(objects, FIRST_MS, force=True)
        common = len(served(objects, tmp_path).recommender.neighbours.targets)
        catalog_record.change(objects, "films", minimum_users=1)
        trained(objects, FIRST_MS + 1, force=True)
        assert len(served(objects, tmp_path).recommender.neighbours.targets) > common

    def test_a_config_that_asks_for_fewer_users_is_fitted_with_those_of_the_catalog(self, objects):
        record = train(training(objects, FIRST_MS, configs=({"family": "knn", "minimum_users": 1},)))
        assert record["report"]["candidates"][0]["config"]["minimum_users"] == 3


class TestRatings:
    def test_where_they_are_known_hidden_ones_are_predicted_and_the_model_predicts(self, rated, tmp_path):
        record = trained(rated, FIRST_MS)
        told = record["report"]["ratings"]
        assert (told["users"], told["ratings"], told["hidden"]) == (40, 200, 20)
        assert 0 <= told["rmse"] < told["baseline"]["rmse"] + 1
        assert record["data"]["ratings"] == 200
        assert served(rated, tmp_path).recommender.ratings is not None

    def test_without_any_nothing_is_said_of_them(self, objects):
        assert "ratings" not in trained(objects, FIRST_MS)["report"]

    def test_ratings_without_a_solution_are_predicted_by_biases_and_the_record_says_why(
        self, rated, tmp_path, monkeypatch
    ):
        def fail(*_):
            raise np.linalg.LinAlgError("not positive definite")

        monkeypatch.setattr(rating_errors, "fit_ratings", fail)
        record = trained(rated, FIRST_MS)
        told = record["report"]["ratings"]
        assert (record["state"], told["shipped"], told["failed"]) == ("succeeded", "biases", "not positive definite")
        assert told["rmse"] == told["baseline"]["rmse"]
        learnt = served(rated, tmp_path).recommender.ratings
        assert not len(learnt.deviations.targets)

    def test_leave_the_configs_less_of_the_budget(self, rated, monkeypatch):
        for number, (a_rating, cut) in enumerate(((0.0, False), (1.0, True))):
            monkeypatch.setattr(module, "RATING", a_rating)
            report = train(training(rated, FIRST_MS + number, budget=TimeBudget(work_seconds=100.0)))["report"]
            assert (report["cut"], report["cut_by_clock"]) == (cut, False)


@pytest.fixture
def rated():
    """The checkerboard rated: everybody gives 5 stars to every third item and 2 to the others."""
    filled = MemoryObjects()
    events = checkerboard(users=40, items=12)
    stars = [5.0 if int(event.item_id[-2:]) % 3 == 0 else 2.0 for event in events]
    fill(filled, [replace(event, kind="rate", value=value) for event, value in zip(events, stars, strict=True)])
    return filled


class TestTheGate:
    def test_a_version_that_it_refuses_is_published_but_not_promoted(self, objects, monkeypatch):
        old = trained(objects, FIRST_MS)
        fill(objects, checkerboard(users=20, items=14), now_ms=FIRST_MS + 1)
        report_worse(monkeypatch)
        worse = trained(objects, FIRST_MS + 2)
        assert (worse["promoted"], worse["forced"]) == (False, False)
        assert worse["why"].startswith("worse than popularity by 0.2000 (standard error 0.0100) ndcg@100 on test users")
        assert worse["version"] != old["version"]
        assert champions.read_champion(objects, "films").version == old["version"]
        champions.promote(objects, "films", str(worse["version"]), FIRST_MS + 3)

    def test_force_promotes_it_and_the_record_says_so(self, objects, monkeypatch):
        trained(objects, FIRST_MS)
        report_worse(monkeypatch)
        record = trained(objects, FIRST_MS + 1, force=True)
        assert (record["promoted"], record["forced"]) == (True, True)
        assert record["why"].startswith("forced, though worse than popularity")
        assert champions.read_champion(objects, "films").version == record["version"]

    def test_a_run_does_not_undo_what_a_person_promoted_meanwhile_even_by_force(self, objects):
        chosen = trained(objects, FIRST_MS)
        fill(objects, checkerboard(users=20, items=14), now_ms=FIRST_MS + 1)

        def tell(line: str) -> None:
            if line.startswith("publishing"):
                champions.promote(objects, "films", str(chosen["version"]), FIRST_MS + 5)

        record = train(training(objects, FIRST_MS + 9, force=True, tell=tell))
        assert (record["promoted"], record["why"]) == (False, "the champion was moved after this training began")
        assert champions.read_champion(objects, "films").version == chosen["version"]

    def test_the_first_of_a_catalog_is_promoted_whatever_it_says(self, objects, monkeypatch):
        report_worse(monkeypatch)
        record = trained(objects, FIRST_MS)
        assert record["promoted"] is True
        assert record["why"].startswith("the first of its catalog that can be served, though worse than popularity")

    @pytest.mark.parametrize("told", [{"format": 1}, {"config": {"family": {"name": "tarot"}}}])
    def test_refuses_nothing_in_favour_of_a_champion_that_cannot_be_loaded(self, objects, monkeypatch, tmp_path, told):
        crown_of_other_code(objects, trained(objects, FIRST_MS), FIRST_MS + 1, **told)
        fill(objects, checkerboard(users=20, items=14), now_ms=FIRST_MS + 1)
        report_worse(monkeypatch)
        record = trained(objects, FIRST_MS + 2)
        assert record["promoted"] is True
        assert record["why"].startswith("the first of its catalog that can be served, though worse than popularity")
        serving = served(objects, tmp_path)
        assert (serving.version, serving.degraded) == (record["version"], None)

    def test_takes_no_store_that_does_not_answer_for_a_champion_that_cannot_be_loaded(self, objects):
        version = str(trained(objects, FIRST_MS)["version"])
        failing = FailingObjects(objects)
        failing.error = StoreUnavailable("S3: SlowDown")
        with pytest.raises(StoreUnavailable):
            versions.is_loadable(failing, "films", version)
        assert versions.is_loadable(objects, "films", version)
        objects.delete(versions.artifact_key("films", version, "manifest.json"))
        assert not versions.is_loadable(objects, "films", version)


class TestTheChampion:
    """Its config is fitted on the challenger's training part and asked the same users."""

    def test_is_compared_with(self, wide, monkeypatch):
        only(monkeypatch, GOOD)
        first = trained(wide, FIRST_MS)
        assert "champion" not in first["report"]
        only(monkeypatch, BAD)
        mislead(monkeypatch)
        second = trained(wide, FIRST_MS + 1)
        told = second["report"]["champion"]
        assert (told["version"], told["config"]) == (
            first["version"],
            model_list.model(wide, "films", told["version"])["config"],
        )
        assert told["config"]["k"] == GOOD.k
        challenger = second["report"]["challenger"]
        over = challenger["over"][DECIDES]
        assert over["users"] == second["report"]["split"]["test_users"]
        difference = challenger["metrics"][DECIDES] - told["metrics"][DECIDES]
        assert over["difference"] == pytest.approx(difference)
        assert over["difference"] < 0

    def test_stays_on_today_s_data_where_another_is_not_better_beyond_noise(self, wide, monkeypatch):
        only(monkeypatch, GOOD)
        good = trained(wide, FIRST_MS)
        only(monkeypatch, BAD)
        mislead(monkeypatch)
        bad = trained(wide, FIRST_MS + 1)
        assert bad["promoted"] is True
        assert bad["why"].endswith(" and equal to the champion's config")
        assert bad["report"]["champion"]["refreshed"] is True
        assert bad["version"] == good["version"]  # the data are the same
        monkeypatch.undo()
        assert verify(wide, "films", str(bad["version"])).outcome == "same"

    def test_worse_gives_way(self, wide, monkeypatch):
        only(monkeypatch, BAD)
        trained(wide, FIRST_MS)
        only(monkeypatch, GOOD)
        good = trained(wide, FIRST_MS + 1)
        assert good["promoted"] is True
        assert re.search(r" and 0\.\d{4} above the champion's config$", good["why"])

    def test_of_the_same_config_differs_by_nothing_and_is_fitted_once(self, monkeypatch):
        timeless = MemoryObjects()  # where nothing can be refined
        fill(timeless, [replace(event, timestamp=0) for event in checkerboard(users=120, items=16)])
        only(monkeypatch, GOOD)
        trained(timeless, FIRST_MS)
        fitted = []

        def counting(*told):
            fitted.append(told[:2])
            return kernel_edges(*told)

        monkeypatch.setattr(workbench, "kernel_edges", counting)
        again = trained(timeless, FIRST_MS + 1)
        assert again["promoted"] is True
        assert again["report"]["over_champion"][DECIDES]["difference"] == 0
        parts = [id(part) for part, config in fitted if config.family == GOOD.family]
        assert len(parts) == len(set(parts)) > 0

    def test_of_the_same_config_after_refining_differs_by_nothing(self, wide, monkeypatch):
        only(monkeypatch, GOOD)
        trained(wide, FIRST_MS)
        again = trained(wide, FIRST_MS + 1)
        assert again["promoted"] is True
        assert again["report"]["champion"]["config"]["transitions"] > 0
        assert again["report"]["over_champion"][DECIDES]["difference"] == 0

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            (lambda written: written.replace(b'"format":%d' % FORMAT, b'"format":1'), "found the digest"),
            (lambda written: b"{}", "found the digest"),
            (None, "it has no manifest"),
        ],
    )
    def test_whose_manifest_cannot_be_read_leaves_popularity_to_compare_with(self, crowned, change, told):
        wide, first = crowned
        key = versions.artifact_key("films", str(first["version"]), "manifest.json")
        wide.delete(key) if change is None else wide.put(key, change(wide.get(key).data))
        second = trained(wide, FIRST_MS + 1)
        assert second["promoted"] is True
        assert "over_champion" not in second["report"]
        assert re.search(rf"above popularity.*; not compared with the champion: .*{told}", second["why"])

    @pytest.mark.parametrize(
        ("field", "value", "told"),
        [("format", 1, "found format 1"), ("config", {"family": {"name": "tarot"}}, "its config is not understood")],
    )
    def test_of_another_format_or_config_leaves_popularity_to_compare_with(self, crowned, field, value, told):
        wide, first = crowned
        crown_of_other_code(wide, first, FIRST_MS + 1, **{field: value})
        second = trained(wide, FIRST_MS + 2)
        assert second["promoted"] is True
        assert told in second["report"]["champion"]["not_compared"]
        assert f"; not compared with the champion: {second['report']['champion']['not_compared']}" in second["why"]


class TestTheBudget:
    def test_cuts_the_list_of_configs_and_the_record_says_so(self, wide, monkeypatch):
        listed = [GOOD, replace(GOOD, k=2), replace(GOOD, k=1)]
        monkeypatch.setattr(module, "candidates", lambda *_, **__: listed)
        record = train(training(wide, FIRST_MS, budget=TimeBudget.of(lambda: 0.0, -1.0)))
        report = record["report"]
        assert (report["tried"], report["cut"], len(report["candidates"])) == (1, True, 1)
        assert report["of"] == len(listed)
        assert (report["refined"], report["cut_by_clock"]) == ([], True)
        (said,) = record["warnings"]
        assert said.startswith("cut by the clock: 1 of 3 configs tried, 1 of 5 splits measured; another run of")

    def test_of_work_is_spent_in_the_same_way_whatever_the_clock_says(self, wide):
        records = []
        for number, step in enumerate((0.0, 7.0, 90.0)):
            ticking = count(0.0, step) if step else repeat(0.0)
            budget = TimeBudget.of(lambda clock=ticking: next(clock), work_seconds=3.0)
            records.append(train(training(wide, FIRST_MS + number, budget=budget)))
        assert len({record["version"] for record in records}) == 1
        assert records[0]["report"]["metrics"] == records[1]["report"]["metrics"] == records[2]["report"]["metrics"]
        assert not [one for record in records for one in record["warnings"] if "clock" in one]

    def test_is_endless_unless_limited(self, first_of_wide):
        _, first = first_of_wide
        report = first["report"]
        assert (report["tried"], report["cut"]) == (report["of"], False)


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
        of = partial(Pseudonyms.under(key).of, "films")
        assert version_of([replace(event, user=of(event.user)) for event in checkerboard(30, 10)]) == expected

    def test_how_events_arrived_does_not_reach_it(self, expected):
        events = checkerboard(users=30, items=10)
        objects = MemoryObjects()
        for number in range(0, 90, 30):
            fill(objects, events[number : number + 30], now_ms=FIRST_MS + number)
        fill_import(objects, events[80:])
        assert trained(objects, FIRST_MS)["version"] == expected

    def test_one_event_more_is_another_version(self, expected):
        events = checkerboard(users=30, items=10)
        assert version_of([*events, replace(events[0], item_id="item-01")]) != expected


class TestTwoTrainingsAtOnce:
    def during(self, objects, started_ms: int, meanwhile) -> list[object]:
        """Lets a training begin at `started_ms`, and something happen before it publishes; gives how both ended."""
        ended: list[object] = []

        def tell(line: str) -> None:
            if line == "fitting the chosen config on all users":
                ended.append(result_of(meanwhile))

        return [result_of(lambda: train(training(objects, started_ms, "first", tell=tell))), *ended]

    def test_the_later_one_is_refused_with_the_id_of_the_one_at_work(self, objects):
        second = training(objects, FIRST_MS + LEASE_MS - 1, "second")
        first, refused = self.during(objects, FIRST_MS, lambda: train(second))
        assert isinstance(refused, TrainingRunning)
        assert refused.training_id == first["run"] == champions.read_champion(objects, "films").run
        assert not list(objects.keys(f"runs/films/{second.run}"))

    def test_one_that_was_overtaken_publishes_nothing(self, objects):
        second = training(objects, FIRST_MS + LEASE_MS, "second")
        overtaken, record = self.during(objects, FIRST_MS, lambda: trained_anew(objects, second))
        assert isinstance(overtaken, Conflict)
        assert str(overtaken) == "the training of catalog 'films' was overtaken by a later one"
        assert champions.read_champion(objects, "films").run == second.run
        assert {key.split("/")[2] for key in objects.keys("artifacts/films/")} == {record["version"]}
        first = runs.read(objects, "films", new_id(FIRST_MS, "first"), FIRST_MS)
        assert (first["state"], first["error"]) == ("failed", str(overtaken))

    def test_one_that_was_queued_while_another_works_says_so(self, objects):
        queued = runs.record_of(objects, "films", new_id(FIRST_MS + 1, "queued"))
        objects.put(queued.key, json.dumps({"state": "queued"}).encode())
        self.during(objects, FIRST_MS, lambda: train(training(objects, FIRST_MS + 1, "queued")))
        record = queued.read()
        assert (record["state"], record["error"].partition(" of ")[0]) == ("failed", f"training {FIRST_MS}-first")

    def test_another_attempt_at_the_same_run_changes_nothing(self, objects):
        again = training(objects, FIRST_MS + 1, "first")
        first, refused = self.during(objects, FIRST_MS + 1, lambda: train(again))
        assert isinstance(refused, TrainingRunning)
        assert first["state"] == "succeeded"

    def test_in_processes_land_all_and_the_last_is_champion(self, tmp_path):
        url = f"file://{tmp_path}/objects"
        objects = open_objects(url)
        fill(objects, checkerboard(users=8, items=8))
        records = in_processes(append_and_train, [(url, number) for number in range(3)])
        listed = model_list.models(objects, "films")
        assert {record["state"] for record in records} == {"succeeded"}
        assert sorted(record["generation"] for record in records) == [1, 2, 3]
        last = max(records, key=lambda record: record["generation"])
        assert champions.read_champion(objects, "films").run == last["run"]
        assert {entry["version"] for entry in listed["models"]} == {record["version"] for record in records}
        for number, record in enumerate(records):
            assert runs.read(objects, "films", record["run"], FIRST_MS) == record
            champions.promote(objects, "films", record["version"], FIRST_MS + 100 + number)
            serving = served(objects, tmp_path / f"scratch-{number}")
            assert (serving.version, serving.degraded) == (record["version"], None)


def result_of(call):
    """What a call gives back, or raises."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001  # the test looks at it
        return error


def trained_anew(objects, job: TrainingJob):
    """The record of a training that read one event more than the one before."""
    fill(objects, [Event("a-user", "item-01", "play", 1.0, 7)], now_ms=FIRST_MS + 7)
    return train(job)


def test_a_run_that_has_succeeded_is_not_trained_again(objects):
    first = trained(objects, FIRST_MS)
    fill(objects, checkerboard(users=8, items=10), now_ms=FIRST_MS + 1)
    assert trained(objects, FIRST_MS) == first
    assert len(list(objects.keys("runs/films/"))) == 1


def test_events_of_which_none_counts_are_no_data_and_the_error_says_what_to_do():
    objects = MemoryObjects()
    event_log.append(objects, "films", [Event(f"u{n}", "a", "play", 0.0, n + 1) for n in range(12)], 1)
    catalogs.ensure(objects, "films")
    with pytest.raises(NoEvents, match=r"has 12 events, none of which counts for an item.*add plays"):
        trained(objects, FIRST_MS)


def test_a_training_records_the_learnt_scale_with_which_later_ratings_are_compared() -> None:
    filled = MemoryObjects()
    stars = [Event(f"u{n % 20}", f"i{n % 11}", "rate", 1.0 + n % 5, FIRST_MS + n) for n in range(100)]
    fill(filled, [*stars, Event("u1", "i3", "rate", 100.0, FIRST_MS)])
    catalog_record.note_learnt_scale(filled, "nowhere", None)  # makes no catalog
    trained(filled, FIRST_MS)
    settings = catalog_record.read(filled, "films")
    assert settings.settings()["learnt_scale"] == [1, 5]
    assert catalogs.names(filled) == ["films"]
    intake = Intake(filled, MemoryHistories(), Pseudonyms.under(b"a key that only tests know"), 100)
    raw = [{"user_id": "u", "item_id": "i1", "kind": "rate", "value": value} for value in (5, 100, 6)]
    answer = response_of(ingest(intake, "films", raw, FIRST_MS + 10**6))
    assert (answer["accepted"], [one["index"] for one in answer["rejected"]]) == (2, [1])
    assert "the scale 1..5, which was learnt" in answer["rejected"][0]["reason"]
