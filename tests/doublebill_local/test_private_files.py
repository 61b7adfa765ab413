"""Private files: nobody but its owner reads a state folder, whichever version made it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from doublebill.service.ingesting.ingest import ingest
from doublebill_local.cli.keeping import backups
from doublebill_local.host.home import Home

EVENT = {"user_id": "ann", "item_id": "a", "kind": "play"}


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    """The most careless umask that there is."""
    before = os.umask(0)
    yield
    os.umask(before)


def filled(folder: Path) -> Home:
    home = Home.at(str(folder))
    ingest(home.intake(), "films", [EVENT], 1_700_000_000_000)
    return home


def modes(folder: Path) -> set[tuple[bool, str]]:
    """Whether it is a folder, and the mode, of everything in a folder and of itself."""
    found = (path.stat().st_mode for path in (folder, *folder.rglob("*")))
    return {(stat.S_ISDIR(mode), oct(stat.S_IMODE(mode))) for mode in found}


def test_everything_in_a_new_state_folder_and_its_backup_is_for_its_owner(tmp_path: Path) -> None:
    home = filled(tmp_path / "home")
    backups.back_up(home.objects(), home.histories_file(), tmp_path / "backup", 1)
    assert modes(home.folder) == {(True, "0o700"), (False, "0o600")}
    assert modes(tmp_path / "backup" / "objects") == {(True, "0o700"), (False, "0o600")}
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o700
    restored = tmp_path / "restored" / "histories.sqlite"
    backups.restore(Home(tmp_path / "restored").objects(), restored, tmp_path / "backup")
    assert modes(tmp_path / "restored") == {(True, "0o700"), (False, "0o600")}


def test_a_state_folder_of_an_earlier_version_is_closed_when_it_is_opened(tmp_path: Path) -> None:
    home = filled(tmp_path)
    foreign = tmp_path / "notes.txt"
    foreign.touch(0o644)
    tmp_path.chmod(0o755)
    for path in tmp_path.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    Home.at(str(tmp_path))
    assert {mode for is_folder, mode in modes(home.folder / "objects") if is_folder} == {"0o700"}
    closed = ("histories.sqlite", "pseudonym.key")
    assert [oct(stat.S_IMODE((tmp_path / name).stat().st_mode)) for name in closed] == ["0o600", "0o600"]
    assert [oct(stat.S_IMODE(path.stat().st_mode)) for path in (tmp_path, foreign)] == ["0o755", "0o644"]
