"""The kinds of text, by name."""

from collections.abc import Mapping
from typing import Any

from doublebill.games.text.items import ITEMS
from doublebill.games.text.loot import LOOT
from doublebill.games.text.names import NAMES
from doublebill.games.text.quests import QUESTS
from doublebill.games.text.texts import TextKind

TEXTS: Mapping[str, TextKind[Any]] = {kind.name: kind for kind in (NAMES, ITEMS, LOOT, QUESTS)}
