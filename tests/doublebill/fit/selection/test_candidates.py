"""Candidates: a fixed list that follows from how many users items have."""

from dataclasses import replace

import numpy as np
import pytest

from doublebill.fit.clean import clean
from doublebill.fit.selection import candidates as module
from doublebill.fit.selection.candidates import COLD_USERS, candidates
from doublebill.model.config import Edlae, Factors
from doublebill.model.interactions import Interactions
from worlds import checkerboard

INTERACTIONS = clean(checkerboard(80, 12), {}).interactions


def test_they_are_in_a_fixed_order_and_distinct() -> None:
    listed = candidates(INTERACTIONS, exclude_seen=True, metadata=False)
    assert listed == candidates(INTERACTIONS, exclude_seen=True, metadata=False)
    assert len({str(config) for config in listed}) == len(listed)
    assert all(config.exclude_seen for config in listed)


def test_ridges_go_with_how_many_users_an_item_has() -> None:
    def ridges(interactions: Interactions) -> np.ndarray:
        listed = candidates(interactions, True, False)
        return np.array([one.family.ridge for one in listed if isinstance(one.family, Edlae)])

    many = Interactions.of(*np.divmod(np.arange(12 * 400), 12), np.ones(12 * 400), np.zeros(12 * 400, int), n_items=12)
    few = Interactions.of(*np.divmod(np.arange(12 * 40), 12), np.ones(12 * 40), np.zeros(12 * 40, int), n_items=12)
    np.testing.assert_allclose(ridges(many), 10 * ridges(few))


def test_metadata_gives_cold_items_neighbours() -> None:
    assert {one.cold_users for one in candidates(INTERACTIONS, True, metadata=True)} == {COLD_USERS}
    assert {one.cold_users for one in candidates(INTERACTIONS, True, metadata=False)} == {0}


def test_no_dense_solution_is_tried_on_more_items_than_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ITEMS", 11)
    families = [one.family for one in candidates(INTERACTIONS, True, False)]
    assert {one.support for one in families if isinstance(one, Edlae)} == {"cosine"}
    assert {one.length_power for one in families if isinstance(one, Edlae)} == {0.5, module.SPARSE_LENGTH_POWER}


def test_neither_a_dense_solution_nor_factors_are_tried_on_many_items(monkeypatch: pytest.MonkeyPatch) -> None:
    few = [one.family for one in candidates(INTERACTIONS, True, False)]
    monkeypatch.setattr(module, "MOST_DENSE_ITEMS", 11)
    many = [one.family for one in candidates(INTERACTIONS, True, False)]
    assert [str(one) for one in few if one not in many] == [str(few[5]), str(Factors())]
    assert few[5] == replace(few[0], support="inverse")


def test_without_interactions_there_are_candidates_all_the_same() -> None:
    none = np.zeros(0, int)
    assert candidates(Interactions.of(none, none, np.zeros(0), none, 3), True, False)
