import pytest

from doublebill.errors import NotFound
from doublebill.service.catalog import catalogs
from doublebill.service.registry import runs
from doublebill.service.registry.run_list import RunListOptions, find, headline, run_list
from doublebill.stores.job_record import LOST_AFTER_MS, new_id
from fakes import MemoryObjects
from trainings import fill, trained
from worlds import FIRST_MS, checkerboard


@pytest.fixture
def objects():
    made = MemoryObjects()
    fill(made, checkerboard(users=8, items=8))
    trained(made, FIRST_MS)
    return made


def test_runs_without_a_version_are_listed_with_their_reason(objects):
    failing = runs.record_of(objects, "films", new_id(FIRST_MS + 1, "b"))
    with (
        pytest.raises(NotFound),
        failing.running(FIRST_MS + 1, lambda: FIRST_MS + 2501, runs.made("films", failing.job_id, FIRST_MS + 1)),
    ):
        raise NotFound("it is gone")
    dying = runs.record_of(objects, "films", new_id(FIRST_MS + 2, "c"))
    with dying.running(FIRST_MS + 2, lambda: 0, runs.made("films", dying.job_id, FIRST_MS + 2)):
        pass
    now_ms = FIRST_MS + LOST_AFTER_MS + 10
    listed = run_list(objects, "films", RunListOptions(), now_ms)["runs"]
    assert [(one["state"], one["why"]) for one in listed[:2]] == [("lost", ""), ("failed", "it is gone")]
    assert [one["seconds"] for one in listed] == [None, 2.5, 0.0]
    newest = run_list(objects, "films", RunListOptions(n=1), now_ms)
    assert (newest["runs"], newest["more"]) == (listed[:1], 2)


def test_a_damaged_record_is_named_and_the_others_are_listed(objects):
    objects.put("runs/films/1700000000001-x.json", b"{")
    listed = run_list(objects, "films", RunListOptions(), FIRST_MS)
    assert [one["name"] for one in listed["skipped"]] == ["1700000000001-x"]
    assert len(listed["runs"]) == 1


def test_a_run_is_found_by_its_id_and_by_its_version(objects):
    (entry,) = run_list(objects, "films", RunListOptions(), FIRST_MS)["runs"]
    record = find(objects, "films", entry["run"], FIRST_MS)
    assert find(objects, "films", entry["version"], FIRST_MS) == record
    with pytest.raises(NotFound):
        find(objects, "films", "0" * 32, FIRST_MS)


def test_a_headline_without_intervals_has_only_means():
    assert headline({"metrics": {"ndcg@100": 0.5, "auc": 1.0}}) == {
        "ndcg@100": {"mean": 0.5, "low": None, "high": None}
    }
    assert headline({"evaluated": False}) == {}


def test_a_catalog_must_exist():
    with pytest.raises(NotFound):
        run_list(MemoryObjects(), "films", RunListOptions(), 0)
    made = MemoryObjects()
    catalogs.ensure(made, "films")
    assert run_list(made, "films", RunListOptions(), 0) == {"catalog": "films", "runs": [], "more": 0}
