"""Sokoban levels in the text form of the web (XSB): `#` wall, space floor, `@` player, `$` crate, `.` goal, `*` and `+`
crate and player on a goal; closed by walls, with the title above and, where it is to be shown, the solution below.
"""

from doublebill.errors import InvalidInput
from doublebill.games.plans.border import bordered
from doublebill.games.plans.level_plan import LevelPlan

SYMBOLS = {
    (): " ",
    ("player",): "@",
    ("crate",): "$",
    ("goal",): ".",
    ("goal", "crate"): "*",
    ("goal", "player"): "+",
}
"""The things of a cell, the lowest first → its symbol."""


def xsb(plan: LevelPlan) -> str:
    """Returns the level with its title.

    Raises:
        InvalidInput: for a level of things that Sokoban does not have.
    """
    whole = bordered(plan)
    cells = [["#" if whole.grounds[symbol].solid else " " for symbol in row] for row in whole.ground]
    standing: dict[tuple[int, int], tuple[str, ...]] = {}
    for thing in whole.things:
        standing[thing.x, thing.y] = (*standing.get((thing.x, thing.y), ()), thing.name)
    for (x, y), names in standing.items():
        if names not in SYMBOLS:
            found = f"xsb has no symbol for {' on '.join(names[::-1])}"
            raise InvalidInput.one("format", found, "use it for sokoban, or another format")
        cells[y][x] = SYMBOLS[names]
    solution = [f"Solution: {plan.properties.get('moves', '')}", ""] if plan.path else []
    return "\n".join([f"Title: {plan.name}", "", *("".join(row).rstrip() for row in cells), "", *solution])
