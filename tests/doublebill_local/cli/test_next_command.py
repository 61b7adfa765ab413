"""The next command: every command names one, with the words of this call, and each of them is understood."""

import re
import shlex
from pathlib import Path

import pytest

from doublebill_local.cli import app
from doublebill_local.cli.command_table import COMMANDS
from doublebill_local.cli.next_command import FOLLOWING, following

SERVING = {"try", "up", "mcp", "demo"}
"""Commands that serve until they are ended, or end with an address of their own."""


def test_every_command_has_a_next_one() -> None:
    assert {command.name for command in COMMANDS} - FOLLOWING.keys() == SERVING


@pytest.mark.parametrize("form", sorted({form for forms in FOLLOWING.values() for form in forms}))
def test_every_next_command_is_understood(form: str) -> None:
    words = shlex.split(re.sub(r"\{\w+\}", "songs", form))
    _, bound, ignored = app.command_line().parse_args(words)
    assert (bound.arguments != {} or len(words) == 1, ignored) == (True, {})


@pytest.mark.parametrize(
    ("command", "fields", "expected"),
    [
        ("import", {"names": ("songs", "plays.csv")}, "train songs"),
        ("import", {"names": ("elves.txt",), "corpus": "names/elves"}, "train --corpus names/elves"),
        ("train", {"catalog": "songs"}, "recommend songs --user USER --explain"),
        ("train", {"corpus": "names/elves"}, "generate names --corpus elves --count 5"),
        ("imports", {"words": ("remove", "songs", "0123")}, "train songs"),
        ("imports", {"words": ()}, ""),
        ("neighbours", {"catalog": "songs", "item": "it's"}, """recommend songs --history 'it'"'"'s' --explain"""),
        ("recommend", {"catalog": "songs", "user": "", "history": "a"}, "neighbours songs ITEM"),
        ("compare", {"catalog": "songs", "first": "a", "second": "b"}, "models songs"),
        ("compare", {"catalog": "songs", "first": "a", "second": "b", "better": "a"}, "promote songs a"),
    ],
)
def test_the_next_command_has_the_words_of_this_one(
    command: str, fields: dict[str, str | tuple[str, ...]], expected: str
) -> None:
    assert following(command, fields) == expected


def test_the_next_command_names_no_user() -> None:
    fields = {"catalog": "songs", "user": "ann"}
    assert following("recommend", fields) == "history songs USER"
    assert following("history", fields) == "recommend songs --user USER --explain"


def test_it_is_for_people_and_stands_on_stderr_with_the_same_folder(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    home = tmp_path / "my state"

    def printed(*words: str) -> tuple[str, str]:
        capsys.readouterr()
        app.main([*words, "--home", str(home)])
        return tuple(capsys.readouterr())

    out, err = printed("catalogs")
    assert err == f"next: doublebill models CATALOG --home '{home}'\n"
    assert "next" not in out
    assert printed("catalogs", "--json")[1] == ""
    (tmp_path / "plays.csv").write_text("user,item\nann,a\n")
    trial = ("import", "songs", "--events", str(tmp_path / "plays.csv"))
    assert printed(*trial, "--dry-run")[1] == f"next: doublebill {shlex.join([*trial, '--home', str(home)])}\n"
    assert "next" not in printed("models", "none")[1], "a command that failed says itself what to do"
