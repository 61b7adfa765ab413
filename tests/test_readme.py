"""The README's shell examples, run as they stand; and its route table, which must be the template's."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from doublebill_local.demo.trip import running
from doublebill_local.host.home import HOME_VARIABLE, Home
from doublebill_local.host.template import ROOT, read_template

README = (ROOT / "README.md").read_text()
COMMANDS, CURLS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)


def shell(script: str, folder: Path) -> str:
    """What the script prints, run by bash in a folder, stopping at the first failure."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, HOME_VARIABLE: str(folder / "home")}
    done = subprocess.run(
        ["bash", "-euc", script], cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first block of commands has run."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "printed").write_text(shell(COMMANDS, folder))
    return folder


def test_the_commands_do_what_the_readme_says(folder: Path) -> None:
    printed = (folder / "printed").read_text()
    assert "imported into songs: 6 events of 3 users and 3 items" in printed
    assert "is champion now" in printed
    assert "because of velvet-harbour 100%" in printed
    assert re.search(r"^██.*\bD\b", printed, re.MULTILINE)


def test_the_curl_examples_are_answered(folder: Path) -> None:
    with running(Home(folder / "home")) as url:
        answers = shell(
            CURLS.replace("http://127.0.0.1:8080", url).replace("curl -s", "curl -sS --fail-with-body"), folder
        )
    assert '"contributions"' in answers
    assert '"accepted":1' in answers
    assert '"text"' in answers


def test_every_route_of_the_template_stands_in_the_table() -> None:
    table = README[README.index("## The API") : README.index("With the data above")]
    spelled = table.replace("`…/trainings", "`/v1/catalogs/{catalog}/trainings").replace(
        "…/", "/v1/catalogs/{catalog}/"
    )
    missing = [
        f"{route.method} {route.path}"
        for route in read_template().routes
        if not re.search(rf"\b{route.method}\b[^|]*{re.escape(route.path)}`|`{re.escape(route.path)}`", spelled)
    ]
    assert missing == []


def test_every_command_of_the_command_line_is_mentioned() -> None:
    from doublebill_local.cli.app import parser

    listed = re.findall(r"^    (\w+) ", parser().format_help(), re.MULTILINE)
    assert {"import", "train", "up", "demo"} <= set(listed)
    assert [verb for verb in listed if not re.search(rf"doublebill {verb}|make {verb}|`{verb}", README)] == []
