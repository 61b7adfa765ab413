"""The files of a batch: one for each level or one for all, and what these refer to, by names that any disk takes."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

from doublebill.games.content_kind import FileName
from doublebill.games.files.formats import FILES
from doublebill.games.files.writers.png import tileset_png
from doublebill.games.files.writers.tiled_files.tiled_floors import linked
from doublebill.games.files.writers.tiled_files.tiled_world import tiled_world
from doublebill.games.plans.floors import floors_of
from doublebill.games.plans.level_plan import LevelPlan
from doublebill.games.tileset.themes import TileStyle

LONGEST_NAME = 60
"""Characters of a file's name before its ending."""
ZIP = "application/zip"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""Time of every file in a zip, the earliest that there is, so that equal files give equal bytes."""


@dataclass(frozen=True, slots=True)
class LevelFile:
    """One file."""

    name: str
    media_type: str
    content: bytes
    beside: bool = False
    """Whether it is no level, but something that levels refer to."""


def files_within(plans: Sequence[LevelPlan], form: FileName, style: TileStyle, steps: int) -> int:
    """Returns how many of the levels can be written in so many steps of work, at least one."""
    taken = accumulate(FILES[form].steps(plan, style) for plan in plans)
    return max(sum(1 for one in taken if one <= steps), 1)


def level_files(plans: Sequence[LevelPlan], form: FileName, style: TileStyle) -> Sequence[LevelFile]:
    """Returns the files of levels in a format: those of the levels first, then what they refer to."""
    file = FILES[form]
    whole = file_names(plans)[0] if len(plans) == 1 else plans[0].kind
    if file.world:
        plans = _maps(plans, file.ending)
    if file.write_all is not None:
        levels = [LevelFile(f"{whole}.{file.ending}", file.media_type, file.write_all(plans, style).encode())]
    else:
        names = [f"{name}.{file.ending}" for name in file_names(plans)]
        write = file.shared.write_level if file.shared else file.write
        levels = [
            LevelFile(name, file.media_type, _bytes(write(plan, style)))
            for name, plan in zip(names, plans, strict=True)
        ]
    beside = [LevelFile(style.picture, "image/png", tileset_png(style), beside=True)] if file.tileset else []
    if file.shared:
        shared = file.shared.write(plans[0], style)
        beside.append(LevelFile(file.shared.name(style), "text/plain", shared.encode(), beside=True))
    if file.world and len(plans) > 1:
        world = tiled_world([one.name for one in levels], plans, style)
        beside.append(LevelFile(f"{whole}.world", "application/json", world.encode(), beside=True))
    return [*levels, *beside]


def _maps(plans: Sequence[LevelPlan], ending: str) -> list[LevelPlan]:
    """Returns the floors of all levels, a map each."""
    floors = [floors_of(plan) for plan in plans]
    names = iter(file_names(plan for level in floors for plan in level))
    return [
        plan for level in floors for plan in linked(level, [f"{name}.{ending}" for name in islice(names, len(level))])
    ]


def file_names(plans: Iterable[LevelPlan]) -> list[str]:
    """Returns a name for each plan, of letters, digits, hyphens and underscores, no two alike on any disk."""
    names: list[str] = []
    for number, plan in enumerate(plans, 1):
        name = re.sub(r"[^A-Za-z0-9-]+", "_", plan.name)[:LONGEST_NAME]
        taken = name.lower() in (one.lower() for one in names)
        names.append(f"{name}_{number}" if taken or name.endswith("_") else name)
    return names


def one_file(files: Sequence[LevelFile], name: str) -> LevelFile:
    """Returns the only file, or a zip of that name with all of them."""
    return files[0] if len(files) == 1 else LevelFile(f"{name}.zip", ZIP, zipped(files))


def zipped(files: Iterable[LevelFile]) -> bytes:
    """Returns files as one zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(zipfile.ZipInfo(file.name, EPOCH), file.content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content
