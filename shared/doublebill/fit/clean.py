"""Cleaning: turns events, in any order and with repetitions, into one catalog and one matrix of interactions.

Everything here works on columns of numbers: strings are compared once per distinct string, never once per event.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Floats, Ints
from doublebill.event_table import EventTable
from doublebill.events import Event
from doublebill.fit.cleaning.user_shard import UserShard
from doublebill.fit.cleaning.user_shards import UserShards
from doublebill.fit.splits.calendar import Timeline
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config
from doublebill.model.counting.pauses import Pauses, ends_of_days
from doublebill.model.interactions import Interactions
from doublebill.model.items import Item
from doublebill.model.priors.recency_prior import RecentVisits
from doublebill.values.event_kinds import DEFAULT_KINDS, RATE, EventKinds
from doublebill.values.learnt_scale import NO_COUNTS, NO_VALUES, scale_of_counts
from doublebill.values.rating_scale import RatingScale


@dataclass(frozen=True)
class Cleaned:
    """The data of a training, in whose times a pause of the catalog counts as one day."""

    catalog: Catalog
    interactions: Interactions
    ratings: Interactions
    """Ratings that count, with stars from 0 as weights. Users are numbered differently than in `interactions`."""
    timeline: Timeline
    """The interactions as they are, and as they were at any moment before."""
    recent_visits: Callable[[float, int], RecentVisits]
    """Returns the visits of each item, halved per so many days before the newest, of items with so many users."""
    repeatable: bool
    """True where most events are of kinds that users repeat, so that items of the history may be recommended again."""
    events: int
    """Number of distinct events."""
    duplicates: int
    """Number of repetitions that were dropped."""
    newest: int
    """Time of the newest event in milliseconds, 0 where no event has a time."""
    scale: RatingScale | None = None
    """The rating scale, set or learnt; None without ratings of two values."""
    outside: int = 0
    """Number of ratings outside the scale, which count for nothing."""
    rated: int = 0
    """Number of distinct ratings inside it."""

    def recent(self, config: Config) -> RecentVisits | None:
        """Returns the visits for the prior of a config, None where it has none."""
        if config.prior is None:
            return None
        return self.recent_visits(config.prior.half_life_days, config.minimum_users)


class Cleaning:
    """Cleans events table by table, where no user has events in two of them."""

    def __init__(
        self, items: Mapping[str, Item], kinds: EventKinds = DEFAULT_KINDS, scale: RatingScale | None = None
    ) -> None:
        self._items = {item_id: item for item_id, item in items.items() if not item.removed}
        self._removed = items.keys() - self._items.keys()
        self._kinds, self._scale = kinds, scale
        self._shards: list[UserShard] = []
        self._names: dict[str, str] = {}  # of items: shards share the strings
        self._rows = 0

    def add(self, table: EventTable) -> None:
        """Takes the events of some users, in any order and with repetitions."""
        if self._removed:
            table = _without(table, self._removed)
        self._shards.append(UserShard.of(table, self._names))
        self._rows += len(table)

    def cleaned(self) -> Cleaned:
        """Returns the data of all tables."""
        distinct, rated = sum(map(len, self._shards)), _ratings_of(self._shards)
        scale = self._scale or scale_of_counts(*rated)
        shards = [shard.where(~shard.outside(scale)) for shard in self._shards]
        within, newest = sum(map(len, shards)), max((int(one.timestamps().max(initial=0)) for one in shards), default=0)
        pauses = _pauses_of(shards)
        shards = [shard.without(pauses) for shard in shards]
        item_ids = {item_id for shard in shards for item_id in shard.used_items()}
        catalog = Catalog.of(item_ids, self._items)
        numbers = [catalog.find_all(shard.item_ids) for shard in shards]
        users = UserShards(shards, self._kinds, scale, numbers, len(catalog))
        interactions, of_rows = users.interactions()
        repeated = sum(int(shard.of_kinds(self._kinds.repeated).sum()) for shard in shards)
        return Cleaned(
            catalog=catalog,
            interactions=interactions,
            ratings=users.ratings(),
            timeline=Timeline(interactions, lambda at: users.at(at, of_rows), pauses),
            recent_visits=users.recent_visits,
            repeatable=bool(within and repeated / within > 0.5),
            events=distinct,
            duplicates=self._rows - distinct,
            newest=newest,
            scale=scale,
            outside=distinct - within,
            rated=int(rated[1].sum()) - (distinct - within),
        )


def clean(
    events: EventTable | Iterable[Event],
    items: Mapping[str, Item],
    kinds: EventKinds = DEFAULT_KINDS,
    scale: RatingScale | None = None,
) -> Cleaned:
    """Cleans events into a catalog and its interactions, which depend on neither order nor repetitions.

    Removed items are left out with all their events, and ratings outside `scale`, which is learnt where it is None.

    Events of one user with the same event id are one event; without an event id, so are events with equal content.
    The weight of a user and an item is the sum over the events that count; the stars of a
    rating among them are kept too.
    """
    cleaning = Cleaning(items, kinds, scale)
    cleaning.add(events if isinstance(events, EventTable) else EventTable.of(events))
    return cleaning.cleaned()


def _without(table: EventTable, removed: Set[str]) -> EventTable:
    """Returns the events of the items that were not removed."""
    kept = np.array([item_id not in removed for item_id in table.items.names()], np.bool_)
    return table.take(kept[table.items.codes]).compact()


def _pauses_of(shards: Sequence[UserShard]) -> Pauses:
    """Returns the pauses of the catalog, from the times of all its events."""
    return Pauses.between(np.concatenate([NO_COUNTS, *(ends_of_days(shard.timestamps()) for shard in shards)]))


def _ratings_of(shards: Sequence[UserShard]) -> tuple[Floats, Ints]:
    """Returns the distinct ratings, ascending, and how often there is each."""
    counted = [np.unique(shard.values()[shard.of_kinds(frozenset({RATE}))], return_counts=True) for shard in shards]
    every = np.concatenate([NO_VALUES, *(values for values, _ in counted)])
    values, places = np.unique(every, return_inverse=True)
    counts = np.concatenate([NO_COUNTS, *(counts for _, counts in counted)])
    return values, np.bincount(places, counts, len(values)).astype(np.int64)
