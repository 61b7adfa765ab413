"""The kinds of level, by name: one folder and one line each."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from doublebill.games.level_kind import LevelKind

FOLDERS = (
    "maze",
    "chamber",
    "crypt",
    "platform",
    "sokoban",
    "runner",
    "dungeon",
)
"""Folders of `doublebill.games`, in the order of answers; the module `kind` of each defines its kind in capitals."""


def load(folders: Iterable[str]) -> Mapping[str, LevelKind[Any]]:
    """Returns the kinds that folders define, by name."""
    modules = {name: import_module(f"doublebill.games.{name}.kind") for name in folders}
    return {name: getattr(module, name.upper()) for name, module in modules.items()}


KINDS = load(FOLDERS)
