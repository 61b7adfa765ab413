"""The demo, offline and on fewer users and items: what it shows, and what it leaves behind."""

import functools
import json
import re
import shlex
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from doublebill.errors import StoreUnavailable
from doublebill_local.cli import app
from doublebill_local.demo import film_catalog, persona_visit, synthetic, trip
from doublebill_local.demo.films import Fetched
from doublebill_local.demo.synthetic import write_films
from doublebill_local.host.home import Home
from doublebill_local.host.process import running
from processes import PATIENCE_SECONDS


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[subprocess.Popen]:
    """The demo is small, offline and in a folder of this test; every process that it starts comes into this list."""
    processes: list[subprocess.Popen] = []

    class Noted(subprocess.Popen):
        def __init__(self, *args, **kwargs) -> None:
            super().__init__(*args, **kwargs)
            processes.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    monkeypatch.setattr(film_catalog, "fetch_films", lambda _: Fetched(None, "no network"))
    monkeypatch.setattr(film_catalog, "write_films", functools.partial(write_films, users=120))
    monkeypatch.setattr(trip, "LISTENERS", 120)
    monkeypatch.setattr(synthetic, "ITEMS_PER_SCENE", 6)
    monkeypatch.chdir(tmp_path)
    return processes


def inside(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.at_length
def test_the_demo_shows_the_whole_trip_and_leaves_only_its_folder(
    started: list[subprocess.Popen], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert app.main(["demo"]) == 0
    printed, told = capsys.readouterr()
    parts = [
        "no real films: no network. Using the invented film catalog of this project.",
        "the service is up at http://127.0.0.1:",
        "$ doublebill import movies --events .doublebill/data/invented-films/events.tsv",
        "$ doublebill train movies",
        "recall@20 ",
        "asked for ",
        "is champion now",
        "$ doublebill import music --events .doublebill/data/music/events.tsv",
        "GET /v1/catalogs/movies/users/",
        "because you rated",
        "the very next answer knows:",
        "more like ",
        "GET /v1/catalogs/music/users/",
        "POST /v1/games/chamber",
        "██",
        "seed two features for one ticket; ",
        "nothing is left running",
        "doublebill up --open --home .doublebill/demo",
        "curl ",
    ]
    places = [printed.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places)
    assert "Traceback" not in printed + told
    asked, changed = re.findall(r"(?:explain=true|answer knows:)\n((?: .*\n)+)", printed)[:2]
    assert len(asked.splitlines()) == len(changed.splitlines()) == persona_visit.SHOWN
    [later] = re.findall(r"^Robin rates (.+); the very next answer knows:$", printed, re.MULTILINE)
    assert later not in asked
    assert later in changed
    assert "(new)" in changed

    assert [process.poll() for process in started] == [0]
    url = re.search(r"the service is up at (\S+),", printed)
    assert url
    with pytest.raises(urllib.error.URLError, match="refused"):
        urllib.request.urlopen(url[1] + "/v1/health", timeout=PATIENCE_SECONDS)
    assert inside(tmp_path) == {".doublebill"}

    shown = re.findall(r"^  \.venv/bin/doublebill (?!up)(.*)$", printed, re.MULTILINE)
    assert len(shown) >= 3
    for command in shown:
        assert app.main(shlex.split(command)) == 0, command
    assert "most popular items" not in capsys.readouterr().out  # the persona that the commands name is known


def test_the_named_home_keeps_everything_and_a_second_demo_begins_anew(
    started: list[subprocess.Popen], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(trip, "learn", lambda home, _, catalog, *more: (home.folder / catalog).touch(exist_ok=False))
    monkeypatch.setattr(trip, "visit", lambda *_: None)
    for _ in range(2):
        assert app.main(["demo", "--home", "here"]) == 0
        assert inside(tmp_path) == {"here"}
        assert inside(tmp_path / "here") >= {"data", "demo.log", "movies", "music"}
    assert [process.poll() for process in started] == [0, 0]


def test_the_demo_as_json_is_one_document_on_stdout(
    started: list[subprocess.Popen], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(trip, "learn", lambda *_: None)
    monkeypatch.setattr(trip, "visit", lambda *_: None)
    assert app.main(["demo", "--home", "here", "--json"]) == 0
    printed, shown = capsys.readouterr()
    document = {"home": str(tmp_path / "here"), "catalogs": ["movies", "music"], "real_films": False}
    assert json.loads(printed) == document
    assert "the service is up at" in shown


def test_a_folder_with_anything_else_in_it_is_refused_and_left_alone(
    started: list[subprocess.Popen], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "thesis.txt").write_text("years of work")
    assert app.main(["demo", "--home", str(tmp_path)]) == 2
    assert "--home: " in capsys.readouterr().err
    assert (tmp_path / "precious" / "thesis.txt").read_text() == "years of work"
    assert started == []


def test_a_demo_that_fails_ends_its_service(
    started: list[subprocess.Popen], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise StoreUnavailable("the disk is full")

    monkeypatch.setattr(trip, "learn", fail)
    assert app.main(["demo"]) == 1
    assert capsys.readouterr().err == "doublebill: the disk is full\n"
    assert [process.poll() for process in started] == [0]


def test_a_service_that_does_not_start_is_reported_with_its_last_words(
    started: list[subprocess.Popen], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "yaml.py").write_text("raise SystemExit('no yaml today')")
    with (
        pytest.raises(StoreUnavailable, match="the service did not start: no yaml today"),
        running(Home(tmp_path / "home")),
    ):
        pytest.fail("there is no service")
    assert [process.poll() for process in started] == [1]
