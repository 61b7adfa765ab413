"""Dungeons: rooms and corridors up to 256 × 256, with locked doors that bar something and keys that open them."""

from doublebill.games.dungeon.dungeon_generator import DungeonGenerator
from doublebill.games.dungeon.dungeon_spec import DungeonSpec
from doublebill.games.dungeon.rules import DungeonRules
from doublebill.games.dungeon.structure import completed, structure
from doublebill.games.level_kind import LevelKind
from doublebill.games.variety.distances import CellsVariety

DUNGEON = LevelKind(
    name="dungeon",
    description="Rooms, caves and corridors; keys open doors of their colour; goblins (-1), ogres (-2), some on guard",
    version=10,
    spec=DungeonSpec,
    rules=DungeonRules(),
    generator=DungeonGenerator(),
    variety=CellsVariety(10),
    structure=structure,
    completed=completed,
    fixable=False,
)
