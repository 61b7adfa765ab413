import pytest

from doublebill.errors import NotFound
from doublebill.fit.selection.time_budget import TimeBudget
from doublebill.service.catalog import catalogs
from doublebill.service.registry import model_list, runs
from doublebill.service.training.train import train
from doublebill.stores.job_record import new_id
from fakes import MemoryObjects
from trainings import fill, trained, training
from worlds import FIRST_MS, checkerboard

NOW_MS = 1_700_000_000_000
RUN = new_id(NOW_MS, "abcd")


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


def test_a_record_says_when_it_was_made(objects):
    record = runs.record_of(objects, "films", RUN)
    with record.running(NOW_MS + 5000, lambda: NOW_MS, runs.made("films", RUN, NOW_MS)):
        pass
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


class TestTheRunOfAVersion:
    def test_is_the_latest_that_made_it(self, objects):
        fill(objects, checkerboard(users=8, items=8))
        trained(objects, FIRST_MS)
        again = trained(objects, FIRST_MS + 1)
        fill(objects, checkerboard(users=8, items=10), now_ms=FIRST_MS + 2)
        other = trained(objects, FIRST_MS + 3)
        assert runs.of_version(objects, "films", str(again["version"])) == again
        assert runs.of_version(objects, "films", str(other["version"])) == other

    def test_is_the_one_that_measured_it_on_most_splits(self, objects):
        fill(objects, checkerboard(users=80, items=12))
        whole = train(training(objects, FIRST_MS, configs=[{"family": "knn"}]))
        cut = train(training(objects, FIRST_MS + 1, configs=[{"family": "knn"}], budget=TimeBudget(deadline=-1.0)))
        version = str(cut["version"])
        assert cut["version"] == whole["version"]
        assert runs.splits(cut) < runs.splits(whole)
        assert runs.latest_of_version(objects, "films", version) == cut
        assert runs.of_version(objects, "films", version) == whole
        (listed,) = model_list.models(objects, "films")["models"]
        assert (listed["run"], listed["report"]["metrics"]) == (whole["run"], whole["report"]["metrics"])

    def test_of_a_version_that_no_run_made_is_not_found(self, twice_trained):
        with pytest.raises(NotFound, match="no version"):
            runs.of_version(twice_trained, "films", "0" * 32)


@pytest.mark.parametrize("fields", ['{"state": "queued"}', '{"state": "running", "generation": 5}'])
def test_a_damaged_record_without_its_run_is_that_of_the_run_that_was_asked_for(fields):
    objects = MemoryObjects()
    run = new_id(1_700_000_000_000, "abcd")
    objects.put(f"runs/films/{run}.json", fields.encode())
    assert runs.read(objects, "films", run, 1_700_100_000_000)["state"] == "lost"
