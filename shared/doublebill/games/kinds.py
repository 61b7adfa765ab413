"""The kinds of content, by name."""

from collections.abc import Mapping
from typing import Any

from doublebill.games.crypt.kind import CRYPT
from doublebill.games.dungeon.kind import DUNGEON
from doublebill.games.level_kind import LevelKind
from doublebill.games.maze.kind import MAZE
from doublebill.games.platform.kind import PLATFORM
from doublebill.games.runner.kind import RUNNER
from doublebill.games.sokoban.kind import SOKOBAN

KINDS: Mapping[str, LevelKind[Any]] = {kind.name: kind for kind in (MAZE, DUNGEON, CRYPT, PLATFORM, SOKOBAN, RUNNER)}
