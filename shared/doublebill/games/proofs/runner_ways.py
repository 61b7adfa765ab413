"""Ways through scrolling levels, and the cells from where there is none.

A level without a player starts on the ground of its first column that has some, one without an exit ends on that of its
last; corpora of such levels have neither.
"""

from dataclasses import dataclass, replace

from doublebill.games.grids.example_grids import Limits
from doublebill.games.grids.grid import Rows
from doublebill.games.grids.steps import Place
from doublebill.games.levels.physics import Physics
from doublebill.games.levels.proof import Certificate
from doublebill.games.proofs.examiner import MOST_LEVELS, Examiner, places_of
from doublebill.games.proofs.verdict import LevelVerdict, impossible, undecided
from doublebill.games.runner.measures import GAP_COUNTS, gaps, leniency, linearity, traits
from doublebill.games.runner.physics import DEADLY, DONE, SOLID, State, Terrain, columns_of, ran, read_terrain, step
from doublebill.games.runner.runner_physics import USUAL, RunnerPhysics, physics_of
from doublebill.games.runner.solver import LETTERS, RunSearch
from doublebill.games.runner.tiles import EXIT, NATURE, PLAYER, TILES

LOWEST, HIGHEST, LONGEST = 4, 32, 2048
"""Rows of a level, and most columns."""

CELLS = LONGEST * HIGHEST


class RunnerExaminer(Examiner):
    """The examiner of scrolling levels, in the tiles of all corpora."""

    legend = TILES
    limits = Limits((3, LOWEST), (LONGEST, HIGHEST), CELLS, MOST_LEVELS)
    physics = RunnerPhysics

    def __init__(self, numbers: RunnerPhysics | None = None) -> None:
        self.numbers = numbers

    def under(self, physics: Physics) -> Examiner:
        """Returns the examiner for other physics."""
        return RunnerExaminer(physics if isinstance(physics, RunnerPhysics) else None)

    def examine(self, rows: Rows, steps: int) -> LevelVerdict:
        """Returns the verdict: moves to the exit, or how far one gets."""
        wrong = [(tile, places_of(rows, tile)) for tile in PLAYER + EXIT]
        for tile, places in wrong:
            if len(places) > 1:
                return impossible(f"many-{TILES[tile]}", f"there are {len(places)} of {TILES[tile]}; keep one", places)
        ends = _ends(rows)
        if ends is None:
            return impossible("no-ground", "no cell has ground beneath it to start from and to end on")
        start, goal = ends
        terrain = _terrain(rows, goal, self.numbers or USUAL)
        states = steps // len(LETTERS)
        search = RunSearch(terrain, terrain.number(*start), goal[0], states)
        last = search.run()
        spent = (states - search.left) * len(LETTERS) if search.left >= 0 else steps
        if last is not None:
            verdict = LevelVerdict(True, certificate=Certificate(start, goal, search.moves(last), self.numbers))
        elif search.left < 0:
            verdict = undecided(f"no way to the exit was found in {steps} steps", steps)
        else:
            furthest = max(search.stood, default=start[0])
            detail = f"no moves lead to the exit; nobody stands further right than column {furthest}"
            verdict = impossible("exit-unreachable", detail, [goal])
        verdict = replace(verdict, measured=_measured(rows))
        return _with_reach(verdict, explored(terrain, terrain.number(*start), steps - spent), terrain, spent)

    def finishes(self, rows: Rows, certificate: Certificate) -> bool:
        """Checks, by the physics on the drawn tiles, that the moves lead to the exit."""
        ends = _ends(rows)
        terrain = _terrain(rows, certificate.goal, physics_of(certificate))
        cells, done = ran(terrain, terrain.number(*certificate.start), certificate.moves)
        return done and ends == (certificate.start, certificate.goal) and terrain.xy(cells[-1]) == certificate.goal


def _ends(rows: Rows) -> tuple[Place, Place] | None:
    """Returns the cells of player and exit, drawn or on the ground at the ends; None where there is no ground."""
    natures = [[NATURE[tile] for tile in row] for row in rows]
    ground = [
        (x, y)
        for x in range(len(rows[0]))
        for y in range(len(rows) - 1, 0, -1)
        if natures[y][x] == SOLID and natures[y - 1][x] not in (SOLID, DEADLY)
    ]
    places = [(x, y - 1) for x, y in ground]
    start, goal = places_of(rows, PLAYER), places_of(rows, EXIT)
    if not (places or (start and goal)):
        return None
    return (start or places[:1])[0], (goal or places[-1:])[0]


def _terrain(rows: Rows, goal: Place, physics: RunnerPhysics) -> Terrain:
    """Returns the terrain of a level whose exit is at the goal."""
    x, y = goal
    drawn = list(rows)
    drawn[y] = drawn[y][:x] + EXIT + drawn[y][x + 1 :]
    return read_terrain(columns_of(tuple(drawn)), NATURE, physics)


def _measured(rows: Rows) -> dict[str, int]:
    """Measures the controls that need no corpus."""
    columns = columns_of(rows)
    level = [traits(column, TILES) for column in columns]
    danger = GAP_COUNTS * gaps(level) + sum(one.deadly for one in level)
    return {
        "length": len(level),
        "enemies": sum(one.enemies for one in level),
        "coins": sum(one.coins for one in level),
        "gaps": gaps(level),
        "leniency": leniency(danger, len(level)),
        "linearity": linearity([one.height for one in level], len(rows)),
    }


@dataclass(frozen=True, slots=True)
class Reach:
    """Everything that can become of a player."""

    entered: frozenset[int]
    """Cells that some move enters."""
    lost: frozenset[int]
    """Cells in which some move ends from where no moves lead to the exit."""
    steps: int


def explored(terrain: Terrain, start: int, steps: int) -> Reach | None:
    """Returns everything that can become of a player; None where that takes more steps."""
    first: State = (start, 0, 0, 0)
    before: dict[State, list[State]] = {first: []}
    entered, finishing, todo, taken = {start}, [], [first], 0
    while todo:
        state = todo.pop()
        if terrain.natures[state[0]] == DONE:
            finishing.append(state)
            continue
        taken += len(LETTERS)
        if taken > steps:
            return None
        for letter in LETTERS:
            after, passed = step(terrain, state, letter)
            entered.update(passed)
            if terrain.natures[after[0]] != DEADLY:
                if after not in before:
                    before[after] = []
                    todo.append(after)
                before[after].append(state)
    winning = set(finishing)
    while finishing:
        for state in before[finishing.pop()]:
            if state not in winning:
                winning.add(state)
                finishing.append(state)
    lost = {cell for cell, *_ in before.keys() - winning}
    return Reach(frozenset(entered), frozenset(lost), taken)


def _with_reach(verdict: LevelVerdict, reach: Reach | None, terrain: Terrain, spent: int) -> LevelVerdict:
    """Returns the verdict with what is out of reach, where that was found."""
    if reach is None:
        return replace(verdict, unreachable=None, steps=spent)
    inside = [cell for cell in range(terrain.stride, len(terrain.natures) - terrain.stride) if _is_open(terrain, cell)]
    return replace(
        verdict,
        unreachable=[terrain.xy(cell) for cell in inside if cell not in reach.entered],
        dead_ends=[terrain.xy(cell) for cell in sorted(reach.lost)],
        steps=spent + reach.steps,
    )


def _is_open(terrain: Terrain, cell: int) -> bool:
    rows = terrain.stride - 2
    return 0 < cell % terrain.stride <= rows and terrain.natures[cell] not in (SOLID, DEADLY)
