"""The report on a version of a deployed stack: written here, from what S3 has."""

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from doublebill.edge.settings import variable
from doublebill_local.cli import app
from doublebill_local.host.environments import Context
from doublebill_local.host.home import STACK_OUTPUTS, DeployedStack
from stacks import Stack


@pytest.mark.at_length
def test_a_version_of_a_stack_is_reported_on_beside_another(
    stack: Stack, grow: Callable[[str], dict[str, Any]], fresh: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = grow(fresh)["version"]
    job = {"catalog": fresh, "configs": [{"family": "knn", "k": 2}], "force": True}
    second = stack.load("TrainFunction").handler(job, Context("TrainFunction"))["version"]
    outputs = {name.capitalize(): stack.variables[variable(name)] for name in STACK_OUTPUTS}
    monkeypatch.setattr(DeployedStack, "of", lambda _: DeployedStack(outputs, {}))
    for name in STACK_OUTPUTS:  # set by the command, and taken back by this test
        monkeypatch.setenv(variable(name), stack.variables[variable(name)])
    monkeypatch.chdir(tmp_path)
    assert app.main(["report", fresh, second, "--compare", first, "--tables-only", "--stack", "mine"]) == 0
    page = html.unescape((tmp_path / f"{fresh}-report.html").read_text())
    assert f"Compared with {first[:8]}" in page
    assert re.search(r"better for \d+ users, worse for \d+ and equal for \d+", page)
    assert {path.name for path in tmp_path.iterdir()} == {f"{fresh}-report.html"}, "no state folder was made"
