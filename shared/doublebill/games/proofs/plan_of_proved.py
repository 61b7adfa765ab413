"""Plans of proved levels that others drew, from which files are written as they are of generated ones."""

from collections.abc import Sequence

from doublebill.errors import InvalidInput, wrong_value
from doublebill.games.content_kind import ANSWER_BYTES, FileName
from doublebill.games.files import check_bytes, check_pixels, formats_of
from doublebill.games.grids.grid import Rows
from doublebill.games.grids.notation import TextLevel
from doublebill.games.kinds import KINDS
from doublebill.games.levels.level import Level
from doublebill.games.levels.proof import Certificate
from doublebill.games.plans.from_rows import plan_from_rows
from doublebill.games.plans.level_plan import LevelPlan
from doublebill.games.plans.own_tiles import TileSet
from doublebill.games.tileset.themes import TileStyle

UNNAMED = "drawn"
"""Name of a level without a title, where generated ones have their seed."""


def check_writing(kind: str, levels: Sequence[Rows], form: FileName, style: TileStyle) -> None:
    """Checks that the answer to a request has room for its level as a file of that format.

    Raises:
        InvalidInput: where there are several levels, the kind has no such files, or the file would be too large.
    """
    if form not in formats_of(kind):
        raise InvalidInput([wrong_value("write", form, "one of " + ", ".join(formats_of(kind)))])
    if len(levels) > 1:
        raise InvalidInput.one("write", f"there are {len(levels)} levels", "send one of them, or leave it out")
    cells = len(levels[0]) * len(levels[0][0])
    check_pixels(form, style, [cells])
    check_bytes(form, cells, ANSWER_BYTES, "write")


def plan_of(kind: str, level: TextLevel, tiles: TileSet, certificate: Certificate) -> LevelPlan:
    """Returns the plan of a proved level: as of a generated one, where it might be one by the kind's rules."""
    recipe, seed, rows = KINDS[kind], level.title or UNNAMED, level.rows
    usual = not tiles.own and set("".join(rows)) <= recipe.legend.keys()
    legend = recipe.legend if usual else tiles.legend
    plan = plan_from_rows(kind, seed, rows, legend, (), {"moves": certificate.moves}, tiles.grounds)
    if recipe.completed is None or not usual or recipe.rules.prove(rows) is None:
        return plan
    return recipe.completed(plan, Level(seed, rows, certificate, {}, 1, fallback=False))
