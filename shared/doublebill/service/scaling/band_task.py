"""Band tasks: the sums of some bands of a gram over some shards of users, from objects to objects.

A shard is an object with the terms of consecutive users, a band an object with the sums of one band over all shards of
a task. Both are NumPy archives; neither says whose terms they are. A task is small and says which objects to read and
to write, so that only these names travel to another machine, and only a count comes back.

    shard    `data` int32, `indices` int32 and `indptr` of the terms [users, items]; `weights` [users]; `n_items`
    dense    `sums` [rows, columns from the first row of the band], in units
    sparse   `data` int64, `indices` and `indptr` of [rows, items], upper triangle with the diagonal
"""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Array, Dense, Ints
from doublebill.fit.linear.sums.band_sums import BandSums, Part, SumForm
from doublebill.fit.linear.sums.summing import Kind
from doublebill.stores.objects import Objects


@dataclass(frozen=True)
class BandTask:
    """Some consecutive bands, summed over some shards."""

    kind: Kind
    form: SumForm
    shards: tuple[str, ...]
    """Keys of the shards to read."""
    bands: tuple[tuple[int, int, str], ...]
    """Of each band the first row, the row after its last, and the key to write."""

    def to_json(self) -> str:
        """Returns the task as text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "BandTask":
        """Returns the task that `to_json` gave."""
        fields: dict[str, Any] = json.loads(text)
        bands = tuple((int(start), int(stop), str(key)) for start, stop, key in fields["bands"])
        return cls(fields["kind"], SumForm(**fields["form"]), tuple(fields["shards"]), bands)


def sum_bands(objects: Objects, task: BandTask) -> int:
    """Does a task, one shard in memory at a time, and returns the bytes that it wrote."""
    within = task.bands[0][0], task.bands[-1][1]
    parts = [(start, stop) for start, stop, _ in task.bands]
    summed: list[Any] = []
    for key in task.shards:
        terms, weights = shard_of(objects.get(key).data)
        sums = BandSums(terms, weights, task.form, within)
        summed = _added(summed, [_band(sums, task.kind, part) for part in parts])
    written = 0
    for (_, _, key), band in zip(task.bands, summed, strict=True):
        data = _to_bytes(sums=band) if task.kind == "dense" else _sparse_bytes(band)
        objects.put(key, data)
        written += len(data)
    return written


def _band(sums: BandSums, kind: Kind, part: Part) -> Any:
    if kind == "sparse":
        return sums.sparse(part)
    return np.concatenate([band for _, band in sums.dense(part)])


def _added(summed: list[Any], more: list[Any]) -> list[Any]:
    """Returns the bands with those of one more shard; whole numbers, so that the order of shards is no matter."""
    for place, band in enumerate(more[: len(summed)]):
        summed[place] += band
    return summed or more


def shard_bytes(terms: sp.csr_array, weights: Ints) -> bytes:
    """Returns the terms of some users as the bytes of a shard."""
    columns = {"data": terms.data, "indices": terms.indices.astype(np.int32), "indptr": terms.indptr}
    return _to_bytes(**columns, weights=weights, n_items=np.array(terms.shape[1]))


def shard_of(data: bytes) -> tuple[sp.csr_array, Ints]:
    """Returns the terms [users, items] and the weights [users] that `shard_bytes` wrote."""
    read = _arrays(data)
    shape = len(read["weights"]), int(read["n_items"])
    return sp.csr_array((read["data"], read["indices"], read["indptr"]), shape=shape), read["weights"]


def dense_of(bands: Sequence[bytes]) -> Dense:
    """Returns the sums of the dense bands that tasks wrote over all their shards."""
    whole: Dense = _arrays(bands[0])["sums"]
    for data in bands[1:]:
        whole += _arrays(data)["sums"]
    return whole


def sparse_of(bands: Sequence[bytes], shape: tuple[int, int]) -> sp.csr_array:
    """Returns the sums of the sparse bands that tasks wrote over all their shards, sorted and without zeros."""
    read = [_arrays(data) for data in bands]
    parts = [sp.csr_array((one["data"], one["indices"], one["indptr"]), shape=shape) for one in read]
    whole: sp.csr_array = sum(parts[1:], parts[0])
    whole.eliminate_zeros()
    whole.sort_indices()
    return whole


def _sparse_bytes(band: sp.csr_array) -> bytes:
    return _to_bytes(data=band.data, indices=band.indices, indptr=band.indptr)


def _to_bytes(**arrays: Array) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def _arrays(data: bytes) -> dict[str, Any]:
    with np.load(io.BytesIO(data), allow_pickle=False) as read:
        return {name: read[name] for name in read.files}
