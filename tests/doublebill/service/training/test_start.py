import pytest

from doublebill import schema
from doublebill.errors import InvalidInput, NotFound, StoreUnavailable
from doublebill.service.catalog import catalogs
from doublebill.service.training.start import TrainingRequest, queue, queue_all
from doublebill.stores.job_record import new_id
from fakes import MemoryObjects

NOW_MS = 1_700_000_000_000
RUN = new_id(NOW_MS, "abcd")


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


@pytest.mark.parametrize("given", [-1, "60", True])
def test_a_budget_is_a_number_from_nought_and_the_refusal_says_so(given):
    with pytest.raises(InvalidInput, match=r"^budget_seconds: .* is not valid; use seconds from 0"):
        schema.read(TrainingRequest, {"budget_seconds": given})
    assert schema.read(TrainingRequest, {"budget_seconds": 0}).budget_seconds == 0


def test_a_budget_goes_with_the_job(objects):
    jobs = NotedJobs()
    queue(objects, jobs, "films", RUN, NOW_MS, TrainingRequest(budget_seconds=60.0))
    assert jobs.payloads == [{"catalog": "films", "run": RUN, "force": False, "budget_seconds": 60.0}]


def test_leaving_out_damaged_objects_goes_with_the_job(objects):
    jobs = NotedJobs()
    queue(objects, jobs, "films", RUN, NOW_MS, TrainingRequest(skip_damaged=True))
    assert jobs.payloads == [{"catalog": "films", "run": RUN, "force": False, "skip_damaged": True}]


def test_configs_go_with_the_job_as_they_were_written(objects):
    jobs = NotedJobs()
    request = schema.read(TrainingRequest, {"configs": [{"k": 7}, {"family": "knn"}]})
    queue(objects, jobs, "films", RUN, NOW_MS, request)
    assert jobs.payloads == [{"catalog": "films", "run": RUN, "force": False, "configs": [{"k": 7}, {"family": "knn"}]}]


def test_a_wrong_config_is_named_and_starts_nothing(objects):
    jobs = NotedJobs()
    request = TrainingRequest(configs=({}, {"family": {"name": "edlae", "ridge": -1}}))
    with pytest.raises(InvalidInput, match=r"^configs\[1\].family.ridge: -1.0 is not valid"):
        queue(objects, jobs, "films", RUN, NOW_MS, request)
    for wrong in ([3], {}, [{}] * 101):
        with pytest.raises(InvalidInput, match=r"^configs"):
            schema.read(TrainingRequest, {"configs": wrong})
    assert (jobs.payloads, list(objects.keys("runs/"))) == ([], [])


def test_of_an_unknown_catalog_nothing_starts(objects):
    jobs = NotedJobs()
    with pytest.raises(NotFound):
        queue(objects, jobs, "music", RUN, NOW_MS)
    assert jobs.payloads == []
    assert list(objects.keys("runs/")) == []


def test_every_catalog_gets_a_training(objects):
    catalogs.ensure(objects, "music")
    jobs = NotedJobs()
    records = queue_all(objects, jobs, NOW_MS, "abcd")
    assert [record["catalog"] for record in records] == ["films", "music"]
    assert [payload["catalog"] for payload in jobs.payloads] == ["films", "music"]
    assert {payload["run"] for payload in jobs.payloads} == {RUN}


def test_a_catalog_that_cannot_be_trained_keeps_no_other_from_it(objects):
    catalogs.ensure(objects, "music")
    jobs = NotedJobs(fails_for="films")
    records = queue_all(objects, jobs, NOW_MS, "abcd")
    assert [(record["catalog"], record["state"]) for record in records] == [
        ("films", "failed"),
        ("music", "queued"),
    ]
    assert [payload["catalog"] for payload in jobs.payloads] == ["music"]


def test_a_catalog_whose_store_fails_for_a_moment_keeps_no_other_from_its_training(objects):
    catalogs.ensure(objects, "music")
    get = objects.get

    def failing(key):
        if key == "catalogs/films.json":
            raise StoreUnavailable("S3: SlowDown")
        return get(key)

    objects.get = failing
    records = queue_all(objects, NotedJobs(), NOW_MS, "abcd")
    assert [(record["catalog"], record["state"]) for record in records] == [("films", "failed"), ("music", "queued")]
    assert records[0]["error"] == "S3: SlowDown"
