"""The file formats, by their names in requests."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from doublebill.errors import Complaint, InvalidInput
from doublebill.games.content_kind import FileName, Format
from doublebill.games.files.level_json import LevelJson, TilesetJson, facts
from doublebill.games.files.writers.ldtk import ldtk
from doublebill.games.files.writers.png import png, tileset_png
from doublebill.games.files.writers.svg import svg
from doublebill.games.files.writers.tiled import tiled
from doublebill.games.files.writers.tmx import tmx
from doublebill.games.levels.level import Level
from doublebill.games.plans.level_plan import LevelPlan
from doublebill.games.tileset.themes import TileStyle
from doublebill.games.tileset.tileset import COUNT


@dataclass(frozen=True, slots=True)
class FileFormat:
    """One file format."""

    media_type: str
    write: Callable[[LevelPlan, TileStyle], str | bytes]
    tileset: bool = False
    """Whether the file refers to the picture of the tileset."""
    picture: bool = False
    """Whether the file grows with the pixels of a tile."""


PIXELS_PER_ANSWER = 8_000_000
"""Of all pictures of one answer: 3 to 4 MB as base64, of the 6 MB that Lambda returns."""

FILES: Mapping[FileName, FileFormat] = {
    "tiled": FileFormat("application/json", tiled, tileset=True),
    "tmx": FileFormat("application/xml", tmx, tileset=True),
    "ldtk": FileFormat("application/json", lambda plan, _: ldtk(plan)),
    "svg": FileFormat("image/svg+xml", lambda plan, _: svg(plan)),
    "png": FileFormat("image/png", png, picture=True),
}


def as_file(level: Level, plan: LevelPlan, form: FileName, style: TileStyle) -> LevelJson:
    """Returns the level, whose plan is given, as an item whose `data` is a file of that format.

    Text stays unchanged, a PNG picture is base64.
    """
    file = FILES[form]
    data = _data(file.write(plan, style))
    item: LevelJson = {**facts(level), "format": form, "media_type": file.media_type, "data": data}
    if file.tileset:
        item["tileset"] = as_tileset(style)
    return item


def check_pixels(form: Format, style: TileStyle, count: int, cells: int) -> None:
    """Checks that one answer can hold the pictures of `count` levels of `cells` cells.

    Raises:
        InvalidInput: naming the pixels and the count.
    """
    match form:
        case "json" | "text":
            return
        case name:
            file = FILES[name]
    tiles = (COUNT if file.tileset else 0) + (cells if file.picture else 0)
    pixels = tiles * style.pixels**2
    if count * pixels > PIXELS_PER_ANSWER:
        large = f"{count} pictures of {pixels:,} pixels are too much for one answer"
        fewer = Complaint("count", large, f"use at most {PIXELS_PER_ANSWER // pixels}")
        raise InvalidInput([fewer, Complaint("tile_pixels", large, "use 16, or smaller levels")])


def as_tileset(style: TileStyle) -> TilesetJson:
    """Returns the picture of the tileset that files of a style refer to."""
    return {"name": style.picture, "media_type": "image/png", "data": _data(tileset_png(style))}


def _data(content: str | bytes) -> str:
    return content if isinstance(content, str) else base64.b64encode(content).decode("ascii")
