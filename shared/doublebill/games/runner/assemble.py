"""Assembling scrolling levels: draws columns from a model, and parts again until targets are met and a run succeeds.

The columns of a level are drawn one after the other. Then parts of them are drawn again, so that what follows the part
is something that follows its last column in the corpus too; a change stays where the level is no further from its
targets. Where a run ends before the exit, the columns there are drawn again, and in the end made plain ground.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from doublebill.games.controls import Target, limits
from doublebill.games.dice import Dice
from doublebill.games.grids.grid import Rows
from doublebill.games.runner.column_draft import LONGEST, PERCENT, ColumnDraft
from doublebill.games.runner.columns import ORDER, ORDERS, ColumnModel
from doublebill.games.runner.measures import GAP_COUNTS, leniency
from doublebill.games.runner.physics import EXIT, PLAYER, SPIKE, jumps_of, read_terrain, rows_of
from doublebill.games.runner.runner_physics import USUAL, RunnerPhysics
from doublebill.games.runner.solver import Run, solve

ROUNDS = 4
"""Rounds of improving a level towards its targets and making it playable."""

CHANGES, LAST_CHANGES = 160, 600
"""Changes tried in each round, usually and in the last attempts."""

DETOURS = 10
"""Times that columns which stop every run are drawn again before they are made plain."""

CALM = 3
"""Columns without enemies at both ends."""

JUMP_CHANGES = 120
"""Changes tried to meet a target of jumps; each takes a search for a run."""

STATES, STATES_EACH = 1_000, 20
"""States that a search for the end of a run may visit, in all and for each column."""

RUN_UP = 12
"""Columns before the end of a run from which a new run is tried."""

DEARER = 10
"""Miss that a level may gain with a change that lets a run get further."""

BEGINNINGS = 20
"""Times the columns at an end are drawn before they are made plain."""

TAILS = 12
"""One change in this many draws all following columns again."""


@dataclass(frozen=True, slots=True)
class RunnerAims:
    """The targets that one attempt builds towards."""

    length: int
    targets: Mapping[str, Target]
    """Every control that follows from the columns alone but their number, by its name."""
    last: bool
    physics: RunnerPhysics = USUAL
    jumps: Target = None
    """Jumps of the certificate."""


def built(model: ColumnModel, aims: RunnerAims, dice: Dice) -> Rows:
    """Builds a level towards the aims."""
    draft = ColumnDraft(model, aims.length, dice, ORDERS[_bold(aims, dice)][1], aims.physics)
    targets = free_targets(model, aims, dice)
    settle_ends(draft)
    for _ in range(ROUNDS):
        improve(draft, targets, LAST_CHANGES if aims.last else CHANGES)
        if make_playable(draft, targets) and draft.miss(aims.targets) == 0:
            break
    if aims.jumps is not None:
        meet_jumps(draft, aims)
    return rows_of(ended(draft))


def meet_jumps(draft: ColumnDraft, aims: RunnerAims) -> None:
    """Draws columns again while the jumps of a run come nearer to their target, and no other target gets further."""
    count = _jumps(draft)
    if count is None:
        return
    low, high = limits(aims.jumps, count, count)
    miss = draft.miss(aims.targets)
    for _ in range(JUMP_CHANGES):
        if low <= count <= high:
            return
        changed = _flattened(draft) if count > high and draft.dice.below(2) else _redrawn(draft)
        if changed is None:
            continue
        place, columns = changed
        old = draft.columns[place : place + len(columns)]
        draft.put(place, columns)
        after = _jumps(draft) if draft.miss(aims.targets) <= miss else None
        if after is None or max(low - after, after - high) > max(low - count, count - high):
            draft.put(place, old)
        else:
            count = after


def _flattened(draft: ColumnDraft) -> tuple[int, list[str]] | None:
    """Proposes to lengthen a column that one stands on, where the corpus has what then follows it."""
    end, pairs = len(draft.columns) - CALM, draft.model.pairs
    place = draft.dice.between(CALM, end - CALM)
    before = draft.columns[place - 1]
    column = draft.model.peaceful(before)
    count = min(draft.dice.between(2, LONGEST), end - place)
    seams = (before, column), (column, draft.columns[place + count])
    fits = draft.model.is_plain(column) and all(one == other or (one, other) in pairs for one, other in seams)
    return (place, [column] * count) if fits else None


def _jumps(draft: ColumnDraft) -> int | None:
    """Counts the jumps of a run through the level; None where it finds no end."""
    run, columns = _run(draft), ended(draft)
    if run.moves is None:
        return None
    terrain = read_terrain(columns, draft.model.natures, draft.physics)
    return jumps_of(terrain, terrain.number(0, columns[0].index(draft.model.tile[PLAYER])), run.moves)


def _bold(aims: RunnerAims, dice: Dice) -> int:
    """Returns the number of the entry of `ORDERS` that suits the target of novelty."""
    if aims.targets["novelty"] is None:
        return 1
    low, high = limits(aims.targets["novelty"], 0, PERCENT)
    novelty = dice.between(low, high)
    return next(number for number, (most, _) in enumerate(ORDERS) if novelty <= most)


def free_targets(model: ColumnModel, aims: RunnerAims, dice: Dice) -> Mapping[str, Target]:
    """Returns the targets, with numbers of gaps and enemies that give the target of leniency where they are free.

    Where there are spikes, leniency does not follow from those.
    """
    targets = dict(aims.targets)
    if targets["leniency"] is None or SPIKE in model.tile:
        return targets
    low, high = limits(targets["leniency"], 0, 100)
    most = aims.length // GAP_COUNTS
    fitting = [
        (enemies, number)
        for number in _range(targets["gaps"], most)
        for enemies in _range(targets["enemies"], aims.length)
        if low <= leniency(GAP_COUNTS * number + enemies, aims.length) <= high
    ]
    if fitting:
        (foes, columns), (begun, _) = model.share["enemies"], model.share["gaps"]
        usual = [abs(e * columns - foes * aims.length) + 2 * abs(g * columns - begun * aims.length) for e, g in fitting]
        order = sorted(range(len(fitting)), key=usual.__getitem__)
        enemies, number = fitting[dice.choice(order[: 1 + len(order) // 4])]
        targets |= {"enemies": enemies, "gaps": number}
    return targets


def _range(target: Target, most: int) -> range:
    low, high = limits(target, 0, most)
    return range(low, min(high, most) + 1)


def settle_ends(draft: ColumnDraft) -> None:
    """Makes the first and last columns calm ones on a floor, where player and exit have a place."""
    length = len(draft.columns)
    for first, place in ((0, 0), (length - CALM, length - 2 * CALM)):
        for _ in range(BEGINNINGS):
            if _is_ground(draft, first):
                break
            before = tuple(draft.columns[max(place - ORDER, 0) : place])
            draft.put(place, draft.drawn(before, 2 * CALM) if place else draft.bridge(0, CALM) or [])
        else:
            draft.put(first, [draft.model.plain] * CALM)
        draft.put(first, [draft.model.peaceful(column) for column in draft.columns[first : first + CALM]])


def _is_ground(draft: ColumnDraft, first: int) -> bool:
    """Tells whether the columns from `first` on are nothing but floor, of which none is much higher."""
    columns = [draft.model.peaceful(column) for column in draft.columns[first : first + CALM]]
    heights = [draft.model.of(column).height for column in columns]
    return max(heights) - min(heights) <= 1 and all(map(draft.model.is_plain, columns))


def ended(draft: ColumnDraft) -> list[str]:
    """Returns the columns with player and exit at the ends."""
    columns, tile = list(draft.columns), draft.model.tile
    for place, name in ((0, PLAYER), (-1, EXIT)):
        y = draft.place(columns[place])
        y = 0 if y is None else y
        columns[place] = columns[place][:y] + tile[name] + columns[place][y + 1 :]
    return columns


def improve(draft: ColumnDraft, targets: Mapping[str, Target], changes: int) -> None:
    """Changes the level until it meets the targets, or `changes` times."""
    miss = draft.miss(targets)
    for _ in range(changes):
        if miss == 0:
            return
        change = _soldiers if _needs_enemies(draft, targets) else _redrawn
        miss = _tried(draft, change, lambda: draft.miss(targets), miss)


def _needs_enemies(draft: ColumnDraft, targets: Mapping[str, Target]) -> bool:
    """Tells whether more or fewer enemies would bring the targets nearer, and it is their turn."""
    name = "enemies" if targets["enemies"] is not None else "leniency"
    if targets[name] is None:
        return False
    value = draft.measure(name)
    low, high = limits(targets[name], value, value)
    return not low <= value <= high and draft.dice.below(4) > 0


type Change = Callable[[ColumnDraft], tuple[int, list[str]] | None]
"""Proposes a place and new columns for it; None if there are none."""


def _tried(draft: ColumnDraft, change: Change, judge: Callable[[], int], miss: int) -> int:
    """Tries a change and undoes it if the level then misses more than `miss`; returns the miss after it."""
    changed = change(draft)
    if changed is None:
        return miss
    place, columns = changed
    old = draft.columns[place : place + len(columns)]
    draft.put(place, columns)
    after = judge()
    if after > miss:
        draft.put(place, old)
        return miss
    return after


def _redrawn(draft: ColumnDraft) -> tuple[int, list[str]] | None:
    dice, length = draft.dice, len(draft.columns)
    place = dice.between(CALM, length - 2 * CALM)
    if dice.below(TAILS) == 0:
        return place, draft.drawn(tuple(draft.columns[max(place - ORDER, 0) : place]), length - CALM - place)
    columns = draft.bridge(place, 2 + dice.below(6))
    return None if columns is None or place + len(columns) > length - CALM else (place, columns)


def _soldiers(draft: ColumnDraft) -> tuple[int, list[str]] | None:
    """Proposes one column with more or fewer enemies; a change for the worse does not stay."""
    place = draft.dice.between(CALM, len(draft.columns) - CALM - 1)
    other = draft.armed(draft.columns[place], bool(draft.dice.below(2)))
    return None if other is None else (place, [other])


def _run(draft: ColumnDraft) -> Run:
    columns = ended(draft)
    terrain = read_terrain(columns, draft.model.natures, draft.physics)
    start = columns[0].index(draft.model.tile[PLAYER])
    return solve(terrain, terrain.number(0, start), len(columns) - 1, STATES + STATES_EACH * len(columns))


def _reached(draft: ColumnDraft, first: int, y: int) -> int:
    """Returns the largest x at which a player who starts in a cell stands; the level's length at the exit."""
    columns = ended(draft)[first:]
    terrain = read_terrain(columns, draft.model.natures, draft.physics)
    run = solve(terrain, terrain.number(0, y), len(columns) - 1, STATES + STATES_EACH * RUN_UP)
    return first + run.furthest if run.moves is None else len(draft.columns)


def make_playable(draft: ColumnDraft, targets: Mapping[str, Target]) -> bool:
    """Draws columns that stop a run again, or makes them plain; returns whether the level can be finished now."""
    tries, run = 0, _run(draft)
    for _ in range(2 * len(draft.columns)):
        if run.moves is not None:
            return True
        tries += 1
        furthest = run.furthest
        if tries > DETOURS:
            _make_plain(draft, furthest, tries - DETOURS)
        elif not _detour(draft, run, targets):
            continue
        run = _run(draft)
        tries = 0 if run.furthest > furthest else tries
    return False


def _detour(draft: ColumnDraft, run: Run, targets: Mapping[str, Target]) -> bool:
    """Tells whether other columns were put where a run ended, which lead further."""
    length = len(draft.columns)
    place = min(max(run.furthest + draft.dice.between(-2, 2), 1), length - 2)
    columns = draft.bridge(place, min(4 + draft.dice.below(6), length - place))
    if columns is None:
        return False
    columns = columns[: length - 1 - place]
    first = max((x for x in run.stood if x <= run.furthest - RUN_UP), default=0)
    y = run.stood[first] % (draft.model.height + 2) - 1 if first else ended(draft)[0].index(draft.model.tile[PLAYER])
    old, miss = draft.columns[place : place + len(columns)], draft.miss(targets)
    draft.put(place, columns)
    if _reached(draft, first, y) > run.furthest and draft.miss(targets) <= miss + DEARER:
        return True
    draft.put(place, old)
    return False


def _make_plain(draft: ColumnDraft, furthest: int, wide: int) -> None:
    """Makes columns around where a run ends like the first one, which one can stand on, more of them each time."""
    length = len(draft.columns)
    first, end = max(furthest - wide, 1), min(furthest + 6 + 2 * wide, length)
    draft.put(first, [draft.columns[0]] * (end - first))
