"""The layout and the names of the product: rooms of a size, one name for one thing, words that a stranger knows."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from doublebill_local.host.template import ROOT
from parsed_sources import Nodes, every_node, nodes

MOST_FILES = 14
"""In one folder."""
MOST_LOOSE = 6
"""Modules beside the rooms of the package."""
MOST_PARAMETERS = 7
MOST_LINES = 40
"""Of a function; `LONG` may have more."""
LONG = 6
ROOM_NAMES = {
    # one in each of several folders, by rule
    *["__init__", "app", "kind"],
    # an idea, and how it is shown
    *["callers", "corpora", "job", "proofs", "recommendations", "requests", "responses", "versions"],
    # of several kinds of content
    *["clock", "kinds", "learner", "physics", "repair", "rewording", "rules", "solver", "tiles", "words"],
}
"""Module names that stand more than once, told apart by their folders."""
NO_NAMES = {"told", "asked", "answered", "held", "taught", "spoken", "given", "known", "seen"}
"""Participles that do not say of what."""
PUBLIC = {"asked", "exclude_seen", "seen"}
"""Fields of the API that have one of them in their name."""
NO_MODULES = {"utils", "common", "helpers", "constants", "base", "models", "misc"}


@cache
def sources() -> dict[Path, Nodes]:
    """The nodes of the product's modules by their path from the root."""
    files = [file for folder in ("shared", "functions", "infra") for file in (ROOT / folder).rglob("*.py")]
    return {file.relative_to(ROOT): nodes(file) for file in files}


def functions(module: Nodes) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yields every function of a module."""
    return (node for node in module if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """Returns the names of a function's parameters, but for the instance or class."""
    every = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    names = [one.arg for one in every]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def identifiers(module: Nodes) -> Iterator[str]:
    """Yields every name that a module defines or takes in."""
    for node in module:
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.FunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
            case ast.alias(asname=str() as name):
                yield name


def words(identifier: str) -> list[str]:
    """Splits an identifier into its words, in lower case."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[a-z]+", identifier)]


def twice(names: Iterator[tuple[str, Path]]) -> dict[str, list[str]]:
    """Returns each name that stands more than once, with where."""
    places: dict[str, list[str]] = {}
    for name, path in names:
        places.setdefault(name, []).append(str(path))
    return {name: where for name, where in places.items() if len(where) > 1}


def test_no_folder_has_more_files_than_fit_in_the_eye() -> None:
    files = Counter(path.parent for path in sources())
    full = {str(folder): count for folder, count in files.items() if count > MOST_FILES}
    assert full == {}, f"a folder holds at most {MOST_FILES} modules: move some into a folder of their own"


def test_few_modules_lie_beside_the_rooms() -> None:
    loose = [path for path in sources() if path.parent == Path("shared/doublebill") and path.stem != "__init__"]
    assert len(loose) <= MOST_LOOSE


def test_no_class_name_stands_twice() -> None:
    classes = (
        (node.name, path) for path, module in sources().items() for node in module if isinstance(node, ast.ClassDef)
    )
    assert twice(classes) == {}


def test_a_module_name_stands_twice_only_where_folders_tell_them_apart() -> None:
    assert set(twice((path.stem, path) for path in sources())) <= ROOM_NAMES


def test_no_module_is_named_after_nothing() -> None:
    assert [str(path) for path in sources() if path.stem in NO_MODULES] == []


def test_no_name_says_only_that_something_was_said() -> None:
    found = {
        str(path): sorted({name for name in identifiers(module) if name not in PUBLIC and NO_NAMES & {*words(name)}})
        for path, module in sources().items()
    }
    assert {path: names for path, names in found.items() if names} == {}


def test_no_function_takes_more_than_a_handful() -> None:
    many = [
        f"{path}:{function.name}"
        for path, module in sources().items()
        for function in functions(module)
        if len(parameters(function)) > MOST_PARAMETERS
    ]
    assert many == []


def test_few_functions_are_longer_than_a_screen() -> None:
    long = [
        f"{path}:{function.name}"
        for path, module in sources().items()
        for function in functions(module)
        if (function.end_lineno or 0) - function.lineno + 1 > MOST_LINES
    ]
    assert len(long) <= LONG, long


@pytest.mark.parametrize(
    ("identifier", "split"), [("exclude_seen", ["exclude", "seen"]), ("ChampionTold", ["champion", "told"])]
)
def test_an_identifier_is_split_into_its_words(identifier: str, split: list[str]) -> None:
    assert words(identifier) == split


def test_a_name_that_stands_twice_is_found() -> None:
    assert twice(iter([("Row", Path("a.py")), ("Row", Path("b.py")), ("Cell", Path("a.py"))])) == {
        "Row": ["a.py", "b.py"]
    }


def test_every_way_of_naming_is_looked_at() -> None:
    source = "def told(asked):\n    held = 1\n    self.taught = 2\nclass Given: ...\nimport a as seen"
    assert set(identifiers(every_node(source))) == {"told", "asked", "held", "taught", "Given", "seen"}
