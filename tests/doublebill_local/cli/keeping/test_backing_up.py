"""Backups: all of a deployment comes back, and a damaged backup restores nothing."""

import json
from pathlib import Path

import pytest

from doublebill.errors import InvalidInput, StoreUnavailable
from doublebill.service.catalog.blocks import compaction
from doublebill.service.catalog.blocks.log_blocks import LOG
from doublebill.service.people import replay
from doublebill_local.cli.app import main
from doublebill_local.cli.keeping import backing_up, backups
from fakes import MemoryObjects, StoppingObjects
from trainings import fill, trained
from worlds import FIRST_MS, checkerboard


@pytest.fixture(scope="module")
def kept() -> MemoryObjects:
    """A trained catalog with an old request in a block and a new one in an object of its own."""
    made = MemoryObjects()
    fill(made, checkerboard(users=8, items=8))
    compaction.compact(made, "films", FIRST_MS + 10**9, LOG)
    fill(made, checkerboard(users=8, items=10), now_ms=FIRST_MS + 1)
    trained(made, FIRST_MS + 2)
    return made


def contents(objects) -> dict[str, bytes]:
    return {key: objects.get(key).data for key in objects.keys("") if not key.startswith("leases/")}


def test_everything_comes_back(kept, tmp_path):
    manifest = backups.back_up(kept, None, tmp_path / "backup", FIRST_MS)
    restored = MemoryObjects()
    assert backups.restore(restored, None, tmp_path / "backup").manifest == manifest
    backups.finish(restored)
    assert contents(restored) == contents(kept)
    assert trained(restored, FIRST_MS + 3)["state"] == "succeeded"


def test_sums_of_a_training_at_work_and_what_spark_runs_are_in_no_backup(kept, tmp_path):
    kept.put("sums/films/at-work/00000/shard-00000.npz", b"")
    kept.put("spark/train_on_spark.py", b"of an earlier version")
    backups.back_up(kept, None, tmp_path / "backup", FIRST_MS)
    restored = MemoryObjects()
    restored.put("spark/train_on_spark.py", b"uploaded")
    backups.restore(restored, None, tmp_path / "backup")
    assert not list(restored.keys("sums/"))
    assert restored.get("spark/train_on_spark.py").data == b"uploaded"


def test_champions_come_back_last(kept, tmp_path):
    backups.back_up(kept, None, tmp_path / "backup", FIRST_MS)
    restoring = StoppingObjects(MemoryObjects())
    backups.restore(restoring, None, tmp_path / "backup")
    assert restoring.calls[-1] == ("put", "champions/films.json")


@pytest.mark.parametrize("harm", ["cut", "gone"])
def test_a_damaged_backup_restores_nothing_and_names_the_object(kept, tmp_path, harm):
    backups.back_up(kept, None, tmp_path / "backup", FIRST_MS)
    pointer = tmp_path / "backup" / "objects" / "champions" / "films.json"
    pointer.write_bytes(b"{") if harm == "cut" else pointer.unlink()
    restored = MemoryObjects()
    with pytest.raises(InvalidInput, match=r"champions/films.json is missing or damaged"):
        backups.restore(restored, None, tmp_path / "backup")
    assert not restored.held


def test_a_half_written_backup_is_none(tmp_path):
    (tmp_path / "objects").mkdir()
    with pytest.raises(InvalidInput, match=r"has no whole backup\.json"):
        backups.restore(MemoryObjects(), None, tmp_path)


def test_only_an_empty_deployment_is_restored_into(kept, tmp_path):
    backups.back_up(kept, None, tmp_path / "backup", FIRST_MS)
    with pytest.raises(StoreUnavailable, match="restore into empty stores"):
        backups.restore(kept.copy(), None, tmp_path / "backup")
    with pytest.raises(InvalidInput, match="is not empty"):
        backups.back_up(kept, None, tmp_path / "backup", FIRST_MS)


def written(tmp_path: Path) -> str:
    """A file of events of eight users."""
    events = tmp_path / "events.csv"
    rows = [f"u{user},i{item},5" for user in range(8) for item in range(user % 2, 8, 2)]
    events.write_text("\n".join(["user,item,rating", *rows]))
    return str(events)


def test_a_restore_with_a_problem_has_not_ended_and_goes_on_when_made_again(tmp_path, capsys, monkeypatch):
    one, other, folder, key = (str(tmp_path / name) for name in ("one", "other", "backup", "key"))
    assert main(["import", "films", "--events", written(tmp_path), "--home", one]) == 0
    assert main(["key", "backup", key, "--home", one]) == 0
    assert main(["backup", folder, "--home", one]) == 0
    Path(folder, "histories.sqlite").unlink()

    def failing(*_):
        raise StoreUnavailable("no answer")

    def restored(code: int = 1) -> str:
        capsys.readouterr()
        assert main(["restore", folder, "--home", other]) == code
        return " ".join(capsys.readouterr().out.split())

    unfinished = tmp_path / "other/objects" / replay.UNFINISHED
    shown = restored()
    assert "has not ended" in shown
    assert "doublebill key restore FILE" in shown
    assert "restore the same backup again" in shown
    assert unfinished.exists()
    assert main(["key", "restore", key, "--home", other]) == 0
    with monkeypatch.context() as stopped:
        stopped.setattr(backing_up, "rebuild", failing)
        assert "has not ended: no answer" in restored()
    assert unfinished.exists()
    assert "has not ended" not in restored(code=0)
    assert not unfinished.exists()
    assert main(["history", "films", "u1", "--home", other, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["items"]) == 4


def test_a_state_folder_goes_to_another_one(tmp_path, capsys):
    one, other = str(tmp_path / "one"), str(tmp_path / "other")
    folder, key = str(tmp_path / "backup"), str(tmp_path / "key")
    assert main(["import", "films", "--events", written(tmp_path), "--home", one]) == 0
    assert main(["key", "backup", key, "--home", one]) == 0
    assert main(["backup", folder, "--home", one]) == 0
    assert main(["key", "restore", key, "--home", other]) == 0
    assert main(["restore", folder, "--home", other]) == 0
    capsys.readouterr()
    shown = []
    for home in (one, other):
        assert main(["history", "films", "u1", "--home", home, "--json"]) == 0
        shown.append(json.loads(capsys.readouterr().out))
    assert shown[0] == shown[1]
    assert Path(folder, "histories.sqlite").exists()


def test_pruning_shows_what_it_would_delete(tmp_path, capsys):
    home = str(tmp_path / "home")
    assert main(["prune", "--home", home, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"dry_run": False, "catalogs": [], "packs": []}
    batch = tmp_path / "home/objects/packs/maze/a/1000000000000-a/batch.json"
    batch.parent.mkdir(parents=True)
    batch.write_text("{}")
    assert main(["prune", "--home", home, "--dry-run"]) == 0
    assert "games: 1 batches would be deleted" in capsys.readouterr().out
    assert batch.exists()
    assert main(["prune", "--home", home]) == 0
    assert not batch.exists()
    assert main(["prune", "films", "--home", home]) == 3
    assert main(["prune", "--grace-days", "0", "--home", home]) == 2
