"""Liked edges: fitted to what users liked, mixed with edges of everything, so that hatred leads nobody astray."""

import dataclasses

import numpy as np
import pytest

from doublebill.events import Event
from doublebill.fit.clean import Cleaned, clean
from doublebill.fit.fit_recommender import fit, kernel_parts
from doublebill.fit.ratings.liked_part import liked_part
from doublebill.model.config import Config, Edlae, Knn

CONFIG = Config(Edlae(20.0), k=8)
JUDGED = dataclasses.replace(CONFIG, liked_from=4.0, liked_edges=0.6, others=0.3)


@pytest.fixture(scope="module")
def cleaned() -> Cleaned:
    """Fans of a-films and fans of h-films, who give theirs 5 and most of the others 1."""
    events = []
    for user in range(40):
        own, other = ("a", "h") if user % 2 else ("h", "a")
        events += [Event(f"u{user}", f"{own}{film}", "rate", 5.0) for film in range(6) if film != user % 6]
        events += [Event(f"u{user}", f"{other}{film}", "rate", 1.0) for film in range(6) if film % 5 != user % 5]
    return clean(events, {})


def test_only_the_liked_interactions_are_in_the_part_and_users_without_them_are_not(cleaned: Cleaned) -> None:
    part, config = liked_part(cleaned.interactions, CONFIG, 4.0)
    assert set(part.weights.tolist()) == {5.0}
    assert len(part.items) == 40 * 5
    assert isinstance(config.family, Edlae)
    assert config.family.ridge == pytest.approx(20 * len(part.items) / len(cleaned.interactions.items))
    none, _ = liked_part(cleaned.interactions, CONFIG, 6.0)
    assert none.n_users == 0


def test_without_ratings_everything_is_liked() -> None:
    plays = clean([Event("u", item, "play") for item in "abc"], {}).interactions
    assert liked_part(plays, CONFIG, 4.0) == (plays, CONFIG)


def test_edges_of_liked_items_lead_to_what_is_liked_together(cleaned: Cleaned) -> None:
    history = cleaned.catalog.find_all(["h1"])
    first = {}
    for config in (CONFIG, JUDGED):
        model = fit(cleaned.catalog, cleaned.interactions, config)
        items = model.recommend(history, np.ones(1), 5, history).items
        first[config] = {item_id[0] for item_id in cleaned.catalog.item_ids.take(items)}
    assert "a" in first[CONFIG]
    assert first[JUDGED] == {"h"}


def test_the_edges_of_a_mixture_are_the_sum_of_its_parts(cleaned: Cleaned) -> None:
    alone = dataclasses.replace(CONFIG, values="float32")
    configs = [dataclasses.replace(alone, liked_from=4.0, liked_edges=share) for share in (0.0, 0.25, 1.0)]
    everything, mixture, liked = (dense(cleaned, config) for config in configs)
    assert mixture == pytest.approx(0.75 * everything + 0.25 * liked, abs=1e-6)
    assert np.abs(everything - liked).max() > 0.01


def dense(cleaned: Cleaned, config: Config) -> np.ndarray:
    neighbours = fit(cleaned.catalog, cleaned.interactions, config).neighbours
    edges = np.zeros((neighbours.n_items,) * 2)
    edges[np.repeat(np.arange(len(edges)), np.diff(neighbours.indptr)), neighbours.targets] = neighbours.similarities
    return edges


def test_a_kernel_is_of_everything_or_of_what_is_liked() -> None:
    kernels = [kernel for _, kernel in kernel_parts(JUDGED)]
    assert [share for share, _ in kernel_parts(JUDGED)] == [0.4, 0.6]
    assert [kernel.liked_edges for kernel in kernels] == [0.0, 1.0]
    assert {kernel.others for kernel in kernels} == {1.0}
    assert kernel_parts(dataclasses.replace(CONFIG, family=Knn())) == [(1.0, dataclasses.replace(CONFIG, family=Knn()))]
    assert len(kernel_parts(dataclasses.replace(JUDGED, liked_edges=1.0))) == 1
