"""Sharded sums: models, and whole trainings, have the same bytes whether one process or many tasks sum their grams."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from doublebill.fit.fit_recommender import fit
from doublebill.fit.linear.gram import Gram
from doublebill.fit.linear.grams import gram_matrix
from doublebill.fit.linear.grams.gram_matrix import LargeGram
from doublebill.fit.linear.grams.sparse_gram import SparseGram
from doublebill.fit.linear.sums.band_sums import SumForm
from doublebill.fit.linear.sums.summing import HERE
from doublebill.fit.private.fit_private import fit_private
from doublebill.model import artifact
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Edlae, Family, Knn, Rp3beta
from doublebill.model.interactions import Interactions
from doublebill.service.scaling import sharded_sums
from doublebill.service.scaling.band_task import BandTask, sum_bands
from doublebill.service.scaling.sharded_sums import InTurn, ShardedSums
from doublebill.service.training.train import train
from doublebill.values.privacy_claim import PrivacyClaim
from fakes import MemoryObjects
from trainings import fill, training
from worlds import FIRST_MS, checkerboard

ITEMS = 14
ALL = np.arange(ITEMS)
RUN = "films", "a-run"


@dataclass(frozen=True)
class Noting:
    """Tasks that are done here and noted."""

    objects: MemoryObjects
    at_once: int = 3
    done: list[BandTask] = field(default_factory=list)

    def run(self, tasks: Sequence[BandTask]) -> None:
        for task in reversed(tasks):  # they may end in any order
            sum_bands(self.objects, task)
            self.done.append(task)


def sharded(shard_entries: int = 40) -> ShardedSums:
    objects = MemoryObjects()
    return ShardedSums(objects, Noting(objects), *RUN, shard_entries=shard_entries)


def random_interactions(seed: int, users: int = 60) -> Interactions:
    random = np.random.default_rng(seed)
    present = np.argwhere(random.random((users, ITEMS)) < 0.25)
    weights = random.integers(1, 50, len(present)).astype(float)
    return Interactions.of(present[:, 0], present[:, 1], weights, np.arange(len(present)), ITEMS)


@pytest.mark.parametrize(
    ("saturation", "active"), [("binary", ALL), ("log", np.array([3, 1, 11])), ("log", np.zeros(0, int))]
)
def test_grams_summed_by_tasks_have_the_bytes_of_those_summed_here(saturation: str, active: np.ndarray) -> None:
    interactions, saturate = random_interactions(1), Config(saturation=saturation).saturate
    here = Gram.of(interactions, 0.5, saturate)
    there = Gram.of(interactions, 0.5, saturate, summing=sharded())
    assert there.dense(active).tobytes() == here.dense(active).tobytes()
    for found, wanted in (
        (there.integers(active), here.integers(active)),
        (there.upper(active), here.upper(active)),
    ):
        assert found.indices.tolist() == wanted.indices.tolist()
        assert found.data.tobytes() == wanted.data.tobytes()


def test_a_user_is_taken_out_of_sums_by_tasks_to_the_last_bit() -> None:
    interactions, summing = random_interactions(2), sharded()
    others = Gram.of(interactions.rows(np.arange(1, interactions.n_users)), 0.5, np.sign)
    hers = Gram.of(interactions.rows(np.array([0])), 0.5, np.sign)
    whole = Gram.of(interactions, 0.5, np.sign, summing=summing)
    assert (whole - hers).dense(ALL).tobytes() == others.dense(ALL).tobytes()


CONFIGS: Sequence[tuple[Family, dict[str, object]]] = [
    (Edlae(20.0, 0.5), {}),
    (Edlae(20.0, 0.5, support="cosine"), {"minimum_users": 4}),
    (Edlae(20.0, 0.5, support="inverse"), {"most_influence": 2.0, "most_items": 5}),
    (Edlae(20.0, 0.5, order=0.5), {"saturation": "log"}),
    (Knn("cosine"), {"minimum_users": 4, "most_items": 6}),
    (Knn("tfidf"), {"minimum_users": 4}),
    (Rp3beta(), {"minimum_users": 4}),
]


@pytest.mark.parametrize(("family", "fields"), CONFIGS, ids=lambda one: getattr(one, "name", None))
def test_every_family_has_the_same_version_by_both_roads(family: Family, fields: dict[str, object]) -> None:
    interactions, config = random_interactions(3), Config(family, k=8, **fields)
    catalog = Catalog.of((f"{number:03d}" for number in range(ITEMS)), {})
    there = fit(catalog, interactions, config, summing=sharded())
    assert artifact.dump(there).version == artifact.dump(fit(catalog, interactions, config)).version


def test_knn_counts_common_users_of_more_items_than_fit_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("doublebill.fit.linear.grams.common_users.HEAD_ITEMS", ITEMS - 1)
    interactions, config = random_interactions(4), Config(Knn("cosine"), k=8)
    catalog = Catalog.of((f"{number:03d}" for number in range(ITEMS)), {})
    there = fit(catalog, interactions, config, summing=sharded())
    assert artifact.dump(there).version == artifact.dump(fit(catalog, interactions, config)).version


@pytest.mark.parametrize(("form", "limits"), [(LargeGram, {"HEAD_ITEMS": ITEMS - 4}), (SparseGram, {"FEW_ITEMS": 0})])
def test_edges_of_grams_past_a_dense_one_are_the_same_by_both_roads(
    form: type[object], limits: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in limits.items():
        monkeypatch.setattr(gram_matrix, name, value)
    interactions = random_interactions(10, users=60 if form is LargeGram else 6)
    assert isinstance(gram_matrix.gram_matrix_of(Gram.of(interactions, 0.5, np.sign), ALL), form)
    catalog = Catalog.of((f"{number:03d}" for number in range(ITEMS)), {})
    config = Config(Edlae(20.0, 0.5, support="cosine"), k=8)
    there = fit(catalog, interactions, config, summing=sharded())
    assert artifact.dump(there).version == artifact.dump(fit(catalog, interactions, config)).version


def test_private_models_of_the_same_noise_have_the_same_version_by_both_roads() -> None:
    interactions, claim = random_interactions(8), PrivacyClaim(1.0, 1e-6)
    catalog = Catalog.of((f"{number:03d}" for number in range(ITEMS)), {})
    versions = [
        artifact.dump(
            fit_private(catalog, interactions, claim, True, np.random.default_rng(1).bytes, road).model
        ).version
        for road in (HERE, sharded())
    ]
    assert versions[0] == versions[1]


def test_shards_have_no_more_of_a_user_than_the_limits_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    most, lengths = 3, []
    interactions, config = random_interactions(9), Config(Edlae(20.0, 0.5), k=8, minimum_users=2, most_items=most)
    written = sharded_sums.shard_bytes
    monkeypatch.setattr(
        sharded_sums,
        "shard_bytes",
        lambda terms, weights: lengths.extend(np.diff(terms.indptr)) or written(terms, weights),
    )
    catalog = Catalog.of((f"{number:03d}" for number in range(ITEMS)), {})
    fit(catalog, interactions, config, summing=sharded())
    assert max(lengths) == most
    assert max(np.diff(interactions.indptr)) > most


KERNELS = ({"family": {"name": "edlae", "ridge": 10}}, {"family": "knn"})


@pytest.mark.parametrize("configs", [KERNELS, pytest.param((), marks=pytest.mark.at_length)], ids=["kernels", "all"])
def test_whole_trainings_by_both_roads_decide_alike(configs: tuple[dict[str, object], ...]) -> None:
    records = []
    for by_tasks in (False, True):
        objects = MemoryObjects()
        fill(objects, checkerboard(users=40, items=14))
        summing = ShardedSums(objects, InTurn(objects), *RUN, shard_entries=50)
        options = {"summing": summing} if by_tasks else {}
        records.append(train(training(objects, FIRST_MS + 100_000, configs=configs, **options)))
        assert not list(objects.keys("sums/"))
    assert records[0]["version"] == records[1]["version"]
    assert records[0]["report"] == records[1]["report"]


def test_shards_and_tasks_are_as_many_as_entries_and_machines_ask_for(monkeypatch: pytest.MonkeyPatch) -> None:
    objects = MemoryObjects()
    tasks = Noting(objects)
    gram = Gram.of(random_interactions(5), 0.5, np.sign, summing=ShardedSums(objects, tasks, *RUN, shard_entries=40))
    gram.dense(ALL)
    entries = sum(len(task.shards) for task in tasks.done)
    assert len(tasks.done) == 3
    assert entries == len(range(0, gram.terms.nnz, 40))
    monkeypatch.setattr(sharded_sums, "TASK_BYTES", 1)
    tasks.done.clear()
    gram.dense(ALL)
    assert {len(task.bands) for task in tasks.done} == {1}


def test_nothing_is_left_in_the_objects_once_bands_were_read() -> None:
    summing = sharded()
    gram = Gram.of(random_interactions(6), 0.5, np.sign, summing=summing)
    gram.dense(ALL)
    gram.upper(ALL)
    assert not list(summing.objects.keys("sums/"))


def test_a_training_clears_what_others_left_that_have_died_and_what_it_leaves_itself() -> None:
    summing = sharded()
    for catalog, run in (("films", "dead"), ("music", "at-work")):
        summing.objects.put(f"sums/{catalog}/{run}/00000/shard-00000.npz", b"")
    bands = Gram.of(random_interactions(7), 0.5, np.sign, summing=summing)
    next(summing.bands(bands.terms, bands.weights, SumForm(1, True), "dense").dense((0, 1)))
    assert {key.split("/")[2] for key in summing.objects.keys("sums/")} == {"a-run", "at-work"}
    summing.clear()
    assert list(summing.objects.keys("sums/")) == ["sums/music/at-work/00000/shard-00000.npz"]
