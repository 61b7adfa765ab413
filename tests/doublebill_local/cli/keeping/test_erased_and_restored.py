"""Restoring: a backup that is older than an erasure brings nobody back, in a state folder and in any other stores."""

import json
from pathlib import Path
from typing import cast

import pytest

from doublebill.errors import InvalidInput, StoreUnavailable
from doublebill.service.catalog.blocks import compaction
from doublebill.service.catalog.blocks.log_blocks import LOG
from doublebill.service.catalog.stored_events import LATE_MS
from doublebill.service.ingesting import merging
from doublebill.service.people import erase, replay
from doublebill.service.people.erase import ErasingStores
from doublebill.service.registry import champions
from doublebill.stores.objects import Objects, StoredObject
from doublebill_local.cli.app import main
from doublebill_local.cli.keeping import backups
from erased_users import NOW_MS, PSEUDONYMS, named, post, stores_of, world
from fakes import Killed, MemoryObjects, Moment, StoppingObjects
from trainings import fill, logged, trained
from worlds import checkerboard

LATER_MS = NOW_MS + LATE_MS + 1


def erased(stores: ErasingStores, user: str) -> None:
    """Erases a user to the end."""
    record = erase.begin(stores, "films", [PSEUDONYMS.of("films", user)], NOW_MS, "x")
    for now_ms in (NOW_MS, LATER_MS):
        erase.proceed(stores, "films", record["erasure_id"], now_ms)


def restored(stores: ErasingStores, backup: Path, list_file: Path) -> list[str]:
    """Restores a backup without those whom the list names, goes on with their erasures, and returns the states."""
    kept = replay.from_bytes(list_file.read_bytes())

    def forget(_: str, user: str) -> None:
        stores.intake.histories.forget("films", user)

    again = backups.restore(stores.objects, None, backup, kept, forget, LATER_MS).again
    return [erase.proceed(stores, "films", one["erasure_id"], LATER_MS)["state"] for one in again]


def test_a_backup_that_is_older_than_an_erasure_brings_nobody_back(tmp_path: Path) -> None:
    before, list_file = world(), tmp_path / backups.ERASURES
    backups.back_up(before.objects, None, tmp_path / "backup", NOW_MS)
    erased(before, "ann")
    assert backups.note_erasures(before.objects, list_file) == 1
    after = stores_of(MemoryObjects())
    after.intake.histories.put_pages("films", [])
    assert restored(after, tmp_path / "backup", list_file) == ["complete"]
    assert named(after, ["ann", "visitor"]) == {}
    assert "log" in named(after, ["bob"])["bob"]
    assert backups.note_erasures(after.objects, list_file) == 1
    assert restored(stores_of(MemoryObjects()), tmp_path / "backup", list_file) == ["complete"]


def past_stop(objects: MemoryObjects) -> None:
    """Checks that no model and no training has anything of Ann where a restore has died."""
    champion = champions.read_champion(objects, "films")
    if champion is not None:
        assert set(champion.refused) == {champion.version}
        assert PSEUDONYMS.of("films", "ann") not in {event.user for event in logged(objects)}


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_restore_that_dies_anywhere_serves_nobody_erased_and_goes_on(tmp_path: Path, moment: Moment, sampled) -> None:
    before, folder, list_file = stores_of(), tmp_path / "backup", tmp_path / backups.ERASURES
    fill(before.objects, checkerboard(users=6, items=6))
    post(before, "ann", "item-00", "item-02", now_ms=NOW_MS - 10**6)
    compaction.compact(before.objects, "films", NOW_MS - 10**5, LOG)
    post(before, "bob", "item-01", now_ms=NOW_MS - 10**4)
    merging.merge(before.intake, "films", "ann", "bob", NOW_MS - 10**4)
    trained(before.objects, NOW_MS - 10**3, force=True)
    backups.back_up(before.objects, None, folder, NOW_MS)
    erased(before, "ann")
    backups.note_erasures(before.objects, list_file)
    kept = replay.from_bytes(list_file.read_bytes())

    def restore_to(stores: ErasingStores) -> None:
        backups.restore(stores.objects, None, folder, kept, lambda _, user: forgotten.add(user), LATER_MS)

    forgotten: set[str] = set()
    whole = stores_of(StoppingObjects(MemoryObjects()))
    restore_to(whole)
    n_calls = len(whole.objects.calls)  # type: ignore[attr-defined]  # they are noted
    wanted, n_forgotten = contents(whole.objects), len(forgotten)
    for stop_at in sampled(range(n_calls), 11):
        stores = stores_of(MemoryObjects())
        with pytest.raises(Killed):
            restore_to(stores_of(StoppingObjects(stores.objects, stop_at, moment)))
        past_stop(cast(MemoryObjects, stores.objects))
        forgotten.clear()
        restore_to(stores)
        assert (contents(stores.objects), len(forgotten)) == (wanted, n_forgotten), stop_at


def contents(objects: Objects) -> dict[str, object]:
    """Everything that is stored, records of erasures without the order of their fields."""
    stored = {key: objects.get(key).data for key in objects.keys("")}
    return {key: json.loads(data) if key.startswith("erasures/") else data for key, data in stored.items()}


def test_nothing_else_is_restored_while_a_restore_has_not_ended(tmp_path: Path) -> None:
    stores, objects = world(), MemoryObjects()
    backups.back_up(stores.objects, None, tmp_path / "one", NOW_MS)
    post(stores, "bob", "z")
    backups.back_up(stores.objects, None, tmp_path / "two", NOW_MS)
    backups.restore(objects, None, tmp_path / "one")
    with pytest.raises(StoreUnavailable, match="another backup has not ended"):
        backups.restore(objects, None, tmp_path / "two")
    backups.restore(objects, None, tmp_path / "one")
    backups.finish(objects)
    with pytest.raises(StoreUnavailable, match="restore into empty stores"):
        backups.restore(objects, None, tmp_path / "one")


class EndingErasure(MemoryObjects):
    """Objects in which an erasure ends, and its champion goes, as soon as one of both was read."""

    KEYS = ("champions/films.json", "erasures/films/1.json")

    def get(self, key: str) -> StoredObject:
        found = super().get(key)
        if key in self.KEYS:
            for one in self.KEYS:
                self.put(one, b"after")
        return found


def test_no_champion_of_a_backup_is_older_than_the_end_of_an_erasure_in_it() -> None:
    objects, copy = EndingErasure(), MemoryObjects()
    for key in EndingErasure.KEYS:
        objects.put(key, b"before")
    backups.copy_all(objects, copy)
    champion, record = (copy.get(key).data for key in EndingErasure.KEYS)
    assert (record, champion) == (b"before", b"after")


def test_an_emptied_deployment_still_knows_who_was_erased(tmp_path: Path) -> None:
    stores = world()
    backups.back_up(stores.objects, None, tmp_path / "backup", NOW_MS)
    erased(stores, "ann")
    for key in list(stores.objects.keys("")):
        if not key.startswith(backups.OUTLIVING):
            stores.objects.delete(key)
    backups.restore(stores.objects, None, tmp_path / "backup", now_ms=LATER_MS)
    (record,) = replay.erasures_of(stores.objects)
    erase.proceed(stores, "films", record["erasure_id"], LATER_MS)
    assert named(stores, ["ann", "visitor"]) == {}


def test_a_restored_champion_that_had_the_user_serves_no_more(tmp_path: Path) -> None:
    before, list_file = stores_of(), tmp_path / backups.ERASURES
    fill(before.objects, checkerboard(users=8, items=8))
    post(before, "ann", "item-00", "item-02", "item-04", now_ms=NOW_MS - 10**6)
    version = trained(before.objects, NOW_MS - 10**5, force=True)["version"]
    backups.back_up(before.objects, None, tmp_path / "backup", NOW_MS)
    erased(before, "ann")
    backups.note_erasures(before.objects, list_file)
    after = stores_of(StoppingObjects(MemoryObjects()))
    kept = replay.from_bytes(list_file.read_bytes())
    (record,) = backups.restore(after.objects, None, tmp_path / "backup", kept, now_ms=LATER_MS).again
    champion = champions.read_champion(after.objects, "films")
    assert champion is not None
    assert (champion.version, list(champion.refused)) == (version, [version])
    calls = after.objects.calls  # type: ignore[attr-defined]  # they are noted
    (pointer,) = [place for place, call in enumerate(calls) if call == ("put", champions.champion_key("films"))]
    buried = [place for place, (call, key) in enumerate(calls) if call == "create" and key.startswith("tombstones/")]
    assert buried[0] < min(place for place, (call, key) in enumerate(calls) if call == "put") < pointer
    assert erase.proceed(after, "films", record["erasure_id"], LATER_MS)["state"] == "training"
    assert trained(after.objects, LATER_MS + 10**6, force=True)["promoted"]


def test_a_restore_without_the_list_of_erasures_is_refused_unless_told_otherwise(tmp_path: Path, capsys) -> None:
    events = tmp_path / "events.csv"
    rows = [f"u{user},i{item},5" for user in range(8) for item in range(user % 2, 8, 2)]
    events.write_text("\n".join(["user,item,rating", *rows]))
    one, other, folder, key = (str(tmp_path / name) for name in ("one", "other", "backups/old", "key"))
    assert main(["import", "films", "--events", str(events), "--home", one]) == 0
    assert main(["key", "backup", key, "--home", one]) == 0
    assert main(["backup", folder, "--home", one]) == 0
    assert main(["forget", "films", "u1", "--home", one]) == 0
    assert main(["backup", folder, "--only-erasures", "--home", one]) == 0
    assert main(["key", "restore", key, "--home", other]) == 0
    list_file = tmp_path / "backups" / backups.ERASURES
    assert list_file.stat().st_mode & 0o777 == 0o600
    moved = list_file.rename(tmp_path / "list")
    assert main(["restore", folder, "--home", other]) == 2
    assert "erased users may come back" in capsys.readouterr().err
    assert main(["restore", folder, "--erasures", str(moved), "--home", other, "--json"]) == 0
    (again,) = json.loads(capsys.readouterr().out)["erased_again"]
    assert again
    for user, items in (("u1", 0), ("u2", 4)):
        assert main(["history", "films", user, "--home", other, "--json"]) == 0
        assert len(json.loads(capsys.readouterr().out)["items"]) == items
        assert main(["export-user", "films", user, "--home", other, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["n_events"] == items


@pytest.mark.parametrize("wrong", [b"{", b"[]\n", b'{"catalog": "films"}\n'])
def test_a_file_that_is_no_list_of_erasures_is_refused(wrong: bytes) -> None:
    with pytest.raises(InvalidInput, match="is no list of erasures"):
        replay.from_bytes(wrong)
