"""One small level that fits in the eye, for tests of exports."""

from collections.abc import Mapping, Sequence

from doublebill.games.controls import Control
from doublebill.games.grids.steps import Place
from doublebill.games.levels.level import Level
from doublebill.games.levels.proof import Certificate
from doublebill.games.plans.from_rows import plan_from_rows
from doublebill.games.plans.level_plan import LevelPlan, Region

LEGEND = {"#": "wall", ".": "floor", "P": "player", "K": "key", "D": "door", "E": "enemy"}

LEVEL = Level(
    seed="a",
    grid=("P.E", ".#.", "K.D"),
    certificate=Certificate((0, 0), (2, 2), "DDRR"),
    controls={"player_key": Control((1, 3), 2), "walls": Control(None, 1), "enemies": Control(2, 1)},
    attempts=3,
    fallback=True,
)
PATH = [(0, 0), (0, 1), (0, 2), (1, 2), (2, 2)]
"""The cells that its certificate passes."""

FACTS = {
    "certificate": {"moves": "DDRR", "length": 4, "from": [0, 0], "to": [2, 2]},
    "controls": {
        "player_key": {"asked": [1, 3], "measured": 2, "met": True},
        "walls": {"asked": None, "measured": 1, "met": True},
        "enemies": {"asked": 2, "measured": 1, "met": False},
    },
    "attempts": 3,
    "fallback": True,
}
THINGS = [("player", 0, 0), ("enemy", 2, 0), ("key", 0, 2), ("door", 2, 2)]
"""What stands in the level, row by row."""

ROOMS = [
    Region(1, "room", 0, 0, 3, 1, properties={"role": "entrance", "depth": 0}),
    Region(2, "room", 1, 1, 2, 2, [(2, 1), (1, 2), (2, 2)], {"role": "exit", "depth": 3}),
]
"""A room that fills its rectangle and one that does not."""

EVIL = {"#": "wall", ".": "floor", "P": '<b>&"\x01', "K": "key", "D": "door", "E": "é 木"}
"""A legend that is hard to write down."""


def planned(level: Level, legend: Mapping[str, str], kind: str, path: Sequence[Place] = ()) -> LevelPlan:
    """The plan of a level of a kind with that legend."""
    moves = level.certificate.moves
    return plan_from_rows(kind, level.seed, level.grid, legend, path, {"moves": moves})
