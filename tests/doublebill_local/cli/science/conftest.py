"""A trained home that the commands of this folder only read."""

import json
from pathlib import Path
from typing import Any

import pytest

from doublebill_local.cli import app


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, world: tuple[Path, Path]) -> Path:
    """A home in which the tiny world is trained as `tiny`."""
    home = tmp_path_factory.mktemp("trained for science")
    events, items = map(str, world)
    assert app.main(["import", "tiny", "--events", events, "--items", items, "--home", str(home)]) == 0
    assert app.main(["train", "tiny", "--budget", "0", "--home", str(home)]) == 0
    return home


@pytest.fixture
def document(run, trained: Path):
    """Runs a command on the trained home and returns the one JSON document that it prints."""

    def ran(*words: object) -> dict[str, Any]:
        done = run(*words, "--json", home=trained)
        assert (done.code, done.err) == (0, "")
        answer: dict[str, Any] = json.loads(done.out)
        return answer

    return ran
