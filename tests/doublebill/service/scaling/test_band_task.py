"""Band tasks: the sums of groups of shards add up to those of all users, and tasks travel as text."""

import numpy as np
import pytest
import scipy.sparse as sp

from doublebill.fit.linear.sums.band_sums import BandSums, SumForm, form_of
from doublebill.fit.linear.sums.summing import Kind
from doublebill.service.scaling.band_task import BandTask, dense_of, shard_bytes, shard_of, sparse_of, sum_bands
from fakes import MemoryObjects

USERS, ITEMS = 40, 9


def terms_of(values: int) -> tuple[sp.csr_array, np.ndarray]:
    """Random terms with so many different values, and weights."""
    random = np.random.default_rng(values)
    dense = random.integers(1, values + 1, (USERS, ITEMS)) * (random.random((USERS, ITEMS)) < 0.4)
    return sp.csr_array(dense.astype(np.int32)), random.integers(1, 9, USERS)


def test_a_task_is_the_same_after_it_has_travelled_as_text() -> None:
    task = BandTask("dense", SumForm(3, True), ("a", "b"), ((0, 2, "c"), (2, 5, "d")))
    assert BandTask.from_json(task.to_json()) == task


def test_a_shard_is_the_same_after_it_has_been_written() -> None:
    terms, weights = terms_of(5)
    read, read_weights = shard_of(shard_bytes(terms, weights))
    assert (read.toarray() == terms.toarray()).all()
    assert read_weights.tolist() == weights.tolist()


@pytest.mark.parametrize("kind", ["dense", "sparse"])
@pytest.mark.parametrize("values", [1, 7])
def test_bands_of_two_groups_of_shards_add_up_to_those_of_all_users(kind: Kind, values: int) -> None:
    terms, weights = terms_of(values)
    form, objects = form_of(terms, 1e6), MemoryObjects()
    for number in range(4):
        users = slice(10 * number, 10 * number + 10)
        objects.put(f"shard-{number}", shard_bytes(terms[users], weights[users]))
    for group, shards in enumerate((("shard-0", "shard-1"), ("shard-2", "shard-3"))):
        written = sum_bands(objects, BandTask(kind, form, shards, ((2, 5, f"first-{group}"), (5, 9, f"last-{group}"))))
        assert written == sum(len(objects.get(f"{name}-{group}").data) for name in ("first", "last"))
    whole = BandSums(terms, weights, form)
    for part, name in (((2, 5), "first"), ((5, 9), "last")):
        read = [objects.get(f"{name}-{group}").data for group in range(2)]
        if kind == "dense":
            assert np.array_equal(dense_of(read), np.concatenate([band for _, band in whole.dense(part)]))
        else:
            found, wanted = sparse_of(read, (part[1] - part[0], ITEMS)), whole.sparse(part)
            assert (found.indices.tolist(), found.data.tolist()) == (wanted.indices.tolist(), wanted.data.tolist())
