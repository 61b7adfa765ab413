"""Cleaning: turns events, in any order and with repetitions, into one catalog and one matrix of interactions.

Everything here works on columns of numbers: strings are compared once per distinct string, never once per event.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from doublebill.arrays import Floats, Floats32, Ints, Ints32, Items, Mask, Places
from doublebill.columns.text_column import Texts
from doublebill.event_table import EventTable
from doublebill.events import Event
from doublebill.fit.splits.calendar import Timeline
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config
from doublebill.model.counting.verdicts import Stars
from doublebill.model.interactions import Interactions
from doublebill.model.items import Item
from doublebill.model.priors.recency_prior import RecentVisits
from doublebill.values.event_kinds import DEFAULT_KINDS, RATE, EventKinds
from doublebill.values.learnt_scale import learnt_scale
from doublebill.values.rating_scale import RatingScale


@dataclass(frozen=True)
class Cleaned:
    """The data of a training."""

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


@dataclass(frozen=True, eq=False)
class _NumberedEvents:
    """Events as numbers, [rows] each."""

    pairs: Ints
    """One number for each user and item; the items of a user are in the order of their ids."""
    users: Ints32
    items: Ints32
    """Places of the item ids in their order."""
    kinds: Ints32
    """Places of the kinds in their order."""
    values: Floats
    timestamps: Ints
    event_ids: Ints32
    """0 where there is none."""

    def take(self, rows: Places | Mask) -> "_NumberedEvents":
        if rows.dtype == np.bool_ and rows.all():
            return self
        return _NumberedEvents(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    def __len__(self) -> int:
        return len(self.pairs)


@dataclass(frozen=True, eq=False)
class _PastInteractions:
    """Distinct events with everything that turns those before a moment into interactions."""

    distinct: _NumberedEvents
    names: list[str]
    kinds: EventKinds
    scale: RatingScale | None
    items: Ints32
    """[item ids] the numbers of the items in the catalog."""
    n_items: int

    def numbered(self, at: int | None = None) -> tuple[Interactions, Items]:
        """Returns the interactions before a time, all without one: per user and item the summed weight and newest time.

        With them come [n_users] the numbers of the users in the events.
        """
        distinct = self.distinct if at is None else self.distinct.take(self.distinct.timestamps < at)
        return Interactions.numbered(*self._pairs(distinct))

    def _pairs(self, distinct: _NumberedEvents) -> tuple[Ints32, Ints32, Floats, Ints, int, Stars | None]:
        """Returns the columns of the pairs whose weight is above 0, as `Interactions.numbered` takes them."""
        counted = distinct.take(_counting(distinct, self.names, self.kinds))
        weights, stars = _weights(counted, self.names, self.kinds, self.scale), _stars(counted, self.names)
        first, sums = _per_pair(counted.pairs, {"weight": weights, "timestamp": counted.timestamps, "stars": stars})
        kept = sums["weight"] > 0
        first = first[kept]
        return (
            counted.users[first],
            self.items[counted.items[first]],
            sums["weight"][kept],
            sums["timestamp"][kept],
            self.n_items,
            self._stars(sums["stars"][kept].astype(np.float32)),
        )

    def _stars(self, values: Floats32) -> Stars | None:
        if self.scale is None:
            return None
        stars = Stars(values, self.scale.liked_from)
        return None if stars.liked.all() else stars

    def at(self, at: int, users: Items) -> Interactions:
        """Returns the interactions before a time; its rows belong to `users`, by their numbers in the events."""
        earlier, numbers = self.numbered(at)
        rows = np.full(int(max(users.max(initial=0), numbers.max(initial=0))) + 1, earlier.n_users)
        rows[numbers] = np.arange(earlier.n_users)
        with_nobody = dataclasses.replace(earlier, indptr=np.append(earlier.indptr, earlier.indptr[-1]))
        return with_nobody.rows(rows[users])

    def recent_visits(self, half_life_days: float, minimum_users: int = 1) -> RecentVisits:
        """Returns the visits of each item, of every event that speaks for it, whatever its user said before or later.

        So visits are only ever added, and those of later events are added to these without reading these again.
        """
        weights = np.array([self.kinds.weights.get(name, 0.0) for name in self.names], np.float64)
        counting = (weights[self.distinct.kinds] * self.distinct.values > 0) & (self.distinct.timestamps > 0)
        rows = self.distinct.take(counting)
        items = self.items[rows.items]
        return RecentVisits.of_events(rows.users, items, rows.timestamps, half_life_days, self.n_items, minimum_users)


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
    table = events if isinstance(events, EventTable) else EventTable.of(events)
    removed = {item_id for item_id, item in items.items() if item.removed}
    if removed:
        table = _without(table, removed)
        items = {item_id: item for item_id, item in items.items() if item_id not in removed}
    item_ids, names = sorted(table.items.names()), sorted(table.kinds.names())
    every = _distinct(_numbered(table))
    rated = _of_kinds(every, names, frozenset({RATE}))
    scale = scale or learnt_scale(every.values[rated])
    outside = rated & _outside(every.values, scale)
    distinct = every.take(~outside) if outside.any() else every
    catalog = Catalog.of((item_ids[n] for n in np.unique(distinct.items).tolist()), items)
    past = _PastInteractions(distinct, names, kinds, scale, catalog.find_all(item_ids), len(catalog))
    interactions, users = past.numbered()
    return Cleaned(
        catalog=catalog,
        interactions=interactions,
        ratings=_ratings(distinct.take(_counting(distinct, names, kinds)), past.items, names, len(catalog)),
        timeline=Timeline(interactions, lambda at: past.at(at, users)),
        recent_visits=past.recent_visits,
        repeatable=bool(len(distinct) and _of_kinds(distinct, names, kinds.repeated).mean() > 0.5),
        events=len(every),
        duplicates=len(table) - len(every),
        newest=int(distinct.timestamps.max()) if len(distinct) else 0,
        scale=scale,
        outside=int(outside.sum()),
        rated=int(rated.sum() - outside.sum()),
    )


def _outside(values: Floats, scale: RatingScale | None) -> Mask:
    if scale is None:
        return np.zeros(len(values), np.bool_)
    return np.asarray((values < scale.lowest) | (values > scale.highest))


def _without(table: EventTable, removed: set[str]) -> EventTable:
    """Returns the events of the items that were not removed."""
    kept = np.array([item_id not in removed for item_id in table.items.names()], np.bool_)
    return table.take(kept[table.items.codes]).compact()


def _numbered(table: EventTable) -> _NumberedEvents:
    items = table.items.ranks()[table.items.codes]
    return _NumberedEvents(
        pairs=table.users.codes.astype(np.int64) * len(table.items.distinct) + items,
        users=table.users.codes,
        items=items,
        kinds=table.kinds.ranks()[table.kinds.codes],
        values=table.values,
        timestamps=table.timestamps,
        event_ids=_event_ids(table.event_ids),
    )


def _event_ids(column: Texts) -> Ints32:
    """Returns [rows] a number for each event id, 0 for none."""
    empty = column.distinct.lengths() == 0
    numbers = np.arange(1, len(empty) + 1, dtype=np.int32)
    numbers[empty] = 0
    return np.asarray(numbers[column.codes])


def _distinct(rows: _NumberedEvents) -> _NumberedEvents:
    """Returns each event once, ordered by content; the rows are copied once, at the end."""
    order = np.lexsort((rows.values, rows.kinds, rows.timestamps, rows.items, rows.users))
    named = rows.event_ids[order] != 0
    if not named.any():
        return rows.take(order[~_repeats(rows, order)])
    kept = np.zeros(len(order), np.bool_)
    unnamed, places = np.flatnonzero(~named), np.flatnonzero(named)
    kept[unnamed[~_repeats(rows, order[unnamed])]] = True
    kept[places[_firsts(rows, order[places])]] = True
    return rows.take(order[kept])


def _firsts(rows: _NumberedEvents, order: Places) -> Places | slice:
    """Returns the places in `order` of the first row of each user and event id."""
    ids = rows.event_ids[order]
    if np.bincount(ids).max() == 1:  # no id repeats
        return slice(None)
    _, first = np.unique(rows.users[order].astype(np.int64) * (int(ids.max()) + 1) + ids, return_index=True)
    return np.asarray(first)


def _repeats(rows: _NumberedEvents, order: Places) -> Mask:
    """Returns [order] which rows, in this order, have the same content as the one before."""
    same = np.ones(len(order), np.bool_)
    same[:1] = False
    for column in (rows.pairs, rows.timestamps, rows.kinds, rows.values):
        ordered = column[order]
        same[1:] &= ordered[1:] == ordered[:-1]
    return same


def _of_kinds(rows: _NumberedEvents, names: list[str], wanted: frozenset[str]) -> Mask:
    """Returns [rows] which rows are of one of the wanted kinds."""
    return np.array([name in wanted for name in names], np.bool_)[rows.kinds]


def _counting(distinct: _NumberedEvents, names: list[str], kinds: EventKinds) -> Mask:
    """Returns [events] which events count; events of a pair are in order of time.

    Of several verdicts on an item the newest counts, and nothing before one that silences.
    """
    starts = np.ones(len(distinct), np.bool_)
    starts[1:] = distinct.pairs[1:] != distinct.pairs[:-1]
    pairs, places = np.cumsum(starts) - 1, np.arange(len(distinct))
    verdicts = _of_kinds(distinct, names, kinds.verdicts)
    newest = np.full(len(distinct), -1)
    newest[pairs[verdicts]] = places[verdicts]  # the last one written is the newest
    judged_at = newest[pairs]
    silenced = (judged_at >= 0) & _of_kinds(distinct, names, kinds.silencing)[judged_at]
    replaced: Mask = (verdicts | silenced) & (places < judged_at)
    return ~replaced


def _per_pair(pairs: Ints, columns: Mapping[str, Floats | Ints]) -> tuple[Places, dict[str, Any]]:
    """Returns the place of the first row of each pair, rows being in the order of pairs, and the columns per pair.

    Of a pair's rows the weights are added, and of its times and stars the greatest are taken. Pairs with one row are
    copied: pandas, which needs several times the memory of its rows, sees the others only.
    """
    starts = np.ones(len(pairs), np.bool_)
    starts[1:] = pairs[1:] != pairs[:-1]
    first = np.flatnonzero(starts)
    found: dict[str, Any] = {name: column[first] for name, column in columns.items()}
    several = np.diff(first, append=len(pairs)) > 1
    if several.any():
        rows = np.flatnonzero(several[np.cumsum(starts) - 1])
        # pandas adds with compensation, in the order of the rows: the sums are part of what a version is
        grouped = pd.DataFrame({name: column[rows] for name, column in columns.items()}).groupby(pairs[rows], sort=True)
        sums = grouped.agg({"weight": "sum", "timestamp": "max", "stars": "max"})
        for name in columns:
            found[name][several] = sums[name].to_numpy()
    return first, found


def _weights(counted: _NumberedEvents, names: list[str], kinds: EventKinds, scale: RatingScale | None) -> Floats:
    """Returns [events] the weights; ratings of a scale with negative ones count from its lowest on."""
    of_kinds = np.array([kinds.weights.get(name, 0.0) for name in names], np.float64)
    values = counted.values
    if scale is not None and scale.lowest < 0:
        values = np.where(_of_kinds(counted, names, frozenset({RATE})), values - scale.lowest, values)
    return np.asarray(of_kinds[counted.kinds] * values)


def _stars(counted: _NumberedEvents, names: list[str]) -> Floats:
    """Returns [events] the values of ratings, NaN for other events; of a pair, at most one rating counts."""
    return np.where(_of_kinds(counted, names, frozenset({RATE})), counted.values, np.nan)


def _ratings(counted: _NumberedEvents, items: Ints32, names: list[str], n_items: int) -> Interactions:
    """Returns the ratings; at most one per user and item counts, since only the newest verdict does."""
    rated = _of_kinds(counted, names, frozenset({RATE}))
    places = counted.items[rated]
    return Interactions.of_ratings(
        counted.users[rated], items[places], counted.values[rated], counted.timestamps[rated], n_items
    )
