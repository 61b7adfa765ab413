"""How scrolling levels are built: columns drawn from a model, drawn again in part until they are as asked and playable.

The columns of a level are drawn one after the other. Then parts of them are drawn again, so that what follows the part
is something that follows its last column in the corpus too; a change stays where the level is no further from what is
asked. Where a run ends before the exit, what lies there is drawn again, and in the end made plain ground.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from doublebill.games.controls import Target, limits
from doublebill.games.dice import Dice
from doublebill.games.grids.grid import Rows
from doublebill.games.runner.columns import ORDER, ORDERS, ColumnModel
from doublebill.games.runner.measures import GAP_COUNTS, leniency
from doublebill.games.runner.physics import EXIT, PLAYER, SPIKE, rows_of, terrain
from doublebill.games.runner.solver import Run, solve
from doublebill.games.runner.trial import PERCENT, Trial

ROUNDS = 4
"""Times a level is brought to what is asked and made playable in turn."""

CHANGES, LAST_CHANGES = 160, 600
"""Changes tried in each, usually and in the last attempts."""

DETOURS = 10
"""Times one place that stops everybody is drawn again, before it is made plain."""

CALM = 3
"""Columns at both ends without enemies, where they have any sibling without."""

STATES, STATES_EACH = 1_000, 20
"""States that are looked at to find out where a run ends, in all and for each column."""

RUN_UP = 12
"""Columns before the place where a run ended from which it is tried again."""

DEARER = 10
"""How much more a level may miss once it leads further."""

BEGINNINGS = 20
"""Times the columns at an end are drawn before they are made plain."""

TAILS = 12
"""One change in so many draws all that follows again."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What one attempt builds towards."""

    length: int
    asked: Mapping[str, Target]
    """Every control but the length, by its name."""
    last: bool


def built(model: ColumnModel, wish: Wish, dice: Dice) -> Rows:
    """A level towards a wish."""
    trial = Trial(model, wish.length, dice, ORDERS[_bold(wish, dice)][1])
    asked = aims(model, wish, dice)
    settle_ends(trial)
    for _ in range(ROUNDS):
        improve(trial, asked, LAST_CHANGES if wish.last else CHANGES)
        if make_playable(trial, asked) and trial.miss(wish.asked) == 0:
            break
    return rows_of(ended(trial))


def _bold(wish: Wish, dice: Dice) -> int:
    """Which of `ORDERS` suits the novelty that is asked for."""
    if wish.asked["novelty"] is None:
        return 1
    low, high = limits(wish.asked["novelty"], 0, PERCENT)
    wanted = dice.between(low, high)
    return next(number for number, (most, _) in enumerate(ORDERS) if wanted <= most)


def aims(model: ColumnModel, wish: Wish, dice: Dice) -> Mapping[str, Target]:
    """What is asked, and numbers of gaps and enemies with which leniency is as asked, where they are free.

    Where there are spikes, leniency does not follow from those.
    """
    asked = dict(wish.asked)
    if asked["leniency"] is None or SPIKE in model.tile:
        return asked
    low, high = limits(asked["leniency"], 0, 100)
    most = wish.length // GAP_COUNTS
    fitting = [
        (enemies, number)
        for number in _range(asked["gaps"], most)
        for enemies in _range(asked["enemies"], wish.length)
        if low <= leniency(GAP_COUNTS * number + enemies, wish.length) <= high
    ]
    if fitting:
        (foes, columns), (begun, _) = model.share["enemies"], model.share["gaps"]
        usual = [abs(e * columns - foes * wish.length) + 2 * abs(g * columns - begun * wish.length) for e, g in fitting]
        order = sorted(range(len(fitting)), key=usual.__getitem__)
        enemies, number = fitting[dice.choice(order[: 1 + len(order) // 4])]
        asked |= {"enemies": enemies, "gaps": number}
    return asked


def _range(asked: Target, most: int) -> range:
    low, high = limits(asked, 0, most)
    return range(low, min(high, most) + 1)


def settle_ends(trial: Trial) -> None:
    """Makes the first and last columns calm ones on a floor, where player and exit have a place."""
    length = len(trial.columns)
    for first, place in ((0, 0), (length - CALM, length - 2 * CALM)):
        for _ in range(BEGINNINGS):
            if _is_ground(trial, first):
                break
            before = tuple(trial.columns[max(place - ORDER, 0) : place])
            trial.put(place, trial.drawn(before, 2 * CALM) if place else trial.bridge(0, CALM) or [])
        else:
            trial.put(first, [trial.model.plain] * CALM)
        trial.put(first, [trial.model.peaceful(column) for column in trial.columns[first : first + CALM]])


def _is_ground(trial: Trial, first: int) -> bool:
    """Whether the columns from `first` on are nothing but floor, of which none is much higher."""
    columns = [trial.model.peaceful(column) for column in trial.columns[first : first + CALM]]
    heights = [trial.model.of(column).height for column in columns]
    return max(heights) - min(heights) <= 1 and all(map(trial.model.is_plain, columns))


def ended(trial: Trial) -> list[str]:
    """The columns with player and exit at the ends."""
    columns, tile = list(trial.columns), trial.model.tile
    for place, name in ((0, PLAYER), (-1, EXIT)):
        y = trial.place(columns[place])
        y = 0 if y is None else y
        columns[place] = columns[place][:y] + tile[name] + columns[place][y + 1 :]
    return columns


def improve(trial: Trial, asked: Mapping[str, Target], changes: int) -> None:
    """Changes the level until it is what is asked, or so many changes were tried."""
    miss = trial.miss(asked)
    for _ in range(changes):
        if miss == 0:
            return
        change = _soldiers if _needs_enemies(trial, asked) else _redrawn
        miss = _tried(trial, change, lambda: trial.miss(asked), miss)


def _needs_enemies(trial: Trial, asked: Mapping[str, Target]) -> bool:
    """Whether more or fewer enemies would bring what is asked nearer, and it is their turn."""
    name = "enemies" if asked["enemies"] is not None else "leniency"
    if asked[name] is None:
        return False
    value = trial.measure(name)
    low, high = limits(asked[name], value, value)
    return not low <= value <= high and trial.dice.below(4) > 0


type Change = Callable[[Trial], tuple[int, list[str]] | None]
"""A place and new columns for it; None where none were found."""


def _tried(trial: Trial, change: Change, judge: Callable[[], int], miss: int) -> int:
    """What the level misses after a change that stays only where it misses no more than `miss` before."""
    changed = change(trial)
    if changed is None:
        return miss
    place, columns = changed
    old = trial.columns[place : place + len(columns)]
    trial.put(place, columns)
    after = judge()
    if after > miss:
        trial.put(place, old)
        return miss
    return after


def _redrawn(trial: Trial) -> tuple[int, list[str]] | None:
    dice, length = trial.dice, len(trial.columns)
    place = dice.between(CALM, length - 2 * CALM)
    if dice.below(TAILS) == 0:
        return place, trial.drawn(tuple(trial.columns[max(place - ORDER, 0) : place]), length - CALM - place)
    columns = trial.bridge(place, 2 + dice.below(6))
    return None if columns is None or place + len(columns) > length - CALM else (place, columns)


def _soldiers(trial: Trial) -> tuple[int, list[str]] | None:
    """One column with more or fewer enemies, whichever; a change that is worse does not stay."""
    place = trial.dice.between(CALM, len(trial.columns) - CALM - 1)
    other = trial.armed(trial.columns[place], bool(trial.dice.below(2)))
    return None if other is None else (place, [other])


def _run(trial: Trial) -> Run:
    columns = ended(trial)
    here = terrain(columns, trial.model.natures)
    start = columns[0].index(trial.model.tile[PLAYER])
    return solve(here, here.number(0, start), len(columns) - 1, STATES + STATES_EACH * len(columns))


def _reached(trial: Trial, first: int, y: int) -> int:
    """The x furthest to the right at which one stands who starts in a cell; the level's length for who finishes."""
    columns = ended(trial)[first:]
    here = terrain(columns, trial.model.natures)
    run = solve(here, here.number(0, y), len(columns) - 1, STATES + STATES_EACH * RUN_UP)
    return first + run.furthest if run.moves is None else len(trial.columns)


def make_playable(trial: Trial, asked: Mapping[str, Target]) -> bool:
    """Draws what stops a run again, or makes it plain; whether the level can be finished now."""
    tries, run = 0, _run(trial)
    for _ in range(2 * len(trial.columns)):
        if run.moves is not None:
            return True
        tries += 1
        furthest = run.furthest
        if tries > DETOURS:
            _make_plain(trial, furthest, tries - DETOURS)
        elif not _detour(trial, run, asked):
            continue
        run = _run(trial)
        tries = 0 if run.furthest > furthest else tries
    return False


def _detour(trial: Trial, run: Run, asked: Mapping[str, Target]) -> bool:
    """Whether other columns were put where a run ended, which lead further."""
    length = len(trial.columns)
    place = min(max(run.furthest + trial.dice.between(-2, 2), 1), length - 2)
    columns = trial.bridge(place, min(4 + trial.dice.below(6), length - place))
    if columns is None:
        return False
    columns = columns[: length - 1 - place]
    first = max((x for x in run.stood if x <= run.furthest - RUN_UP), default=0)
    y = run.stood[first] % (trial.model.height + 2) - 1 if first else ended(trial)[0].index(trial.model.tile[PLAYER])
    old, miss = trial.columns[place : place + len(columns)], trial.miss(asked)
    trial.put(place, columns)
    if _reached(trial, first, y) > run.furthest and trial.miss(asked) <= miss + DEARER:
        return True
    trial.put(place, old)
    return False


def _make_plain(trial: Trial, furthest: int, wide: int) -> None:
    """Makes columns around where a run ends like the first one, which one can stand on, more of them each time."""
    length = len(trial.columns)
    first, end = max(furthest - wide, 1), min(furthest + 6 + 2 * wide, length)
    trial.put(first, [trial.columns[0]] * (end - first))
