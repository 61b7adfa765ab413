"""Reports with their plots, in the environment that has matplotlib, looked at in Chromium."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from doublebill_local.host.home import Home
from doublebill_local.locations import ROOT
from filled_homes import fill

MOST_BYTES = 1_000_000
OUTSIDE = re.compile(r"(?:https?:)?//[\w.-]+|@import")
ENVIRONMENTS = ROOT / ".tools"
VISIT_SECONDS = 600
HOSTILE = "$x_{1}$ <b>&amp;"


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The reports on a small trained catalog, on its versions beside each other and on two kinds of game content."""
    for name in ("report", "browser"):
        subprocess.run([sys.executable, str(ROOT / "infra" / "bootstrap.py"), name], check=True)
    subprocess.run([sys.executable, str(ROOT / "infra" / "debian_package.py"), "chromium"], check=True)
    folder = tmp_path_factory.mktemp("reports")
    home = Home(folder / "state")
    fill(folder, home)
    made: list[Path] = []
    listed = plotted(["-m", "doublebill_local", "models", "films", "--json", "--home", str(home.folder)])
    [earlier] = [one["version"] for one in json.loads(listed)["models"] if not one["champion"]]
    games = (["--game", "chamber", "--seed", "7"], ["--game", "names", "--seed", "7"])
    for words in (["films"], ["films", "--compare", earlier], *games):
        made.append(folder / f"report-{len(made)}.html")
        plotted(["-m", "doublebill_local", "report", *words, "--output", str(made[-1]), "--home", str(home.folder)])
    return made


def plotted(words: list[str]) -> str:
    """Runs Python where matplotlib is, and returns what it prints."""
    code = os.pathsep.join(str(ROOT / folder) for folder in ("shared", "infra/local"))
    command = [str(ENVIRONMENTS / "report" / "bin" / "python"), *words]
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": code},
        capture_output=True,
        text=True,
        timeout=VISIT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_report_is_small_and_names_no_address_to_load(reports: list[Path]) -> None:
    for file in reports:
        page = file.read_text()
        assert len(page.encode()) <= MOST_BYTES
        assert OUTSIDE.findall(page) == []
        targets = re.findall(r'(?:href|src)="([^"]*)"|url\(([^)]*)\)', page)
        assert all(target.startswith(("#", "data:,")) for pair in targets for target in pair if target)
        assert " style=" not in page
        assert "<script" not in page


def test_plots_are_svg_with_words_and_colours_of_the_page(reports: list[Path]) -> None:
    page = reports[0].read_text()
    plots = re.findall(r'<svg class="plot" [^>]*role="img" aria-label="([^"]+)"', page)
    assert len(plots) >= 4
    assert all(re.search(r"\d", words) for words in plots)
    assert "#0" not in "".join(re.findall(r'(?:fill|stroke)="([^"]*)"', page))


def test_two_versions_are_compared_with_a_plot_of_their_differences(reports: list[Path]) -> None:
    alone, beside = (file.read_text() for file in reports[:2])
    assert "Compared with" not in alone
    assert "Paired differences" in beside
    assert beside.count('<svg class="plot"') > alone.count('<svg class="plot"')


def test_every_label_is_text(reports: list[Path]) -> None:
    code = (
        "from doublebill_local.report.svg_plots import plot; from doublebill_local.report.report_parts import BarChart;"
        f"print(plot(BarChart({HOSTILE!r}, {HOSTILE!r}, [({HOSTILE!r}, 1.0), ('_hidden', 2.0)])))"
    )
    drawn = plotted(["-c", code])
    assert "<b>" not in drawn
    assert "$x_{1}$ &lt;b&gt;" in drawn
    assert "hidden" in drawn


def test_in_chromium_nothing_fails_and_nothing_is_in_the_way(reports: list[Path]) -> None:
    visit = Path(__file__).with_name("page_visit.py")
    command = [ENVIRONMENTS / "browser" / "bin" / "python", visit, *reports]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=VISIT_SECONDS, check=False)
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-4000:]
    ends = [one for one in map(json.loads, ended.stdout.splitlines()) if one["step"] == "end"]
    assert len(ends) == 2 * len(reports)
    for end in ends:
        assert (end["errors"], end["foreign"], end["axe"], end["wide"]) == ([], [], [], [])
