"""What the tests themselves keep to: names that can be read, and only the public names of the product."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from doublebill_local.locations import ROOT
from parsed_sources import Nodes, every_node, nodes

LONGEST_NAME = 80
MAY_LOOK_AT_THE_CLOCK = {"clocks.py", "processes.py"}
"""They end what hangs; every other test waits through them."""

PATCHING = {"setattr", "delattr", "getattr", "object"}
"""Calls that take the name of an attribute as text: of `monkeypatch`, `mock.patch` or Python."""


def parsed(*folders: str, having: str = "") -> dict[str, Nodes]:
    """The nodes of the folders' Python files by name, without the fixtures of an earlier commit.

    Files without a match of `having` are left out: to parse all takes seconds.
    """
    files = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py")) if _ours(file)]
    return {str(file.relative_to(ROOT)): nodes(file) for file in files if re.search(having, file.read_text())}


def _ours(file: Path) -> bool:
    return not {"fixtures", "__pycache__"} & set(file.parts)


def is_private(name: str) -> bool:
    """Whether a name begins with one underscore."""
    return name.startswith("_") and not name.startswith("__") and name != "_"


def defined(module: Nodes) -> Iterator[str]:
    """The names that a module gives to functions, classes, variables and attributes."""
    for node in module:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


def reached(module: Nodes) -> Iterator[str]:
    """The private names that a module reads of anything but `self`, imports, or names as text where it patches them."""
    for node in module:
        match node:
            case ast.Attribute(value=ast.Name(id="self" | "cls")):
                continue
            case ast.Attribute(attr=name) if is_private(name):
                yield name
            case ast.ImportFrom(names=names):
                yield from (alias.name for alias in names if is_private(alias.name))
            case ast.Call(func=ast.Attribute(attr=call) | ast.Name(id=call), args=args) if call in PATCHING:
                texts = [one.value for one in args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                yield from (name for text in texts for name in text.split(".") if is_private(name))


def clock_watchers(parsed_files: Mapping[str, Nodes]) -> list[str]:
    """The files that look at the machine's clock."""
    watchers = [file for file, node in unmeasured(parsed_files) if "time" in modules(node)]
    return [file for file in watchers if Path(file).name not in MAY_LOOK_AT_THE_CLOCK]


def bare_timeouts(parsed_files: Mapping[str, Nodes]) -> list[str]:
    """Where something is given up after seconds that are written as a number, instead of `PATIENCE_SECONDS`."""
    return [f"{file}: {ast.unparse(node)}" for file, node in unmeasured(parsed_files) if _is_bare_timeout(node)]


def unmeasured(parsed_files: Mapping[str, Nodes]) -> list[tuple[str, ast.AST]]:
    """Every node with its file, but for benchmarks, which measure time."""
    files = {file: module for file, module in parsed_files.items() if "bench" not in Path(file).parts}
    return [(file, node) for file, module in files.items() for node in module]


def _is_bare_timeout(node: ast.AST) -> bool:
    match node:
        case ast.keyword(arg="timeout", value=ast.Constant(value=int() | float())):
            return True
    return False


def modules(node: ast.AST) -> set[str]:
    """The modules that an import names."""
    match node:
        case ast.Import(names=names):
            return {alias.name for alias in names}
        case ast.ImportFrom(module=str(name)):
            return {name}
    return set()


def long_names(parsed_files: Mapping[str, Nodes]) -> list[str]:
    """The tests whose names are too long."""
    names = [
        (file, name) for file, module in parsed_files.items() for name in defined(module) if name.startswith("test_")
    ]
    return [f"{file}: {name}" for file, name in names if len(name) > LONGEST_NAME]


def intrusions(parsed_files: Mapping[str, Nodes], private: set[str]) -> list[str]:
    """Where a module reaches for one of the private names."""
    return [f"{file}: {name}" for file, module in parsed_files.items() for name in reached(module) if name in private]


def private_names() -> set[str]:
    """The private names that the product defines."""
    product = parsed("shared", "functions", "infra").values()
    return {name for module in product for name in defined(module) if is_private(name)}


LONG = rf"\btest_\w{{{LONGEST_NAME - 4},}}"
FOREIGN = r"(?<!\bself)(?<!\bcls)\._[a-z]|[\"'.]_[a-z]\w*[\"'.]|import\b.*\b_[a-z]|^ +_[a-z]\w*,$"
TIMED = r"\btime\b|\btimeout="


def test_names_of_tests_can_be_read() -> None:
    assert long_names(parsed("tests", having=LONG)) == []


def test_no_test_reaches_for_a_private_name_of_the_product() -> None:
    files = parsed("tests", having=f"(?m){FOREIGN}")
    assert files
    assert intrusions(files, private_names()) == []


def test_no_test_looks_at_the_clock_of_the_machine() -> None:
    files = parsed("tests", having=TIMED)
    assert files
    assert clock_watchers(files) == []
    assert bare_timeouts(files) == []


@pytest.mark.parametrize(
    "source",
    [
        "import time",
        "run(command, timeout=60)",
        "from time import sleep",
        "store._client",
        "store.inner._client.meta",
        "from doublebill.stores import _client",
        'monkeypatch.setattr(store, "_client", None)',
        'monkeypatch.setattr("doublebill.stores._client", None)',
        'getattr(store, "_client")',
        f"def test_{'x' * LONGEST_NAME}(): ...",
    ],
)
def test_what_is_forbidden_is_found(source: str) -> None:
    files = {"test_x.py": every_node(source)}
    assert intrusions(files, {"_client"}) + long_names(files) + clock_watchers(files) + bare_timeouts(files)
    assert re.search(f"(?m){LONG}|{FOREIGN}|{TIMED}", source), "a file of it must be parsed"


@pytest.mark.parametrize("source", ["self._client", "store.client", "store.__class__", "def test_x(_client): ..."])
def test_what_is_allowed_is_not_found(source: str) -> None:
    files = {"test_x.py": every_node(source)}
    assert intrusions(files, {"_client"}) + long_names(files) + clock_watchers(files) + bare_timeouts(files) == []
