"""The things of the tileset that do not live, as strokes on 64 × 64 units."""

from collections.abc import Mapping, Sequence

from doublebill.games.tileset.canvas import box, disc, polygon, ring
from doublebill.games.tileset.sprites import Stroke

GOLD, WOOD, IRON, GLASS, GLOW, DARK = "#f0bd2e", "#a9713a", "#5b6272", "#dcebf2", "#fff1b0", "#17121c"

KEY = (
    Stroke(GOLD, ring(20, 24, 14, 6)),
    Stroke(GOLD, polygon((28, 26), (33, 22), (57, 46), (52, 51))),
    Stroke(GOLD, polygon((46, 44), (50, 48), (42, 56), (38, 52))),
    Stroke(GOLD, polygon((38, 36), (42, 40), (36, 46), (32, 42))),
)
DOOR = (
    Stroke(IRON, box(8, 6, 56, 64)),
    Stroke(WOOD, box(14, 12, 50, 64)),
    Stroke("#7d5026", box(24, 14, 27, 64), flat=True),
    Stroke("#7d5026", box(37, 14, 40, 64), flat=True),
    Stroke(IRON, box(14, 20, 50, 25)),
    Stroke(IRON, box(14, 50, 50, 55)),
    Stroke(GOLD, disc(44, 38, 4)),
)
EXIT = (
    Stroke("#7b8192", box(6, 4, 58, 64)),
    Stroke("#123a2a", box(14, 12, 50, 64), flat=True),
    Stroke("#1f7a4f", box(18, 26, 46, 64), flat=True),
    Stroke("#46d18a", box(22, 38, 42, 64), flat=True),
    Stroke("#c6ffdc", box(27, 50, 37, 64), flat=True),
)
POTION = (
    Stroke("#8b5a33", box(26, 4, 38, 13)),
    Stroke(GLASS, box(26, 12, 38, 28)),
    Stroke(GLASS, disc(32, 41, 19, 18)),
    Stroke("#d43a86", disc(32, 44, 15, 13)),
    Stroke("#ff9bcb", disc(25, 40, 4), flat=True),
    Stroke("#ffffff", box(22, 32, 26, 37), flat=True),
)
CHEST = (
    Stroke("#8a5527", box(6, 28, 58, 58)),
    Stroke("#a9713a", box(6, 16, 58, 34)),
    Stroke(GOLD, box(6, 16, 13, 58)),
    Stroke(GOLD, box(51, 16, 58, 58)),
    Stroke("#6b3f1b", box(13, 33, 51, 36), flat=True),
    Stroke(GOLD, box(26, 28, 38, 44)),
    Stroke(DARK, box(30, 34, 34, 40), flat=True),
)
TREASURE = (
    Stroke("#d8a024", disc(22, 46, 17, 12)),
    Stroke("#d8a024", disc(42, 47, 17, 11)),
    Stroke(GOLD, disc(32, 36, 16, 12)),
    Stroke(GLOW, box(24, 30, 30, 34), flat=True),
    Stroke(GLOW, box(14, 42, 20, 46), flat=True),
    Stroke("#e03a4c", polygon((44, 26), (52, 34), (44, 42), (36, 34))),
    Stroke("#35b6e0", polygon((20, 40), (26, 46), (20, 52), (14, 46))),
)
DIAMOND = (
    Stroke("#2bb6d6", polygon((18, 14), (46, 14), (60, 28), (32, 58), (4, 28))),
    Stroke("#8fe9f7", polygon((18, 14), (32, 14), (22, 28), (4, 28))),
    Stroke("#d9fbff", polygon((32, 14), (46, 14), (42, 28), (22, 28))),
    Stroke("#1687a8", polygon((42, 28), (60, 28), (32, 58)), flat=True),
)
COIN = (
    Stroke("#c98a16", disc(32, 32, 18, 22)),
    Stroke(GOLD, disc(32, 32, 14, 18)),
    Stroke(GLOW, box(24, 22, 28, 38), flat=True),
    Stroke("#a9700f", box(33, 22, 38, 43), flat=True),
)
CRATE = (
    Stroke("#8a5a2a", box(6, 6, 58, 60)),
    Stroke("#c08743", box(13, 13, 51, 53)),
    Stroke("#8a5a2a", polygon((13, 13), (21, 13), (51, 45), (51, 53), (43, 53), (13, 21))),
    Stroke("#e0b16d", box(8, 8, 12, 12), flat=True),
    Stroke("#e0b16d", box(52, 8, 56, 12), flat=True),
    Stroke("#e0b16d", box(8, 54, 12, 58), flat=True),
    Stroke("#e0b16d", box(52, 54, 56, 58), flat=True),
)
SET_CRATE = (
    Stroke("#2fa866", box(2, 2, 62, 62)),
    *CRATE,
    Stroke("#1c6b40", box(11, 11, 53, 53)),
    Stroke("#3fce82", box(15, 15, 49, 49)),
    Stroke("#ffffff", polygon((20, 32), (26, 26), (32, 32), (26, 38)), flat=True),
    Stroke("#ffffff", polygon((24, 36), (44, 18), (48, 24), (30, 42)), flat=True),
)
"""A crate on its goal."""
GOAL = (
    Stroke("#2fa866", ring(32, 36, 22, 15)),
    Stroke("#2fa866", disc(32, 36, 7)),
)
LEVER = (
    Stroke(IRON, box(12, 46, 52, 60)),
    Stroke(WOOD, polygon((44, 10), (51, 15), (36, 50), (28, 48))),
    Stroke("#d43a3a", disc(48, 12, 8)),
)
STAIRS_DOWN = (
    Stroke("#868c9c", box(4, 6, 60, 60)),
    Stroke("#14121b", box(10, 12, 54, 60), flat=True),
    Stroke("#9aa1b2", box(10, 12, 54, 23)),
    Stroke("#747b8c", box(16, 23, 54, 34)),
    Stroke("#535968", box(24, 34, 54, 45)),
    Stroke("#363a46", box(34, 45, 54, 56)),
)
STAIRS_UP = (
    Stroke("#4a4f5d", box(8, 44, 58, 60)),
    Stroke("#6a7182", box(20, 32, 58, 48)),
    Stroke("#8b93a5", box(32, 20, 58, 36)),
    Stroke("#b4bccd", box(44, 8, 58, 24)),
)
TORCH = (
    Stroke(WOOD, polygon((27, 34), (37, 34), (35, 62), (29, 62))),
    Stroke(IRON, box(23, 30, 41, 37)),
    Stroke("#e8541e", disc(32, 20, 11, 13), flat=True),
    Stroke("#ffb02e", disc(32, 23, 7, 9), flat=True),
    Stroke("#fff3b0", disc(32, 26, 4, 5), flat=True),
)
SWORD = (
    Stroke("#c3cbd8", polygon((54, 6), (58, 10), (28, 44), (20, 36))),
    Stroke("#f4f7fb", polygon((54, 6), (56, 8), (24, 40), (20, 36)), flat=True),
    Stroke(GOLD, polygon((14, 34), (18, 30), (34, 46), (30, 50))),
    Stroke(WOOD, polygon((20, 40), (24, 44), (12, 56), (8, 52))),
)
SHIELD = (
    Stroke("#3566b8", polygon((10, 8), (54, 8), (52, 36), (32, 60), (12, 36))),
    Stroke("#c3cbd8", box(28, 8, 36, 54)),
    Stroke("#c3cbd8", box(12, 24, 52, 31)),
    Stroke(GOLD, disc(32, 27, 7)),
)
HEART = (
    Stroke("#d9304f", disc(21, 24, 14)),
    Stroke("#d9304f", disc(43, 24, 14)),
    Stroke("#d9304f", polygon((8, 29), (56, 29), (32, 58))),
    Stroke("#ff9db0", disc(18, 21, 4), flat=True),
)
SCROLL = (
    Stroke("#e8d7a4", box(14, 12, 50, 56)),
    Stroke("#c7ad6c", box(8, 8, 56, 17)),
    Stroke("#c7ad6c", box(8, 50, 56, 59)),
    *(Stroke("#8d7440", box(20, top, 44, top + 3), flat=True) for top in (24, 32, 40)),
)
SPAWN = (
    Stroke("#8e44c9", ring(32, 34, 24, 17)),
    Stroke("#c58bf0", ring(32, 34, 13, 8)),
    Stroke("#f3e2ff", disc(32, 34, 4), flat=True),
)

BELONGINGS: Mapping[str, Sequence[Stroke]] = {
    "key": KEY,
    "door": DOOR,
    "exit": EXIT,
    "potion": POTION,
    "chest": CHEST,
    "treasure": TREASURE,
    "diamond": DIAMOND,
    "coin": COIN,
    "crate": CRATE,
    "goal": GOAL,
    "lever": LEVER,
    "stairs down": STAIRS_DOWN,
    "stairs up": STAIRS_UP,
    "torch": TORCH,
    "sword": SWORD,
    "shield": SHIELD,
    "heart": HEART,
    "scroll": SCROLL,
    "spawn": SPAWN,
}
"""Name of a thing → its strokes."""


def token(colour: str) -> Sequence[Stroke]:
    """Returns the strokes for a thing whose name has no sprite: a round token of a colour."""
    return (
        Stroke("#e9e2cf", disc(32, 32, 24)),
        Stroke(colour, disc(32, 32, 19)),
        Stroke("#ffffff", disc(25, 24, 4), flat=True),
    )
