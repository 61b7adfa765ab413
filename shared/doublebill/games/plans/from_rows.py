"""Plans from rows and a legend, and rows from plans: what kinds that draw one tile a cell need."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from doublebill.games.grids.grid import Rows
from doublebill.games.grids.steps import Place
from doublebill.games.plans.level_plan import Ground, LevelPlan, Thing, Value
from doublebill.games.plans.tile_meanings import ground_of, opened_by, things_of
from doublebill.games.seeds import Seed

UNDER = "."
"""Symbol of the floor under things where the legend has no open ground."""


def plan_from_rows(
    kind: str,
    seed: Seed,
    rows: Rows,
    legend: Mapping[str, str],
    path: Sequence[Place] = (),
    properties: Mapping[str, Value] | None = None,
    own_grounds: Mapping[str, Ground] | None = None,
) -> LevelPlan:
    """Returns the plan of a drawn level; each of its tiles stands in the legend.

    Names of the legend are made printable. `tile_meanings` says which are ground, `own_grounds` others; all the rest
    are things, and the legend's open ground lies under them.
    """
    own = {printable(name): replace(one, name=printable(name)) for name, one in (own_grounds or {}).items()}
    names = {symbol: printable(name) for symbol, name in legend.items()}
    grounds = {symbol: ground for symbol, name in names.items() if (ground := own.get(name) or ground_of(name))}
    under = next((symbol for symbol, one in grounds.items() if not (one.solid or one.deadly)), UNDER)
    grounds = grounds if under in grounds else {under: Ground("floor"), **grounds}
    found = [
        (name, x, y)
        for y, row in enumerate(rows)
        for x, symbol in enumerate(row)
        for name in ([] if symbol in grounds else things_of(names[symbol]))
    ]
    return LevelPlan(
        name=f"{kind}-{seed}",
        kind=kind,
        seed=seed,
        ground=tuple("".join(symbol if symbol in grounds else under for symbol in row) for row in rows),
        grounds=grounds,
        things=tuple(_linked([Thing(number, *one) for number, one in enumerate(found, 1)])),
        path=tuple(path),
        properties=dict(properties or {}),
        legend=names,
    )


def _linked(things: Sequence[Thing]) -> Iterator[Thing]:
    """Yields things with the ids of those that each opens."""
    ids: dict[str, tuple[int, ...]] = {}
    for thing in things:
        ids[thing.name] = (*ids.get(thing.name, ()), thing.id)
    opened = {name: lock for name in ids if (lock := opened_by(name, ids))}
    for thing in things:
        yield replace(thing, opens=ids[opened[thing.name]]) if thing.name in opened else thing


def rows_of(plan: LevelPlan) -> Rows:
    """Returns the level as rows of the legend's symbols: the things of a cell where there are some, else its ground.

    Where the legend has no symbol for all things of a cell together, the uppermost thing stands for them; a thing
    without a symbol leaves its ground.
    """
    symbols = {things_of(name): symbol for symbol, name in list(plan.legend.items())[::-1] if things_of(name)}
    standing: dict[Place, tuple[str, ...]] = {}
    for thing in plan.things:
        standing[thing.x, thing.y] = (*standing.get((thing.x, thing.y), ()), thing.name)
    cells = [list(row) for row in plan.ground]
    for (x, y), names in standing.items():
        cells[y][x] = symbols.get(names) or symbols.get(names[-1:]) or cells[y][x]
    return tuple("".join(row) for row in cells)


def printable(text: str) -> str:
    """Returns the text with a question mark for what XML cannot hold or nobody can read."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
