"""The doctor at a state folder: each kind of damage is found, named, and told how to mend."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from doublebill.edge.clock import now_ms
from doublebill.service.access.pseudonym_key import KEY
from doublebill.service.people import erasure_record
from doublebill.service.registry import runs
from doublebill.service.training import start
from doublebill.stores.job_record import new_id
from doublebill_local.doctor import home_checks
from doublebill_local.host.home import Home
from doublebill_local.locations import ROOT
from erased_users import QueuedJobs

ENDS = 100
"""Bytes at which a file is cut."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A state folder of an earlier release, with two trained catalogs and one with metadata only, to damage."""
    copied = Path(shutil.copytree(ROOT / "tests" / "fixtures" / "077ed57" / "state", tmp_path / "home"))
    (copied / "pseudonym.key").chmod(0o600)
    return copied


def files(home: Path) -> dict[str, bytes]:
    """The content of every file but the side files of SQLite, which reading may make."""
    every = (file for file in home.rglob("*") if file.is_file() and not file.name.endswith(("-wal", "-shm")))
    return {str(file.relative_to(home)): file.read_bytes() for file in every}


def test_a_healthy_folder_is_found_so_and_nothing_is_written(home: Path, run) -> None:
    before = files(home)
    ran = run("doctor", "--json", home=home)
    told = json.loads(ran.out)
    assert (ran.code, told["healthy"]) == (0, True)
    unwell = [one["check"] for one in told["findings"] if one["state"] != "ok"]
    assert unwell == ["champion books"]  # it was never trained
    checks = {
        f"{check} {name}"
        for check in ("catalog", "champion", "trainings", "erasures", "log")
        for name in ("books", "films", "songs")
    }
    assert {one["check"] for one in told["findings"]} == {"disk space", "histories", "key", "callers"} | checks
    assert files(home) == before


def cut(pattern: str) -> Callable[[Path], None]:
    """Damages the first file of a pattern."""

    def damage(home: Path) -> None:
        file = sorted(home.glob(pattern))[0]
        file.chmod(0o600)
        file.write_bytes(file.read_bytes()[:ENDS])

    return damage


def removed(pattern: str) -> Callable[[Path], None]:
    """Removes the first file of a pattern."""
    return lambda home: sorted(home.glob(pattern))[0].unlink()


def other_key(home: Path) -> None:
    """Puts another key in place of the one whose fingerprint is recorded."""
    (home / "objects/keys").mkdir()
    (home / "objects" / KEY).write_text(json.dumps({"fingerprint": "cd" * 16}))
    (home / "pseudonym.key").write_text("ab" * 32)


def declared_anyhow(home: Path) -> None:
    """Declares callers in a form that is none."""
    (home / "objects/callers").mkdir(exist_ok=True)
    (home / "objects/callers/callers.json").write_text("[1]")


def half_restored(home: Path) -> None:
    """Leaves what a restore leaves that was interrupted."""
    (home / "objects/restores").mkdir()
    (home / "objects/restores/unfinished.json").write_text("{}")


@pytest.mark.parametrize(
    ("damage", "check", "problem", "fix"),
    [
        (half_restored, "restore", "interrupted", "doublebill restore FOLDER"),
        (removed("pseudonym.key"), "key", "missing", "doublebill key restore"),
        (other_key, "key", "not the one", "doublebill key restore"),
        (cut("histories.sqlite"), "histories", "histories.sqlite", "doublebill repair"),
        (cut("objects/artifacts/films/*/*.npy"), "champion films", "does not load", "doublebill train films"),
        (cut("objects/artifacts/films/*/manifest.json"), "catalog films", "version", "doublebill train films"),
        (cut("objects/imports/films/*/part-*"), "log films", "imports/films/", "--skip-damaged"),
        (cut("objects/champions/films.json"), "champion films", "cannot be read", "doublebill promote films 2"),
        (declared_anyhow, "callers", "callers/callers.json", "doublebill callers FILE"),
        (removed("objects/champions/films.json"), "champion films", "there is none", "doublebill train films"),
    ],
)
def test_damage_is_found_and_told_how_to_mend(
    home: Path, run, damage: Callable[[Path], None], check: str, problem: str, fix: str
) -> None:
    damage(home)
    ran = run("doctor", home=home)
    findings = home_checks.check_home(Home(home))
    found = next(one for one in findings if one.check == check and one.state != "ok")
    assert problem in found.detail
    assert fix in found.fix
    assert ran.code == any(one.state == "wrong" for one in findings)
    assert found.fix in ran.out


def test_a_folder_that_is_not_there_is_healthy_and_stays_away(tmp_path: Path, run) -> None:
    ran = run("doctor")
    assert (ran.code, (tmp_path / "home").exists()) == (0, False)
    assert "all is well" in ran.out


@pytest.mark.parametrize(("free", "state"), [(2e9, "ok"), (5e8, "warning"), (1e6, "wrong")])
def test_little_space_is_a_finding(home: Path, monkeypatch: pytest.MonkeyPatch, free: float, state: str) -> None:
    monkeypatch.setattr(home_checks.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    (space,) = [one for one in home_checks.check_home(Home(home)) if one.check == "disk space"]
    assert space.state == state


def test_a_training_that_is_queued_and_not_begun_is_named_with_what_helps(home: Path, run) -> None:
    queued = start.queue(Home(home).objects(), QueuedJobs(), "films", new_id(now_ms(), "queued"), now_ms())
    (found,) = (one for one in home_checks.check_home(Home(home)) if one.check == "trainings films")
    assert (found.state, found.detail) == ("warning", f"{queued['run']} is queued and has not begun")
    assert found.fix.endswith("nothing runs it: doublebill train films")
    assert "nothing is wrong; " in run("doctor", home=home).out


def test_an_erasure_is_named_with_its_latest_training_as_that_is_now(home: Path) -> None:
    objects, began_ms = Home(home).objects(), now_ms() - 600_000
    run, erasure = new_id(began_ms, "failed"), new_id(began_ms, "erasure")
    stale = f"training {run} is running; wait until it has ended"
    fields = {"erased_ms": began_ms, "pseudonyms": [], "training_id": run, "reason": stale}
    erasure_record.make(objects, "films", erasure, **fields)
    failed = {**runs.made("films", run, began_ms), "state": "failed", "started_ms": began_ms, "error": "no room"}
    objects.put(runs.record_of(objects, "films", run).key, json.dumps(failed).encode())
    (found,) = (one for one in home_checks.check_home(Home(home)) if one.check == "erasures films")
    assert (found.state, found.detail.partition("; ")[2]) == ("warning", f"training {run} failed: no room")
    assert found.fix.startswith(f"doublebill erasures films {erasure};")
