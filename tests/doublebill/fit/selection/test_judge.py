"""Judging: which config is published, on how many tests, and what its report says."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from doublebill.events import Event
from doublebill.fit.clean import clean
from doublebill.fit.selection import questions
from doublebill.fit.selection.judge import judge
from doublebill.fit.selection.questions import questions_of
from doublebill.fit.selection.select import select, select_again
from doublebill.fit.selection.study import DECIDES, Study
from doublebill.fit.selection.time_budget import TimeBudget
from doublebill.fit.splits import calendar
from doublebill.fit.splits.calendar import DAY_MILLISECONDS, Timeline
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Knn, Popularity
from doublebill.model.interactions import Interactions
from worlds import checkerboard

CLEANED = clean(checkerboard(60, 12), {})
MODEL = Config(Knn("cosine"), k=5)
WORTHLESS = Config(Knn("cosine"), k=1, damping=1.0)
"""Shows the rarest items first."""


def crowd() -> Interactions:
    """Returns users with random items of a popularity that falls steeply, so that nothing beats popularity."""
    random = np.random.default_rng(5)
    likely = 1 / np.arange(1, 41) ** 1.2
    pairs = np.array(
        [(user, item) for user in range(100) for item in random.choice(40, 8, False, likely / likely.sum())]
    )
    return Interactions.of(pairs[:, 0], pairs[:, 1], np.ones(len(pairs)), np.zeros(len(pairs), int), 40)


CROWD = Study.of(Catalog.of([f"i{n:02}" for n in range(40)], {}), crowd())


def test_a_model_that_beats_the_baselines_is_published() -> None:
    config, report = judge(Study.of(CLEANED.catalog, CLEANED.interactions), MODEL)
    assert config == MODEL
    assert report.keys() & {"baseline", "model"} == set()
    baselines: Any = report["baselines"]
    assert baselines["popularity"]["over"][DECIDES]["difference"] > 0


def fashions(users: int = 400, days: int = 60) -> Interactions:
    """Returns users who come several times, each day to one of the few items that are in fashion on that day."""
    random = np.random.default_rng(3)
    rows = np.array(
        [
            (user, day // 3 * 2 + random.integers(4), day)
            for user in range(users)
            for day in random.choice(days, 8, False)
        ]
    )
    pairs, first = np.unique(rows[:, :2], axis=0, return_index=True)
    times = (rows[first, 2] + 1) * DAY_MILLISECONDS
    return Interactions.of(pairs[:, 0], pairs[:, 1], np.ones(len(pairs)), times, 44)


def test_recent_popularity_is_published_where_it_beats_the_model() -> None:
    data = fashions()
    catalog = Catalog.of([f"i{n:02}" for n in range(44)], {})
    config, report = judge(Study.of(catalog, data), WORTHLESS)
    judged: Any = report
    assert (config.baseline, judged["baseline"]) == ("recent popularity", "recent popularity")
    assert config.prior is not None
    over = judged["baselines"]["popularity"]["over"][DECIDES]
    assert over["difference"] > 2 * over["standard_error"]


def test_without_times_there_is_no_recent_popularity() -> None:
    _, report = judge(CROWD, WORTHLESS)
    baselines: Any = report["baselines"]
    assert baselines.keys() == {"popularity", "item-kNN"}


def test_a_baseline_that_beats_the_model_beyond_noise_is_published_in_its_place() -> None:
    config, report = judge(CROWD, WORTHLESS)
    judged: Any = report
    assert config == Config(Popularity())
    assert judged["baseline"] == "popularity"
    assert judged["model"]["config"] == WORTHLESS.to_json()
    assert judged["model"]["over"][DECIDES]["difference"] < -2 * judged["model"]["over"][DECIDES]["standard_error"]
    assert judged["metrics"] == judged["popularity"]
    assert judge(CROWD, WORTHLESS, fallback=False)[0] == WORTHLESS


def test_a_selection_is_repeated_from_its_report_with_the_baseline_that_it_published() -> None:
    config, report = select(CROWD, [WORTHLESS])
    assert config == Config(Popularity())
    assert select_again(CROWD, [WORTHLESS], report) == config
    kept, unjudged = select(CROWD, [WORTHLESS], fallback=False)
    assert select_again(CROWD, [WORTHLESS], unjudged) == kept != config


def test_a_champion_s_config_stays_unless_another_is_better_beyond_noise() -> None:
    champion, other = Config(Popularity(), half_life=3.0), Config(Popularity(), half_life=5.0)
    kept, report = judge(CROWD, other, champion)
    challenger: Any = report["challenger"]
    compared: Any = report["champion"]
    assert (kept, challenger["config"], compared["refreshed"]) == (champion, other.to_json(), True)
    assert challenger["over"][DECIDES]["difference"] == 0
    searched = {**report, "refined": [], "candidates": []}
    assert select_again(CROWD, [other], searched) == champion
    replaced, won = judge(CROWD, other, WORTHLESS)
    assert (replaced, "challenger" in won) == (other, False)
    assert judge(CROWD, other, champion, fallback=False)[0] == other


def test_a_champion_s_config_chosen_again_stays_on_few_test_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "MOST_TESTS", 1)
    few = Study.of(CLEANED.catalog, CLEANED.interactions)
    kept, report = judge(few, MODEL, MODEL)
    assert (kept, "challenger" in report) == (MODEL, False)
    assert select_again(few, [MODEL], {**report, "refined": [], "candidates": []}) == MODEL


def test_a_tie_keeps_the_model() -> None:
    tied = Config(Popularity(), damping=0.0, half_life=3.0)
    assert judge(CROWD, tied)[0] == tied


def test_with_too_few_test_users_item_knn_is_published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "MOST_TESTS", 1)
    config, report = judge(Study.of(CLEANED.catalog, CLEANED.interactions), MODEL)
    split: Any = report["split"]
    assert split["test_users"] == 6
    assert (config, report["baseline"]) == (Config(Knn("cosine")), "item-kNN")


def test_few_test_users_are_tested_on_others_too_unless_the_clock_ends() -> None:
    study = Study.of(CLEANED.catalog, CLEANED.interactions)
    whole: Any = judge(study, MODEL)[1]["split"]
    assert (whole["splits"], whole["test_users"], "splits_planned" in whole) == (5, 30, False)
    counted = dataclasses.replace(study, budget=TimeBudget(lambda: 1.0, work_seconds=0.0))
    assert judge(counted, MODEL)[1]["split"] == whole
    late = dataclasses.replace(study, budget=TimeBudget(lambda: 1.0, 0.0))
    cut: Any = judge(late, MODEL)[1]["split"]
    assert (cut["splits"], cut["test_users"], cut["splits_planned"]) == (2, 12, 5)
    again: Any = judge(late, MODEL, tests=3)[1]["split"]
    assert (again["splits"], again["test_users"]) == (3, 18)


def test_the_calendar_decides_where_it_may_and_newcomers_are_reported_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "FEWEST_ACTIVE_USERS", 20)
    rows = [(user, (day + user) % 60, 1 + day) for user in range(25) for day in range(40)]
    rows += [(25, item, 39) for item in range(3)]
    users, items, days = np.array(rows).T
    timeline = Timeline.of(Interactions.of(users, items, np.ones(len(rows)), days * DAY_MILLISECONDS, 60))
    study = Study.of(Catalog.of([f"i{n:02}" for n in range(60)], {}), timeline)
    assert study.decides == "calendar"
    report: Any = judge(study, MODEL)[1]
    assert (report["split"]["kind"], report["split"]["trained_until_ms"]) == ("calendar", 32 * DAY_MILLISECONDS)
    assert report["newcomers"]["users"] == 1
    assert questions_of(timeline, 1, "random")[1] == "random"


def test_where_items_were_rated_low_only_liked_ones_are_looked_for() -> None:
    events = [
        Event(f"u{user}", f"i{(user + item) % 15:02}", "rate", 1.0 if item % 2 else 5.0, 0)
        for user in range(40)
        for item in range(10)
    ]
    cleaned = clean(events, {})
    study = Study.of(cleaned.catalog, cleaned.timeline)
    assert study.decides == "liked"
    for test in study.tests():
        assert test.targets.liked is not None
        assert test.targets.liked.all()
    split: Any = judge(study, MODEL)[1]["split"]
    assert (split["kind"], split["targets"]) == ("strong generalisation, liked items", "liked items")
