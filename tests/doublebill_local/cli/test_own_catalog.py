"""The own files of `doublebill try`: imported, trained where they are new, and explained."""

from functools import partial
from pathlib import Path

import pytest

from doublebill_local.cli.app import main
from doublebill_local.cli.serving.own_catalog import learn_files
from doublebill_local.host.home import Home


@pytest.fixture
def plays(tmp_path: Path) -> Path:
    file = tmp_path / "plays.csv"
    rows = [f"user-{user},{item},{user + 1}" for user in range(6) for item in ("velvet", "harbour")]
    file.write_text("user,item,plays\n" + "\n".join([*rows, "user-0,lights,1"]) + "\n")
    return file


def commands(home: Home, files: list[str], capsys: pytest.CaptureFixture[str]) -> list[str]:
    learn_files(home, partial(main, hints=False), "mine", files)
    lines = capsys.readouterr().out.splitlines()
    return [line.split()[2] for line in lines if line.startswith("$ doublebill ")]


def test_own_files_are_trained_once_and_again_when_they_change(
    plays: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path / "home")
    assert commands(home, [str(plays)], capsys) == ["import", "train", "recommend"]
    assert commands(home, [str(plays)], capsys) == ["import", "recommend"]
    newer = plays.with_name("newer.csv")
    newer.write_text("user,item,plays\nuser-9,lights,4\n")
    assert commands(home, [str(plays), str(newer)], capsys) == ["import", "train", "recommend"]
