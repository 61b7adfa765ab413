"""Layouts of items: those that lead to each other lie near each other, and nothing but published edges counts."""

import numpy as np
import pytest
import scipy.sparse as sp

from doublebill.arrays import Floats32
from doublebill.fit.clean import clean
from doublebill.fit.fit_recommender import fit
from doublebill.fit.layout import item_layout
from doublebill.fit.layout.item_layout import item_map, map_of
from doublebill.fit.quantise import quantise
from doublebill.model import artifact
from doublebill.model.config import Config, Knn
from doublebill.model.metadata.item_map import SIDE, ItemMap
from doublebill.model.neighbours import Neighbours
from worlds import checkerboard

GROUPS, EACH = 4, 8


def grouped(seed: int = 0) -> tuple[Neighbours, Floats32]:
    """Edges within groups of items, a few between them, and a popularity for each item."""
    random = np.random.default_rng(seed)
    n_items = GROUPS * EACH
    same = np.equal.outer(np.arange(n_items) // EACH, np.arange(n_items) // EACH)
    edges = np.where(same, random.uniform(0.5, 1, same.shape), (random.random(same.shape) < 0.05) * 0.1)
    np.fill_diagonal(edges, 0)
    return quantise(sp.csr_array(edges), "float32"), random.permutation(n_items).astype(np.float32) / n_items + 0.1


def distances(found: ItemMap) -> tuple[float, float]:
    """The mean distance of two items of a group, and of two of different groups."""
    places = found.places.astype(np.float64)
    apart = np.sqrt(((places[:, np.newaxis] - places) ** 2).sum(axis=2))
    same = np.equal.outer(found.items // EACH, found.items // EACH)
    others = ~np.eye(len(places), dtype=bool)
    return float(apart[same & others].mean()), float(apart[~same].mean())


@pytest.mark.parametrize("seed", range(3))
def test_items_that_lead_to_each_other_lie_near_each_other(seed: int) -> None:
    found = item_map(*grouped(seed))
    assert len(found.items) == GROUPS * EACH
    within, between = distances(found)
    assert within < between / 2


def test_a_map_reaches_the_ends_of_both_axes_and_begins_with_the_most_popular_item() -> None:
    neighbours, popularity = grouped()
    found = item_map(neighbours, popularity)
    assert found.places.min(axis=0).tolist() == [0, 0]
    assert found.places.max(axis=0).tolist() == [SIDE - 1, SIDE - 1]
    assert popularity[found.items].tolist() == sorted(popularity.tolist(), reverse=True)


def test_the_same_edges_give_the_same_map() -> None:
    one, other = item_map(*grouped()), item_map(*grouped())
    assert one.to_bytes() == other.to_bytes()


def test_items_of_too_few_users_or_without_edges_are_not_on_the_map(monkeypatch: pytest.MonkeyPatch) -> None:
    neighbours, popularity = grouped()
    popularity[3] = 0  # as the popularity of an item of fewer users than k is
    edges = sp.csr_array((neighbours.similarities, neighbours.targets, neighbours.indptr)).toarray()
    edges[5] = edges[:, 5] = 0
    found = item_map(quantise(sp.csr_array(edges), "float32"), popularity)
    assert set(range(GROUPS * EACH)) - set(found.items.tolist()) == {3, 5}
    monkeypatch.setattr(item_layout, "MOST_ITEMS", 10)
    assert len(item_map(neighbours, popularity).items) <= 10


@pytest.mark.parametrize("edges", [{}, {(0, 1): -1.0}])
def test_without_positive_edges_the_map_is_empty(edges: dict[tuple[int, int], float]) -> None:
    similarities = np.zeros((4, 4))
    for place, value in edges.items():
        similarities[place] = value
    found = item_map(quantise(sp.csr_array(similarities), "float32"), np.ones(4, np.float32))
    assert (len(found.items), found.places.shape) == (0, (0, 2))


@pytest.mark.parametrize("n_items", [2, 3, 4])
def test_few_items_have_different_places(n_items: int) -> None:
    similarities = np.ones((n_items, n_items)) - np.eye(n_items)
    found = item_map(quantise(sp.csr_array(similarities), "float32"), np.ones(n_items, np.float32))
    assert len({tuple(place) for place in found.places.tolist()}) == n_items


def test_the_map_of_a_version_is_made_of_its_files_alone() -> None:
    cleaned = clean(checkerboard(), {})
    model = fit(cleaned.catalog, cleaned.interactions, Config(Knn("cosine")))
    found = map_of(artifact.dump(model))
    assert found.to_bytes() == item_map(model.neighbours, model.popularity).to_bytes()
    evens, odds = (found.places[found.items % 2 == parity].astype(float) for parity in (0, 1))
    assert np.linalg.norm(evens.mean(axis=0) - odds.mean(axis=0)) > SIDE / 3
