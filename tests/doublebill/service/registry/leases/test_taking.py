"""Leases: one training of a catalog at a time, and one that died is overtaken."""

import pytest

from doublebill.errors import Conflict, TrainingRunning, Unsatisfiable
from doublebill.service.registry import champions
from doublebill.service.registry.leases.lease import (
    LEASE_MS,
    MOST_RECENT,
    SKEW_MS,
    Lease,
    Trigger,
    lease_key,
    read_lease,
)
from doublebill.service.registry.leases.taking import begin, check_holds, give_up, release, renew, reserve
from doublebill.stores.job_record import QUEUED_MS
from fakes import AnswerLosingObjects, MemoryObjects, interleavings
from small_versions import VERSIONS

NOW_MS = 1_700_000_000_000


@pytest.fixture
def objects():
    return MemoryObjects()


def test_of_trainings_that_begin_at_once_one_works_and_the_others_are_told_which():
    def make():
        return MemoryObjects(), [lambda store, run=run: begin(store, "films", run, NOW_MS, run).run for run in "ab"]

    winners = set()
    for order, objects, results in interleavings(make):
        won = [result for result in results if isinstance(result, str)]
        (refused,) = [result for result in results if isinstance(result, TrainingRunning)]
        assert won == [refused.training_id] == [read_lease(objects, "films").run], order
        winners.update(won)
    assert winners == {"a", "b"}


def test_two_attempts_at_one_run_do_not_both_work():
    def make():
        return MemoryObjects(), [lambda store: begin(store, "films", "a", NOW_MS)] * 2

    for order, _, results in interleavings(make):
        assert len([one for one in results if isinstance(one, Lease)]) == 1, order


def test_a_run_that_was_reserved_begins_and_no_other_does(objects):
    assert reserve(objects, "films", "a", NOW_MS).fresh
    for refused in (reserve, begin):
        with pytest.raises(TrainingRunning, match="training a of catalog 'films' is queued; if it has not begun by 2"):
            refused(objects, "films", "b", NOW_MS + QUEUED_MS - 1)
    assert begin(objects, "films", "a", NOW_MS).begun


def test_a_holder_that_is_silent_is_overtaken_and_one_that_renews_is_not(objects):
    first = begin(objects, "films", "a", NOW_MS)
    assert renew(objects, "films", first, NOW_MS + LEASE_MS - 1)
    with pytest.raises(TrainingRunning):
        begin(objects, "films", "b", NOW_MS + LEASE_MS)
    second = begin(objects, "films", "b", NOW_MS + 2 * LEASE_MS)
    assert second.generation > first.generation
    assert not renew(objects, "films", first, NOW_MS + 2 * LEASE_MS)
    with pytest.raises(Conflict, match="overtaken by b"):
        check_holds(objects, "films", first)
    release(objects, "films", first)
    check_holds(objects, "films", second)


def test_a_lease_of_a_clock_that_is_far_ahead_keeps_nobody_waiting(objects):
    ahead = begin(objects, "films", "a", NOW_MS + 10 * QUEUED_MS)
    assert begin(objects, "films", "b", NOW_MS).generation == ahead.generation + 1


def test_a_released_lease_is_free_and_its_generation_goes_on(objects):
    first = begin(objects, "films", "a", NOW_MS)
    release(objects, "films", first)
    assert begin(objects, "films", "b", NOW_MS).generation == first.generation + 1


@pytest.mark.parametrize("lost", ["deleted", "damaged"])
def test_without_its_lease_a_catalog_goes_on_above_the_generation_of_its_champion(objects, lost):
    champions.promote_run(objects, "films", VERSIONS["a"], "run-a", 57, NOW_MS, NOW_MS)
    if lost == "damaged":
        objects.put(lease_key("films"), b"{")
    assert begin(objects, "films", "b", NOW_MS).generation == 58


@pytest.mark.parametrize("repeated", [True, False], ids=["refused when repeated", "never confirmed"])
def test_a_lost_answer_gives_the_lease_once(objects, repeated):
    assert reserve(AnswerLosingObjects(objects, repeated), "films", "a", NOW_MS).fresh
    mine = begin(AnswerLosingObjects(objects, repeated), "films", "a", NOW_MS)
    assert mine == read_lease(objects, "films")
    assert renew(AnswerLosingObjects(objects, repeated), "films", mine, NOW_MS)
    release(AnswerLosingObjects(objects, repeated), "films", mine)
    assert read_lease(objects, "films").run == ""


class TestTriggers:
    KEY = Trigger("key", "request")

    def test_one_that_comes_again_gives_its_run_even_when_that_has_ended(self, objects):
        reserve(objects, "films", "a", NOW_MS, self.KEY)
        release(objects, "films", begin(objects, "films", "a", NOW_MS))
        again = reserve(objects, "films", "b", NOW_MS + 1, self.KEY)
        assert (again.run, again.fresh) == ("a", False)

    def test_one_with_another_request_is_refused(self, objects):
        reserve(objects, "films", "a", NOW_MS, self.KEY)
        with pytest.raises(Unsatisfiable, match=r"^idempotency_key: it came with another request before"):
            reserve(objects, "films", "b", NOW_MS, Trigger("key", "other"))

    def test_one_whose_run_could_not_start_is_forgotten(self, objects):
        reserve(objects, "films", "a", NOW_MS, self.KEY)
        give_up(objects, "films", "a")
        assert reserve(objects, "films", "b", NOW_MS, self.KEY).fresh

    def test_giving_up_a_run_that_has_begun_after_all_takes_nothing_from_it(self, objects):
        reserve(objects, "films", "a", NOW_MS, self.KEY)
        mine = begin(objects, "films", "a", NOW_MS)
        give_up(objects, "films", "a")
        check_holds(objects, "films", mine)

    def test_the_latest_are_remembered(self, objects):
        for number in range(MOST_RECENT + 1):
            reserve(objects, "films", f"run-{number}", NOW_MS + number * QUEUED_MS, Trigger(str(number)))
        keys = [one.key for one in read_lease(objects, "films").recent]
        assert keys == [str(number) for number in range(MOST_RECENT, 0, -1)]

    def test_of_two_with_one_key_one_starts(self):
        def make():
            store = MemoryObjects()
            return store, [lambda store, run=run: reserve(store, "films", run, NOW_MS, self.KEY) for run in "ab"]

        for order, _, results in interleavings(make):
            assert sorted(one.fresh for one in results) == [False, True], order
            assert len({one.run for one in results}) == 1, order


def test_what_was_queued_by_a_clock_that_is_ahead_is_queued():
    objects = MemoryObjects()
    assert reserve(objects, "films", "a", NOW_MS + SKEW_MS).fresh
    with pytest.raises(TrainingRunning):
        reserve(objects, "films", "b", NOW_MS)


@pytest.mark.parametrize(
    "fields", ['{"generation": null}', '{"generation": "x"}', '{"recent": [1]}', '{"recent": [{}]}', "[]", "{"]
)
def test_a_damaged_lease_is_nobody_s(fields):
    objects = MemoryObjects()
    objects.put(lease_key("films"), fields.encode())
    assert reserve(objects, "films", "a", NOW_MS).fresh


def test_fields_of_a_later_version_are_passed_over():
    objects = MemoryObjects()
    begin(objects, "films", "a", NOW_MS)
    stored = objects.get(lease_key("films")).data
    objects.put(lease_key("films"), stored[:-1] + b', "colour": "red"}')
    with pytest.raises(TrainingRunning):
        reserve(objects, "films", "b", NOW_MS)
