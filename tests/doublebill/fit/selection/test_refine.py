"""Refining: half-life and transitions are chosen on what is newest, and spare histories without times."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from doublebill.fit.fit_recommender import fit
from doublebill.fit.selection import refine as module
from doublebill.fit.selection import stages, workbench
from doublebill.fit.selection.refine import TOLERATED, Refinement, refine
from doublebill.fit.selection.stages import HALF_LIVES, LIKED_EDGES, STAGES, TRANSITIONS, WITH_TRANSITIONS
from doublebill.fit.selection.study import DECIDES, Study
from doublebill.fit.selection.time_budget import BUDGET_SPENT, TimeBudget
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Edlae, Knn
from doublebill.model.counting.verdicts import Stars
from doublebill.model.interactions import Interactions

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
BY_TIME = tuple(stage for stage in STAGES if stage.name in ("half-life", "transitions"))
BY_VERDICT = tuple(stage for stage in STAGES if stage.name in ("ratings", "verdicts"))


@pytest.fixture(autouse=True)
def only_stages_by_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STAGES", BY_TIME)


def study_of(interactions: Interactions, **more: Any) -> Study:
    return Study.of(CATALOG, interactions, 1, **more)


def refined(study: Study, **more: Any) -> Refinement:
    return refine(study, CONFIG, **more)


def test_a_half_life_is_chosen_where_what_is_next_goes_with_what_is_last() -> None:
    found = refined(study_of(chains()))
    assert found.best.half_life > 0
    tried = {"half-life": dict[float, float](), "transitions": dict[float, float]()}
    for one in found.tried:
        tried[one["stage"]][Config.from_json(one["config"]).half_life] = one[DECIDES]
    half_lives = tried["half-life"]
    assert list(half_lives) == list(HALF_LIVES)[: len(half_lives)]
    best = max(half_lives, key=lambda half_life: half_lives[half_life])
    assert set(tried["transitions"]) == {best, WITH_TRANSITIONS}


@pytest.mark.parametrize(("best", "tried"), [(0.0, 3), (12.0, 5), (2.0, 8)])
def test_half_lives_are_tried_until_two_in_a_row_are_no_better(
    best: float, tried: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = HALF_LIVES.index(best)
    monkeypatch.setattr(Study, "reached", lambda _, one, __: -abs(HALF_LIVES.index(one.half_life) - place))
    monkeypatch.setattr(module, "STAGES", BY_TIME[:1])
    found = refined(study_of(chains()))
    assert found.best.half_life == best
    assert len(found.tried) == tried
    everything = [{**found.tried[0], "config": replace(CONFIG, half_life=one).to_json()} for one in HALF_LIVES]
    assert len(refined(study_of(chains()), before=everything).tried) == len(HALF_LIVES)


def test_one_trial_of_each_stage_is_taken_that_with_which_it_ended() -> None:
    found = refined(study_of(chains()))
    taken = [one for one in found.tried if one["taken"]]
    assert [one["stage"] for one in taken] == ["half-life", "transitions"]
    assert Config.from_json(taken[-1]["config"]) == found.best


def test_without_times_nothing_is_refined() -> None:
    found = refined(study_of(chains(timed=False)))
    assert found.best == CONFIG
    assert found.tried == []


def test_transitions_that_cost_histories_without_times_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def chosen(lost: float) -> float:
        def measure(_: Study, config: Config, question: str) -> float:
            weight = config.transitions / TRANSITIONS[-1]
            return 0.5 + (weight if question == "newest" else -lost * weight)

        monkeypatch.setattr(Study, "reached", measure)
        return refined(study_of(chains())).best.transitions

    assert chosen(lost=0.9 * TOLERATED) == TRANSITIONS[-1]
    assert chosen(lost=1.5 * TOLERATED) == TRANSITIONS[-2]
    assert chosen(lost=100 * TOLERATED) == 0


def test_a_variant_that_cannot_be_fitted_is_recorded_and_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def measure(_: Study, config: Config, __: str) -> float:
        if config.transitions:
            raise np.linalg.LinAlgError("singular")
        return 0.5

    monkeypatch.setattr(Study, "reached", measure)
    found = refined(study_of(chains()))
    assert [one["failed"] for one in found.tried if "failed" in one] == ["singular"] * (len(TRANSITIONS) + 2)
    assert found.best == CONFIG


def test_variants_are_tried_while_the_budget_allows() -> None:
    heard: list[str] = []
    spent = refined(study_of(chains(), budget=TimeBudget.of(lambda: 0.0, -1), tell=heard.append))
    assert not spent.tried
    assert spent.best == CONFIG
    assert "half-life … cut short: the time was up" in heard


def test_each_stage_that_the_budget_ends_is_named_with_the_reason() -> None:
    heard: list[str] = []
    counted = refined(study_of(chains(), budget=TimeBudget(work_seconds=0.0), tell=heard.append))
    assert not counted.tried
    assert {one["why"] for one in counted.left_out} == {BUDGET_SPENT}
    assert {one["stage"] for one in counted.left_out} >= {"half-life", "transitions"}
    assert "half-life … cut short: the budget was spent" in heard


def test_done_again_it_stops_where_it_was_cut_before() -> None:
    study = study_of(chains())
    whole = refined(study)
    for cut in (whole.tried[:-1], [one for one in whole.tried if one["stage"] == "half-life"]):
        assert refined(study, before=cut).tried == cut


def test_done_again_it_tries_what_was_tried_then_whatever_the_lists_are_now(monkeypatch: pytest.MonkeyPatch) -> None:
    study = study_of(chains())
    before = refined(study)
    monkeypatch.setattr(stages, "HALF_LIVES", (1.0,))
    monkeypatch.setattr(stages, "TRANSITIONS", ())
    again = refined(study, before=before.tried)
    assert (again.tried, again.best) == (before.tried, before.best)


def test_trials_of_a_run_before_stages_had_names_are_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    study = study_of(chains())
    monkeypatch.setattr(stages, "TRANSITIONS", (0.05, 0.1))
    whole = refined(study)
    configs = [Config.from_json(one["config"]) for one in whole.tried]
    old = [
        {"half_life": one.half_life, "transitions": one.transitions, "newest ndcg@100": 0.0}
        for one, trial in zip(configs, whole.tried, strict=True)
        if one.transitions or trial["stage"] == "half-life"
    ]
    monkeypatch.setattr(stages, "HALF_LIVES", ())
    assert refined(study, before=old).best == whole.best


def test_a_stage_whose_question_the_data_cannot_answer_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = replace(BY_TIME[0], questions=("calendar",))
    monkeypatch.setattr(module, "STAGES", (stage,))
    assert refined(study_of(chains())).tried == []


def rated(stars_of_others: float) -> Interactions:
    """Users like one half of the items and rate some of the other half with the same stars."""
    random = np.random.default_rng(3)
    rows = []
    for user in range(100):
        own = user % 2 + 2 * random.permutation(N_ITEMS // 2)[:7]
        others = (user + 1) % 2 + 2 * random.permutation(N_ITEMS // 2)[:7]
        rows += [(user, item, 5.0) for item in own] + [(user, item, stars_of_others) for item in others]
    users, items, stars = np.array(rows).T
    numbers = users.astype(np.int64), items.astype(np.int64)
    verdicts = Stars(stars.astype(np.float32), 4.0) if stars_of_others < 4 else None
    return Interactions.of(*numbers, stars, np.zeros(len(rows), np.int64), N_ITEMS, verdicts)


def test_where_people_rate_low_too_edges_and_histories_follow_what_they_liked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STAGES", BY_VERDICT)
    study = study_of(rated(stars_of_others=3.0))
    found = refined(study)
    assert found.best.liked_from == 4.0
    assert found.best.liked_edges > 0
    assert found.best.others < 1
    tried = [Config.from_json(one["config"]) for one in found.tried if one["stage"] == "ratings"]
    assert [config.liked_edges for config in tried] == [0.0, *LIKED_EDGES]
    again = refined(study, before=found.tried)
    assert again.best == found.best
    assert again.tried == found.tried


def test_without_low_ratings_no_verdict_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STAGES", BY_VERDICT)
    study = study_of(rated(stars_of_others=4.5))
    assert study.liked_from is None
    assert "liked" not in study.questions
    assert refined(study).tried == []


def test_strength_is_taken_where_it_loses_no_more_than_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = np.arange(len(chains().items)) % 5 + 1
    study = study_of(replace(chains(), weights=weights.astype(np.float32)))
    monkeypatch.setattr(module, "STAGES", tuple(stage for stage in STAGES if stage.name == "weights"))

    def chosen(lost: float) -> str:
        monkeypatch.setattr(Study, "reached", lambda _, config, __: 0.5 - lost * (config.strength != "none"))
        return refine(study, Config(Edlae())).best.strength

    assert [chosen(lost) for lost in (-0.1, 0.0, 0.9 * TOLERATED, 1.1 * TOLERATED)] == ["bm25"] * 3 + ["none"]


def test_equal_weights_have_no_strength_to_try() -> None:
    study = study_of(chains())
    variants = [stage.variants(Config(Edlae()), study) for stage in STAGES if stage.name == "weights"]
    assert [list(found) for found in variants] == [[]]


def test_transitions_are_counted_once_for_all_their_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[Interactions] = []
    count = workbench.transitions
    monkeypatch.setattr(
        workbench, "transitions", lambda train, **options: counted.append(train) or count(train, **options)
    )
    study = study_of(chains())
    refined(study)
    assert len(counted) == 1
    ordered, holdout = replace(CONFIG, transitions=0.3, new_transitions=True), study.validation("newest")
    alone = fit(CATALOG, holdout.reference, ordered).neighbours.to_arrays()
    for name, array in study.fitted(ordered, holdout).neighbours.to_arrays().items():
        np.testing.assert_array_equal(array, alone[name])
