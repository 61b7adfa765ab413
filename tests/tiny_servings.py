"""Models of a few items: random ones with histories, everything that may go wrong together; and of edges as told."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import scipy.sparse as sp
from hypothesis import strategies as st

from doublebill.fit.quantise import quantise
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Knn, Prior
from doublebill.model.items import Item
from doublebill.model.priors.recency_prior import RecentVisits
from doublebill.model.recommender import Recommender
from doublebill.service.recommending.history import History
from doublebill.service.recommending.requests import HistoryItem
from doublebill.service.serving.loaded_models import LoadedModel, Serving

MOST_ITEMS = 14
VERSION = "0123456789abcdef" * 2
IDS = [f"item-{number:02}" for number in range(MOST_ITEMS)]
ARTISTS = ("Abba", "Björk", "Can")


@dataclass(frozen=True)
class World:
    """A model as it serves, and what a test knows of its items without asking it."""

    serving: Serving
    items: dict[str, Item]
    available: set[str]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Signed edges, few or many; tags, artists and titles of some; some unavailable; every choice of the config."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    chosen = random.permutation(MOST_ITEMS)[: draw(st.integers(1, MOST_ITEMS))]
    items = {IDS[number]: _item(IDS[number], random) for number in sorted(chosen.tolist())}
    shape = (len(items), len(items))
    edges = random.integers(-3, 7, shape) * (random.random(shape) < draw(st.sampled_from([0.0, 0.15, 0.5])))
    np.fill_diagonal(edges, 0)
    half_life, damping = draw(st.sampled_from([0.0, 1.5])), draw(st.sampled_from([0.0, 0.3]))
    saturation, values = draw(st.sampled_from(["binary", "log"])), draw(st.sampled_from(["int8", "float32"]))
    config = Config(Knn(), saturation, half_life=half_life, damping=damping, values=values)
    prior = draw(st.sampled_from([None, Prior(weight=9.0), Prior(weight=0.0, power=1.0), Prior(power=0.5)]))
    config = replace(config, exclude_seen=draw(st.booleans()), prior=prior)
    recent = None if prior is None else RecentVisits(random.integers(0, 3, len(items)).astype(np.float32), 1)
    popularity = random.choice([0.0, 0.1, 0.5, 0.5, 0.9], len(items)).astype(np.float32)
    neighbours = quantise(sp.csr_array(edges.astype(np.float64)), values)
    model = LoadedModel.of(VERSION, Recommender(Catalog.of([], items), neighbours, popularity, config, None, recent))
    mask = random.random(len(items)) < 0.8
    trending = [(item_id, float(9 - place)) for place, item_id in enumerate(random.permutation(IDS)[:5].tolist())]
    serving = Serving(VERSION, model.recommender, None, mask, trending, lambda: model.masks)
    return World(serving, items, {item_id for item_id, on in zip(items, mask.tolist(), strict=True) if on})


def lettered(letters: str, edges: Mapping[str, float], items: Mapping[str, Item] = MappingProxyType({})) -> Serving:
    """A model whose items are letters, all available: {"ab": 3} leads from a to b with similarity 3."""
    similarities = np.zeros((len(letters), len(letters)))
    for (source, target), similarity in edges.items():
        similarities[letters.index(source), letters.index(target)] = similarity
    neighbours = quantise(sp.csr_array(similarities), "float32")
    catalog = Catalog.of(letters, items)
    model = Recommender(catalog, neighbours, np.ones(len(letters), np.float32), Config(Knn()))
    made = LoadedModel.of(VERSION, model)
    return Serving(VERSION, model, None, made.available, (), lambda: made.masks)


def _item(item_id: str, random: np.random.Generator) -> Item:
    artist = {"artist": str(random.choice(ARTISTS))} if random.random() < 0.7 else {}
    tags = tuple(tag for tag in ("loud", "new") if random.random() < 0.4)
    return Item(item_id, f"Title of {item_id}" if random.random() < 0.5 else "", tags, attributes=artist)


weights = st.sampled_from([1.0, 2.5, 1.0, -0.5, -2.0, 0.0])
entries = st.builds(HistoryItem, st.sampled_from([*IDS, "nobody"]), weights, st.none() | st.integers(1, 5).map(float))
histories = st.lists(entries, max_size=6).map(History)


def liked_and_disliked(history: History) -> tuple[set[str], set[str]]:
    """The items that a history counts for, or neither way, and those that it counts against."""
    sums: dict[str, float] = {}
    for entry in history.items:
        sums[entry.item_id] = sums.get(entry.item_id, 0.0) + entry.weight
    against = {item_id for item_id, total in sums.items() if total < 0}
    return sums.keys() - against, against
