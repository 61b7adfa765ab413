"""The file formats, by the name that a request gives them."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from doublebill.games.files.ldtk import ldtk
from doublebill.games.files.plan import Plan, plan
from doublebill.games.files.png import png, tiles_png
from doublebill.games.files.response import LevelTold, facts
from doublebill.games.files.solution_path import Way
from doublebill.games.files.svg import svg
from doublebill.games.files.tiled import tiled
from doublebill.games.files.tmx import tmx
from doublebill.games.levels.levels import Level

type FileName = Literal["tiled", "tmx", "ldtk", "svg", "png"]


@dataclass(frozen=True, slots=True)
class File:
    """One file format."""

    media_type: str
    write: Callable[[Plan], str | bytes]
    tileset: bool = False
    """Whether the file refers to a picture of the tiles."""


FILES: Mapping[str, File] = {
    "tiled": File("application/json", tiled, tileset=True),
    "tmx": File("application/xml", tmx, tileset=True),
    "ldtk": File("application/json", ldtk),
    "svg": File("image/svg+xml", svg),
    "png": File("image/png", png),
}


def as_file(
    level: Level, legend: Mapping[str, str], name: str, form: FileName, solution: bool = False, way: Way | None = None
) -> LevelTold:
    """The level as an item whose `data` is a file of that `form`, which shows the way where a `solution` is asked for.

    `name` and `way` are those of the kind. Text stands as it is, a PNG picture in base64.
    """
    file, drawn = FILES[form], plan(level, legend, name, solution, way)
    told: LevelTold = {**facts(level), "format": form, "media_type": file.media_type, "data": _data(file.write(drawn))}
    if file.tileset:
        told["tileset"] = {"name": drawn.tileset, "media_type": "image/png", "data": _data(tiles_png(drawn))}
    return told


def _data(content: str | bytes) -> str:
    return content if isinstance(content, str) else base64.b64encode(content).decode("ascii")
