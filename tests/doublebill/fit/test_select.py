"""Selection: chosen on validation users within its time, reported on test users."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from doublebill.config import Config, Factors, Knn
from doublebill.fit import report as reporting
from doublebill.fit import select as selection
from doublebill.fit.budget import Budget
from doublebill.fit.clean import clean
from doublebill.fit.evaluate import HeldOut, Measured
from doublebill.fit.select import SEED, select
from doublebill.fit.splits import split, temporal_split
from doublebill.recommender import Recommender
from worlds import checkerboard

CLEANED = clean(checkerboard(80, 12), {})
FEW = [Config(Knn("cosine"), k=k) for k in (50, 2, 1)]


def selected(configs: list[Config] = FEW, **more: Any) -> tuple[Config, dict[str, Any]]:
    return select(CLEANED.catalog, CLEANED.interactions, configs, lambda _: None, **more)


class Stopwatch:
    """A clock that each fit moves by so many seconds."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, seconds_a_fit: float) -> None:
        self.seconds = 0.0
        self.fitted: list[Config] = []
        fit = selection.fit

        def fitting(catalog: Any, interactions: Any, config: Config, **more: Any) -> Recommender:
            self.seconds += seconds_a_fit
            self.fitted.append(config)
            return fit(catalog, interactions, config, **more)

        monkeypatch.setattr(selection, "fit", fitting)

    def __call__(self) -> float:
        return self.seconds


class TestChoosing:
    def test_the_config_best_on_validation_users_is_chosen(self) -> None:
        heard: list[str] = []
        config, report = select(CLEANED.catalog, CLEANED.interactions, FEW, heard.append)
        tried: Any = report["candidates"]
        best = max(one["validation"][selection.DECIDES] for one in tried)
        chosen = next(one for one in tried if one["config"] == config.to_json())
        assert chosen["validation"][selection.DECIDES] == best
        assert len(heard) == len(tried) + 1

    def test_of_equals_the_first_is_chosen(self) -> None:
        assert selected([Config(Knn("cosine"), k=50), Config(Knn("cosine"), k=51)])[0].k == 50

    def test_too_few_users_choose_the_first_untried_and_say_so(self) -> None:
        few = clean(checkerboard(4, 12), {})
        config, report = select(few.catalog, few.interactions, FEW, lambda _: None, champion=FEW[1])
        assert config == FEW[0]
        assert (report["evaluated"], report["tried"], report["of"], report["cut"]) == (False, 0, 3, False)
        assert report["candidates"] == [{"config": FEW[0].to_json()}]

    def test_a_config_that_cannot_be_fitted_ends_no_training(self, monkeypatch: pytest.MonkeyPatch) -> None:
        fail_at(monkeypatch, FEW[:1])
        config, report = selected()
        assert config in FEW[1:]
        tried: Any = report["candidates"]
        assert tried[0] == {"config": FEW[0].to_json(), "failed": "singular"}
        assert report["tried"] == 3

    def test_where_none_can_be_fitted_that_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        fail_at(monkeypatch, FEW)
        with pytest.raises(np.linalg.LinAlgError, match="no config"):
            selected()


def fail_at(monkeypatch: pytest.MonkeyPatch, unfittable: list[Config]) -> None:
    fit = selection.fit

    def fitting(catalog: Any, interactions: Any, config: Config, **more: Any) -> Recommender:
        if config in unfittable:
            raise np.linalg.LinAlgError("singular")
        return fit(catalog, interactions, config, **more)

    monkeypatch.setattr(selection, "fit", fitting)


class TestTheBudget:
    @pytest.mark.parametrize(("seconds", "tried"), [(0, 1), (-5, 1), (49, 1), (50, 2), (60, 3), (math.inf, 3)])
    def test_cuts_the_list_short_and_says_so(self, monkeypatch: pytest.MonkeyPatch, seconds: float, tried: int) -> None:
        stopwatch = Stopwatch(monkeypatch, 10)
        _, report = selected(budget=Budget.of(stopwatch, seconds))
        assert (report["tried"], report["of"], report["cut"]) == (tried, 3, tried < 3)
        assert len(report["candidates"]) == tried
        assert stopwatch.seconds <= max(seconds, 10)

    def test_reaches_the_result_only_by_how_many_were_tried(self, monkeypatch: pytest.MonkeyPatch) -> None:
        cut = selected(budget=Budget.of(Stopwatch(monkeypatch, 10), 50))
        replayed = selected(FEW[:2])
        for report in (cut[1], replayed[1]):
            report.pop("of"), report.pop("cut")
        assert cut == replayed

    def test_goes_on_until_one_could_be_fitted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        fail_at(monkeypatch, FEW[:2])
        config, report = selected(budget=Budget.of(lambda: 0.0, -1))
        assert (config, report["tried"]) == (FEW[2], 3)

    def test_counts_the_time_of_the_champion_s_config(self, monkeypatch: pytest.MonkeyPatch) -> None:
        champion = Config(Knn("cosine"), k=7)
        _, alone = selected(budget=Budget.of(Stopwatch(monkeypatch, 10), 50))
        _, beside = selected(budget=Budget.of(Stopwatch(monkeypatch, 10), 50), champion=champion)
        assert (alone["tried"], beside["tried"]) == (2, 1)


class TestTheReport:
    def test_test_users_are_looked_at_once_with_the_chosen_config_only(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[tuple[Config, bool]] = []
        measure = selection.evaluate
        parts = split(CLEANED.interactions, SEED)
        by_time = temporal_split(CLEANED.interactions, SEED)
        assert parts
        assert by_time

        def counting(recommender: Recommender, held_out: HeldOut) -> Measured:
            looks = [same(held_out, one) for one in (parts.validation, parts.test, by_time.test)]
            asked.append((recommender.config, ["validation", "test", "newest"][looks.index(True)]))
            return measure(recommender, held_out)

        for module in (selection, reporting):
            monkeypatch.setattr(module, "evaluate", counting)
        config, _ = selected()
        assert asked == [*((one, "validation") for one in FEW), (config, "test"), (config, "newest")]

    def test_the_difference_to_popularity_is_paired_by_user(self) -> None:
        _, report = selected()
        for name, told in report["over_popularity"].items():
            assert np.isclose(told["difference"], report["metrics"][name] - report["popularity"][name])
            assert told["standard_error"] >= 0
            assert told["low"] <= told["difference"] + 1e-9 <= told["high"] + 2e-9

    def test_every_metric_of_a_user_has_its_interval(self) -> None:
        _, report = selected()
        assert report["intervals"].keys() == report["over_popularity"].keys() < report["metrics"].keys()
        for name, (low, high) in report["intervals"].items():
            assert low - 1e-9 <= report["metrics"][name] <= high + 1e-9

    def test_segments_of_items_and_users_are_told(self) -> None:
        _, report = selected()
        assert {"head items", "tail items"} <= report["segments"].keys()

    def test_with_times_the_newest_of_the_same_users_is_looked_for_too(self) -> None:
        _, report = selected()
        assert report["temporal"]["split"]["test_users"] == report["split"]["test_users"]
        assert report["temporal"]["metrics"].keys() == report["metrics"].keys()

    def test_without_times_it_is_not(self) -> None:
        timeless = clean([replace(event, timestamp=0) for event in checkerboard(80, 12)], {})
        _, report = select(timeless.catalog, timeless.interactions, FEW, lambda _: None)
        assert "temporal" not in report

    def test_the_loss_curve_of_gradient_trained_factors_is_told(self) -> None:
        learnt, plain = Config(Factors(dimensions=2, epochs=3)), FEW[0]
        _, report = selected([learnt, plain])
        first, second = report["candidates"]
        assert 1 <= len(first["curve"]) <= 3
        assert set(first["curve"][0]) == {"training", "validation"}
        assert "curve" not in second


def same(one: HeldOut, other: HeldOut) -> bool:
    return one.timed == other.timed and np.array_equal(one.hidden.items, other.hidden.items)


class TestTheChampion:
    CHAMPION = Config(Knn("cosine"), k=1)

    def test_is_compared_on_the_same_users_with_its_config_fitted_on_the_same_part(self) -> None:
        _, report = selected(FEW[:1], champion=self.CHAMPION)
        assert report["champion"]["config"] == self.CHAMPION.to_json()
        _, alone = selected([self.CHAMPION])
        assert report["champion"]["metrics"] == alone["metrics"]
        for name, told in report["over_champion"].items():
            assert np.isclose(told["difference"], report["metrics"][name] - alone["metrics"][name])

    def test_whose_config_is_the_challenger_s_is_not_fitted_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        stopwatch = Stopwatch(monkeypatch, 1)
        _, report = selected(FEW[:1], champion=FEW[0])
        assert stopwatch.fitted == FEW[:1]
        assert {told["difference"] for told in report["over_champion"].values()} == {0.0}
        assert {told["standard_error"] for told in report["over_champion"].values()} == {0.0}

    def test_changes_nothing_of_what_is_chosen(self) -> None:
        without, beside = selected(), selected(champion=self.CHAMPION)
        assert without[0] == beside[0]
        assert beside[1].keys() - without[1].keys() == {"champion", "over_champion"}
        assert {name: beside[1][name] for name in without[1]} == without[1]

    def test_whose_config_cannot_be_fitted_is_not_compared_and_that_is_told(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fail_at(monkeypatch, [champion := Config(Knn("cosine"), k=9)])
        _, report = selected(champion=champion)
        assert report["champion"]["not_compared"] == "its config cannot be fitted: singular"
        assert "over_champion" not in report
