"""The kinds of content, by name."""

from collections.abc import Mapping
from typing import Any

from doublebill.games.crypt import CRYPT
from doublebill.games.dungeon import DUNGEON
from doublebill.games.levels import Kind
from doublebill.games.maze import MAZE
from doublebill.games.platforming import PLATFORM
from doublebill.games.runner import RUNNER
from doublebill.games.sokoban import SOKOBAN

KINDS: Mapping[str, Kind[Any]] = {kind.name: kind for kind in (MAZE, DUNGEON, CRYPT, PLATFORM, SOKOBAN, RUNNER)}
