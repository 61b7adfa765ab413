"""Python files as the nodes of their syntax trees, each parsed once in a process."""

import ast
import gc
from collections.abc import Sequence
from functools import cache
from pathlib import Path

type Nodes = Sequence[ast.AST]
"""Of a module, every one."""


@cache
def nodes(file: Path) -> Nodes:
    """Every node of a file; they stay, so that no garbage is looked for among them while they are made."""
    gc.disable()
    try:
        return every_node(file.read_text())
    finally:
        gc.enable()


def every_node(source: str) -> Nodes:
    """Every node of a Python source."""
    return [*ast.walk(ast.parse(source))]
