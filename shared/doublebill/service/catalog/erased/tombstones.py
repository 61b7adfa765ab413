"""Tombstones: users who were erased. Everything that arrived of them until then counts for nothing, append only.

tombstones/<catalog>/<milliseconds>-<pseudonym>.json   {"user", "erased_ms", "erasure"}

The keys alone say everything that readers need, so that one listing is enough. Tombstones stay when the rows have been
dropped: rows that come back, in an earlier version of an object or with a request that was on its way, are ignored too.
What arrives of the user later counts, as that of a new user.
"""

import contextlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from doublebill.arrays import Ints, Mask
from doublebill.columns.text_column import Texts
from doublebill.errors import Conflict
from doublebill.event_table import EventTable
from doublebill.model.string_table import Strings
from doublebill.stores.objects import Objects
from doublebill.times.moments import LATEST_MILLISECONDS

FEW = 50
"""Up to so many texts are looked for one by one among `MANY` strings."""

MANY = 20_000


def prefix(catalog: str) -> str:
    """Returns the prefix of the tombstones of a catalog."""
    return f"tombstones/{catalog}/"


def append(objects: Objects, catalog: str, user: str, erased_ms: int, erasure: str) -> None:
    """Adds the tombstone of one user; the same one again stays one."""
    data = json.dumps({"user": user, "erased_ms": erased_ms, "erasure": erasure}).encode()
    with contextlib.suppress(Conflict):  # the very same, already there
        objects.create(f"{prefix(catalog)}{erased_ms:013d}-{user}.json", data)


@dataclass(frozen=True)
class Tombstones:
    """The users of a catalog who were erased."""

    erased_ms: Mapping[str, int] = field(default_factory=dict)
    """The time of the latest erasure of each pseudonym, in milliseconds."""

    @classmethod
    def of_now(cls, objects: Objects, catalog: str, until_ms: int = LATEST_MILLISECONDS) -> "Tombstones":
        """Returns all that there are, or those of erasures up to a time."""
        erased: dict[str, int] = {}
        for key in objects.keys(prefix(catalog)):  # sorted, so that the latest wins
            time, _, name = key.removeprefix(prefix(catalog)).partition("-")
            if int(time) <= until_ms:
                erased[name.removesuffix(".json")] = int(time)
        return cls(erased)

    def covers(self, user: str, arrived_ms: int) -> bool:
        """Checks whether what arrived of a pseudonym at a time counts for nothing."""
        return arrived_ms <= self.erased_ms.get(user, -1)

    def of(self, users: Collection[str]) -> "Tombstones":
        """Returns those of some pseudonyms."""
        return Tombstones({user: self.erased_ms[user] for user in users if user in self.erased_ms})

    def covered(self, users: Texts, arrived: Ints) -> Mask:
        """Returns [rows] whether each row counts for nothing; `arrived` [rows] or [1] in milliseconds."""
        until = np.full(max(len(users.distinct), 1), -1, np.int64)
        for user, number in numbers_of(users.distinct, self.erased_ms):
            until[number] = self.erased_ms[user]
        return np.broadcast_to(arrived, len(users)) <= until[users.codes]

    def left_of(self, table: EventTable, imported_ms: int | None = None) -> EventTable:
        """Returns the events that count: by the time of receipt, or that of the import which brought all of them."""
        if not self.erased_ms:
            return table
        arrived = table.received if imported_ms is None else np.array([imported_ms], np.int64)
        covered = self.covered(table.users, arrived)
        return table.take(~covered) if covered.any() else table


NO_TOMBSTONES = Tombstones()


def numbers_of(strings: Strings, wanted: Collection[str]) -> Iterator[tuple[str, int]]:
    """Yields those of some texts that are among the strings, each with its number; every string is there once."""
    if len(wanted) > FEW or len(strings) < MANY:
        yield from (
            (text, number) for number, text in enumerate(strings.take(np.arange(len(strings)))) if text in wanted
        )
        return
    blob = strings.blob.tobytes()
    for text in wanted:  # without an object a string
        own, start = text.encode(), -1
        while (start := blob.find(own, start + 1)) >= 0:
            number = int(np.searchsorted(strings.offsets, start))
            if strings.offsets[number] == start and strings.offsets[number + 1] == start + len(own):
                yield text, number
                break
