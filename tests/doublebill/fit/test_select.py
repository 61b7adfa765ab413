"""Selection: chosen on validation users, reported on test users."""

import numpy as np
import pytest

from doublebill.config import Config, Knn
from doublebill.fit import select as selection
from doublebill.fit.clean import clean
from doublebill.fit.evaluate import HeldOut, Measured
from doublebill.fit.select import candidates, select
from doublebill.recommender import Recommender
from worlds import checkerboard


def test_the_config_best_on_validation_users_is_chosen() -> None:
    cleaned = clean(checkerboard(80, 12), {})
    heard: list[str] = []
    config, report = select(cleaned.catalog, cleaned.interactions, candidates(exclude_seen=True), heard.append)
    tried = report["candidates"]
    assert isinstance(tried, list)
    best = max(one["validation"][selection.DECIDES] for one in tried)
    chosen = next(one for one in tried if one["config"] == config.to_json())
    assert chosen["validation"][selection.DECIDES] == best
    assert len(heard) == len(tried) + 1


def test_of_equals_the_first_is_chosen() -> None:
    cleaned = clean(checkerboard(80, 12), {})
    same = [Config(Knn("cosine"), k=50), Config(Knn("cosine"), k=51)]
    assert select(cleaned.catalog, cleaned.interactions, same, lambda _: None)[0] == same[0]


def test_test_users_are_looked_at_once_with_the_chosen_config_only(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    measure = selection.evaluate
    cleaned = clean(checkerboard(80, 12), {})

    def counting(recommender: Recommender, held_out: HeldOut) -> Measured:
        asked.append(held_out)
        return measure(recommender, held_out)

    monkeypatch.setattr(selection, "evaluate", counting)
    select(cleaned.catalog, cleaned.interactions, candidates(exclude_seen=True), lambda _: None)
    *validations, test = asked
    assert all(held_out is validations[0] for held_out in validations)
    assert test is not validations[0]


def test_too_few_users_choose_the_first_and_say_so() -> None:
    cleaned = clean(checkerboard(4, 12), {})
    config, report = select(cleaned.catalog, cleaned.interactions, candidates(exclude_seen=False), lambda _: None)
    assert config == candidates(exclude_seen=False)[0]
    assert report["evaluated"] is False


def test_the_difference_to_popularity_is_paired_by_user() -> None:
    cleaned = clean(checkerboard(80, 12), {})
    _, report = select(cleaned.catalog, cleaned.interactions, candidates(exclude_seen=True), lambda _: None)
    metrics, popularity, over = report["metrics"], report["popularity"], report["over_popularity"]
    assert isinstance(metrics, dict)
    assert isinstance(popularity, dict)
    assert isinstance(over, dict)
    for name, told in over.items():
        assert np.isclose(told["difference"], metrics[name] - popularity[name])
        assert told["standard_error"] >= 0
