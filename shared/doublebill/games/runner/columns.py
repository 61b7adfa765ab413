"""The column model of scrolling levels: the columns that follow others in a corpus.

Levels are read as sentences whose words are columns (Dahlskog, Togelius and Nelson 2014, doi:10.1145/2676467.2676506;
Snodgrass and Ontañón 2014, "Experiments in map generation using Markov chains"). For each run of one, two or three
columns the model counts the columns that followed it. Which of the three lengths is used is drawn for every column,
longer ones more often. All weights are integers.
"""

import functools
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from doublebill.games.dice import Dice
from doublebill.games.runner.measures import Traits, distinct_windows, traits
from doublebill.games.runner.physics import AIR, EXIT, NATURES, PLAYER, SOLID

ORDER = 3
"""Columns of the longest run that the model counts."""

ORDERS: Sequence[tuple[int, tuple[int, ...]]] = ((45, (0, 1, 30)), (68, (1, 3, 10)), (84, (5, 5, 3)), (100, (1, 0, 0)))
"""Up to which novelty, in percent, these weights for runs of one, two and three columns will do."""

CACHED_TRAITS = 100_000
"""Most columns whose traits are cached."""

START = ""
"""Stands before the first column of a level."""


@dataclass(frozen=True, slots=True)
class Followers:
    """The columns that followed a run of columns, with their counts."""

    columns: tuple[str, ...]
    weights: tuple[int, ...]
    total: int


type Table = Mapping[tuple[str, ...], Followers]


@dataclass(frozen=True)
class ColumnModel:
    """A corpus of levels, each a tuple of columns from the top, all of one height."""

    levels: tuple[tuple[str, ...], ...]
    legend: Mapping[str, str]
    """Tile → its name; with an air, a player and an exit."""
    traits_cache: dict[str, Traits] = field(default_factory=dict[str, Traits], compare=False)
    """Column → its traits, filled on use."""

    @property
    def height(self) -> int:
        """Rows of a level."""
        return len(self.levels[0][0])

    @functools.cached_property
    def table(self) -> Table:
        """The columns that followed each run of up to `ORDER` columns, in the order in which they first did."""
        counts: dict[tuple[str, ...], dict[str, int]] = {}
        for level in self.levels:
            padded = (START,) * ORDER + level
            for place in range(ORDER, len(padded)):
                for size in range(1, ORDER + 1):
                    after = counts.setdefault(padded[place - size : place], {})
                    after[padded[place]] = after.get(padded[place], 0) + 1
        return {
            run: Followers(tuple(after), tuple(after.values()), sum(after.values())) for run, after in counts.items()
        }

    @functools.cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """The columns that stand beside one another somewhere."""
        return frozenset(pair for level in self.levels for pair in itertools.pairwise(level))

    @functools.cached_property
    def corpus_windows(self) -> frozenset[str]:
        """The runs of columns that novelty is measured against."""
        return distinct_windows(self.levels)

    @functools.cached_property
    def tile(self) -> Mapping[str, str]:
        """Name → the tile that has it."""
        return {name: tile for tile, name in self.legend.items()}

    @functools.cached_property
    def natures(self) -> Mapping[str, int]:
        """Tile → its nature for the player."""
        return {tile: NATURES[name] for tile, name in self.legend.items()}

    @functools.cached_property
    def plain(self) -> str:
        """The commonest of the columns that are plain; else one cell of the commonest solid tile, and air above it."""
        counts: dict[str, int] = {}
        for column in itertools.chain.from_iterable(self.levels):
            if self.is_plain(column):
                counts[column] = counts.get(column, 0) + 1
        if counts:
            return max(counts, key=lambda column: (counts[column], column))
        return self.tile[AIR] * (self.height - 1) + self.solid

    def is_plain(self, column: str) -> bool:
        """Tells whether a column is solid cells of one name at the bottom, which one can stand on, and air above."""
        ground = column.lstrip(self.tile[AIR])
        return 0 < len(ground) < self.height - 1 and len(set(ground)) == 1 and self.natures[ground[0]] == SOLID

    @functools.cached_property
    def solid(self) -> str:
        """The tile that most solid cells have."""
        whole = "".join(itertools.chain.from_iterable(self.levels))
        solids = [tile for tile in self.legend if self.natures[tile] == SOLID]
        return max(solids, key=whole.count)

    @functools.cached_property
    def share(self) -> Mapping[str, tuple[int, int]]:
        """Numbers of enemies and of gaps that begin in the corpus: name → (count, columns)."""
        count = sum(map(len, self.levels))
        columns = [self.of(column) for level in self.levels for column in level]
        begun = sum(not one.floor and before.floor for before, one in itertools.pairwise(columns))
        return {"enemies": (sum(one.enemies for one in columns), count), "gaps": (begun, count)}

    @functools.cached_property
    def siblings(self) -> Mapping[str, tuple[str, ...]]:
        """Column without its enemies → the columns of the corpus that equal it except for enemies."""
        found: dict[str, dict[str, None]] = {}
        for column in dict.fromkeys(itertools.chain.from_iterable(self.levels)):
            found.setdefault(self.peaceful(column), {})[column] = None
        return {column: tuple(others) for column, others in found.items()}

    def peaceful(self, column: str) -> str:
        """Returns the column with air for its enemies."""
        enemy = self.tile.get("enemy")
        return column.replace(enemy, self.tile[AIR]) if enemy else column

    def of(self, column: str) -> Traits:
        """Returns the traits of a column."""
        found = self.traits_cache.get(column)
        if found is None:
            if len(self.traits_cache) >= CACHED_TRAITS:
                self.traits_cache.clear()
            found = self.traits_cache[column] = traits(column, self.legend)
        return found

    def following(self, before: tuple[str, ...], orders: Sequence[int], dice: Dice) -> Followers:
        """Returns the columns that may follow those `before`: at least `ORDER` of them, or `START` in their place."""
        size = 1 + dice.weighted(orders)
        table = self.table
        while size > 1:
            found = table.get(before[ORDER - size :])
            if found:
                return found
            size -= 1
        return table.get(before[ORDER - 1 :]) or table[(START,)]

    def without_ends(self, column: str) -> str:
        """Returns the column with air for player and exit."""
        return column.replace(self.tile[PLAYER], self.tile[AIR]).replace(self.tile[EXIT], self.tile[AIR])
