"""Sharded sums: grams summed over shards of users by many machines at once.

The users of a gram are cut into shards, which are written to the objects. Tasks read some shards and sum some bands of
rows over them (`band_task`); as many run at once as the machines allow. The bands of all groups of shards are added up
here. They are whole numbers, so that the sums are those of one process to the last bit.

Everything lies in `sums/<catalog>/<run>/`; shards are deleted when their bands are there, and bands when they are read.
The first gram of a training deletes what is left there of others, which have died: one works at a time. Grams that are
empty are summed here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, pairwise
from typing import Protocol

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Dense, Ints
from doublebill.fit.linear.sums.band_sums import BAND_NUMBERS, Part, SumForm, parts_of
from doublebill.fit.linear.sums.summing import HERE, Bands, Kind
from doublebill.service.scaling.band_task import BandTask, dense_of, shard_bytes, sparse_of, sum_bands
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order

SHARD_ENTRIES = 2_000_000
"""Terms of one shard, unless one user has more: a task has about 25 bytes of each in memory, of one shard at a time."""

TASK_BYTES = 256_000_000
"""Sums that one task has in memory, unless one band has more: 100 MB for 20,000 items."""

SUM_BYTES = 8


def sums_folder(catalog: str) -> str:
    """Returns the folder of the shards and sums of a catalog, in which each run has one of its own."""
    return f"sums/{catalog}/"


class Tasks(Protocol):
    """A group of machines that do tasks."""

    @property
    def at_once(self) -> int:
        """Returns the number of tasks that may run at once."""
        ...

    def run(self, tasks: Sequence[BandTask]) -> None:
        """Does all tasks; may raise `StoreUnavailable`."""
        ...


@dataclass(frozen=True)
class InTurn:
    """Tasks that this process does one after the other."""

    objects: Objects
    at_once: int = 1

    def run(self, tasks: Sequence[BandTask]) -> None:
        for task in tasks:
            sum_bands(self.objects, task)


@dataclass(frozen=True, eq=False)
class ShardedSums:
    """Sums of grams by tasks."""

    objects: Objects
    tasks: Tasks
    catalog: str
    run: str
    """A training that has the lease of its catalog whenever it sums."""
    shard_entries: int = SHARD_ENTRIES
    elsewhere: bool = True
    _numbers: Iterator[int] = field(default_factory=count)

    def bands(self, terms: sp.csr_array, weights: Ints, form: SumForm, kind: Kind) -> Bands:
        """Returns the bands of the terms [users, items] and the weights [users], which tasks have summed."""
        if not terms.nnz:
            return HERE.bands(terms, weights, form, kind)
        if not (number := next(self._numbers)):
            self._delete_all(sums_folder(self.catalog))
        folder, n_items = f"{self._folder}{number:05d}/", terms.shape[1]
        shards = self._write(terms, weights, folder)
        ranges = _ranges(parts_of(n_items), n_items)
        groups = min(len(shards), -(-self.tasks.at_once // len(ranges)))
        self.tasks.run(
            [
                BandTask(kind, form, some, tuple((*part, _band_key(folder, part[0], group)) for part in parts))
                for group, some in enumerate(_split(shards, groups))
                for parts in ranges
            ]
        )
        for key in shards:
            self.objects.delete(key)
        return _Stored(self.objects, folder, groups, n_items)

    def clear(self) -> None:
        """Deletes everything that is left of the run."""
        self._delete_all(self._folder)

    @property
    def _folder(self) -> str:
        return f"{sums_folder(self.catalog)}{self.run}/"

    def _delete_all(self, folder: str) -> None:
        for key in list(self.objects.keys(folder)):
            self.objects.delete(key)

    def _write(self, terms: sp.csr_array, weights: Ints, folder: str) -> list[str]:
        """Writes the shards and returns their keys."""
        ends = np.searchsorted(terms.indptr, np.arange(self.shard_entries, terms.nnz, self.shard_entries))
        edges = np.unique([0, *ends, terms.shape[0]]).tolist()
        keys = []
        for number, (first, last) in enumerate(pairwise(edges)):
            keys.append(f"{folder}shard-{number:05d}.npz")
            self.objects.put(keys[-1], shard_bytes(terms[first:last], weights[first:last]))
        return keys


@dataclass(frozen=True, eq=False)
class _Stored:
    """Bands in the objects, each of which is read once."""

    objects: Objects
    folder: str
    groups: int
    n_items: int

    def dense(self, part: Part) -> Iterator[tuple[int, Dense]]:
        band = dense_of(self._read(part))
        step = max(BAND_NUMBERS // band.shape[1], 1)
        for first in range(0, len(band), step):
            yield part[0] + first, band[first : first + step]

    def sparse(self, part: Part) -> sp.csr_array:
        return sparse_of(self._read(part), (part[1] - part[0], self.n_items))

    def _read(self, part: Part) -> list[bytes]:
        keys = [_band_key(self.folder, part[0], group) for group in range(self.groups)]
        found = list(in_order(self.objects, keys))
        for key in keys:
            self.objects.delete(key)
        return found


def _band_key(folder: str, first: int, group: int) -> str:
    return f"{folder}band-{first:07d}-{group:03d}.npz"


def _ranges(parts: Sequence[Part], n_items: int) -> list[list[Part]]:
    """Returns the bands in consecutive groups whose dense sums take at most `TASK_BYTES`, or one band each."""
    ranges: list[list[Part]] = []
    taken = TASK_BYTES
    for start, stop in parts:
        size = (stop - start) * (n_items - start) * SUM_BYTES
        if taken + size > TASK_BYTES:
            ranges.append([])
            taken = 0
        ranges[-1].append((start, stop))
        taken += size
    return ranges


def _split(keys: Sequence[str], groups: int) -> Iterator[tuple[str, ...]]:
    """Yields so many consecutive groups of keys, as equal as they can be."""
    edges = np.linspace(0, len(keys), groups + 1).astype(int).tolist()
    return (tuple(keys[first:last]) for first, last in pairwise(edges))
