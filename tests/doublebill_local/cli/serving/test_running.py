"""`up`, `try` and `mcp`: what they open, what they do the second time, what they say where something is missing."""

import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from doublebill_local.cli import app
from doublebill_local.cli.serving.browser import OPEN_BY_HAND, open_browser
from doublebill_local.demo import film_catalog
from doublebill_local.demo.films import ROBIN, Fetched
from doublebill_local.demo.synthetic import Files
from doublebill_local.host import serve as serving
from doublebill_local.remote import proxy

ADDRESS = "http://127.0.0.1:8080/"


class Tabs(webbrowser.BaseBrowser):
    """A browser with windows that notes what it opens."""

    def __init__(self, opens: bool = True) -> None:
        super().__init__("tabs")
        self.opened: list[str] = []
        self._opens = opens

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        self.opened.append(url)
        return self._opens


def test_an_address_is_opened_in_a_browser_with_windows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tabs = Tabs()
    monkeypatch.setattr(webbrowser, "get", lambda: tabs)
    open_browser(ADDRESS)
    assert (tabs.opened, capsys.readouterr().err) == ([ADDRESS], "")


@pytest.mark.parametrize("found", [webbrowser.GenericBrowser("lynx"), Tabs(opens=False), None])
def test_where_there_is_none_the_person_opens_the_address(
    found: webbrowser.BaseBrowser | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def get() -> webbrowser.BaseBrowser:
        if found is None:
            raise webbrowser.Error("could not locate runnable browser")
        return found

    monkeypatch.setattr(webbrowser, "get", get)
    open_browser(ADDRESS)
    assert capsys.readouterr().err == OPEN_BY_HAND + "\n"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What would have been served; nothing is."""
    calls: list[tuple[Any, ...]] = []

    def note(*arguments: Any, show: Callable[[str], None] | None = None, **_: Any) -> int:
        calls.append((*arguments, show))
        return 0

    monkeypatch.setattr(serving, "serve", note)
    monkeypatch.setattr(proxy, "serve_stack", lambda *arguments: note(*arguments[:-1], show=arguments[-1]))
    return calls


def test_up_opens_the_playground_where_it_is_told_to(run, started: list[tuple[Any, ...]]) -> None:
    assert [run("up").code, run("up", "--open").code, run("up", "--stack", "mine", "--open").code] == [0, 0, 0]
    assert [call[-1] for call in started] == [None, open_browser, open_browser]
    assert started[2][0] == "mine"


@pytest.mark.at_length
def test_try_learns_films_once_and_serves_them_each_time(
    run, started: list[tuple[Any, ...]], world: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    files = Files(*world, ROBIN)
    monkeypatch.setattr(film_catalog, "fetch_films", lambda _: Fetched(files))
    first = run("try", "--no-browser")
    assert (first.code, first.out) == (0, "")
    assert "$ doublebill import movies --events " in first.err
    assert "$ doublebill train movies --budget " in first.err
    monkeypatch.setattr(film_catalog, "fetch_films", lambda _: pytest.fail("the films are there"))
    again = run("try", "--port", 0)
    assert (again.code, again.out + again.err) == (0, "")
    assert [(call[0].folder, call[1], call[-1]) for call in started] == [
        (tmp_path / "home", 8080, None),
        (tmp_path / "home", 0, open_browser),
    ]


@pytest.mark.parametrize(
    ("words", "code", "problem"),
    [
        ([], 1, "mcp: the package is missing; run pip install 'doublebill[local,mcp]'"),
        (["--url", ADDRESS, "--stack", "mine"], 2, "--url: given beside --home or --stack; use one of them"),
        (["--url", "ftp://x"], 2, "--url: 'ftp://x' is not valid; use the address of a service, such as http://"),
    ],
)
def test_assistants_need_their_package_and_one_service(
    words: list[str], code: int, problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(["mcp", *words]) == code
    assert problem in capsys.readouterr().err
