"""Selection: chosen on validation users within its time, reported on test users."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from doublebill.fit.clean import Cleaned, clean
from doublebill.fit.evaluation import report as reporting
from doublebill.fit.evaluation.evaluate import Evaluation
from doublebill.fit.fit_recommender import kernel_config, kernel_edges
from doublebill.fit.selection import judge as judging
from doublebill.fit.selection import questions, work, workbench
from doublebill.fit.selection import refine as refining
from doublebill.fit.selection import study as studying
from doublebill.fit.selection.progress import label
from doublebill.fit.selection.select import choose, select, select_again
from doublebill.fit.selection.stages import STAGES, TRANSITIONS
from doublebill.fit.selection.study import DECIDES, SEED, Study
from doublebill.fit.selection.time_budget import TimeBudget
from doublebill.fit.splits.holdout import Holdout
from doublebill.fit.splits.user_splits import repeat_holdout, split, temporal_split
from doublebill.model.config import Config, Factors, Knn
from doublebill.model.recommender import Recommender
from worlds import checkerboard

CLEANED = clean(checkerboard(80, 12), {})
TIMELESS = clean([replace(event, timestamp=0) for event in checkerboard(80, 12)], {})
"""Where nothing can be refined, so the config is one of the list."""

FEW = [Config(Knn("cosine"), k=k) for k in (50, 2, 1)]


@pytest.fixture(autouse=True)
def one_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a test has one part; several are tested in test_judge."""
    monkeypatch.setattr(questions, "MOST_TESTS", 1)


def selected(
    configs: list[Config] = FEW,
    world: Cleaned = CLEANED,
    champion: Config | None = None,
    fallback: bool = False,
    **more: Any,
) -> tuple[Config, dict[str, Any]]:
    return select(Study.of(world.catalog, world.interactions, SEED, **more), configs, champion, fallback=fallback)


def unrefined(config: Config) -> Config:
    """The config of the list that was refined to this one."""
    return replace(config, half_life=0.0, transitions=0.0, new_transitions=False)


@pytest.fixture(autouse=True)
def only_stages_by_time(monkeypatch: pytest.MonkeyPatch) -> None:
    by_time = tuple(stage for stage in STAGES if stage.name in ("half-life", "transitions"))
    monkeypatch.setattr(refining, "STAGES", by_time)


class Stopwatch:
    """A clock that each kernel moves by so many seconds, but for those of baselines."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, seconds_a_kernel: float) -> None:
        self.seconds = 0.0
        self.fitted: list[Config] = []

        def fitting(interactions: Any, config: Config, *more: Any) -> Any:
            if not config.baseline:
                self.seconds += seconds_a_kernel
                self.fitted.append(config)
            return kernel_edges(interactions, config, *more)

        monkeypatch.setattr(workbench, "kernel_edges", fitting)

    def __call__(self) -> float:
        return self.seconds


def cost(monkeypatch: pytest.MonkeyPatch, seconds_of: Callable[[Config], float]) -> None:
    """Makes kernels the only work that counts."""
    for module in (work, workbench):
        monkeypatch.setattr(module, "kernel_seconds", lambda kernel, _: seconds_of(kernel))
        monkeypatch.setattr(module, "finish_seconds", lambda *_: 0.0)
    for module in (work, studying):
        monkeypatch.setattr(module, "measuring_seconds", lambda *_: 0.0)


class TestChoosing:
    def test_the_config_best_on_validation_users_is_chosen(self) -> None:
        heard: list[str] = []
        config, report = selected(tell=heard.append)
        tried: Any = report["candidates"]
        best = max(one["validation"][DECIDES] for one in tried)
        chosen = next(one for one in tried if one["config"] == unrefined(config).to_json())
        assert chosen["validation"][DECIDES] == best
        assert heard[0] == "trying 3 configs, fitted on 64 users, compared on 8 others"
        assert [line.split(" ")[0] for line in heard[1:4]] == ["[1/3]", "[2/3]", "[3/3]"]
        assert heard[-1] == f"evaluating {label(config)} on 8 test users"

    def test_it_is_refined_where_times_are_known_and_the_report_says_how(self) -> None:
        config, report = selected()
        newest = {(one["config"]["half_life"], one["config"]["transitions"]): one[DECIDES] for one in report["refined"]}
        assert len(newest) > len(TRANSITIONS)
        assert {"half-life", "transitions"} <= {one["stage"] for one in report["refined"]}
        assert config.transitions > 0
        assert newest[config.half_life, config.transitions] == max(newest.values())
        assert report["chosen"] == str(config)

    def test_without_times_the_config_is_one_of_the_list(self) -> None:
        config, report = selected(world=TIMELESS)
        assert config in FEW
        assert report["refined"] == []

    def test_a_restricted_search_tries_the_configs_alone_unrefined_and_says_so(self) -> None:
        study = Study.of(CLEANED.catalog, CLEANED.interactions, SEED)
        config, report = select(study, FEW[:2], FEW[2], restricted=True)
        assert config in FEW[:2]
        assert report["restricted"]
        assert (report["tried"], report["refined"]) == (2, [])
        assert report["over_champion"]

    def test_of_equals_the_first_is_chosen(self) -> None:
        assert selected([Config(Knn("cosine"), k=50), Config(Knn("cosine"), k=51)], TIMELESS)[0].k == 50
        assert selected([Config(Knn("cosine"), k=51), Config(Knn("cosine"), k=50)], TIMELESS)[0].k == 51

    def test_with_too_few_users_nothing_is_tried_and_item_knn_serves(self) -> None:
        few = clean(checkerboard(4, 12), {})
        config, report = selected(world=few, champion=FEW[1], fallback=True)
        assert (config, report["baseline"]) == (Config(Knn("cosine")), "item-kNN")
        assert select_again(Study.of(few.catalog, few.interactions), FEW, report) == config
        assert (report["evaluated"], report["tried"], report["of"], report["cut"]) == (False, 0, 3, False)
        assert report["candidates"] == [{"config": FEW[0].to_json()}]

    def test_a_config_that_cannot_be_fitted_ends_no_training(self, monkeypatch: pytest.MonkeyPatch) -> None:
        fail_at(monkeypatch, FEW[:1])
        config, report = selected()
        assert unrefined(config) in FEW[1:]
        tried: Any = report["candidates"]
        assert tried[0] == {"config": FEW[0].to_json(), "failed": "singular"}
        assert report["tried"] == 3

    def test_where_none_can_be_fitted_that_is_reported(self, monkeypatch: pytest.MonkeyPatch) -> None:
        fail_at(monkeypatch, FEW)
        with pytest.raises(np.linalg.LinAlgError, match="no config"):
            selected()


def fail_at(monkeypatch: pytest.MonkeyPatch, unfittable: list[Config]) -> None:
    kernels = [kernel_config(config) for config in unfittable]

    def fitting(interactions: Any, config: Config, *more: Any) -> Any:
        if config in kernels:
            raise np.linalg.LinAlgError("singular")
        return kernel_edges(interactions, config, *more)

    monkeypatch.setattr(workbench, "kernel_edges", fitting)


class TestTheBudget:
    @pytest.mark.parametrize(("seconds", "tried"), [(0, 1), (-5, 1), (49, 1), (50, 2), (60, 3), (math.inf, 3)])
    def test_cuts_the_list_short_and_says_so(self, monkeypatch: pytest.MonkeyPatch, seconds: float, tried: int) -> None:
        stopwatch = Stopwatch(monkeypatch, 10)
        _, report = selected(budget=TimeBudget.of(stopwatch, seconds))
        assert (report["tried"], report["of"], report["cut"]) == (tried, 3, tried < 3)
        assert len(report["candidates"]) == tried
        left_out = [one for one in report["left_out"] if "config" in one]
        assert [one["config"] for one in left_out] == [config.to_json() for config in FEW[tried:]]
        assert {one["why"] for one in report["left_out"]} <= {"the time was up"}
        assert stopwatch.seconds <= max(seconds, 10)

    def test_reaches_the_result_only_by_how_many_were_tried(self, monkeypatch: pytest.MonkeyPatch) -> None:
        config, report = selected(budget=TimeBudget.of(Stopwatch(monkeypatch, 10), 50))
        assert report["tried"] == 2
        study = Study.of(CLEANED.catalog, CLEANED.interactions, SEED)
        again = choose(study, FEW[:2], refined=report["refined"])
        assert again.config == config
        cut = {"of": 3, "cut": True, "cut_by_clock": True, "left_out": report["left_out"]}
        assert {**again.to_json(), **cut}.items() <= report.items()
        assert study.deciding
        fitted = study.fitted(again.config, study.deciding.test)
        measured = reporting.evaluation_report(fitted, study.deciding, SEED)
        assert all(report[name] == measured[name] for name in measured if name != "split")

    @pytest.mark.parametrize(("kernels", "tried"), [(0, 1), (4, 1), (5, 2), (6, 3), (math.inf, 3)])
    def test_counts_work_whatever_the_clock_says(
        self, monkeypatch: pytest.MonkeyPatch, kernels: float, tried: int
    ) -> None:
        """Beside those that are tried, three are counted: model and item-kNN for the test, one for all users."""
        cost(monkeypatch, lambda _: 10.0)
        found = []
        for seconds_a_kernel in (0.0, 1.0, 1000.0):
            budget = TimeBudget.of(Stopwatch(monkeypatch, seconds_a_kernel), work_seconds=10.0 * kernels)
            config, report = selected(budget=budget)
            assert (report["tried"], report["cut"], report["cut_by_clock"]) == (tried, tried < 3, False)
            assert {one["why"] for one in report["left_out"]} <= {"the budget was spent"}
            found.append((config, report["metrics"], report["left_out"]))
        assert found[0] == found[1] == found[2]

    def test_that_is_too_small_for_one_config_may_do_for_a_cheaper_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        dear, cheap = replace(FEW[1], k=40), FEW[2]
        cost(monkeypatch, lambda kernel: 500.0 if kernel.k == dear.k else 10.0)
        _, report = selected([FEW[0], dear, cheap], budget=TimeBudget(work_seconds=400.0))
        candidates: Any = report["candidates"]
        assert [one["config"] for one in candidates] == [FEW[0].to_json(), cheap.to_json()]
        left_out: Any = report["left_out"]
        assert {"config": dear.to_json(), "why": "the budget was spent"} in left_out

    def test_goes_on_until_one_could_be_fitted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        fail_at(monkeypatch, FEW[:2])
        config, report = selected(budget=TimeBudget.of(lambda: 0.0, -1))
        assert (config, report["tried"]) == (FEW[2], 3)

    def test_counts_the_time_of_the_champion_s_config(self, monkeypatch: pytest.MonkeyPatch) -> None:
        champion = Config(Knn("cosine"), k=7)
        _, alone = selected(budget=TimeBudget.of(Stopwatch(monkeypatch, 10), 50))
        _, beside = selected(budget=TimeBudget.of(Stopwatch(monkeypatch, 10), 50), champion=champion)
        assert (alone["tried"], beside["tried"]) == (2, 2)
        assert beside["candidates"][0]["config"] == champion.to_json()

    def test_tries_the_champion_s_config_whatever_it_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        champion = Config(Knn("cosine"), k=7)
        _, report = selected(budget=TimeBudget.of(Stopwatch(monkeypatch, 10), 0), champion=champion)
        assert (report["tried"], report["of"]) == (1, 4)
        assert report["candidates"][0]["config"] == champion.to_json()


class TestTheReport:
    def test_test_users_are_looked_at_once_with_the_chosen_config_only(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """At random and by time; whatever is tried is asked validation users."""
        asked: list[tuple[Config, str]] = []
        parts = split(CLEANED.interactions, SEED)
        by_time = temporal_split(CLEANED.interactions, SEED)
        assert parts
        assert by_time

        users = {
            "validation": repeat_holdout(parts.validation, SEED),
            "newest of validation": by_time.validation,
            "test": parts.test,
            "newest of test": by_time.test,
        }

        def counted(module: Any, name: str) -> None:
            measure = getattr(module, name)

            def counting(recommender: Recommender, held_out: Holdout, *more: Any) -> Evaluation:
                (whom,) = [one for one, known in users.items() if same(held_out, known)]
                asked.append((recommender.config, whom))
                return measure(recommender, held_out, *more)

            monkeypatch.setattr(module, name, counting)

        counted(studying, "evaluate_headline")
        counted(reporting, "evaluate")
        counted(judging, "evaluate")
        config, _ = selected()
        *tried, first, popularity, recent, knn, last = asked
        assert [one.baseline for one, _ in (popularity, recent, knn)] == ["popularity", "recent popularity", "item-kNN"]
        assert {whom for _, whom in (popularity, knn)} == {"test"}
        assert (first, last) == ((config, "test"), (config, "newest of test"))
        assert tried[: len(FEW)] == [(one, "validation") for one in FEW]
        assert {whom for _, whom in tried[len(FEW) :]} == {"validation", "newest of validation"}

    def test_no_config_is_fitted_twice(self, monkeypatch: pytest.MonkeyPatch) -> None:
        stopwatch = Stopwatch(monkeypatch, 1)
        selected(champion=Config(Knn("cosine"), k=9))
        assert len(set(stopwatch.fitted)) == len(stopwatch.fitted) == 1 + len(FEW)

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

    def test_segments_of_items_and_users_are_reported(self) -> None:
        _, report = selected()
        assert {"head items", "tail items"} <= report["segments"].keys()

    def test_with_times_the_newest_of_the_same_users_is_looked_for_too(self) -> None:
        _, report = selected()
        assert report["temporal"]["split"]["test_users"] == report["split"]["test_users"]
        assert report["temporal"]["metrics"].keys() == report["metrics"].keys()

    def test_without_times_it_is_not(self) -> None:
        _, report = selected(world=TIMELESS)
        assert "temporal" not in report

    def test_the_loss_curve_of_gradient_trained_factors_is_reported(self) -> None:
        learnt, plain = Config(Factors(dimensions=2, epochs=3)), FEW[0]
        _, report = selected([learnt, plain])
        first, second = report["candidates"]
        assert 1 <= len(first["curve"]) <= 3
        assert set(first["curve"][0]) == {"training", "validation"}
        assert "curve" not in second


def same(one: Holdout, other: Holdout) -> bool:
    return one.timed == other.timed and np.array_equal(one.targets.items, other.targets.items)


class TestTheChampion:
    CHAMPION = Config(Knn("cosine"), k=1)

    def test_is_compared_on_the_same_users_with_its_config_fitted_on_the_same_part(self) -> None:
        _, report = selected(FEW[:1], TIMELESS, champion=self.CHAMPION)
        assert report["champion"]["config"] == self.CHAMPION.to_json()
        _, alone = selected([self.CHAMPION], TIMELESS)
        assert report["champion"]["metrics"] == alone["metrics"]
        for name, told in report["over_champion"].items():
            assert np.isclose(told["difference"], report["metrics"][name] - alone["metrics"][name])

    def test_whose_config_is_the_challenger_s_is_not_fitted_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        stopwatch = Stopwatch(monkeypatch, 1)
        _, report = selected(FEW[:1], TIMELESS, champion=FEW[0])
        assert stopwatch.fitted == FEW[:1]
        assert {told["difference"] for told in report["over_champion"].values()} == {0.0}
        assert {told["standard_error"] for told in report["over_champion"].values()} == {0.0}

    def test_whose_config_was_refined_to_the_challenger_s_differs_by_nothing(self) -> None:
        refined, _ = selected(FEW[:1])
        assert refined != FEW[0]
        config, report = selected(FEW[:1], champion=refined)
        assert config == refined
        assert {told["difference"] for told in report["over_champion"].values()} == {0.0}

    def test_changes_nothing_of_what_is_chosen(self) -> None:
        without, beside = selected(), selected(champion=self.CHAMPION)
        assert without[0] == beside[0]
        assert beside[1].keys() - without[1].keys() == {"champion", "over_champion"}
        assert {name: beside[1][name] for name in without[1]} == without[1]

    def test_whose_config_cannot_be_fitted_is_not_compared_and_that_is_reported(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fail_at(monkeypatch, [champion := Config(Knn("cosine"), k=9)])
        _, report = selected(champion=champion)
        assert report["champion"]["not_compared"] == "its config cannot be fitted: singular"
        assert "over_champion" not in report
