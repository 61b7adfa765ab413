"""The films of `doublebill try`: each step is taken once, whatever interrupted the last start."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from doublebill.errors import StoreUnavailable
from doublebill.service.registry.champions import Champion
from doublebill_local.demo import film_catalog
from doublebill_local.demo.film_catalog import FILMS, learn_films
from doublebill_local.demo.films import ROBIN, Fetched
from doublebill_local.demo.synthetic import Files
from doublebill_local.host.home import Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home that is not there yet, and files that are."""
    files = Files(tmp_path / "events", tmp_path / "items", ROBIN)
    monkeypatch.setattr(film_catalog, "fetch_films", lambda _: Fetched(files))
    return Home(tmp_path / "home")


class Commands:
    """A command line that notes the commands; an import makes the catalog."""

    def __init__(self, home: Home, code: int = 0) -> None:
        self.names: list[str] = []
        self._home = home
        self._code = code

    def __call__(self, words: Sequence[str]) -> int:
        self.names.append(words[0])
        assert words[1] == FILMS
        assert list(words[-2:]) == ["--home", str(self._home.folder)]
        if words[0] == "import" and not self._code:
            self._home.objects().put(f"catalogs/{FILMS}.json", b"{}")
        return self._code


def test_films_are_imported_and_trained_at_the_first_start(home: Home) -> None:
    commands = Commands(home)
    learn_films(home, commands)
    assert commands.names == ["import", "train"]


def test_a_start_after_an_interrupted_training_only_trains(home: Home) -> None:
    learn_films(home, Commands(home))
    commands = Commands(home)
    learn_films(home, commands)
    assert commands.names == ["train"]


def test_a_start_with_a_model_does_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    learn_films(home, Commands(home))
    monkeypatch.setattr(film_catalog, "read_champion", lambda *_: Champion("version", "run", 0, 0))
    commands = Commands(home)
    learn_films(home, commands)
    assert commands.names == []


def test_a_command_that_fails_ends_the_start(home: Home) -> None:
    commands = Commands(home, code=1)
    with pytest.raises(StoreUnavailable, match=r"doublebill import movies .* ended with exit code 1"):
        learn_films(home, commands)
    assert commands.names == ["import"]
