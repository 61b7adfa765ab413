"""Unmerging: two users are two again, in histories, trainings, exports and receipts, wherever the process dies."""

from dataclasses import replace
from itertools import count
from typing import cast

import pytest

from doublebill.errors import InvalidInput, NotFound, Unsatisfiable
from doublebill.pseudonyms import Pseudonyms
from doublebill.service.catalog import user_aliases
from doublebill.service.catalog.stored_events import LATE_MS
from doublebill.service.ingesting.ingest import Intake, ingest
from doublebill.service.ingesting.merging import merge
from doublebill.service.ingesting.rebuilding import past_history
from doublebill.service.ingesting.rebuilding.past_history import MOST_STEPS
from doublebill.service.ingesting.rebuilding.unmerging import unmerge, unmerge_for_request
from doublebill.service.people import erase
from doublebill.service.people.export import whole_export
from doublebill.service.recommending.history import read_as_one
from doublebill.service.registry import runs
from doublebill.stores.histories import Histories
from erased_users import QueuedJobs
from fakes import Killed, MemoryHistories, MemoryObjects, Moment, StoppingHistories, StoppingObjects
from stored import items_of
from trainings import logged

NOW_MS = 1_800_000_000_000
HOUR_MS = 3_600_000
OLD_KEY, NEW_KEY = b"a key that only tests know", b"another key that only tests know"
PSEUDONYMS = Pseudonyms.under(OLD_KEY)
USERS = ("ann", "phone", "cookie", "bob")


def intake_of(pseudonyms: Pseudonyms = PSEUDONYMS) -> Intake:
    made = Intake(MemoryObjects(), MemoryHistories(), pseudonyms, 86_400)
    for user in USERS:
        played(made, user, f"{user}-1", f"{user}-2")
    return made


def played(intake: Intake, user: str, *items: str, now_ms: int = NOW_MS) -> None:
    events = [{"user_id": user, "item_id": item, "kind": "play", "timestamp": 1_700_000_000} for item in items]
    ingest(intake, "films", events, now_ms)


def histories(intake: Intake) -> dict[str, list[str]]:
    """The items of every user."""
    names = {user: PSEUDONYMS.of("films", user) for user in USERS}
    return {
        user: sorted(one.item_id for one in items_of(intake.histories, "films", name, NOW_MS // 1000))
        for user, name in names.items()
    }


def learnt(intake: Intake) -> set[tuple[str, str]]:
    """Users and items as a training reads them."""
    return {(event.user, event.item_id) for event in logged(intake.objects)}


def stored_merges(intake: Intake) -> list[user_aliases.Merge]:
    return user_aliases.every(intake.objects, "films")


def test_two_users_are_as_if_they_had_never_been_merged() -> None:
    intake, apart = intake_of(), intake_of()
    merge(intake, "films", "ann", "phone", NOW_MS + 1)
    for one in (intake, apart):
        played(one, "phone", "late", now_ms=NOW_MS + 2)
        played(one, "ann", "later", now_ms=NOW_MS + 2)
    assert learnt(intake) != learnt(apart)
    assert unmerge(intake, "films", "ann", "phone", NOW_MS + 3) == {"catalog": "films", "cancelled": True, "events": 6}
    assert histories(intake) == histories(apart)
    assert learnt(intake) == learnt(apart)
    merge(intake, "films", "ann", "phone", NOW_MS + 4)
    assert histories(intake)["ann"] == ["ann-1", "ann-2", "late", "later", "phone-1", "phone-2"]


def test_users_who_were_merged_into_the_one_go_with_it_and_others_stay() -> None:
    intake = intake_of()
    for at, (owner, other) in enumerate((("phone", "cookie"), ("ann", "phone"), ("bob", "ann"))):
        merge(intake, "films", owner, other, NOW_MS + 1 + at)
    unmerge(intake, "films", "ann", "phone", NOW_MS + 9)
    assert histories(intake) == {
        "ann": [],
        "phone": ["cookie-1", "cookie-2", "phone-1", "phone-2"],
        "cookie": [],
        "bob": ["ann-1", "ann-2", "bob-1", "bob-2"],
    }


@pytest.mark.parametrize("now_ms", [NOW_MS, NOW_MS + 5])
def test_it_counts_after_the_merge_whatever_the_clocks_say(now_ms: int) -> None:
    intake = intake_of()
    merge(intake, "films", "ann", "phone", NOW_MS + 5)
    unmerge(intake, "films", "ann", "phone", now_ms)
    assert histories(intake) == histories(intake_of())


def test_the_clock_of_a_merge_of_others_has_no_say() -> None:
    intake = intake_of()
    merge(intake, "films", "bob", "cookie", NOW_MS + HOUR_MS)
    merge(intake, "films", "ann", "phone", NOW_MS + 1)
    unmerge(intake, "films", "ann", "phone", NOW_MS + 2)
    assert [one.merged_ms - NOW_MS for one in stored_merges(intake)] == [1, 2, HOUR_MS]
    merge(intake, "films", "ann", "phone", NOW_MS + 3)
    assert histories(intake)["ann"] == ["ann-1", "ann-2", "phone-1", "phone-2"]
    assert PSEUDONYMS.of("films", "phone") not in {user for user, _ in learnt(intake)}


@pytest.mark.parametrize("ahead_ms", [HOUR_MS, 0])
def test_a_merge_after_a_cancellation_by_a_clock_ahead_counts(ahead_ms: int) -> None:
    intake = intake_of()
    merge(intake, "films", "ann", "phone", NOW_MS + ahead_ms)
    unmerge(intake, "films", "ann", "phone", NOW_MS + 1)
    for now_ms in (NOW_MS + 1, NOW_MS + 1, NOW_MS + 2):  # done again, it is the same
        merge(intake, "films", "ann", "phone", now_ms)
        assert histories(intake)["ann"] == ["ann-1", "ann-2", "phone-1", "phone-2"]
        assert PSEUDONYMS.of("films", "phone") not in {user for user, _ in learnt(intake)}
    unmerge(intake, "films", "ann", "phone", NOW_MS + 3)
    assert histories(intake) == histories(intake_of())
    assert learnt(intake) == learnt(intake_of())


def test_a_merge_back_counts_after_one_by_a_clock_ahead() -> None:
    intake = intake_of()
    merge(intake, "films", "ann", "phone", NOW_MS + HOUR_MS)
    merge(intake, "films", "phone", "ann", NOW_MS + 1)
    assert histories(intake)["phone"] == ["ann-1", "ann-2", "phone-1", "phone-2"]
    assert PSEUDONYMS.of("films", "ann") not in {user for user, _ in learnt(intake)}


def test_a_merge_that_counts_no_more_is_left_alone() -> None:
    intake = intake_of()
    merge(intake, "films", "ann", "phone", NOW_MS + 1)
    merge(intake, "films", "bob", "phone", NOW_MS + 2)
    assert unmerge(intake, "films", "ann", "phone", NOW_MS + 3)["cancelled"] is False
    assert histories(intake)["ann"] == ["ann-1", "ann-2"]
    assert unmerge(intake, "films", "bob", "phone", NOW_MS + 3)["cancelled"] is True
    assert unmerge(intake, "films", "bob", "phone", NOW_MS + 4)["cancelled"] is False
    assert histories(intake) == histories(intake_of())


def test_a_merge_from_before_a_rotation_of_the_key_is_cancelled() -> None:
    before, rotated = intake_of(), Pseudonyms.under(NEW_KEY, OLD_KEY)
    merge(before, "films", "ann", "phone", NOW_MS + 1)
    after = replace(before, pseudonyms=rotated)
    played(after, "ann", "new", now_ms=NOW_MS + 2)
    assert unmerge(after, "films", "ann", "phone", NOW_MS + 3)["cancelled"] is True
    shown = {}
    for user in ("ann", "phone"):
        names = rotated.every("films", user)
        shown[user] = whole_export(after, "films", names, NOW_MS + 4)
        assert [one.get("cancelled", "") != "" for one in shown[user]["merges"]] == [True]
        assert read_as_one(after.histories, "films", names, NOW_MS // 1000)
    assert {user: one["n_events"] for user, one in shown.items()} == {"ann": 3, "phone": 2}


def test_exports_and_receipts_say_when_it_was_cancelled() -> None:
    intake = intake_of()
    merge(intake, "films", "ann", "phone", NOW_MS + 1000)
    unmerge(intake, "films", "ann", "phone", NOW_MS + 2000)
    (merged,) = whole_export(intake, "films", [PSEUDONYMS.of("films", "ann")], NOW_MS)["merges"]
    assert (merged["merged"], merged["cancelled"]) == (runs.iso(NOW_MS + 1000), runs.iso(NOW_MS + 2000))
    stores = erase.ErasingStores(intake, QueuedJobs(), erase.CopiesKept())
    record = erase.begin(stores, "films", [PSEUDONYMS.of("films", "phone")], NOW_MS + 3000, "x")
    for now_ms in (NOW_MS + 3000, NOW_MS + 3001 + LATE_MS):
        record = erase.proceed(stores, "films", record["erasure_id"], now_ms)
    assert (record["receipt"]["merged"], record["receipt"]["events"]) == ([merged], 2)
    assert not list(intake.objects.keys("merges/"))
    assert histories(intake)["ann"] == ["ann-1", "ann-2"]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_process_that_dies_on_the_way_is_repeated_and_all_is_as_it_must_be(moment: Moment) -> None:
    merged = intake_of()
    merge(merged, "films", "ann", "phone", NOW_MS + 1)

    def copied() -> Intake:
        objects, stored = cast(MemoryObjects, merged.objects), cast(MemoryHistories, merged.histories)
        return Intake(objects.copy(), stored.copy(), PSEUDONYMS, 86_400)

    for stop_at in count():
        intake = copied()
        stopping = StoppingObjects(intake.objects, stop_at, moment)
        dying = replace(
            intake, objects=stopping, histories=cast(Histories, StoppingHistories(intake.histories, stopping))
        )
        try:
            unmerge(dying, "films", "ann", "phone", NOW_MS + 2)
        except Killed:
            unmerge(intake, "films", "ann", "phone", NOW_MS + 3)
            assert histories(intake) == histories(intake_of()), stop_at
            assert learnt(intake) == learnt(intake_of()), stop_at
        else:
            break
    assert stop_at > 10


def test_a_merge_that_never_was_cannot_be_cancelled() -> None:
    intake = intake_of()
    merge(intake, "films", "ann", "phone", NOW_MS + 1)
    before = list(intake.objects.keys(""))
    for user, other in (("phone", "ann"), ("ann", "cookie"), ("ann", "ann")):
        with pytest.raises(Unsatisfiable, match="from: it "):
            unmerge(intake, "films", user, other, NOW_MS + 2)
    with pytest.raises(NotFound):
        unmerge(intake, "music", "ann", "phone", NOW_MS + 2)
    assert list(intake.objects.keys("")) == before


@pytest.mark.parametrize("more", [1, 9 * MOST_STEPS])
def test_a_log_too_long_for_a_request_is_for_the_command_line(monkeypatch: pytest.MonkeyPatch, more: int) -> None:
    intake = intake_of()
    merge(intake, "films", "ann", "phone", NOW_MS + 1)
    monkeypatch.setattr(past_history, "log_steps", lambda *_: MOST_STEPS + more)
    with pytest.raises(InvalidInput, match="doublebill unmerge CATALOG USER FROM"):
        unmerge_for_request(intake, "films", "ann", "phone", NOW_MS + 2)
    assert len(user_aliases.every(intake.objects, "films")) == 1
