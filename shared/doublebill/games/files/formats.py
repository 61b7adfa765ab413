"""The file formats, by their names in requests."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from doublebill.games.content_kind import FileName
from doublebill.games.files.drawn_level import DrawnLevel, drawn_level
from doublebill.games.files.level_json import LevelJson, facts
from doublebill.games.files.writers.ldtk import ldtk
from doublebill.games.files.writers.png import png, tiles_png
from doublebill.games.files.writers.svg import svg
from doublebill.games.files.writers.tiled import tiled
from doublebill.games.files.writers.tmx import tmx
from doublebill.games.levels.level import Level
from doublebill.games.plans.level_plan import LevelPlan


@dataclass(frozen=True, slots=True)
class FileFormat:
    """One file format."""

    media_type: str
    write: Callable[[DrawnLevel], str | bytes]
    tileset: bool = False
    """Whether the file refers to a picture of the tiles."""


FILES: Mapping[FileName, FileFormat] = {
    "tiled": FileFormat("application/json", tiled, tileset=True),
    "tmx": FileFormat("application/xml", tmx, tileset=True),
    "ldtk": FileFormat("application/json", ldtk),
    "svg": FileFormat("image/svg+xml", svg),
    "png": FileFormat("image/png", png),
}


def as_file(level: Level, plan: LevelPlan, form: FileName) -> LevelJson:
    """Returns the level, whose plan is given, as an item whose `data` is a file of that format.

    Text stays unchanged, a PNG picture is base64.
    """
    file, drawn = FILES[form], drawn_level(plan)
    item: LevelJson = {**facts(level), "format": form, "media_type": file.media_type, "data": _data(file.write(drawn))}
    if file.tileset:
        item["tileset"] = {"name": drawn.tileset, "media_type": "image/png", "data": _data(tiles_png(drawn))}
    return item


def _data(content: str | bytes) -> str:
    return content if isinstance(content, str) else base64.b64encode(content).decode("ascii")
