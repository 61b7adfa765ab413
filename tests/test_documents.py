"""The documents: their shell examples run as they stand, their links lead somewhere, generated pages are up to date."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from doublebill.games.files import FILES
from doublebill.games.kinds import KINDS
from doublebill.games.text.kinds import TEXTS
from doublebill.values.event_kinds import DEFAULT_KINDS
from doublebill_local.cli.command_table import COMMANDS
from doublebill_local.host.home import Home
from doublebill_local.host.process import running
from doublebill_local.locations import HOME_VARIABLE, ROOT
from forked_commands import commands_in
from processes import PATIENCE_SECONDS

DOCS = ROOT / "infra" / "docs"
GENERATORS = DOCS / "generators"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "infra" / "events" / "README.md"])
GUIDES = [f"infra/docs/guides/{name}.md" for name in ("your-own-data", "your-own-levels", "moving", "report")]
WITH_COMMANDS = ["README.md", *(pytest.param(guide, marks=pytest.mark.at_length) for guide in GUIDES)]
NOTEBOOK = DOCS / "guides" / "tutorial.ipynb"
README_LINES = 160


def blocks(page: str, kind: str) -> str:
    """The page's blocks of that kind, joined: `sh` are commands, `sh curl` requests to a running service."""
    return "".join(re.findall(rf"^```{kind}\n(.*?)^```", (ROOT / page).read_text(), re.DOTALL | re.MULTILINE))


def shell(script: str, folder: Path, commands: Path) -> str:
    """Runs a script by bash in a folder, with those commands first, up to its first failure, and returns its output."""
    path = os.pathsep.join([str(commands), str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, HOME_VARIABLE: str(folder / "home")}
    done = subprocess.run(
        ["bash", "-euc", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=4 * PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def generator(name: str) -> ModuleType:
    """Loads one of the scripts that write pages."""
    spec = importlib.util.spec_from_file_location(f"generator_{name}", GENERATORS / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def command_line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a `doublebill` that starts at once."""
    with commands_in(tmp_path_factory.mktemp("commands") / "bin") as folder:
        yield folder


@pytest.fixture(scope="module", params=WITH_COMMANDS)
def printed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, command_line: Path
) -> Iterator[tuple[str, str, str]]:
    """A page, the output of its commands, the answers to its requests."""
    folder = tmp_path_factory.mktemp("page")
    commands = shell(blocks(request.param, "sh"), folder, command_line)
    requests = blocks(request.param, "sh curl")
    with running(Home(folder / "home")) as url:
        requests = requests.replace("http://127.0.0.1:8080", url).replace("curl -s", "curl -sS --fail-with-body")
        yield request.param, commands, shell(requests, folder, command_line)


def test_the_examples_of_a_page_do_what_it_says(printed: tuple[str, str, str]) -> None:
    page, commands, answers = printed
    if page.endswith("levels.md"):
        assert re.search(r"^██.*\bD\b", commands, re.MULTILINE)
        assert '"certificate"' in answers
        return
    if page.endswith("report.md"):
        assert "is champion now" in commands
        assert re.search(r"wrote shop-report\.html \(0\.\d+ MB\)", commands)
        return
    if page.endswith("moving.md"):
        assert commands.count("is champion now") == 2
        assert "recognised as Amazon Personalize interactions" in commands
        assert "recognised as Gorse feedback" in commands
        assert answers.count('"recommendations":[{"item_id"') == 2
        return
    assert re.search(r"imported into songs: [46] events of 3 users and [23] items", commands)
    assert "is champion now" in commands
    assert "velvet-harbour 100%" in commands
    assert '"contributions"' in answers
    assert '"accepted":1' in answers


def test_a_report_takes_four_commands_with_the_set_up() -> None:
    commands = [line for line in blocks("infra/docs/guides/report.md", "sh").splitlines() if "doublebill " in line]
    assert [line.split()[1] for line in commands if line.startswith("doublebill ")] == ["import", "train", "report"]


@pytest.mark.at_length
def test_the_notebook_prints_what_stands_in_it_but_for_figures(tmp_path: Path, command_line: Path) -> None:
    notebook = json.loads(NOTEBOOK.read_text())
    printed = generator("notebook").printed_by(notebook, tmp_path, command_line)
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    stored = ["".join(line for output in cell["outputs"] for line in output["text"]) for cell in cells]
    assert [without_figures(text) for text in printed] == [without_figures(text) for text in stored]


def without_figures(text: str) -> list[str]:
    """The lines of a text with # for each number, which may differ between machines."""
    return re.sub(r"[-+]?\d[\d.,]*", "#", text).splitlines()


def test_the_python_of_the_guide_to_the_mathematics_runs(capsys: pytest.CaptureFixture[str]) -> None:
    source = blocks("infra/docs/guides/fit.md", "python")
    exec(compile(source, "fit.md", "exec"), {"__name__": "fit"})
    assert re.search(r"'recall@20': \d\.\d+, 'ndcg@100': \d\.\d+", capsys.readouterr().out)


def test_the_requests_of_the_guide_for_apps_run(
    tmp_path: Path, command_line: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = "infra/docs/guides/your-app.md"
    with running(Home(tmp_path / "home")) as url:
        source = blocks(page, "python").replace("http://127.0.0.1:8080", url)
        exec(compile(source, page, "exec"), {"__name__": "app"})
        printed = capsys.readouterr().out.splitlines()
        curl = blocks(page, "sh curl").replace("http://127.0.0.1:8080", url)
        answer = shell(curl.replace("curl -s", "curl -sS --fail-with-body"), tmp_path, command_line)
    assert printed[:2] == ["7 events accepted", "the training succeeded"]
    assert printed[2] == "for ann: Sea Lamp"
    assert printed[3].startswith("refused: n ")
    assert printed[4:] == ["for cat: 3 of 3", "bob played sea", "bob played fog", "bob played lamp"]
    assert '"recommendations":[{"item_id":' in answer


def test_the_readme_can_be_scanned() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= README_LINES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)", page.read_text())
    broken = [link for link, _ in links if link and not (page.parent / link).exists()]
    assert broken == []


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("reference/http", "http_reference"),
        ("reference/cli", "cli_reference"),
        ("reference/files", "file_reference"),
        ("reference/levels", "level_reference"),
        ("reference/api-changes", "api_changes"),
        ("cost", "cost"),
    ],
)
def test_a_generated_page_is_what_make_docs_writes(page: str, name: str) -> None:
    written = subprocess.run(
        [sys.executable, str(GENERATORS / f"{name}.py")], capture_output=True, text=True, check=True
    ).stdout
    assert (DOCS / f"{page}.md").read_text() == written


def test_the_readme_says_of_costs_what_the_command_prints() -> None:
    cost = generator("cost")
    assert cost.headline(cost.Costs.stored()) in (ROOT / "README.md").read_text()


def test_an_idle_stack_is_billed_for_the_alarms_that_the_guide_counts() -> None:
    costs = generator("cost").Costs.stored()
    assert f"watch {costs.assumed('alarm_metrics'):.0f} metrics" in (DOCS / "guides" / "deploy.md").read_text()


def test_by_the_url_a_million_recommendations_cost_a_dollar_and_a_fifth_at_most() -> None:
    cost = generator("cost")
    answers = cost.Costs.stored().answers()
    assert sum(answers["URL, 2 % logged"].values()) <= 1.20 < sum(answers["by default"].values())


@pytest.mark.parametrize("part", ["prices", "assumptions"])
def test_every_price_and_assumption_counts_on_the_page_of_costs(part: str) -> None:
    cost = generator("cost")
    stored = cost.Costs.stored()
    for name, value in stored.listed[part].items():
        more = {**value, "dollars": value["dollars"] * 3 + 40} if part == "prices" else value * 3 + 40
        changed = cost.Costs({**stored.listed, part: {**stored.listed[part], name: more}}, stored.measured)
        assert cost.page(changed).partition("## Prices")[0] != cost.page(stored).partition("## Prices")[0], name
        assert part == "assumptions" or value["source"], name


def test_the_deployment_guide_lists_every_parameter_with_its_default() -> None:
    class Loader(yaml.CSafeLoader):
        """Reads the template's own tags as nothing."""

    Loader.add_multi_constructor("!", lambda loader, suffix, node: None)
    template = yaml.load((ROOT / "template.yaml").read_text(), Loader)  # a SafeLoader
    guide = (DOCS / "guides" / "deploy.md").read_text()
    rows = {}
    for names, defaults in re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| ([^|]*) \|", guide, re.MULTILINE):
        rows |= dict(zip(re.findall(r"`(\w+)`", names), defaults.strip().split(", "), strict=True))
    parameters = {name: str(one["Default"]) or "none" for name, one in template["Parameters"].items()}
    assert {name: default.strip("`") for name, default in rows.items()} == parameters


def test_the_architecture_names_the_rooms_that_there_are() -> None:
    page = (DOCS / "architecture.md").read_text()
    table = page[page.index("## Which room holds what") : page.index("Imports point down")]
    cells = re.findall(r"^\| (`[^|]*`) \|", table, re.MULTILINE)
    named = {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}
    package = ROOT / "shared" / "doublebill"
    rooms = [path.parent.relative_to(package).parts for path in package.rglob("__init__.py")]
    halls = {"service", "imports"}  # described room by room
    there = {"/".join(room[:2] if room[0] in halls else room[:1]) for room in rooms if room} - halls
    assert named - {"functions/<verb>/app.py"} == there


def test_the_runbook_names_commands_that_there_are() -> None:
    named = set(re.findall(r"`doublebill ([a-z]+)", (DOCS / "guides" / "runbook.md").read_text()))
    assert named
    assert named - {command.name for command in COMMANDS} == set()


def test_contributing_names_files_that_there_are() -> None:
    named: list[str] = re.findall(r"`((?:shared|infra|functions)/[^`<>]*)`", (ROOT / "CONTRIBUTING.md").read_text())
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_guides_name_every_event_kind_level_text_and_format() -> None:
    data, levels = ((DOCS / "guides" / f"your-own-{name}.md").read_text() for name in ("data", "levels"))
    assert [kind for kind in DEFAULT_KINDS if f"`{kind}`" not in data] == []
    assert [name for name in (*KINDS, *TEXTS, *FILES) if f"`{name}`" not in levels] == []


def test_every_decision_is_listed() -> None:
    listed = set(re.findall(r"\]\(([\w-]+\.md)\)", (DOCS / "decisions" / "README.md").read_text()))
    assert listed == {path.name for path in (DOCS / "decisions").glob("*.md")} - {"README.md"}


def test_a_request_that_is_refused_now_is_a_breaking_change() -> None:
    changes = generator("api_changes")
    schema = {"type": "object", "properties": {"n": {"type": "integer", "maximum": 500}}, "additionalProperties": False}
    narrower = {**schema, "properties": {"n": {"type": "integer", "maximum": 100}}, "required": ["n"]}
    found = changes.compare(document(schema, {}), document(narrower, {})).breaking
    assert len(found) == 2
    assert any("maximum 500 against 100" in line for line in found)
    assert any("may be missing" in line for line in found)
    assert changes.compare(document(narrower, {}), document(schema, {})).breaking == []


def test_an_answer_that_lost_a_field_is_a_breaking_change() -> None:
    changes = generator("api_changes")
    answer = {"type": "object", "properties": {"cold": {"type": "boolean"}}, "required": ["cold"]}
    found = changes.compare(document({}, answer), document({}, {**answer, "required": []})).breaking
    assert len(found) == 1
    assert "cold" in found[0]
    more = {**answer, "properties": {**answer["properties"], "degraded": {"type": "boolean"}}}
    both = changes.compare(document({}, answer), document({}, more))
    assert both.breaking == []
    assert len(both.compatible) == 1
    closed = {**answer, "additionalProperties": False}
    nested = {"type": "object", "properties": {"items": {"type": "array", "items": closed}}}
    deeper = {"type": "object", "properties": {"items": {"type": "array", "items": {**more, "required": ["cold"]}}}}
    both = changes.compare(document({}, nested), document({}, deeper))
    assert (both.breaking, both.compatible) == ([], ["`POST /v1/things`: `answer 200.items[].degraded`: added"])


def test_an_operation_that_is_gone_is_a_breaking_change() -> None:
    changes = generator("api_changes")
    found = changes.compare(document({}, {}), {"paths": {}})
    assert found.breaking == ["`POST /v1/things`: operation removed"]
    assert changes.compare({"paths": {}}, document({}, {})).compatible == ["`POST /v1/things`: operation added"]


def document(request: dict[str, object], answer: dict[str, object]) -> dict[str, object]:
    """An OpenAPI document with one operation."""
    body = {"content": {"application/json": {"schema": request}}, "required": True}
    responses = {"200": {"content": {"application/json": {"schema": answer}}}}
    return {"paths": {"/v1/things": {"post": {"requestBody": body, "responses": responses}}}}


THREATS = (DOCS / "threat-model.md").read_text()


def test_every_test_that_the_threat_model_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/.]+)::(\w+)`", THREATS)
    missing = [(file, test) for file, test in named if f"def {test}(" not in (ROOT / file).read_text()]
    assert missing == []


def test_every_risk_of_the_threat_model_is_shown_by_a_test() -> None:
    rows = [line for line in THREATS.splitlines() if line.startswith("| API")]
    assert [row.split()[1] for row in rows] == [f"API{number}" for number in range(1, 11)]
    assert all("`tests/" in row.split("|")[3] for row in rows)
