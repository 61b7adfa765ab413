"""What tests of the embedded run share: an environment of their own, files of a tiny world, the command line."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest

from doublebill_local.cli import app

USERS, ITEMS = 20, 12


@contextmanager
def kept_environment() -> Iterator[None]:
    """Variables that would change what the embedded run does are unset; afterwards all is as it was."""
    with mock.patch.dict(os.environ):
        for name in list(os.environ):
            if name.startswith(("DOUBLEBILL_", "AWS_", "POWERTOOLS_")):
                del os.environ[name]
        yield


@pytest.fixture(autouse=True, scope="module")
def environment_of_the_module() -> Iterator[None]:
    with kept_environment():
        yield


@pytest.fixture(autouse=True)
def environment_of_the_test() -> Iterator[None]:
    with kept_environment():
        yield


def write_world(folder: Path) -> tuple[Path, Path]:
    """Files of events and of items: even users play even items, odd users odd ones, each leaving out one of them."""
    events = [
        f"user-{user},item-{item},{1 + item % 3},{1_700_000_000 + 60 * item + user}"
        for user in range(USERS)
        for item in range(user % 2, ITEMS, 2)
        if item // 2 != user // 2 % (ITEMS // 2)
    ]
    items = [f"item-{item},Title {item},{'odd' if item % 2 else 'even'}" for item in range(ITEMS)]
    files = folder / "events.csv", folder / "items.csv"
    files[0].write_text("\n".join(["user_id,item_id,plays,timestamp", *events]) + "\n")
    files[1].write_text("\n".join(["item_id,title,tags", *items]) + "\n")
    return files


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The files of `write_world`."""
    return write_world(tmp_path_factory.mktemp("world"))


@dataclass(frozen=True)
class Ran:
    """What one command came to."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs the command line on the home of this test, or the one given, without the hint at the next command.

    Checks that no trace is printed.
    """

    def ran(*words: object, home: Path | None = None) -> Ran:
        capsys.readouterr()
        try:
            code = app.main([*map(str, words), "--home", str(home or tmp_path / "home")], hints=False)
        except SystemExit as ended:  # argparse: wrong usage, or help
            code = int(str(ended.code))
        captured = capsys.readouterr()
        assert "Traceback" not in captured.out + captured.err
        return Ran(code, captured.out, captured.err)

    return ran
