"""The creatures of the tileset, as strokes on 64 × 64 units."""

from collections.abc import Mapping, Sequence

from doublebill.games.tileset.canvas import box, disc, polygon
from doublebill.games.tileset.sprites import Stroke

SKIN, HAIR, CLOTH, LEATHER, STEEL = "#f0b98a", "#6b3f22", "#2f74d0", "#5a3a24", "#c3cbd8"
WHITE, BLACK, BLOOD, BONE = "#ffffff", "#17121c", "#c8322b", "#e9e2cf"


def _eyes(y: int, left: int = 24, right: int = 40, colour: str = BLACK) -> list[Stroke]:
    return [Stroke(colour, box(x - 2, y - 4, x + 2, y + 4), flat=True) for x in (left, right)]


PLAYER = (
    Stroke(LEATHER, box(20, 52, 29, 60)),
    Stroke(LEATHER, box(35, 52, 44, 60)),
    Stroke("#8e2f3c", polygon((20, 28), (44, 28), (52, 56), (12, 56))),
    Stroke(CLOTH, box(19, 32, 45, 54)),
    Stroke("#e0b23c", box(19, 44, 45, 48)),
    Stroke(SKIN, disc(32, 22, 15, 14)),
    Stroke(HAIR, disc(32, 14, 16, 9)),
    Stroke(HAIR, box(16, 14, 21, 26)),
    Stroke(HAIR, box(43, 14, 48, 26)),
    *_eyes(24, 27, 37),
    Stroke(STEEL, polygon((53, 22), (57, 26), (57, 46), (51, 46), (51, 26))),
    Stroke("#7a5230", box(48, 46, 60, 50)),
)
START = (
    Stroke("#2f74d0", disc(32, 57, 30, 6)),
    Stroke("#bfe0ff", disc(32, 57, 24, 3), flat=True),
    *PLAYER,
)
"""The hero on a blue plate, where a level begins."""
ENEMY = (
    Stroke("#b3293c", disc(32, 42, 22, 18)),
    Stroke("#b3293c", polygon((14, 12), (24, 28), (12, 34))),
    Stroke("#b3293c", polygon((50, 12), (52, 34), (40, 28))),
    Stroke("#d9465a", disc(32, 34, 20, 15)),
    Stroke("#ffe9a8", disc(24, 34, 5, 6), flat=True),
    Stroke("#ffe9a8", disc(40, 34, 5, 6), flat=True),
    *_eyes(35),
    Stroke(BLACK, box(22, 46, 42, 50), flat=True),
    Stroke(WHITE, polygon((25, 46), (31, 46), (28, 52)), flat=True),
    Stroke(WHITE, polygon((33, 46), (39, 46), (36, 52)), flat=True),
)
GOBLIN = (
    Stroke(LEATHER, box(22, 50, 30, 60)),
    Stroke(LEATHER, box(34, 50, 42, 60)),
    Stroke("#7a5a2c", box(20, 36, 44, 54)),
    Stroke("#68a63a", polygon((4, 18), (22, 20), (22, 32))),
    Stroke("#68a63a", polygon((60, 18), (42, 32), (42, 20))),
    Stroke("#79bd45", disc(32, 26, 16, 14)),
    Stroke("#ffe45c", box(22, 20, 29, 28), flat=True),
    Stroke("#ffe45c", box(35, 20, 42, 28), flat=True),
    *_eyes(24, 26, 38),
    Stroke("#2d4a1b", box(25, 33, 39, 36), flat=True),
    Stroke(STEEL, polygon((52, 34), (56, 34), (56, 52), (50, 52))),
)
OGRE = (
    Stroke("#4d3423", box(16, 52, 28, 61)),
    Stroke("#4d3423", box(36, 52, 48, 61)),
    Stroke("#9b5f3c", disc(32, 40, 26, 18)),
    Stroke("#6b4a2c", box(12, 46, 52, 56)),
    Stroke("#b9734a", disc(32, 20, 17, 15)),
    Stroke("#5b2c1a", box(19, 12, 45, 16)),
    *_eyes(20, 25, 39, "#fff0a0"),
    Stroke(BLACK, box(22, 27, 42, 31), flat=True),
    Stroke(WHITE, polygon((23, 21), (27, 29), (22, 29)), flat=True),
    Stroke(WHITE, polygon((41, 21), (42, 29), (37, 29)), flat=True),
    Stroke("#7c5730", polygon((52, 10), (62, 12), (58, 48), (53, 48))),
)
BOSS = (
    Stroke("#2a2038", polygon((20, 24), (44, 24), (58, 60), (6, 60))),
    Stroke("#43305e", polygon((24, 28), (40, 28), (46, 60), (18, 60))),
    Stroke(BONE, disc(32, 24, 15, 14)),
    Stroke(BONE, box(25, 34, 39, 42)),
    Stroke(BLACK, disc(26, 26, 5, 6), flat=True),
    Stroke(BLACK, disc(38, 26, 5, 6), flat=True),
    Stroke("#ff4f3a", box(24, 24, 28, 29), flat=True),
    Stroke("#ff4f3a", box(36, 24, 40, 29), flat=True),
    Stroke(BLACK, box(30, 33, 34, 36), flat=True),
    Stroke("#f2c230", polygon((16, 2), (24, 10), (40, 10), (48, 2), (46, 16), (18, 16))),
    Stroke("#f2c230", polygon((32, 0), (38, 12), (26, 12))),
    Stroke(BLOOD, disc(32, 12, 3), flat=True),
)
SKELETON = (
    Stroke(BONE, box(24, 48, 29, 60)),
    Stroke(BONE, box(35, 48, 40, 60)),
    Stroke(BONE, box(29, 32, 35, 50)),
    Stroke(BONE, box(18, 34, 46, 38)),
    Stroke(BONE, box(21, 41, 43, 45)),
    Stroke(BONE, disc(32, 20, 14, 13)),
    Stroke(BONE, box(25, 28, 39, 34)),
    Stroke(BLACK, disc(26, 20, 4, 5), flat=True),
    Stroke(BLACK, disc(38, 20, 4, 5), flat=True),
    Stroke(BLACK, box(30, 26, 34, 29), flat=True),
)
SLIME = (
    Stroke("#3aa77a", disc(32, 44, 24, 16)),
    Stroke("#3aa77a", disc(32, 36, 16, 16)),
    Stroke("#8fe6bd", disc(25, 30, 5, 4), flat=True),
    *_eyes(42),
    Stroke(BLACK, box(28, 49, 36, 52), flat=True),
)
BAT = (
    Stroke("#4b3a63", polygon((2, 18), (28, 28), (24, 44), (14, 36))),
    Stroke("#4b3a63", polygon((62, 18), (50, 36), (40, 44), (36, 28))),
    Stroke("#63507f", disc(32, 34, 11, 13)),
    Stroke("#63507f", polygon((24, 14), (30, 26), (22, 28))),
    Stroke("#63507f", polygon((40, 14), (42, 28), (34, 26))),
    *_eyes(32, 27, 37, "#ffd84a"),
    Stroke(WHITE, box(29, 40, 35, 43), flat=True),
)

CREATURES: Mapping[str, Sequence[Stroke]] = {
    "player": PLAYER,
    "start": START,
    "enemy": ENEMY,
    "goblin": GOBLIN,
    "ogre": OGRE,
    "boss": BOSS,
    "skeleton": SKELETON,
    "slime": SLIME,
    "bat": BAT,
}
"""Name of a thing → its strokes."""
