"""Replacing versions: no receipt while the champion had the users, and nobody serves a version with them afterwards."""

import contextlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clocks import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import Conflict, DoublebillError, NoModel, VersionRefused
from doublebill.service.catalog.stored_events import LATE_MS
from doublebill.service.people import erase
from doublebill.service.people.erase import ErasingStores
from doublebill.service.people.erasure_record import Fields
from doublebill.service.people.erasures import proceed_all
from doublebill.service.people.receipt import is_genuine
from doublebill.service.people.replacement import HOUR_MS
from doublebill.service.registry import champions, model_list, runs
from doublebill.service.registry.leases.taking import begin
from doublebill.service.registry.privacy.refused import check_allowed, refuse
from doublebill.service.registry.pruning.prune import prune
from doublebill.service.serving import degraded
from doublebill.service.serving.warm_models import Warm
from doublebill.service.training import promotion
from doublebill.service.training.job import TrainingJob
from doublebill.service.training.promotion import PromotingStores
from doublebill.service.training.train import train
from doublebill.stores.job_record import QUEUED_MS
from doublebill.times.retention import DAY_MS
from erased_users import NOW_MS, PSEUDONYMS, copied, dying_stores, post, stores_of
from fake_records import MemoryRecords
from fakes import Killed, StoppingObjects
from trainings import fill, trained
from worlds import checkerboard

ERASED_MS = NOW_MS + 10**7
LATER_MS = ERASED_MS + LATE_MS + 1
DUE_MS = ERASED_MS + 30 * DAY_MS


@pytest.fixture(scope="module")
def trained_once() -> ErasingStores:
    """A catalog whose champion was trained on Ann."""
    stores = stores_of()
    fill(stores.objects, checkerboard(users=8, items=8))
    post(stores, "ann", "item-00", "item-02", "item-04")
    trained(stores.objects, NOW_MS + 1, force=True)
    return stores


@pytest.fixture
def stores(trained_once: ErasingStores) -> ErasingStores:
    return copied(trained_once)


def begun(stores: ErasingStores, user: str = "ann", now_ms: int = ERASED_MS) -> Fields:
    record = erase.begin(stores, "films", [PSEUDONYMS.of("films", user)], now_ms, "x")
    return erase.proceed(stores, "films", record["erasure_id"], now_ms)


def gone_on(stores: ErasingStores, record: Fields, now_ms: int) -> Fields:
    return erase.proceed(stores, "films", record["erasure_id"], now_ms)


def run_job(stores: ErasingStores, now_ms: int, **wrong: Any) -> runs.Record:
    """Does the latest training that was started, or lets it fail."""
    payload: dict[str, Any] = stores.jobs.payloads[-1]  # type: ignore[attr-defined]  # they are noted
    options = {name: payload[name] for name in ("force", "configs") if name in payload}
    return train(TrainingJob(stores.objects, "films", payload["run"], lambda: now_ms, **options, **wrong))


def fail_job(stores: ErasingStores, now_ms: int) -> None:
    """Lets the latest training that was started fail: its epsilon is more than the budget has."""
    with pytest.raises(Exception, match="epsilon"):
        run_job(stores, now_ms, epsilon=10**6, delta=1e-6)


def version_of(stores: ErasingStores) -> str:
    champion = champions.read_champion(stores.objects, "films")
    assert champion is not None
    return champion.version


def test_there_is_no_receipt_until_a_champion_without_the_user_stands(stores: ErasingStores) -> None:
    former = version_of(stores)
    record = begun(stores)
    record = gone_on(stores, record, LATER_MS)
    assert (record["state"], "receipt" in record) == ("training", False)
    assert record["reason"] == f"training {record['training_id']} is queued"
    check_allowed(stores.objects, "films", former)
    assert run_job(stores, LATER_MS)["promoted"]
    done = gone_on(stores, record, LATER_MS + 1)
    assert (done["state"], done["reason"], done["receipt"]["champion"]) == ("complete", "", version_of(stores))
    with pytest.raises(VersionRefused, match="erased since"):
        check_allowed(stores.objects, "films", former)
    listed = {one["version"]: one.get("refused") for one in model_list.models(stores.objects, "films")["models"]}
    assert listed == {former: True, version_of(stores): None}


def test_a_training_that_failed_is_followed_by_others_ever_later(stores: ErasingStores) -> None:
    record = begun(stores)
    fail_job(stores, ERASED_MS + 1)
    record = gone_on(stores, record, LATER_MS)
    assert (record["attempts"], len(stores.jobs.payloads)) == (2, 2)  # type: ignore[attr-defined]  # they are noted
    fail_job(stores, LATER_MS)
    record = gone_on(stores, record, LATER_MS + 1)
    assert record["attempts"] == 2
    assert record["reason"].startswith(f"training {record['training_id']} failed: ")
    assert record["reason"].endswith(f"the next begins after {runs.iso(LATER_MS + HOUR_MS)}")
    progress = proceed_all(stores, LATER_MS + HOUR_MS)
    assert (progress.unfinished, progress.close) == (1, 0)
    assert run_job(stores, LATER_MS + HOUR_MS)["promoted"]
    assert gone_on(stores, record, LATER_MS + HOUR_MS)["state"] == "complete"


def test_an_erasure_whose_training_meets_another_erasure_is_complete_all_the_same(stores: ErasingStores) -> None:
    first = begun(stores)
    second = begun(stores, "somebody", ERASED_MS + 1)
    assert second["versions"] == []
    assert run_job(stores, LATER_MS)["promoted"]
    assert gone_on(stores, first, LATER_MS)["state"] == gone_on(stores, second, LATER_MS + 1)["state"] == "complete"


def test_the_receipt_names_the_training_that_made_the_champion_without_the_user(stores: ErasingStores) -> None:
    record = begun(stores)
    lost = record["training_id"]
    by_hand = trained(stores.objects, ERASED_MS + HOUR_MS, force=True)
    done = gone_on(stores, record, ERASED_MS + HOUR_MS + 1)
    receipt = done["receipt"]
    assert (receipt["champion"], receipt["training_id"]) == (by_hand["version"], by_hand["run"])
    assert lost != by_hand["run"]
    assert is_genuine(PSEUDONYMS, receipt)


def test_the_receipt_names_the_training_of_a_champion_that_a_person_promoted(stores: ErasingStores) -> None:
    record = begun(stores)
    ended = run_job(stores, LATER_MS)
    trained(stores.objects, LATER_MS + HOUR_MS, force=True)
    post(stores, "bob", "item-00", "item-02", now_ms=LATER_MS + HOUR_MS)
    trained(stores.objects, LATER_MS + 2 * HOUR_MS, force=True)
    champions.promote(stores.objects, "films", str(ended["version"]), LATER_MS + 3 * HOUR_MS)
    receipt = gone_on(stores, record, LATER_MS + 4 * HOUR_MS)["receipt"]
    made = {fields["run"] for _, fields in runs.every(stores.objects, "films") if fields["version"] == ended["version"]}
    assert (receipt["champion"], receipt["training_id"] in made) == (ended["version"], True)


def test_a_training_that_never_began_is_followed_at_once_and_is_no_failure(stores: ErasingStores) -> None:
    record = begun(stores)
    for number in range(4):
        now_ms = ERASED_MS + (number + 1) * QUEUED_MS + LATE_MS
        record = gone_on(stores, record, now_ms)
        assert (record["attempts"], record["ended"]) == (number + 2, number + 1)
    fail_job(stores, now_ms + 1)
    record = gone_on(stores, record, now_ms + 2)
    assert (record["attempts"], record["reason"]) == (6, f"training {record['training_id']} is queued")
    fail_job(stores, now_ms + 3)
    assert gone_on(stores, record, now_ms + 4)["reason"].endswith(f"after {runs.iso(now_ms + 2 + HOUR_MS)}")


def test_an_erasure_joins_the_training_that_is_at_work(stores: ErasingStores) -> None:
    post(stores, "bob", "item-00", "item-02", now_ms=NOW_MS + 10**6)
    trained(stores.objects, NOW_MS + 10**6 + 10**5, force=True)
    first = begun(stores)
    begin(stores.objects, "films", first["training_id"], ERASED_MS + 1)
    second = begun(stores, "bob", ERASED_MS + 2)
    assert second["reason"].startswith(f"training {first['training_id']} is under way and will have none of them")


def test_by_the_deadline_versions_with_the_user_serve_no_more(stores: ErasingStores, tmp_path) -> None:
    former, records, clock = version_of(stores), MemoryRecords(), Clock()
    promotion.copy_for_emergencies(stores.objects, records, "films", former)
    warm = Warm(stores.objects, records, tmp_path, clock)
    ask = lambda: warm.serving("films", Deadline(clock, clock.seconds + 60))  # noqa: E731
    record = begun(stores)
    assert proceed_all(stores, DUE_MS - 8 * DAY_MS).close == 0
    assert proceed_all(stores, DUE_MS - 7 * DAY_MS).close == 1
    assert (ask().version, ask().degraded) == (former, None)
    assert gone_on(stores, record, DUE_MS)["state"] == "training"
    clock.seconds += 6
    served = ask()
    assert served.degraded == f"{degraded.refused(former)}; {degraded.ONLY_POPULAR}"
    assert not len(served.recommender.neighbours.targets)
    fresh = Warm(stores.objects, MemoryRecords(), tmp_path, clock)  # the version is on the disk still
    with pytest.raises(NoModel, match="had users who were erased"):
        fresh.serving("films", Deadline(clock, clock.seconds + 60))
    assert run_job(stores, DUE_MS)["promoted"]
    clock.seconds += 6
    assert (ask().version, ask().degraded) == (version_of(stores), None)
    assert gone_on(stores, record, DUE_MS)["state"] == "complete"


def test_a_warm_environment_goes_back_to_a_former_champion_without_the_user(stores: ErasingStores, tmp_path) -> None:
    clean, clock = version_of(stores), Clock()
    post(stores, "bob", "item-00", "item-02", "item-06", now_ms=NOW_MS + 10**6)
    trained(stores.objects, NOW_MS + 10**6 + 10**5, force=True)
    warm = Warm(stores.objects, MemoryRecords(), tmp_path, clock)
    ask = lambda: warm.serving("films", Deadline(clock, clock.seconds + 60))  # noqa: E731
    with_bob = ask().version
    record = begun(stores, "bob")
    gone_on(stores, record, DUE_MS)
    clock.seconds += 6
    assert (ask().version, ask().degraded) == (clean, degraded.refused(with_bob))


def test_promoting_a_refused_version_or_rolling_back_to_it_fits_its_config(stores: ErasingStores) -> None:
    former = version_of(stores)
    config = model_list.model(stores.objects, "films", former)["config"]
    record = begun(stores)
    run_job(stores, LATER_MS)
    gone_on(stores, record, LATER_MS)
    moving, present = PromotingStores(stores.objects, MemoryRecords(), stores.jobs), version_of(stores)
    for number, move in enumerate(
        (
            lambda now_ms, run: promotion.promote(moving, "films", former, now_ms, run),
            lambda now_ms, run: promotion.roll_back(moving, "films", now_ms, run, version_of(stores)),
        )
    ):
        now_ms = LATER_MS + 10**6 * (number + 1)
        answer = move(now_ms, f"{now_ms:013d}-again")
        assert (answer["version"], answer["training_id"]) == (version_of(stores), f"{now_ms:013d}-again")
        assert stores.jobs.payloads[-1]["configs"] == [config]  # type: ignore[attr-defined]  # they are noted
        ended = run_job(stores, now_ms)
        assert (ended["promoted"], version_of(stores)) == (True, ended["version"])
        assert ended["version"] != former
    with pytest.raises(Conflict, match="was trained on users who were erased"):
        champions.challenge(stores.objects, "films", former, 0.5)
    assert present


def test_a_refused_version_is_deleted_after_its_days_of_grace(stores: ErasingStores) -> None:
    former = version_of(stores)
    record = begun(stores)
    run_job(stores, LATER_MS)
    gone_on(stores, record, LATER_MS)
    for days in (0, 8, 9):
        prune(stores.objects, "films", LATER_MS + days * DAY_MS)
    assert not list(stores.objects.keys(f"artifacts/films/{former}"))
    champion = champions.read_champion(stores.objects, "films")
    assert champion
    assert (champion.refused, champion.previous) == ({}, ())


def test_the_very_same_version_made_again_without_the_user_serves(stores: ErasingStores) -> None:
    former = version_of(stores)
    champion = champions.read_champion(stores.objects, "films")
    assert champion is not None
    generation, objects = champion.generation, stores.objects
    assert refuse(objects, "films", {former}, generation, champion_too=True) is False
    with pytest.raises(VersionRefused):
        champions.promote(objects, "films", former, LATER_MS)
    assert champions.promote_run(objects, "films", "0" * 32, "another", generation + 1, LATER_MS, LATER_MS)
    champions.change(objects, "films", lambda one: replace(one, generation=generation - 1))
    with pytest.raises(VersionRefused):  # by a training that began before the erasure
        champions.promote_run(objects, "films", former, "late", generation, LATER_MS, LATER_MS)
    assert champions.promote_run(objects, "films", former, "anew", generation + 2, LATER_MS, LATER_MS)
    check_allowed(objects, "films", former)
    assert version_of(stores) == former


def test_versions_with_the_user_are_deleted_where_no_model_serves(stores: ErasingStores) -> None:
    former = version_of(stores)
    stores.objects.delete(champions.champion_key("films"))
    record = begun(stores)
    done = gone_on(stores, record, LATER_MS)
    assert (done["state"], done["receipt"]["champion"], "training_id" in done) == ("complete", None, False)
    assert not list(stores.objects.keys(f"artifacts/films/{former}"))


def test_a_process_that_dies_at_any_write_leaves_no_receipt_that_lies(stores: ErasingStores) -> None:
    former, record = version_of(stores), begun(stores)
    run_job(stores, ERASED_MS + 1)
    before, counting = copied(stores), StoppingObjects(stores.objects)
    gone_on(dying_stores(stores, counting), record, LATER_MS)
    writes = [place for place, (call, _) in enumerate(counting.calls) if call not in ("get", "keys", "read")]
    assert len(writes) >= 3
    for stop_at in writes:
        dying = copied(before)
        with pytest.raises((Killed, ExceptionGroup)):
            gone_on(dying_stores(dying, StoppingObjects(dying.objects, stop_at, "after")), record, LATER_MS)
        if "receipt" in erase.erasure_record.read(dying.objects, "films", record["erasure_id"]):
            with pytest.raises(VersionRefused):
                check_allowed(dying.objects, "films", former)
        assert gone_on(dying, record, LATER_MS)["state"] == "complete"
        with pytest.raises(VersionRefused):
            check_allowed(dying.objects, "films", former)


def test_no_training_is_needed_where_only_a_former_champion_had_the_user(stores: ErasingStores) -> None:
    former = version_of(stores)
    stores.jobs.payloads.clear()  # type: ignore[attr-defined]  # they are noted
    assert champions.promote_run(stores.objects, "films", "0" * 32, "another", 10**6, ERASED_MS - 1, ERASED_MS - 1)
    done = gone_on(stores, begun(stores), LATER_MS)
    assert (done["state"], done["receipt"]["champion"], stores.jobs.payloads) == ("complete", "0" * 32, [])  # type: ignore[attr-defined]  # they are noted
    with pytest.raises(VersionRefused):
        check_allowed(stores.objects, "films", former)


OPERATIONS = st.lists(st.sampled_from(["train", "fail", "go on", "roll back", "erase bob", "deadline"]), max_size=7)


@settings(max_examples=6, deadline=None)
@given(operations=OPERATIONS)
def test_whatever_happens_nobody_who_has_a_receipt_is_in_a_version_that_can_serve(
    trained_once: ErasingStores, operations: list[str]
) -> None:
    stores, now_ms = copied(trained_once), ERASED_MS
    moving = PromotingStores(stores.objects, MemoryRecords(), stores.jobs)
    records = [begun(stores)]
    for operation in [*operations, "deadline", "train", "go on"]:
        now_ms += 2 * DUE_MS - 2 * ERASED_MS if operation == "deadline" else 2 * LATE_MS
        with contextlib.suppress(DoublebillError):
            if operation == "train":
                run_job(stores, now_ms)
            elif operation == "fail":
                run_job(stores, now_ms, epsilon=10**6, delta=1e-6)
            elif operation == "roll back":
                promotion.roll_back(moving, "films", now_ms, f"{now_ms:013d}-again", version_of(stores))
            elif operation == "erase bob":
                records.append(erase.begin(stores, "films", [PSEUDONYMS.of("films", "bob")], now_ms, "b"))
            else:
                records = [gone_on(stores, one, now_ms) for one in records]
        servable = champions.read_champion(stores.objects, "films").servable  # type: ignore[union-attr]  # it is there
        for one in records:
            if "receipt" in one:
                assert not {version["version"] for version in one["versions"]} & set(servable)
    assert {one["state"] for one in records if one["versions"]} == {"complete"}
