"""Rebuilding: histories made from the log are those that the events made one by one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pytest

from doublebill.errors import DataDamaged, StoreUnavailable
from doublebill.imports.files.raw_rows import RawRow
from doublebill.pseudonyms import Pseudonyms
from doublebill.service.catalog.blocks.compaction import compact
from doublebill.service.catalog.blocks.log_blocks import LOG
from doublebill.service.ingesting.fold_tail import fold_tail
from doublebill.service.ingesting.ingest import Intake, ingest
from doublebill.service.ingesting.merging import merge
from doublebill.service.ingesting.rebuilding import rebuild as rebuilding
from doublebill.service.ingesting.rebuilding.rebuild import rebuild
from doublebill.service.removing.import_removal import ImportStores, clear
from doublebill.stores.histories import StoredPage
from doublebill.values.event_kinds import DEFAULT_KINDS
from fakes import MemoryHistories, MemoryObjects
from imported_rows import import_rows
from stored import items_of

NOW_MS = 1_800_000_000_000
DAY = 86_400
PSEUDONYMS = Pseudonyms.under(b"a key that only tests know")
USERS = ("ann", "bob", "guest")


def event(user: str, item: int, kind: str, second: int, **more: object) -> dict[str, object]:
    named = {"user_id": user, "item_id": f"item-{item}", "kind": kind}
    return {**named, "timestamp": 1_700_000_000 + second, **more}


@pytest.fixture
def intake() -> Intake:
    """Histories with pages, tails and imports: of ann and bob, and of a guest who was merged into ann."""
    made = Intake(MemoryObjects(), MemoryHistories(), PSEUDONYMS, DAY)
    for user in USERS:
        plays = [event(user, n % 7, "play", 10 * n) for n in range(300)]
        ingest(made, "films", plays, NOW_MS)
        ingest(made, "films", [event(user, 3, "dislike", 9500), event(user, 5, "rate", 9000, value=4.5)], NOW_MS + 1)
    rows = [RawRow(n, event(user, n % 9, "view", 5000 + n)) for n, user in enumerate(USERS * 20)]
    import_rows(made, "films", "0" * 32, rows, NOW_MS)
    merge(made, "films", "ann", "guest", NOW_MS + 2)
    ingest(made, "films", [event("ann", 50, "like", 20_000), event("guest", 51, "like", 20_000)], NOW_MS + 3)
    return made


def items(intake: Intake, user: str) -> list[object]:
    return items_of(intake.histories, "films", PSEUDONYMS.of("films", user), NOW_MS // 1000)  # type: ignore[return-value]  # a list of objects


@pytest.mark.parametrize("compacted", [False, True])
def test_lost_histories_are_made_again_from_the_log(intake: Intake, compacted: bool) -> None:
    before = {user: items(intake, user) for user in ("ann", "bob")}
    if compacted:
        assert compact(intake.objects, "films", NOW_MS + 10 * 24 * 3_600_000, LOG).requests > 5
    lost = replace(intake, histories=MemoryHistories())
    rebuilt = rebuild(lost, "films", NOW_MS + 4)
    assert (rebuilt.users, rebuilt.events) == (2, 3 * 302 + 60 + 2)
    assert items(lost, "bob") == before["bob"]
    known = [one for one in items(lost, "ann") if one.item_id != "item-51"]  # type: ignore[attr-defined]  # the guest's since
    assert known == before["ann"]
    assert items(lost, "guest") == []


def test_rebuilding_what_is_whole_changes_nothing(intake: Intake) -> None:
    before = items(intake, "bob")
    for _ in range(2):
        rebuild(intake, "films", NOW_MS + 4)
        assert items(intake, "bob") == before
    assert intake.histories.newest("films", PSEUDONYMS.of("films", "bob"), 1000, NOW_MS // 1000, consistent=True) == []


def test_only_the_named_users_are_rebuilt(intake: Intake) -> None:
    ann, bob = PSEUDONYMS.of("films", "ann"), PSEUDONYMS.of("films", "bob")
    before = items(intake, "ann")
    intake.histories.forget("films", ann)
    intake.histories.forget("films", bob)
    rebuild(intake, "films", NOW_MS + 4, [ann])
    assert [one for one in items(intake, "ann") if one.item_id != "item-51"] == before  # type: ignore[attr-defined]  # see above
    assert items(intake, "bob") == []


def test_an_event_sent_again_after_a_rebuild_changes_nothing(intake: Intake) -> None:
    rebuild(intake, "films", NOW_MS + 4)
    before = items(intake, "bob")
    ingest(intake, "films", [event("bob", n % 7, "play", 10 * n) for n in range(300)], NOW_MS + 5)
    assert items(intake, "bob") == before


def test_events_of_the_tail_that_the_log_does_not_have_stay(intake: Intake) -> None:
    fresh = replace(intake, objects=MemoryObjects())
    ingest(fresh, "films", [event("bob", 99, "play", 30_000)], NOW_MS)
    rebuild(intake, "films", NOW_MS + 4)
    assert items(intake, "bob")[0].item_id == "item-99"  # type: ignore[attr-defined]  # the newest


def test_a_history_of_which_the_log_has_nothing_is_emptied(intake: Intake) -> None:
    bob = PSEUDONYMS.of("films", "bob")
    for key in list(intake.objects.keys("events/")):
        intake.objects.delete(key)
    rebuild(intake, "films", NOW_MS + 3_600_000, [bob])
    assert {one.count for one in items(intake, "bob")} == {6, 7}  # type: ignore[attr-defined]  # the import's alone
    assert "live" not in intake.histories.read("films", bob, 1, NOW_MS // 1000 + 3600, consistent=True).pages


class Arriving(MemoryObjects):
    """Objects that call `arrive` when imports are listed, which a reader of the log does after it listed the events."""

    arrive: Callable[[], None] | None = None

    def keys(self, prefix: str) -> Iterator[str]:
        if prefix.startswith("imports/") and self.arrive:
            arrive, self.arrive = self.arrive, None
            arrive()
        return super().keys(prefix)


@pytest.mark.parametrize("had_a_page", [True, False])
def test_an_event_that_arrives_and_is_folded_while_the_log_is_read_stays(intake: Intake, had_a_page: bool) -> None:
    bob = PSEUDONYMS.of("films", "bob")
    objects = Arriving(intake.objects.held)  # type: ignore[attr-defined]  # objects in memory
    arriving = replace(intake, objects=objects, _made=set())
    if not had_a_page:
        intake.histories.forget("films", bob)

    def arrive() -> None:
        ingest(arriving, "films", [event("bob", 99, "play", 30_000)], NOW_MS + 5)
        fold_tail(arriving.histories, "films", bob, DEFAULT_KINDS, NOW_MS // 1000)

    objects.arrive = arrive
    rebuild(arriving, "films", NOW_MS + 4, [bob])
    assert objects.arrive is None
    assert {one.item_id: one.count for one in items(intake, "bob")}["item-99"] == 1  # type: ignore[attr-defined]  # see above
    assert len(items(intake, "bob")) == 9


def test_an_import_that_is_removed_after_the_log_was_read_does_not_come_back(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob, put_pages = PSEUDONYMS.of("films", "bob"), intake.histories.put_pages

    def removed_before(catalog: str, pages: Iterable[StoredPage], revision: int = 1) -> None:
        clear(ImportStores(intake.objects, intake.histories), "films", "0" * 32)
        put_pages(catalog, pages, revision)

    monkeypatch.setattr(intake.histories, "put_pages", removed_before)
    rebuild(intake, "films", NOW_MS + 4, [bob])
    assert list(intake.histories.read("films", bob, 1, NOW_MS // 1000, consistent=True).pages) == ["live"]


def test_pages_of_an_import_under_way_stay_and_older_ones_of_no_import_go(intake: Intake) -> None:
    bob, pages = PSEUDONYMS.of("films", "bob"), [StoredPage(PSEUDONYMS.of("films", "bob"), "1" * 32, b"", 0)]
    under_way = intake.histories.read("films", bob, 1, 0, consistent=True).pages["0" * 32]
    pages.append(StoredPage(bob, "2" * 32, under_way, NOW_MS // 1000 + DAY))
    intake.histories.put_pages("films", pages)
    rebuild(intake, "films", NOW_MS + 4, [bob])
    assert set(intake.histories.read("films", bob, 1, 0, consistent=True).pages) == {"live", "0" * 32, "2" * 32}


def test_users_who_never_stop_are_counted(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "TRIES", 2)
    refusing = MemoryHistories()
    refusing.swap_page = lambda *_: False  # type: ignore[method-assign]  # somebody else is always first
    with pytest.raises(StoreUnavailable, match="1 users kept sending events"):
        rebuild(replace(intake, histories=refusing), "films", NOW_MS + 4, [PSEUDONYMS.of("films", "bob")])


def test_a_damaged_log_changes_no_history(intake: Intake) -> None:
    before = items(intake, "bob")
    key = next(iter(intake.objects.keys("events/")))
    intake.objects.put(key, b"")
    with pytest.raises(DataDamaged):
        rebuild(intake, "films", NOW_MS + 4)
    assert items(intake, "bob") == before
