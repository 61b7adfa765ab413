"""The wheel: installed outside the project, it gives the whole command line and the embedded run."""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from doublebill_local.locations import ROOT
from processes import PATIENCE_SECONDS

pytestmark = pytest.mark.at_length


def run(command: list[object], folder: Path, installed: Path | None = None) -> str:
    """Runs a command in a folder, with the installed packages before all others, and returns its output."""
    environment = {**os.environ, "PYTHONPATH": str(installed or "")}
    done = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the wheel is installed, without its dependencies and without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], ROOT)
    [wheel] = folder.glob("*.whl")
    options = ["--no-deps", "--no-index", "--quiet", "--disable-pip-version-check", "--target", folder / "installed"]
    run([sys.executable, "-m", "pip", "install", *options, wheel], folder)
    return folder / "installed"


def test_an_installed_wheel_has_the_whole_command_line(installed: Path, tmp_path: Path) -> None:
    doublebill = installed / "bin" / "doublebill"
    (tmp_path / "plays.csv").write_text("user,item,plays\nann,a,3\nann,b,2\nbob,a,5\nbob,b,1\ncat,b,4\ncat,c,4\n")
    assert run([doublebill, "--version"], tmp_path, installed) == "doublebill 0.1.0\n"
    assert "seed 7; " in run([doublebill, "generate", "maze", "--seed", 7], tmp_path, installed)
    assert "6 events" in run([doublebill, "import", "songs", "--events", "plays.csv"], tmp_path, installed)
    assert "is champion now" in run([doublebill, "train", "songs"], tmp_path, installed)
    answer = json.loads(run([doublebill, "recommend", "songs", "--user", "ann", "--json"], tmp_path, installed))
    assert "c" in [item["item_id"] for item in answer["recommendations"]]


def test_an_installed_wheel_serves_by_its_own_files(installed: Path, tmp_path: Path) -> None:
    code = "import doublebill_local.locations as found; print(found.ROOT, found.__file__)"
    for path in run([sys.executable, "-c", code], tmp_path, installed).split():
        assert Path(path).is_relative_to(installed)
    with (tmp_path / "log").open("w") as log:
        service = subprocess.Popen(
            [sys.executable, "-m", "doublebill_local", "up", "--port", "0", "--json"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(installed)},
            stdout=subprocess.PIPE,
            stderr=log,
        )
    try:
        assert service.stdout
        line = service.stdout.readline()
        assert line, (tmp_path / "log").read_text()
        url = json.loads(line)["url"]
        for path, field in (("/v1/openapi.json", "openapi"), ("/v1/games", "kinds"), ("/v1/catalogs", "catalogs")):
            with urllib.request.urlopen(url + path, timeout=PATIENCE_SECONDS) as response:
                assert field in json.load(response), path
    finally:
        service.terminate()
        service.communicate(timeout=PATIENCE_SECONDS)


def test_an_installed_wheel_has_the_client(installed: Path, tmp_path: Path) -> None:
    code = "import doublebill.client as found; print(found.__file__, found.Client.recommend.__doc__)"
    printed = run([sys.executable, "-c", code], tmp_path, installed)
    assert printed.startswith(str(installed))
    assert "Recommends items" in printed
    assert (installed / "doublebill" / "client" / "doublebill.js").is_file()


def test_without_its_packages_the_command_line_says_how_to_install_them(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "cyclopts.py").write_text("raise ModuleNotFoundError('no module', name='cyclopts')")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (tmp_path, installed)))}
    command = [sys.executable, "-m", "doublebill_local", "--version"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "doublebill: cyclopts: missing; run: pip install 'doublebill[local]'\n"
