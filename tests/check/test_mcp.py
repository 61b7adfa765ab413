"""`doublebill mcp` as an assistant uses it: by the client of the protocol's package, in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from doublebill_local.assistants.tools import OFFERED
from doublebill_local.host.home import Home
from doublebill_local.host.process import running
from processes import PATIENCE_SECONDS

ROOT = Path(__file__).resolve().parent.parent.parent
ENVIRONMENT = ROOT / ".tools" / "mcp" / "bin"

PLAYS = """user,item,plays
ann,lantern,12
bob,lantern,5
bob,harbour,8
cat,harbour,9
cat,lantern,1
"""


def visit(words: list[str], calls: list[tuple[str, dict[str, object]]]) -> tuple[dict[str, Any], str]:
    """Returns what a client found and got, and everything that the server wrote to stderr."""
    command = [ENVIRONMENT / "python", Path(__file__).with_name("mcp_visit.py"), ENVIRONMENT / "doublebill", "mcp"]
    done = subprocess.run(
        [*command, *words],
        input=json.dumps(calls),
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a small trained catalog."""
    folder = tmp_path_factory.mktemp("assistants")
    (folder / "plays.csv").write_text(PLAYS)
    for words in (["import", "songs", "plays.csv"], ["settings", "songs", "--minimum-users", "1"], ["train", "songs"]):
        command = [sys.executable, "-m", "doublebill_local", *words, "--home", "home"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder / "home"


CALLS: list[tuple[str, dict[str, object]]] = [
    ("list_catalogs", {}),
    ("recommend", {"catalog": "songs", "history": ["lantern"], "explain": True, "exclude_seen": True}),
    ("neighbours", {"catalog": "songs", "item_id": "lantern", "n": 1}),
    ("search_items", {"catalog": "songs", "q": "habour"}),
    ("popular", {"catalog": "songs"}),
    ("games", {}),
    ("generate", {"kind": "chamber", "seed": 7, "format": "text"}),
]


def check_answers(visited: dict[str, Any]) -> None:
    """Checks what came back for `CALLS`."""
    assert visited["server"] == "doublebill"
    assert [tool["name"] for tool in visited["tools"]] == list(OFFERED)
    assert all(tool["annotations"]["readOnlyHint"] for tool in visited["tools"])
    assert [outcome["isError"] for outcome in visited["outcomes"]] == [False] * len(CALLS)
    answers = [outcome["structuredContent"] for outcome in visited["outcomes"]]
    for outcome, answer in zip(visited["outcomes"], answers, strict=True):
        assert json.loads(outcome["content"][0]["text"]) == answer
    catalogs, recommended, near, found, popular, kinds, made = answers
    assert catalogs["catalogs"][0]["catalog"] == "songs"
    [item] = recommended["recommendations"]
    assert (item["item_id"], item["contributions"][0]["item_id"]) == ("harbour", "lantern")
    assert near["neighbours"][0]["item_id"] == "harbour"
    assert found["items"][0]["item_id"] == "harbour"
    assert popular["popular"]
    assert "maze" in {kind["name"] for kind in kinds["kinds"]}
    assert made["items"][0]["certificate"]["moves"]


def test_tools_answer_from_a_state_folder_and_name_no_user_in_the_log(home: Path) -> None:
    calls = [*CALLS, ("recommend", {"catalog": "songs", "user_id": "ann-of-the-logs"})]
    visited, log = visit(["--home", str(home)], calls)
    assert visited["outcomes"].pop()["structuredContent"]["cold"]
    check_answers(visited)
    assert "POST /v1/catalogs/{catalog}/recommendations" in log, "requests are logged, and not on the wire"
    assert "ann-of-the-logs" not in log


def test_tools_answer_from_a_running_service(home: Path) -> None:
    with running(Home(home)) as url:
        check_answers(visit(["--url", url], CALLS)[0])


def test_a_level_that_was_generated_is_proved(home: Path) -> None:
    made = visit(["--home", str(home)], [("generate", {"kind": "maze", "seed": 7})])[0]["outcomes"][0]
    grid = made["structuredContent"]["items"][0]["grid"]
    proved = visit(["--home", str(home)], [("prove", {"kind": "maze", "grid": grid})])[0]["outcomes"][0]
    assert proved["structuredContent"]["levels"][0]["playable"]


REFUSED: list[tuple[str, dict[str, object], str]] = [
    ("recommend", {"catalog": "films", "history": []}, "there is no catalog 'films'"),
    ("recommend", {"catalog": "songs", "history": ["a"], "n": 0}, "n: "),
    ("recommend", {"catalog": "songs"}, "history"),
    ("neighbours", {"catalog": "songs"}, "item_id: missing"),
    ("generate", {"kind": "castle"}, "there is no kind 'castle'"),
    ("generate", {"kind": "maze", "spec": {"width": 1}}, "spec"),
    ("train", {"catalog": "songs"}, "there is no tool 'train'"),
]
"""A tool, wrong arguments, and words of the reason."""


def test_a_refusal_is_an_error_of_the_tool_with_its_reason(home: Path) -> None:
    outcomes = visit(["--home", str(home)], [(tool, arguments) for tool, arguments, _ in REFUSED])[0]["outcomes"]
    for outcome, (tool, _, problem) in zip(outcomes, REFUSED, strict=True):
        assert outcome["isError"], tool
        assert problem in outcome["content"][0]["text"]


def test_a_service_that_is_not_there_is_an_error_of_the_tool() -> None:
    [outcome] = visit(["--url", "http://127.0.0.1:1"], [("list_catalogs", {})])[0]["outcomes"]
    assert outcome["isError"]
    assert "127.0.0.1:1" in outcome["content"][0]["text"]
