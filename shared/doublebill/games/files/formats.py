"""The file formats, by their names in requests."""

import base64
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from doublebill.errors import Complaint, InvalidInput
from doublebill.games.content_kind import FileName, Format
from doublebill.games.files.level_json import LevelJson, TilesetJson, WrittenFile, facts
from doublebill.games.files.writers.csv import csv
from doublebill.games.files.writers.godot_files.godot import godot, godot_linked
from doublebill.games.files.writers.godot_files.godot_tileset import godot_tileset, tileset_name
from doublebill.games.files.writers.ldtk_files.ldtk import ldtk, ldtk_project
from doublebill.games.files.writers.png import png, tileset_png
from doublebill.games.files.writers.sokoban_text import xsb
from doublebill.games.files.writers.svg import svg
from doublebill.games.files.writers.tiled_files.tiled import tiled
from doublebill.games.files.writers.tiled_files.tmx import tmx
from doublebill.games.files.writers.uvtt import uvtt
from doublebill.games.levels.level import Level
from doublebill.games.plans.level_plan import LevelPlan
from doublebill.games.step_budget import spend
from doublebill.games.tileset.themes import TileStyle
from doublebill.games.tileset.tileset import COUNT

FILES_VERSION = 1
"""Version of all that files depend on beside what a generator makes of one seed: the writers, the tilesets, and how a
batch chooses its levels. Raise it with each release in which files of an earlier one change."""


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file that all levels of a batch refer to, which each would hold if it were alone."""

    name: Callable[[TileStyle], str]
    write: Callable[[LevelPlan, TileStyle], str]
    write_level: Callable[[LevelPlan, TileStyle], str]
    """Writes a level that refers to it."""


@dataclass(frozen=True, slots=True)
class FileFormat:
    """One file format."""

    media_type: str
    ending: str
    """Of file names, without the dot."""
    write: Callable[[LevelPlan, TileStyle], str | bytes]
    cell_steps: int
    """Steps of work that a cell takes, pixels aside."""
    cell_bytes: int
    """Fewest bytes that a cell takes in a JSON answer, where Lambda escapes each quote once more."""
    tileset: bool = False
    """Whether the file refers to the picture of the tileset."""
    picture: bool = False
    """Whether the file grows with the pixels of a tile."""
    world: bool = False
    """Whether a world of Tiled can lay out its files; then each floor of a level has one."""
    write_all: Callable[[Sequence[LevelPlan], TileStyle], str] | None = None
    """Writes the levels of a batch as one file; None where each has its own."""
    shared: SharedFile | None = None
    only: str = ""
    """The one kind whose levels it can hold; all can be where it is empty."""

    def steps(self, plan: LevelPlan, style: TileStyle) -> int:
        """Returns the steps of work that writing a level takes."""
        drawn = style.pixels**2 // PIXELS_PER_STEP if self.picture else 0
        return plan.width * plan.height * (self.cell_steps + drawn)


PIXELS_PER_STEP = 12
"""Pixels of a picture that are drawn and packed in one step of work."""

SMALLEST = 16
"""Pixels along a side of the smallest tile."""

PIXELS_PER_ANSWER = 8_000_000
"""Of all pictures of one answer: 3 to 4 MB as base64, of the 6 MB that Lambda returns."""

GODOT_TILESET = SharedFile(tileset_name, godot_tileset, godot_linked)

FILES: Mapping[FileName, FileFormat] = {
    "tiled": FileFormat("application/json", "tmj", tiled, 5, 2, tileset=True, world=True),
    "tmx": FileFormat("application/xml", "tmx", tmx, 6, 2, tileset=True, world=True),
    "ldtk": FileFormat("application/json", "ldtk", ldtk, 14, 80, tileset=True, write_all=ldtk_project),
    "godot": FileFormat("text/plain", "tscn", godot, 14, 16, tileset=True, shared=GODOT_TILESET),
    "uvtt": FileFormat("application/json", "uvtt", uvtt, 8, 0, picture=True),
    "csv": FileFormat("text/csv", "csv", lambda plan, _: csv(plan), 1, 2),
    "xsb": FileFormat("text/plain", "xsb", lambda plan, _: xsb(plan), 1, 0, only="sokoban"),
    "svg": FileFormat("image/svg+xml", "svg", lambda plan, _: svg(plan), 2, 0),
    "png": FileFormat("image/png", "png", png, 4, 0, picture=True),
}


def formats_of(kind: str) -> Sequence[FileName]:
    """Returns the formats of the files that levels of a kind have."""
    return [name for name, file in FILES.items() if file.only in ("", kind)]


def as_file(level: Level, plan: LevelPlan, form: FileName, style: TileStyle) -> LevelJson:
    """Returns the level, whose plan is given, as an item whose `data` is a file of that format."""
    return {**facts(level), **written(plan, form, style)}


def written(plan: LevelPlan, form: FileName, style: TileStyle) -> WrittenFile:
    """Returns the level of a plan as a file of that format; text stays unchanged, a PNG picture is base64."""
    file = FILES[form]
    spend(file.steps(plan, style))
    made: WrittenFile = {"format": form, "media_type": file.media_type, "data": _data(file.write(plan, style))}
    if file.tileset:
        made["tileset"] = as_tileset(style)
    return made


def file_name(form: Format) -> FileName | None:
    """Returns the format as one of a file, or None where it is none."""
    match form:
        case "json" | "text":
            return None
        case name:
            return name


def check_pixels(form: Format, style: TileStyle, cells: Sequence[int], count: str = "count") -> None:
    """Checks that one answer can hold the pictures of levels, of each of which `cells` has the number of cells.

    Raises:
        InvalidInput: naming the pixels, and `count`, the field that says how many levels there are.
    """
    name = file_name(form)
    if name is None:
        return
    file = FILES[name]
    tiles = [(COUNT if file.tileset else 0) + (each if file.picture else 0) for each in cells]
    pixels = [total * style.pixels**2 for total in accumulate(tiles)]
    if pixels[-1] > PIXELS_PER_ANSWER:
        large = f"{len(pixels)} pictures of {pixels[-1]:,} pixels together are too much for one answer"
        most = bisect_right(pixels, PIXELS_PER_ANSWER)
        smaller = "use smaller levels" if style.pixels == SMALLEST else f"use {SMALLEST}, or smaller levels"
        fewer = [Complaint(count, large, f"use at most {most}")] if most else []
        raise InvalidInput([*fewer, Complaint("tile_pixels", large, smaller)])


def check_bytes(form: Format, cells: int, most_bytes: int, field: str = "format") -> None:
    """Checks that an answer in JSON can hold the file of a level of so many cells; `field` names its format.

    Raises:
        InvalidInput: naming the bytes and the cells that fit.
    """
    name = file_name(form)
    each = FILES[name].cell_bytes if name else 0
    if cells * each > most_bytes:
        large = f"{name} of {cells:,} cells has more than the {most_bytes:,} bytes of an answer"
        smaller = f"use levels of at most {most_bytes // each:,} cells, another format, or GET, whose files are a zip"
        raise InvalidInput.one(field, large, smaller)


def as_tileset(style: TileStyle) -> TilesetJson:
    """Returns the picture of the tileset that files of a style refer to."""
    return {"name": style.picture, "media_type": "image/png", "data": _data(tileset_png(style))}


def _data(content: str | bytes) -> str:
    return content if isinstance(content, str) else base64.b64encode(content).decode("ascii")
