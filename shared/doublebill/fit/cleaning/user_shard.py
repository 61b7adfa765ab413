"""User shards: the distinct events of some users in about half the memory, with what is added up over all shards."""

from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Array, Arrays, Floats, Ints, Ints32, Items, Mask
from doublebill.columns.packed import pack_floats, pack_integers, unpack_floats, unpack_integers
from doublebill.event_table import EventTable
from doublebill.fit.cleaning import counted_pairs
from doublebill.fit.cleaning.coded_events import CodedEvents, distinct, of_kinds
from doublebill.model.counting.pauses import Pauses
from doublebill.model.counting.verdicts import Stars
from doublebill.model.interactions import Interactions
from doublebill.values.event_kinds import RATE, EventKinds
from doublebill.values.rating_scale import RatingScale

INTEGERS = ("users", "items", "kinds", "timestamps")


@dataclass(frozen=True, eq=False)
class UserShard:
    """The distinct events of some users, of whom no other shard has any."""

    columns: Arrays
    """Users, items, kinds, values and times of the events as `doublebill.columns.packed` narrows them."""
    item_ids: list[str]
    """In their order."""
    kinds: list[str]
    """In their order."""
    n_users: int

    @classmethod
    def of(cls, table: EventTable, names: dict[str, str]) -> "UserShard":
        """Returns the shard of the users of a table, whose events may come in any order and several times.

        The item ids are those of `names` where they are in it, and are added where not.
        """
        rows = distinct(table)
        packed = pack_floats("values", rows.values)
        for name in INTEGERS:
            packed |= pack_integers(name, getattr(rows, name).astype(np.int64))
        item_ids = [names.setdefault(name, name) for name in sorted(table.items.names())]
        return cls(packed, item_ids, sorted(table.kinds.names()), len(table.users.distinct))

    def __len__(self) -> int:
        return len(self.columns["values"])

    def events(self) -> CodedEvents:
        """Returns the events, ordered by user, item, time, kind and value."""
        users, items, kinds, timestamps = (unpack_integers(name, self.columns) for name in INTEGERS)
        return CodedEvents(
            pairs=users * len(self.item_ids) + items,
            users=users.astype(np.int32),
            items=items.astype(np.int32),
            kinds=kinds.astype(np.int32),
            values=self.values(),
            timestamps=timestamps,
        )

    def values(self) -> Floats:
        """Returns [events] the values."""
        return unpack_floats("values", self.columns)

    def timestamps(self) -> Ints:
        """Returns [events] the times in milliseconds."""
        return unpack_integers("timestamps", self.columns)

    def of_kinds(self, wanted: frozenset[str]) -> Mask:
        """Returns [events] which events are of one of the wanted kinds."""
        return np.array([name in wanted for name in self.kinds], np.bool_)[unpack_integers("kinds", self.columns)]

    def used_items(self) -> list[str]:
        """Returns the ids of the items of its events."""
        used = np.zeros(len(self.item_ids), np.bool_)
        used[unpack_integers("items", self.columns)] = True
        return [self.item_ids[item] for item in np.flatnonzero(used).tolist()]

    def outside(self, scale: RatingScale | None) -> Mask:
        """Returns [events] which events are ratings outside the scale."""
        if scale is None:
            return np.zeros(len(self), np.bool_)
        values = self.values()
        return np.asarray(self.of_kinds(frozenset({RATE})) & ((values < scale.lowest) | (values > scale.highest)))

    def where(self, kept: Mask) -> "UserShard":
        """Returns the shard of the events that `kept` [events] marks."""
        if kept.all():
            return self
        narrow: dict[str, Array] = {
            name: column if name.endswith("_base") else column[kept] for name, column in self.columns.items()
        }
        return UserShard(narrow, self.item_ids, self.kinds, self.n_users)

    def without(self, pauses: Pauses) -> "UserShard":
        """Returns the shard with the times that a training counts."""
        if not len(pauses):
            return self
        times = pack_integers("timestamps", pauses.closed(self.timestamps()))
        kept = {name: column for name, column in self.columns.items() if name not in ("timestamps", "timestamps_base")}
        return UserShard(kept | times, self.item_ids, self.kinds, self.n_users)

    def interactions(
        self, kinds: EventKinds, scale: RatingScale | None, items: Ints32, n_items: int, before: int | None = None
    ) -> tuple[Interactions, Items]:
        """Returns the pairs whose weight is above 0, of the events before a time where one is given.

        `items` [item ids] are the numbers of the items in the catalog, ascending. With the matrix come [n_users] the
        numbers of its users in the shard. Its stars are None where no user has rated.
        """
        events = self.events()
        if before is not None:
            events = events.take(events.timestamps < before)
        counted = events.take(counted_pairs.counting(events, self.kinds, kinds))
        first, sums = counted_pairs.per_pair(
            counted.pairs,
            {
                "weight": counted_pairs.weights(counted, self.kinds, kinds, scale),
                "timestamp": counted.timestamps,
                "stars": counted_pairs.stars(counted, self.kinds),
            },
        )
        kept = sums["weight"] > 0
        first, values = first[kept], sums["stars"][kept].astype(np.float32)
        stars = None if scale is None or np.isnan(values).all() else Stars(values, scale.liked_from)
        columns = sums["weight"][kept], sums["timestamp"][kept]
        return Interactions.by_user(counted.users[first], items[counted.items[first]], *columns, n_items, stars)

    def ratings(self, kinds: EventKinds, items: Ints32, n_items: int) -> Interactions:
        """Returns the ratings; at most one per user and item counts, since only the newest verdict does."""
        if RATE not in self.kinds:
            none = np.zeros(0, np.int32)
            return Interactions.by_user(none, none, np.zeros(0), np.zeros(0, np.int64), n_items)[0]
        events = self.events()
        rated = counted_pairs.counting(events, self.kinds, kinds) & of_kinds(events, self.kinds, frozenset({RATE}))
        rows = events.take(rated)
        return Interactions.by_user(rows.users, items[rows.items], rows.values, rows.timestamps, n_items)[0]
