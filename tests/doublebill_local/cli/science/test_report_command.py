import html
import json
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from doublebill.fit.selection.study import SEED
from doublebill.service.analysis import compare_versions
from doublebill_local.cli import app
from doublebill_local.host.home import Home
from doublebill_local.report.catalog_report import catalog_report, recorded

MOST_BYTES = 1_000_000
SECTIONS = [
    "Quality beside baselines",
    "Head and tail, cold and warm",
    "Coverage, novelty and popularity lift",
    "Configs tried",
    "What each stage compared",
    "Accuracy against size",
    "Data of the training",
    "Imports",
    "Model card",
    "Privacy card",
]


@pytest.fixture
def version(document) -> str:
    return str(document("models", "tiny")["champion"])


def test_a_report_has_the_figures_of_the_run_and_a_command_beside_each_table(
    document: Any, version: str, tmp_path: Path
) -> None:
    file = tmp_path / "tiny.html"
    answer = document("report", "tiny", "--tables-only", "--output", file)
    page = html.unescape(file.read_text())
    assert answer == {"catalog": "tiny", "version": version, "file": str(file), "size_bytes": len(file.read_bytes())}
    assert answer["size_bytes"] < MOST_BYTES
    titles = re.findall(r"<h2>(.*?)</h2>", page)
    assert set(SECTIONS) <= set(titles)
    report = document("run", "tiny", version)["report"]
    for name in ("recall@20", "popularity_lift@20"):
        assert f"{report['metrics'][name]:.4f}" in page
    commands = re.findall(r"Again: <code>(.*?)</code>", page)
    assert any('<span class="option">--json</span>' in command for command in commands)
    assert len(commands) == page.count("<table>")
    assert all(command.startswith("doublebill ") for command in commands)


@pytest.fixture
def with_two(run: Any, trained: Path, tmp_path: Path) -> tuple[Path, str]:
    """A copy of the trained home with a second version, which is not promoted, and its name."""
    home, config = tmp_path / "home", tmp_path / "config.json"
    shutil.copytree(trained, home)
    config.write_text('{"family": "knn", "k": 3}')
    return home, json.loads(run("train", "tiny", "--config", config, "--json", home=home).out)["version"]


def test_each_command_of_a_report_prints_the_figures_beside_it(
    run: Any, version: str, with_two: tuple[Path, str]
) -> None:
    folder, other = with_two
    home = Home.at(str(folder))
    compared = compare_versions.compare(home.objects(), "tiny", (other, version), ("", SEED))
    parts = catalog_report(recorded(home.objects(), "tiny", version), compared)
    tables = [table for section in parts.sections for table in section.tables]
    assert len(tables) > 10
    printed: dict[str, set[str]] = {}
    for table in tables:
        if table.command not in printed:
            ran = run(*shlex.split(table.command)[1:], home=folder)
            assert ran.code == 0, ran.err
            printed[table.command] = figures_of(ran.out)
        missing = [cell for row in table.rows for cell in row[1:] if not tokens(cell) <= printed[table.command]]
        assert missing == [], (table.caption, table.command)


def tokens(text: str) -> set[str]:
    """The figures of a text, without signs and separators of thousands."""
    return {number.replace(",", "") for number in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}


def figures_of(printed: str) -> set[str]:
    """The figures of an output; those of JSON also with as many digits as a report has."""
    found = tokens(printed)
    if printed.startswith("{"):
        for number in numbers_of(json.loads(printed)):
            forms = ("{:.4f}", "{:,.1f}", "{:,.0f}", "{:,.4g}", "{:.4%}", "{:.0%}", "{:g}")
            found |= {token for form in forms for token in tokens(form.format(number))}
    return found


def numbers_of(value: object) -> Iterator[float]:
    """Every number of a document, those in texts not."""
    match value:
        case dict():
            yield from (number for one in value.values() for number in numbers_of(one))
        case list():
            yield from (number for one in value for number in numbers_of(one))
        case int() | float():
            yield value


def test_what_a_report_cannot_be_about_is_refused(run: Any, trained: Path, tmp_path: Path) -> None:
    for words, code, problem in (
        ((), 2, "CATALOG: missing"),
        (("tiny", "--game", "maze"), 2, "CATALOG: given beside --game"),
        (("--game", "maze", "--compare", "0" * 32), 2, "--compare"),
        (("nothing",), 3, "no catalog 'nothing'"),
        (("tiny", "0" * 32), 3, "no version"),
        (("tiny", "--output", str(tmp_path / "no" / "r.html")), 2, "--output"),
    ):
        ran = run("report", *words, "--tables-only", home=trained)
        assert (ran.code, problem in ran.err) == (code, True), (words, ran.err)
    assert list(tmp_path.glob("*.html")) == []


def test_without_matplotlib_the_tables_are_written_with_a_line_on_plots(
    run: Any, trained: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    ran = run("report", "tiny", "--output", tmp_path / "r.html", home=trained)
    assert (ran.code, "pip install 'matplotlib>=3.10'" in ran.err) == (0, True)
    page = (tmp_path / "r.html").read_text()
    assert ("<table>" in page, "<svg" in page) == (True, False)


def test_a_report_on_a_kind_of_game_is_reproduced_by_its_seed(run: Any, trained: Path, tmp_path: Path) -> None:
    files = [tmp_path / "a.html", tmp_path / "b.html"]
    for file in files:
        words = ("--game", "maze", "--seed", 7, "--count", 4, "--spec", "width=9", "--spec", "height=9")
        ran = run("report", *words, "--tables-only", "--output", file, home=trained)
        assert ran.code == 0, ran.err
    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].read_text().count("<svg") == 4


def test_the_next_command_is_named_once(trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["report", "tiny", "--tables-only", "--output", str(tmp_path / "r.html"), "--home", str(trained)]
    assert app.main(words) == 0
    out, err = capsys.readouterr()
    assert (out.count("next: "), err) == (0, f"next: doublebill models tiny --home '{trained}'\n")
