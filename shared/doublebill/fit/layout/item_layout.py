"""Item layout: places of the most popular items in two dimensions, made of the edges of a model and of nothing else.

The edges are those that a version publishes, so a map has no information on users that the version lacks. Items without
an edge to another one of the map are not on it.

The layout is t-SNE (van der Maaten and Hinton 2008, https://www.jmlr.org/papers/v9/vandermaaten08a.html), with the
positive similarities as the joint distribution P, so that no distances need be turned into one. It begins at
eigenvectors of the normalised similarities, with a little of everything joined to everything (Amini et al. 2013,
doi:10.1214/13-AOS1138), and draws no random number: the same edges give the same map on one platform.
"""

import json

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from threadpoolctl import threadpool_limits

from doublebill.arrays import Array, Floats, Floats32, Items, Matrix
from doublebill.model.bundle import MANIFEST, Artifact, file_of, read_array
from doublebill.model.metadata.item_map import SIDE, ItemMap
from doublebill.model.neighbours import Neighbours

MOST_ITEMS = 1000
"""Items on a map: more dots would cover each other, and each step compares all pairs."""

STEPS, EARLY = 150, 50
"""Steps of the descent, and how many of them pull more strongly."""

EXAGGERATION = 4.0
TURNS = 100
"""Of the iteration that finds the first places."""

JOINED = 0.1
"""Share of an average item's similarity that everything is joined with."""

TINY = 1e-12

SPREAD = 1e-2
"""Standard deviation of the first places."""


EDGES = ("indptr", "targets", "values", "scales")
"""Arrays of a version that are its edges."""


def map_of(version: Artifact) -> ItemMap:
    """Returns the map of the items of a version, made of what the version publishes."""
    described = json.loads(version.files[MANIFEST])["arrays"]

    def read(name: str) -> Array:
        return read_array(name, version.files[file_of(name)], described[name])

    return item_map(Neighbours.from_arrays({name: read(name) for name in EDGES}), read("popularity").view(np.float32))


def item_map(neighbours: Neighbours, popularity: Floats32) -> ItemMap:
    """Returns the map of the most popular items; an empty one where no edge joins two of them.

    One thread only: the products are so narrow that more threads would wait for each other, and change the last bits.
    """
    with threadpool_limits(1):
        return _item_map(neighbours, popularity)


def _item_map(neighbours: Neighbours, popularity: Floats32) -> ItemMap:
    items = np.lexsort((np.arange(len(popularity)), -popularity))[:MOST_ITEMS]
    items = items[popularity[items] > 0]
    joined = _similarities(neighbours, items)
    linked = joined.sum(axis=0) > 0
    if not linked.any():
        return ItemMap.empty(len(popularity))
    items, joined = items[linked], joined[np.ix_(linked, linked)]
    places = _whole_numbers(_descended(joined / joined.sum(), _first_places(joined)))
    return ItemMap(len(popularity), items.astype(np.int32), places)


def _similarities(neighbours: Neighbours, items: Items) -> Matrix:
    """Returns [items, items] the positive similarities, the mean of both directions, each relative to the target's."""
    size = neighbours.n_items
    edges = sp.csr_array((neighbours.similarities, neighbours.targets, neighbours.indptr), shape=(size, size))
    among = np.maximum(edges[items][:, items].toarray(), 0)
    np.fill_diagonal(among, 0)
    towards: Floats = among.sum(axis=0)
    among /= np.where(towards > 0, towards, 1)  # the popular have larger similarities, not nearer items
    mean: Matrix = ((among + among.T) / 2).astype(np.float32)
    return mean


def _first_places(joined: Matrix) -> Matrix:
    """Returns [items, 2] the two eigenvectors after the first, small; found by orthogonal iteration from a circle."""
    n_items = len(joined)
    degrees = joined.sum(axis=0)
    common = np.float32(JOINED * degrees.mean() / n_items)
    scale = (1 / np.sqrt(degrees + common * np.float32(n_items)))[:, np.newaxis]
    angles = np.arange(n_items) * 2 * np.pi / n_items
    circle = np.column_stack((np.ones(n_items), np.cos(angles), np.sin(angles)))
    vectors: Floats = circle[:, :n_items]
    for _ in range(TURNS):
        scaled = scale * vectors
        moved = scale * (joined @ scaled + common * scaled.sum(axis=0))
        vectors = np.linalg.qr(vectors + moved)[0]  # half of the identity, so that no eigenvalue is below 0
    places = np.zeros((n_items, 2), np.float32)
    places[:, : vectors.shape[1] - 1] = vectors[:, 1:]
    spread: Matrix = (SPREAD * places / np.maximum(places.std(axis=0), TINY)).astype(np.float32)
    return spread


def _descended(wanted: Matrix, places: Matrix) -> Matrix:
    """Returns [items, 2] places whose neighbourhoods are like the joint distribution `wanted`; changes `places`."""
    speed, near, forces = np.zeros_like(places), np.empty_like(wanted), np.empty_like(wanted)
    rate = np.float32(max(len(places) / EXAGGERATION, 10.0))
    for step in range(STEPS):
        lengths = (places * places).sum(axis=1)
        np.matmul(places * np.float32(-2), places.T, out=near)  # in place, since these matrices are most of the work
        near += lengths
        near += (lengths + np.float32(1))[:, np.newaxis]
        np.reciprocal(np.maximum(near, 1, out=near), out=near)
        np.fill_diagonal(near, 0)
        total = near.sum(dtype=np.float32)
        np.multiply(wanted, near, out=forces)
        forces *= np.float32(EXAGGERATION if step < EARLY else 1)
        near *= near
        near /= total
        forces -= near
        gradient = 4 * (forces.sum(axis=1)[:, np.newaxis] * places - forces @ places)
        speed *= np.float32(0.5 if step < EARLY else 0.8)
        speed -= rate * gradient
        places += speed
        places -= places.mean(axis=0)
    return places


def _whole_numbers(places: Matrix) -> npt.NDArray[np.uint16]:
    """Returns the places as whole numbers from 0 to `SIDE` - 1, which each axis uses to its ends."""
    low, high = places.min(axis=0), places.max(axis=0)
    whole: npt.NDArray[np.uint16] = np.rint((places - low) / np.maximum(high - low, TINY) * (SIDE - 1)).astype(
        np.uint16
    )
    return whole
