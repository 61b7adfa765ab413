"""Pruning: only what nobody needs goes, and only after its time of grace, whoever promotes meanwhile."""

import json

import pytest

from doublebill.errors import NotFound
from doublebill.service.registry import champions, runs, versions
from doublebill.service.registry.leases.taking import begin
from doublebill.service.registry.pruning.prune import DAY_MS, GRACE_DAYS, NEWEST_RUNS, RUN_DAYS, PruneTerms, prune
from doublebill.stores.job_record import new_id
from fakes import Killed, MemoryObjects, StoppingObjects
from model_checker import Search, World
from protocols import SMALL, again, check_whole, operator, person, reader, world
from small_versions import NAME_OF, VERSIONS

NOW_MS = 1_700_000_000_000
GRACE_MS = GRACE_DAYS * DAY_MS


@pytest.fixture
def objects():
    """A catalog whose champion is c, before it b; a and d are published, and nobody needs them."""
    return filled(world("b", "c", published="abcd"))


def filled(held) -> MemoryObjects:
    made = MemoryObjects()
    for key, data in held.items():
        made.put(key, data)
    return made


def record_run(objects, at_ms: int, name: str, state: str = "succeeded") -> str:
    run = new_id(at_ms, name)
    objects.put(f"runs/films/{run}.json", json.dumps({"run": run, "state": state, "version": VERSIONS[name]}).encode())
    return run


def stored(objects) -> str:
    return "".join(sorted({NAME_OF[key.split("/")[2]] for key in objects.keys("artifacts/")}))


def test_what_nobody_needs_goes_after_its_time_of_grace(objects):
    first = prune(objects, "films", NOW_MS)
    assert ({NAME_OF[version] for version in first.retired}, first.versions) == ({"a", "d"}, ())
    prune(objects, "films", NOW_MS + GRACE_MS - 1)
    assert stored(objects) == "abcd"
    second = prune(objects, "films", NOW_MS + GRACE_MS)
    assert {NAME_OF[version] for version in second.versions} == {"a", "d"}
    assert stored(objects) == "bc"
    check_whole({key: objects.get(key).data for key in objects.keys("")})


def test_looking_deletes_and_notes_nothing(objects):
    record_run(objects, 0, "a")
    before = dict(objects.held)
    assert prune(objects, "films", NOW_MS, dry=True).retired
    assert objects.held == before


def test_a_version_that_is_promoted_meanwhile_stays(objects):
    prune(objects, "films", NOW_MS)
    champions.promote(objects, "films", VERSIONS["a"], NOW_MS)
    champions.challenge(objects, "films", VERSIONS["d"], 0.5)
    prune(objects, "films", NOW_MS + GRACE_MS)
    assert stored(objects) == "abcd"


def test_a_version_of_a_run_of_late_stays(objects):
    record_run(objects, NOW_MS, "a")
    prune(objects, "films", NOW_MS)
    prune(objects, "films", NOW_MS + GRACE_MS - 1)
    assert "a" in stored(objects)


def test_nothing_is_retired_while_a_training_works(objects):
    begin(objects, "films", "run-e", NOW_MS)
    assert prune(objects, "films", NOW_MS).retired == ()


def test_a_version_that_is_being_deleted_cannot_be_promoted(objects):
    prune(objects, "films", NOW_MS)
    prune(objects, "films", NOW_MS + GRACE_MS)
    versions.publish(objects, "films", SMALL["a"])
    with pytest.raises(NotFound, match="is being deleted"):
        champions.promote(objects, "films", VERSIONS["a"], NOW_MS + GRACE_MS)
    prune(objects, "films", NOW_MS + GRACE_MS + DAY_MS)
    versions.publish(objects, "films", SMALL["a"])
    prune(objects, "films", NOW_MS + GRACE_MS + 2 * DAY_MS)
    assert champions.promote(objects, "films", VERSIONS["a"], NOW_MS).version == VERSIONS["a"]


def test_one_that_was_killed_is_completed_by_the_next(objects):
    prune(objects, "films", NOW_MS)
    alive = StoppingObjects(objects.copy())
    prune(alive, "films", NOW_MS + GRACE_MS)
    for stop_at in range(len(alive.calls)):
        for moment in ("before", "after"):
            made = objects.copy()
            with pytest.raises(Killed):
                prune(StoppingObjects(made, stop_at, moment), "films", NOW_MS + GRACE_MS)
            prune(made, "films", NOW_MS + GRACE_MS + 1)
            assert stored(made) == "bc"


def test_old_runs_go_but_for_the_newest_and_those_of_needed_versions(objects):
    old = [record_run(objects, NOW_MS + number, "e") for number in range(3)]
    needed = record_run(objects, NOW_MS, "c")
    newest = [record_run(objects, NOW_MS + 100 + number, "e") for number in range(NEWEST_RUNS)]
    later_ms = NOW_MS + RUN_DAYS * DAY_MS + 1000
    assert sorted(prune(objects, "films", later_ms).runs) == old
    assert sorted(run for run, _ in runs.every(objects, "films")) == sorted([needed, *newest])


def test_a_retired_version_keeps_its_run_until_it_goes_itself():
    objects = filled(world("b", "c", published="bc"))
    run, retained = record_run(objects, NOW_MS, "b"), PruneTerms(retention_days=20)
    retired_ms = NOW_MS + 20 * DAY_MS
    for day in range(GRACE_DAYS):
        assert prune(objects, "films", retired_ms + day * DAY_MS, retained).runs == ()
    gone = prune(objects.copy(), "films", retired_ms + GRACE_MS, retained)
    assert (gone.versions, gone.runs) == ((VERSIONS["b"],), (run,))
    champions.promote(objects, "films", VERSIONS["b"], retired_ms + GRACE_MS)
    assert runs.of_version(objects, "films", VERSIONS["b"])["run"] == run


def test_old_batches_go(objects):
    for at_ms in (NOW_MS, NOW_MS + 8 * DAY_MS):
        objects.put(f"batches/films/{new_id(at_ms, 'b')}/batch.json", b"{}")
    assert prune(objects, "films", NOW_MS + 8 * DAY_MS).batches == (new_id(NOW_MS, "b"),)


def test_sums_of_trainings_that_died_go_and_those_of_one_at_work_stay(objects):
    begin(objects, "films", "at-work", NOW_MS)
    for run in ("at-work", "dead"):
        objects.put(f"sums/films/{run}/00000/shard-00000.npz", b"")
    prune(objects, "films", NOW_MS)
    assert list(objects.keys("sums/")) == ["sums/films/at-work/00000/shard-00000.npz"]
    prune(objects, "films", NOW_MS + 2 * DAY_MS)
    assert not list(objects.keys("sums/"))


def test_a_catalog_without_a_champion_keeps_its_versions():
    objects = filled(world(published="a"))
    prune(objects, "films", NOW_MS)
    assert prune(objects, "films", NOW_MS + 2 * GRACE_MS).versions == ()


@pytest.mark.parametrize("deaths", [0, pytest.param(1, marks=pytest.mark.at_length)])
def test_in_every_order_the_champion_and_those_before_it_stay_whole(deaths):
    held = World(world("b", "c", published="abc"))
    prune(held, "films", NOW_MS)

    def collector(objects) -> int:
        return len(prune(objects, "films", NOW_MS + GRACE_MS).versions)

    def promoter(objects) -> str:
        try:
            return person("a")(objects)
        except NotFound:
            return "gone"

    actors = {"collector": collector, "promoter": promoter, "reader": reader}
    checked = Search(actors, check_whole, deaths=deaths).run(held.held)
    print(f"{checked.states:,} states, {checked.orders:,} orders")
    assert {ended[1] for ended in checked.endings} == {"gave a", "gave gone", *["dead"] * deaths}
    rolling = {"collector": collector, "operator": again(operator("c"))}
    Search(rolling, check_whole, faults=1).run(held.held)
