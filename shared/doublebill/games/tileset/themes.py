"""Themes: the colours and the materials in which a tileset is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ThemeName = Literal["stone", "cave", "crypt", "forest", "ice"]
TilePixels = Literal[16, 32]
"""Pixels along a side of a tile."""


@dataclass(frozen=True, slots=True)
class TileStyle:
    """The look of a level in files."""

    theme: ThemeName = "stone"
    pixels: TilePixels = 16

    @property
    def picture(self) -> str:
        """The name of the tileset's picture."""
        return f"{self.theme}-{self.pixels}.png"


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one theme, each #rrggbb."""

    core: str
    """Walls far from any edge."""
    rim: str
    """The edges of walls, seen from above."""
    face: str
    """The side of a wall that one sees."""
    mortar: str
    """Lines in that side, and its foot."""
    floor: str
    seam: str
    """Lines and grain of the floor."""
    sky: str
    """Air, of levels that are seen from the side."""
    turf: str
    """What grows or lies on solid ground that is seen from the side."""
    bricks: bool = False
    """Whether walls and floors are laid in courses; else they are grown."""
    rough: int = 0
    """Units by which the edges of walls waver."""


THEMES: Mapping[ThemeName, Theme] = {
    "stone": Theme("#23232f", "#8f93a8", "#6c7086", "#3d4052", "#b9b2a3", "#8f8778", "#33415e", "#8f93a8", bricks=True),
    "cave": Theme("#1f1613", "#92694a", "#6d4a34", "#3a251b", "#a98d6b", "#856847", "#2b2430", "#a87b52", rough=7),
    "crypt": Theme("#14131f", "#6f7f83", "#4e5a66", "#26303a", "#75697f", "#574c63", "#211b33", "#5d8a6a", bricks=True),
    "forest": Theme("#173321", "#6fb04a", "#3f6b35", "#3b2a1e", "#a8bd6a", "#7f9a4c", "#8fd0ee", "#63b345", rough=9),
    "ice": Theme("#1d4a78", "#e6f7ff", "#7cc3e8", "#3f86bd", "#cfe4ee", "#a2c6d9", "#5f9fd0", "#f4fcff", rough=3),
}
"""Name → theme."""
