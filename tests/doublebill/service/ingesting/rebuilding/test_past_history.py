"""Past histories: what came, was imported or was merged later is not in them, nor what had expired."""

import pytest

from clocks import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import InvalidInput, StoreUnavailable
from doublebill.imports.files.raw_rows import RawRow
from doublebill.pseudonyms import Pseudonyms
from doublebill.service.catalog.blocks.compaction import compact
from doublebill.service.catalog.blocks.log_blocks import LOG
from doublebill.service.ingesting.ingest import Intake, ingest
from doublebill.service.ingesting.merging import merge
from doublebill.service.ingesting.rebuilding import past_history
from doublebill.service.ingesting.rebuilding.past_history import (
    OBJECT_STEPS,
    history_as_of,
    history_for_request,
    log_steps,
)
from doublebill.service.recommending.history import StoredHistory
from doublebill.stores.histories import Stored
from doublebill.values.event_kinds import DEFAULT_KINDS
from fakes import MemoryHistories, MemoryObjects
from imported_rows import import_rows
from stored import items_of

NOW_MS = 1_800_000_000_000
HOUR_MS = 3_600_000
PSEUDONYMS = Pseudonyms.under(b"a key that only tests know")


def event(user: str, item: str, kind: str = "play") -> dict[str, object]:
    return {"user_id": user, "item_id": item, "kind": kind, "timestamp": 1_700_000_000}


def as_of(intake: Intake, at_ms: int) -> dict[str, int]:
    stored = history_as_of(intake, "films", [PSEUDONYMS.of("films", "ann")], at_ms)
    return {met.item_id: met.count for met in StoredHistory.of(stored, at_ms // 1000).content(DEFAULT_KINDS).items}


def test_a_history_is_made_again_as_it_was() -> None:
    intake = Intake(MemoryObjects(), MemoryHistories(), PSEUDONYMS, 100 * HOUR_MS // 1000)
    ingest(intake, "films", [event("ann", "first"), event("bob", "other")], NOW_MS)
    import_rows(intake, "films", "0" * 32, [RawRow(1, event("ann", "imported"))], NOW_MS + HOUR_MS)
    ingest(intake, "films", [event("guest", "merged")], NOW_MS + 2 * HOUR_MS)
    merge(intake, "films", "ann", "guest", NOW_MS + 3 * HOUR_MS)
    ingest(intake, "films", [event("ann", "first", "view")], NOW_MS + 4 * HOUR_MS)
    for _ in range(2):
        assert as_of(intake, NOW_MS - 1) == {}
        assert as_of(intake, NOW_MS) == {"first": 1}
        assert as_of(intake, NOW_MS + HOUR_MS) == {"first": 1, "imported": 1}
        assert as_of(intake, NOW_MS + 2 * HOUR_MS) == {"first": 1, "imported": 1}
        assert as_of(intake, NOW_MS + 3 * HOUR_MS) == {"first": 1, "imported": 1, "merged": 1}
        assert as_of(intake, NOW_MS + 4 * HOUR_MS) == {"first": 2, "imported": 1, "merged": 1}
        assert as_of(intake, NOW_MS + 101 * HOUR_MS - 1) == {"first": 1, "imported": 1, "merged": 1}
        assert as_of(intake, NOW_MS + 102 * HOUR_MS) == {"first": 1}
        assert compact(intake.objects, "films", NOW_MS + 5 * HOUR_MS, LOG).requests in (3, 0)
    today = items_of(intake.histories, "films", PSEUDONYMS.of("films", "ann"), NOW_MS // 1000)
    assert as_of(intake, NOW_MS + 4 * HOUR_MS) == {met.item_id: met.count for met in today}


def of_request(intake: Intake, clock: Clock) -> Stored:
    return history_for_request(intake, "films", "ann", NOW_MS, Deadline(clock, clock() + 60))


def test_a_request_reads_a_log_that_is_short_enough_and_no_damaged_one(monkeypatch: pytest.MonkeyPatch) -> None:
    intake, clock = Intake(MemoryObjects(), MemoryHistories(), PSEUDONYMS, 100 * HOUR_MS // 1000), Clock()
    ingest(intake, "films", [event("ann", "first")], NOW_MS)
    import_rows(intake, "films", "0" * 32, [RawRow(1, event("ann", "imported"))], NOW_MS)
    assert log_steps(intake.objects, "films") == OBJECT_STEPS + 1
    assert of_request(intake, clock).pages
    compact(intake.objects, "films", NOW_MS + HOUR_MS, LOG)
    assert log_steps(intake.objects, "films") == 2
    monkeypatch.setattr(past_history, "MOST_STEPS", 1)
    with pytest.raises(InvalidInput, match="as_of: the log takes 2 steps to read, more than the 1 of one request"):
        of_request(intake, clock)
    monkeypatch.undo()
    (block,) = [key for key in intake.objects.keys("blocks/films/") if key.endswith(".npz")]
    intake.objects.put(block, b"cut")
    with pytest.raises(StoreUnavailable, match="the log is damaged"):
        of_request(intake, clock)
