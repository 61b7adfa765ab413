"""Large models of random edges, and homes in which one is champion: speed depends on sizes, not on sense."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from doublebill.model import artifact
from doublebill.model.artifact import Artifact
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config
from doublebill.model.items import Item
from doublebill.model.neighbours import Neighbours
from doublebill.model.recommender import Recommender
from doublebill.service.catalog import catalogs
from doublebill.service.registry import champions, versions
from doublebill_local.host.home import Home

SEED = 1
HISTORY = 50
CATALOG = "bench"
RARE = "rare"
"""A tag that one item in twenty has."""


@dataclass(frozen=True)
class Size:
    """How large a model is."""

    items: int
    k: int

    def __str__(self) -> str:
        return f"{self.items} items x {self.k} edges"


def random_model(size: Size) -> Recommender:
    """A model of that size, each item with as many edges to random others."""
    random = np.random.default_rng(SEED)
    targets = random.integers(0, size.items, (size.items, size.k), dtype=np.int32)
    targets.sort(axis=1)
    neighbours = Neighbours(
        np.arange(size.items + 1, dtype=np.int64) * size.k,
        targets.ravel(),
        random.integers(1, 128, targets.size, dtype=np.int8),
        np.full(size.items, 1 / 127, np.float32),
    )
    tagged = {item_id(n): Item(item_id(n), tags=(RARE,)) for n in range(0, size.items, 20)}
    catalog = Catalog.of((item_id(n) for n in range(size.items)), tagged)
    return Recommender(catalog, neighbours, random.random(size.items, dtype=np.float32), Config())


def item_id(n: int) -> str:
    """The id of an item number."""
    return f"item-{n:08d}"


def random_history(size: Size, seed: int = SEED) -> np.ndarray:
    """[HISTORY] distinct item numbers."""
    return np.random.default_rng(seed).choice(size.items, HISTORY, replace=False).astype(np.int32)


@contextlib.contextmanager
def home_with(size: Size) -> Iterator[tuple[Home, Artifact]]:
    """A temporary home whose one catalog has a random model as champion."""
    with TemporaryDirectory(prefix="doublebill-bench-") as folder:
        home, dumped = Home(Path(folder)), artifact.dump(random_model(size))
        catalogs.ensure(home.objects(), CATALOG)
        versions.publish(home.objects(), CATALOG, dumped)
        champions.promote(home.objects(), CATALOG, dumped.version, 0)
        yield home, dumped
