"""Fitting: what order and metadata add to a family's edges, and what is noted of the course of a fit."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from doublebill.fit.clean import Cleaned, clean
from doublebill.fit.fit_recommender import fit
from doublebill.fit.order.transitions import transitions
from doublebill.model.config import Config, Edlae, Factors, Family, Knn, Rp3beta
from doublebill.model.items import Item
from doublebill.model.recommender import Recommender
from worlds import checkerboard

CLEANED = clean(checkerboard(40, 12), {})
TIMELESS = clean([replace(event, timestamp=0) for event in checkerboard(40, 12)], {})
FAMILIES: list[Family] = [Knn("cosine"), Rp3beta(), Edlae(ridge=10.0), Factors(dimensions=4, epochs=2)]


def fitted(config: Config, world: Cleaned = CLEANED, **more: Any) -> Recommender:
    return fit(world.catalog, world.interactions, replace(config, values="float32"), **more)


def edges(model: Recommender) -> np.ndarray:
    """[sources, targets]"""
    neighbours = model.neighbours
    shape = (neighbours.n_items, neighbours.n_items)
    return sp.csr_array((neighbours.similarities, neighbours.targets, neighbours.indptr), shape=shape).toarray()


class TestTransitions:
    @pytest.mark.parametrize("family", FAMILIES)
    def test_add_to_the_edges_there_are_and_add_none(self, family: Family) -> None:
        few = Config(family, k=3)
        plain, ordered = edges(fitted(few)), edges(fitted(replace(few, transitions=0.5)))
        followed = transitions(CLEANED.interactions).toarray()
        assert ((plain == 0) & (followed > 0)).any()
        np.testing.assert_allclose(ordered, plain + 0.5 * followed * (plain != 0), rtol=1e-5, atol=1e-6)
        assert not np.allclose(ordered, plain)

    def test_add_nothing_where_no_times_are_known(self) -> None:
        plain, ordered = fitted(Config(Knn()), TIMELESS), fitted(Config(Knn(), transitions=0.5), TIMELESS)
        np.testing.assert_array_equal(edges(plain), edges(ordered))


class TestColdItems:
    EVENTS = checkerboard(40, 12)
    NEW = "item-new"

    @pytest.mark.parametrize("family", FAMILIES)
    def test_get_edges_by_their_metadata(self, family: Family) -> None:
        described = {f"item-{n:02}": Item(f"item-{n:02}", tags=(("even", "odd")[n % 2],)) for n in range(12)}
        world = clean(self.EVENTS, {**described, self.NEW: Item(self.NEW, tags=("even",))})
        new = world.catalog.find(self.NEW)
        assert not edges(fitted(Config(family), world))[:, new].any()
        promised = edges(fitted(Config(family, cold_users=3), world))
        assert promised[:, new].any()
        assert promised[new].any()

    @pytest.mark.parametrize("family", FAMILIES)
    def test_without_metadata_get_none(self, family: Family) -> None:
        world = clean(self.EVENTS, {self.NEW: Item(self.NEW)})
        plain, asked = (edges(fitted(Config(family, cold_users=users), world)) for users in (0, 100))
        np.testing.assert_array_equal(plain, asked)


class TestNotes:
    def test_are_of_the_loss_curve_of_factors(self) -> None:
        notes: dict[str, Any] = {}
        fitted(Config(Factors(dimensions=4, epochs=3)), notes=notes)
        assert notes.keys() == {"curve"}
        assert 1 <= len(notes["curve"]) <= 3
        assert all(one.keys() == {"training", "validation"} for one in notes["curve"])

    @pytest.mark.parametrize("family", [family for family in FAMILIES if not isinstance(family, Factors)])
    def test_are_none_of_what_is_solved_at_once(self, family: Family) -> None:
        notes: dict[str, object] = {}
        fitted(Config(family), notes=notes)
        assert notes == {}

    def test_change_nothing_of_what_is_fitted(self) -> None:
        config = Config(Factors(dimensions=4, epochs=3))
        np.testing.assert_array_equal(edges(fitted(config)), edges(fitted(config, notes={})))


def test_popularity_is_the_share_of_users_who_have_an_item() -> None:
    model = fitted(Config(Knn()))
    np.testing.assert_allclose(model.popularity, CLEANED.interactions.popularity() / 40)


def test_ratings_are_predicted_where_there_are_any_and_leave_the_edges_alone() -> None:
    stars = [replace(event, kind="rate", value=4.0 if event.item_id < "item-06" else 2.0) for event in checkerboard()]
    rated = clean(stars, {})
    without, having = fitted(Config(Knn()), rated), fitted(Config(Knn()), rated, ratings=rated.ratings)
    assert without.ratings is None
    assert having.ratings is not None
    np.testing.assert_array_equal(edges(without), edges(having))
