"""The stages of a prior: taken where what is popular changes with the days, and only where the calendar asks."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from doublebill.fit.selection import refine as module
from doublebill.fit.selection import stages
from doublebill.fit.selection.refine import Refinement, refine
from doublebill.fit.selection.study import Study
from doublebill.fit.splits.calendar import Timeline, calendar_split
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Knn
from doublebill.model.interactions import Interactions
from doublebill.model.priors.visits import DAY_MS

DAYS, N_ITEMS = 20, 30
CATALOG = Catalog.of((f"item-{n:02}" for n in range(N_ITEMS)), {})
CONFIG = Config(Knn("cosine"), k=10)
RECENCY = tuple(stage for stage in stages.STAGES if "recency" in stage.name)


def fashions() -> Interactions:
    """Every day a few of forty users turn to the items of the day, and to one at random."""
    random = np.random.default_rng(1)
    met: dict[tuple[int, int], int] = {}
    for day in range(DAYS):
        for user in random.integers(0, 40, 25):
            for item in ((day + random.integers(0, 3)) % N_ITEMS, random.integers(0, N_ITEMS)):
                met.setdefault((int(user), int(item)), (day + 1) * DAY_MS)
    users, items = np.array(list(met)).T
    return Interactions.of(users, items, np.ones(len(met)), np.array(list(met.values())), N_ITEMS)


@pytest.fixture(scope="module")
def study() -> Study:
    parts = calendar_split(Timeline.of(fashions()))
    assert parts is not None
    return Study(CATALOG, {"calendar": parts}, "calendar")


@pytest.fixture(scope="module")
def found(study: Study) -> Iterator[Refinement]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "STAGES", RECENCY)
        patch.setattr(stages, "HALF_LIVES_DAYS", (1.0, 30.0))
        patch.setattr(stages, "RECENT_WEIGHTS", (3.0, 30.0))
        patch.setattr(stages, "RECENT_POWERS", (0.0, 1.0))
        yield refine(study, CONFIG)


def test_a_prior_of_a_short_half_life_is_chosen_where_fashions_last_for_days(found: Refinement) -> None:
    assert found.best.prior is not None
    assert found.best.prior.half_life_days == 1


def test_each_stage_begins_with_the_best_of_the_one_before(found: Refinement) -> None:
    priors = [Config.from_json(one["config"]).prior for one in found.tried]
    assert {prior.power for prior in priors if prior} == {0.0, 1.0}
    assert {prior.weight for prior in priors if prior} == {3.0, 30.0}


def test_the_record_repeats_the_choice(study: Study, found: Refinement) -> None:
    repeated = refine(study, CONFIG, before=found.tried)
    assert (repeated.best, repeated.tried) == (found.best, found.tried)


def test_no_prior_is_tried_where_the_calendar_does_not_decide(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STAGES", RECENCY)
    other = refine(replace(study, decides="random"), CONFIG)
    assert other.best == CONFIG
    assert all("prior" not in one["config"] for one in other.tried)
