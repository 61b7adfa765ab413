"""Cleaning: turns events, in any order and with repetitions, into one catalog and one matrix of interactions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from doublebill.arrays import Floats, Ints, Mask
from doublebill.events import Event
from doublebill.model.catalog import Catalog
from doublebill.model.interactions import Interactions
from doublebill.model.items import Item
from doublebill.values.event_kinds import DEFAULT_KINDS, RATE, EventKinds

COLUMNS = ["user", "item_id", "kind", "value", "timestamp", "event_id"]


@dataclass(frozen=True)
class Cleaned:
    """The data of a training."""

    catalog: Catalog
    interactions: Interactions
    ratings: Interactions
    """Ratings that count, with stars from 0 as weights. Users are numbered differently than in `interactions`."""
    repeatable: bool
    """True where most events are of kinds that users repeat, so that items of the history may be recommended again."""
    events: int
    """Number of distinct events."""
    duplicates: int
    """Number of repetitions that were dropped."""
    newest: int
    """Time of the newest event in milliseconds, 0 where no event has a time."""


def clean(events: Iterable[Event], items: Mapping[str, Item], kinds: EventKinds = DEFAULT_KINDS) -> Cleaned:
    """Cleans events into a catalog and its interactions, which depend on neither order nor repetitions.

    Removed items are left out with all their events.

    Events of one user with the same event id are one event; without an event id, so are events with equal content.
    The weight of a user and an item is the sum over the events that count (`events.counting`); the stars of a
    rating among them are kept too.
    """
    table = pd.DataFrame(
        ((e.user, e.item_id, e.kind, e.value, e.timestamp, e.event_id) for e in events), columns=COLUMNS
    ).astype({"value": np.float64, "timestamp": np.int64})
    removed = {item_id for item_id, item in items.items() if item.removed}
    if removed:
        table = table[~table["item_id"].isin(removed)]
        items = {item_id: item for item_id, item in items.items() if item_id not in removed}
    distinct = _distinct(table)
    catalog = Catalog.of(distinct["item_id"].unique(), items)
    counted = _numbered(distinct[_counting(distinct, kinds)], catalog)
    return Cleaned(
        catalog=catalog,
        interactions=_interactions(counted, len(catalog), kinds),
        ratings=_ratings(counted, len(catalog)),
        repeatable=bool(distinct["kind"].isin(sorted(kinds.repeated)).mean() > 0.5),
        events=len(distinct),
        duplicates=len(table) - len(distinct),
        newest=int(distinct["timestamp"].max()) if len(distinct) else 0,
    )


def _distinct(table: pd.DataFrame) -> pd.DataFrame:
    """Returns each event once, ordered by content."""
    ordered = table.sort_values(["user", "item_id", "timestamp", "kind", "value", "event_id"], kind="stable")
    named = ordered["event_id"] != ""
    with_id = ordered[named].drop_duplicates(["user", "event_id"])
    without = ordered[~named].drop_duplicates()
    return pd.concat([without, with_id]).sort_values(["user", "item_id", "timestamp", "kind", "value"], kind="stable")


def _counting(distinct: pd.DataFrame, kinds: EventKinds) -> Mask:
    """Returns [events] which events count, as in `events.counting`; events of a pair are in order of time."""
    pairs = distinct.groupby(["user", "item_id"], sort=False).ngroup().to_numpy()
    of_events = distinct["kind"].to_numpy(object)
    places = np.arange(len(distinct))
    verdicts = np.isin(of_events, sorted(kinds.verdicts))
    newest = np.full(len(distinct), -1)
    newest[pairs[verdicts]] = places[verdicts]  # the last one written is the newest
    judged_at = newest[pairs]
    silenced = (judged_at >= 0) & np.isin(of_events[judged_at], sorted(kinds.silencing))
    replaced: Mask = (verdicts | silenced) & (places < judged_at)
    return ~replaced


def _numbered(counted: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """Adds the numbers of users and items."""
    item_ids = pd.Index([catalog.item_ids[n] for n in range(len(catalog))])
    items = item_ids.get_indexer(pd.Index(counted["item_id"]))
    return counted.assign(user_number=counted["user"].factorize()[0], item=items)


def _interactions(counted: pd.DataFrame, n_items: int, kinds: EventKinds) -> Interactions:
    """Returns the interactions: per user and item the sum of the weights and the newest time."""
    counted = counted.assign(weight=counted["kind"].map(kinds.weights).fillna(0.0) * counted["value"])
    pairs = counted.groupby(["user_number", "item"], sort=True, as_index=False).agg(
        weight=("weight", "sum"), timestamp=("timestamp", "max")
    )
    return Interactions.of(*_columns(pairs, "weight"), n_items)


def _ratings(counted: pd.DataFrame, n_items: int) -> Interactions:
    """Returns the ratings; at most one per user and item counts, since only the newest verdict does."""
    return Interactions.of_ratings(*_columns(counted[counted["kind"] == RATE], "value"), n_items)


def _columns(table: pd.DataFrame, weights: str) -> tuple[Ints, Ints, Floats, Ints]:
    """Returns users, items, weights and times, each [rows]."""
    return (
        table["user_number"].to_numpy(np.int64),
        table["item"].to_numpy(np.int64),
        table[weights].to_numpy(np.float64),
        table["timestamp"].to_numpy(np.int64),
    )
