"""What may be in the repository: nothing that ties it to a machine, and nothing that runs what it reads."""

import ast
import os
import re
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from doublebill_local.locations import ROOT
from parsed_sources import Nodes, every_node, nodes

TOP = {
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "functions",
    "infra",
    "pyproject.toml",
    "samconfig.toml",
    "shared",
    "template.yaml",
    "tests",
}

# in pieces, so that this file does not hold what it looks for
HOSTS = ["pypi" + ".org", "python" + "hosted.org", "registry.npm" + "js.org", "j" + "frog.io", "anaconda" + ".org"]
INDEX_VARIABLES = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX")
PATHS = [r"(?<![\w.])/" + "work/", "/" + r"root/\w", "/" + r"(?:home|Users)/\w+/", r"\b[A-Z]:\\" + "Users"]
SECRETS = [
    r"\b(?:AK|AS)" + r"IA[0-9A-Z]{16}\b",
    "-----" + r"BEGIN [A-Z ]*PRIVATE KEY",
    r"\bgh[pousr]" + r"_[A-Za-z0-9]{36}",
    r"(?i)aws_secret_access" + r"_key\s*[=:]\s*[\"']?[A-Za-z0-9/+]{40}\b",
]
RUNS_WHAT_IT_READS = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}


@cache
def tracked() -> dict[str, str]:
    """Every tracked text file by its name, read once by the process that asks."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files: dict[str, str] = {}
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.is_file():
            files[name] = path.read_text(errors="replace")
    return files


def own_hosts() -> list[str]:
    """The package indexes that this machine is set up with."""
    urls = " ".join(os.environ.get(name, "") for name in INDEX_VARIABLES).split()
    named = [host for url in urls if (host := urlsplit(url).hostname)]
    return [host for host in named if host not in ("localhost", "127.0.0.1")]


def lines_with(files: Mapping[str, str], pattern: str) -> list[str]:
    """Where the pattern occurs, as file:line."""
    return [
        f"{name}:{number}"
        for name, text in files.items()
        if re.search(pattern, text)
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(pattern, line)
    ]


def dangers(module: Nodes) -> list[str]:
    """What a Python module does that could run what it reads."""
    found: list[str] = []
    for node in module:
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.partition(".")[0] in RUNS_WHAT_IT_READS]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in RUNS_WHAT_IT_READS:
            found.append(str(node.module))
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec"):
                found.append(node.func.id)
            allowed = [one for one in node.keywords if one.arg == "allow_pickle"]
            found += ["allow_pickle" for one in allowed if getattr(one.value, "value", None) is not False]
            shells = [one for one in node.keywords if one.arg == "shell"]
            found += ["shell" for one in shells if getattr(one.value, "value", None) is not False]
    return found


def test_files_are_tracked() -> None:
    assert {"pyproject.toml", "template.yaml", "functions/recommend/app.py"} <= tracked().keys()


def test_the_top_holds_only_what_belongs_there() -> None:
    assert {name for name in (file.partition("/")[0] for file in tracked()) if not name.startswith(".")} <= TOP


@pytest.mark.parametrize("host", [*HOSTS, *own_hosts()])
def test_no_file_names_a_package_host(host: str) -> None:
    assert lines_with(tracked(), re.escape(host)) == []


@pytest.mark.parametrize("pattern", [*PATHS, re.escape(str(ROOT)) + r"\b"])
def test_no_file_names_a_place_on_a_machine(pattern: str) -> None:
    assert lines_with(tracked(), pattern) == []


@pytest.mark.parametrize("pattern", SECRETS)
def test_no_file_holds_a_secret(pattern: str) -> None:
    assert lines_with(tracked(), pattern) == []


def test_no_python_outside_the_tests_runs_what_it_reads() -> None:
    sources = [name for name in tracked() if name.endswith(".py") and not name.startswith("tests/")]
    assert sources
    assert {name: found for name in sources if (found := dangers(nodes(ROOT / name)))} == {}


def test_no_tracked_file_is_a_pickle_or_a_compiled_one() -> None:
    suffixes = {".pkl", ".pickle", ".joblib", ".pyc", ".so", ".whl"}
    assert [name for name in tracked() if Path(name).suffix in suffixes] == []


@pytest.mark.parametrize(
    ("pattern", "planted"),
    [
        *[(re.escape(host), f"--index-url https://{host}/simple") for host in HOSTS],
        *zip(PATHS, ["cd /" + "work/x", "/" + "root/x", "/" + "home/me/x", "C:\\" + "Users\\me"], strict=True),
        *zip(
            SECRETS,
            [
                "key: AK" + "IAIOSFODNN7EXAMPLE",
                "-----" + "BEGIN RSA PRIVATE KEY-----",
                "token gh" + "p_" + "a" * 36,
                "aws_secret_access" + "_key = " + "a" * 40,
            ],
            strict=True,
        ),
    ],
)
def test_each_pattern_finds_what_it_looks_for(pattern: str, planted: str) -> None:
    assert lines_with({"file": f"first\n{planted}\n"}, pattern) == ["file:2"]


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from joblib import load",
        "import os, dill",
        "eval('1')",
        "exec(text)",
        "np.load(file, allow_pickle=True)",
        "np.load(file, allow_pickle=flag)",
        "subprocess.run(line, shell=True)",
    ],
)
def test_each_danger_is_seen(source: str) -> None:
    assert dangers(every_node(source))


@pytest.mark.parametrize("source", ["spec.loader.exec_module(m)", "np.load(file, allow_pickle=False)", "model.eval()"])
def test_what_only_looks_dangerous_is_not(source: str) -> None:
    assert not dangers(every_node(source))
