import json

import pytest

from doublebill import schema
from doublebill.errors import InvalidInput, NotFound, StoreUnavailable
from doublebill.model.artifact import FORMAT
from doublebill.model.config import Config
from doublebill.service.catalog import catalogs
from doublebill.service.registry import ab_test, champions, click_through
from doublebill.service.training import runs
from fake_records import MemoryRecords
from fakes import Killed, MemoryObjects, StoppingObjects
from trainings import fill, trained
from worlds import FIRST_MS, checkerboard

NOW_MS = 1_700_000_000_000
RUN = runs.run_id(NOW_MS, "abcd")


class NotedJobs:
    """Jobs that are noted and never run."""

    def __init__(self, fails_for: str = "") -> None:
        self.payloads: list[object] = []
        self._fails_for = fails_for

    def start(self, payload) -> None:
        if payload["catalog"] == self._fails_for:
            raise StoreUnavailable("Lambda: TooManyRequestsException")
        self.payloads.append(dict(payload))


@pytest.fixture
def objects():
    made = MemoryObjects()
    catalogs.ensure(made, "films")
    return made


@pytest.fixture
def twice_trained(objects):
    fill(objects, checkerboard(users=8, items=8))
    trained(objects, FIRST_MS)
    fill(objects, checkerboard(users=8, items=10), now_ms=FIRST_MS + 1)
    trained(objects, FIRST_MS + 1)
    return objects


def test_the_names_of_runs_sort_by_time():
    assert runs.run_id(999, "z") < runs.run_id(1000, "a") < runs.run_id(NOW_MS, "a")


def test_a_record_grows_and_keeps_when_it_was_made(objects):
    runs.write(objects, "films", RUN, NOW_MS, state="queued")
    runs.write(objects, "films", RUN, NOW_MS + 5000, state="running", started_ms=NOW_MS + 5000)
    assert runs.read(objects, "films", RUN, NOW_MS) == {
        "run": RUN,
        "catalog": "films",
        "created": "2023-11-14T22:13:20.000+00:00",
        "state": "running",
        "started_ms": NOW_MS + 5000,
    }


@pytest.mark.parametrize("run", ["unknown", "../films", "", "a b", "é"])
def test_a_run_that_is_not_there_is_not_found(objects, run):
    with pytest.raises(NotFound, match="no training"):
        runs.read(objects, "films", run, NOW_MS)


@pytest.mark.parametrize(("state", "told"), [("queued", "lost"), ("running", "lost"), ("succeeded", "succeeded")])
def test_a_run_that_said_nothing_for_hours_is_lost(objects, state, told):
    runs.write(objects, "films", RUN, NOW_MS, state=state)
    assert runs.read(objects, "films", RUN, NOW_MS + runs.LOST_AFTER_MS)["state"] == state
    assert runs.read(objects, "films", RUN, NOW_MS + runs.LOST_AFTER_MS + 1)["state"] == told


class TestQueueing:
    def test_a_training_is_recorded_before_its_job_starts(self, objects):
        class Looking(NotedJobs):
            def start(self, payload) -> None:
                assert runs.read(objects, "films", RUN, NOW_MS)["state"] == "queued"
                super().start(payload)

        jobs = Looking()
        record = runs.queue(objects, jobs, "films", RUN, NOW_MS, force=True)
        assert record == runs.read(objects, "films", RUN, NOW_MS)
        assert jobs.payloads == [{"catalog": "films", "run": RUN, "force": True}]

    @pytest.mark.parametrize("given", [-1, "60", True])
    def test_a_budget_is_a_number_from_nought_and_the_refusal_says_so(self, given):
        with pytest.raises(InvalidInput, match=r"^budget_seconds: found .*, expected a number from 0"):
            schema.read(runs.TrainingRequest, {"budget_seconds": given})
        assert schema.read(runs.TrainingRequest, {"budget_seconds": 0}).budget_seconds == 0

    def test_a_budget_goes_with_the_job(self, objects):
        jobs = NotedJobs()
        runs.queue(objects, jobs, "films", RUN, NOW_MS, budget_seconds=60.0)
        assert jobs.payloads == [{"catalog": "films", "run": RUN, "force": False, "budget_seconds": 60.0}]

    def test_of_an_unknown_catalog_nothing_starts(self, objects):
        jobs = NotedJobs()
        with pytest.raises(NotFound):
            runs.queue(objects, jobs, "music", RUN, NOW_MS)
        assert jobs.payloads == []
        assert list(objects.keys("runs/")) == []

    def test_a_job_that_cannot_start_is_recorded_as_failed(self, objects):
        with pytest.raises(StoreUnavailable):
            runs.queue(objects, NotedJobs(fails_for="films"), "films", RUN, NOW_MS)
        record = runs.read(objects, "films", RUN, NOW_MS)
        assert (record["state"], record["error"]) == ("failed", "Lambda: TooManyRequestsException")

    def test_every_catalog_gets_a_training(self, objects):
        catalogs.ensure(objects, "music")
        jobs = NotedJobs()
        records = runs.queue_all(objects, jobs, NOW_MS, "abcd")
        assert [record["catalog"] for record in records] == ["films", "music"]
        assert [payload["catalog"] for payload in jobs.payloads] == ["films", "music"]
        assert {payload["run"] for payload in jobs.payloads} == {RUN}

    def test_a_catalog_that_cannot_be_trained_keeps_no_other_from_it(self, objects):
        catalogs.ensure(objects, "music")
        jobs = NotedJobs(fails_for="films")
        records = runs.queue_all(objects, jobs, NOW_MS, "abcd")
        assert [(record["catalog"], record["state"]) for record in records] == [
            ("films", "failed"),
            ("music", "queued"),
        ]
        assert [payload["catalog"] for payload in jobs.payloads] == ["music"]

    def test_a_run_that_starts_again_forgets_how_it_ended(self, objects):
        runs.write(objects, "films", RUN, NOW_MS, state="failed", error="S3: SlowDown")
        record = runs.write(objects, "films", RUN, NOW_MS + 1, state="running", started_ms=NOW_MS + 1)
        assert "error" not in record
        assert record["created"] == runs.iso(NOW_MS)


class TestTheRunOfAVersion:
    def test_is_the_latest_that_made_it(self, objects):
        fill(objects, checkerboard(users=8, items=8))
        trained(objects, FIRST_MS)
        again = trained(objects, FIRST_MS + 1)
        fill(objects, checkerboard(users=8, items=10), now_ms=FIRST_MS + 2)
        other = trained(objects, FIRST_MS + 3)
        assert runs.of_version(objects, "films", str(again["version"])) == again
        assert runs.of_version(objects, "films", str(other["version"])) == other

    def test_of_a_version_that_no_run_made_is_not_found(self, twice_trained):
        with pytest.raises(NotFound, match="no version"):
            runs.of_version(twice_trained, "films", "0" * 32)


class TestModels:
    def test_versions_are_listed_newest_first_with_their_reports(self, twice_trained):
        listed = runs.models(twice_trained, "films")
        champion = champions.read_champion(twice_trained, "films")
        assert listed["champion"] == champion.version
        assert [entry["version"] for entry in listed["models"]] == [champion.version, *champion.previous]
        assert [entry["champion"] for entry in listed["models"]] == [True, False]
        assert all(entry["report"] and entry["promoted"] and entry["why"] for entry in listed["models"])

    def test_a_version_made_again_stands_where_its_latest_run_puts_it(self, twice_trained):
        old, new = [entry["version"] for entry in runs.models(twice_trained, "films")["models"]][::-1]
        trained(twice_trained, FIRST_MS + 2)
        again = dict(runs.read(twice_trained, "films", runs.run_id(FIRST_MS, "test"), FIRST_MS))
        again["run"] = runs.run_id(FIRST_MS + 3, "test")
        twice_trained.put(f"runs/films/{again['run']}.json", json.dumps(again).encode())
        listed = runs.models(twice_trained, "films")["models"]
        assert [(entry["version"], entry["champion"]) for entry in listed] == [(old, False), (new, True)]
        assert [entry["run"] for entry in listed] == [again["run"], runs.run_id(FIRST_MS + 2, "test")]

    def test_an_untrained_catalog_has_none(self, objects):
        runs.write(objects, "films", RUN, NOW_MS, state="queued")
        assert runs.models(objects, "films") == {
            "catalog": "films",
            "champion": None,
            "challenger": None,
            "share": 0.0,
            "models": [],
        }

    def test_of_an_unknown_catalog_are_not_found(self, objects):
        for ask in (lambda: runs.models(objects, "music"), lambda: runs.model(objects, "music", "0" * 32)):
            with pytest.raises(NotFound, match="no catalog 'music'"):
                ask()

    def test_a_card_shows_config_size_and_run(self, twice_trained):
        version = champions.read_champion(twice_trained, "films").version
        card = runs.model(twice_trained, "films", version)
        folder = f"artifacts/films/{version}/"
        sizes = [len(twice_trained.get(key).data) for key in twice_trained.keys(folder) if key.endswith(".npy")]
        assert (card["version"], card["champion"], card["format"]) == (version, True, FORMAT)
        assert card["size_bytes"] == sum(sizes)
        assert str(Config.from_json(card["config"])) == card["report"]["chosen"]
        assert card["run"] == runs.run_id(FIRST_MS + 1, "test")

    def test_a_version_that_no_run_made_is_not_found(self, twice_trained):
        with pytest.raises(NotFound, match="no version"):
            runs.model(twice_trained, "films", "0" * 32)

    def test_a_champion_whose_run_died_before_its_end_is_listed(self, objects):
        fill(objects, checkerboard(users=8, items=8))
        alive = StoppingObjects(objects.copy())
        trained(alive, FIRST_MS)
        dying = StoppingObjects(objects, alive.calls.index(("create", champions.champion_key("films"))), "after")
        with pytest.raises(Killed):
            trained(dying, FIRST_MS)
        (entry,) = runs.models(objects, "films")["models"]
        assert entry["champion"] is True
        assert entry["why"] == "the run has not ended"
        assert runs.model(objects, "films", str(entry["version"]))["report"] == entry["report"]


class TestOnline:
    NOW = 1_800_000_000

    @pytest.fixture
    def records(self, twice_trained):
        """The champion answered a hundred times, of which thirty were clicked; nobody asked the other."""
        made, champion = MemoryRecords(), champions.read_champion(twice_trained, "films")
        made.add(click_through.answers_key("films"), champion.version, {"answers": 100, "clicks": 30}, self.NOW + 10)
        made.add(click_through.answers_key("films"), champion.previous[0], {"clicks": 1}, self.NOW + 10)
        return made

    def test_versions_that_answered_tell_their_clicks(self, twice_trained, records):
        listed = runs.models(twice_trained, "films", records, self.NOW)["models"]
        assert listed[0]["online"] == {
            "answers": 100,
            "clicks": 30,
            "click_through": 0.3,
            "interval": ab_test.interval(30, 100),
        }
        assert "online" not in listed[1]
        card = runs.model(twice_trained, "films", listed[0]["version"], records, self.NOW)
        assert card["online"] == listed[0]["online"]

    def test_more_clicks_than_answers_have_no_interval(self, twice_trained, records):
        version = champions.read_champion(twice_trained, "films").version
        records.add(click_through.answers_key("films"), version, {"clicks": 100}, self.NOW + 10)
        online = runs.models(twice_trained, "films", records, self.NOW)["models"][0]["online"]
        assert (online["click_through"], online["interval"]) == (1.3, None)

    def test_what_has_expired_is_not_told(self, twice_trained, records):
        listed = runs.models(twice_trained, "films", records, self.NOW + 10)["models"]
        assert not any("online" in entry for entry in listed)

    def test_where_the_records_do_not_answer_the_rest_is_told(self, twice_trained, records):
        records.error = StoreUnavailable("DynamoDB: ThrottlingException")
        assert runs.models(twice_trained, "films", records, self.NOW) == runs.models(twice_trained, "films")
        assert records.calls[-1] == ("counts", click_through.answers_key("films"))

    def test_the_challenger_is_marked_and_its_share_told(self, twice_trained):
        champion = champions.read_champion(twice_trained, "films")
        champions.challenge(twice_trained, "films", champion.previous[0], 0.2)
        listed = runs.models(twice_trained, "films")
        assert (listed["challenger"], listed["share"]) == (champion.previous[0], 0.2)
        assert [entry["challenger"] for entry in listed["models"]] == [False, True]
        champions.end_challenge(twice_trained, "films")
        listed = runs.models(twice_trained, "films")
        assert (listed["challenger"], listed["share"]) == (None, 0.0)
        assert [entry["challenger"] for entry in listed["models"]] == [False, False]

    def test_answers_have_the_keys_that_their_types_name(self, twice_trained, records):
        listed = runs.models(twice_trained, "films", records, self.NOW)
        first, second = listed["models"]
        assert listed.keys() == runs.ModelList.__annotations__.keys()
        assert first.keys() == runs.ModelEntry.__annotations__.keys()
        assert second.keys() == runs.ModelEntry.__required_keys__
        card = runs.model(twice_trained, "films", first["version"], records, self.NOW)
        assert card.keys() == runs.ModelCard.__required_keys__ | {"online"}
        assert first["online"].keys() == click_through.Online.__annotations__.keys()
