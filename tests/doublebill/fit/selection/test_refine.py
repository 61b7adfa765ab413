"""Refining: half-life and transitions are chosen on what is newest, and spare histories without times."""

from typing import Any

import numpy as np
import pytest

from doublebill.fit.evaluation.evaluate import Evaluation
from doublebill.fit.fit_recommender import fit
from doublebill.fit.selection import refine as module
from doublebill.fit.selection.candidates import HALF_LIVES, TRANSITIONS
from doublebill.fit.selection.refine import TOLERATED, Refinement, refine
from doublebill.fit.selection.study import Study
from doublebill.fit.selection.time_budget import TimeBudget
from doublebill.fit.splits.holdout import Holdout
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Knn
from doublebill.model.interactions import Interactions
from doublebill.model.recommender import Recommender

N_ITEMS = 24


def chains(users: int = 120, length: int = 10, timed: bool = True) -> Interactions:
    """Every user walks up the numbers from somewhere, then from somewhere else: the next is known by the last."""
    random = np.random.default_rng(1)
    rows = []
    for user in range(users):
        starts = random.integers(0, N_ITEMS, 2)
        walk = [*range(starts[0], starts[0] + length), *range(starts[1], starts[1] + length)]
        first = {item % N_ITEMS: time for time, item in reversed(list(enumerate(walk, 1)))}
        rows += [(user, item, time * timed) for item, time in first.items()]
    users_of, items, times = np.array(rows).T
    return Interactions.of(users_of, items, np.ones(len(rows)), times, N_ITEMS)


CATALOG = Catalog.of((f"item-{n:02}" for n in range(N_ITEMS)), {})
CONFIG = Config(Knn("cosine"), k=10)


def study_of(interactions: Interactions, **more: Any) -> Study:
    return Study.of(CATALOG, interactions, 1, **more)


def refined(study: Study, **more: Any) -> Refinement:
    assert study.split
    chosen = fit(CATALOG, study.split.train, CONFIG)
    return refine(study, study.split.validation, chosen, **more)


def test_a_half_life_is_chosen_where_what_is_next_goes_with_what_is_last() -> None:
    found = refined(study_of(chains()))
    assert found.recommender.config.half_life > 0
    values = {(one["half_life"], one["transitions"]): one["newest ndcg@100"] for one in found.tried}
    assert list(values)[: len(HALF_LIVES)] == [(half_life, 0.0) for half_life in HALF_LIVES]
    config = found.recommender.config
    assert values[config.half_life, config.transitions] == max(values.values())


def test_without_times_nothing_is_refined() -> None:
    found = refined(study_of(chains(timed=False)))
    assert found.recommender.config == CONFIG
    assert found.tried == []


def test_transitions_that_cost_histories_without_times_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def chosen(lost: float) -> float:
        def measure(recommender: Recommender, held_out: Holdout) -> Evaluation:
            weight = recommender.config.transitions
            value = 0.5 + (weight if held_out.timed else -lost * weight / TRANSITIONS[-1])
            return Evaluation({"ndcg@100": np.array([value])})

        monkeypatch.setattr(module, "evaluate", measure)
        return refined(study_of(chains())).recommender.config.transitions

    assert chosen(lost=0.9 * TOLERATED) == TRANSITIONS[-1]
    assert chosen(lost=1.5 * TOLERATED) == TRANSITIONS[0]
    assert chosen(lost=3 * TOLERATED) == 0


def test_each_weight_of_transitions_is_a_fit_that_the_budget_must_allow() -> None:
    spent = refined(study_of(chains(), budget=TimeBudget.of(lambda: 0.0, -1)))
    assert len(spent.tried) == len(HALF_LIVES)
    assert spent.recommender.config.transitions == 0


def test_done_again_it_stops_where_it_was_cut_before() -> None:
    study = study_of(chains())
    whole = refined(study)
    assert len(whole.tried) == len(HALF_LIVES) + len(TRANSITIONS)
    for cut in (whole.tried[:-1], whole.tried[: len(HALF_LIVES)]):
        assert refined(study, before=cut).tried == cut


def test_done_again_it_tries_what_was_tried_then_whatever_the_lists_are_now(monkeypatch: pytest.MonkeyPatch) -> None:
    study = study_of(chains())
    before = refined(study)
    monkeypatch.setattr(module, "HALF_LIVES", (1.0,))
    monkeypatch.setattr(module, "TRANSITIONS", ())
    again = refined(study, before=before.tried)
    assert (again.tried, again.recommender.config) == (before.tried, before.recommender.config)
