"""Trainings as people see them: the headline with its interval, the split that decides, the baseline that serves."""

import re
from typing import Any

import pytest

from doublebill_local.display import console
from doublebill_local.display.imports import LEFT_OUT
from doublebill_local.display.trainings import headline, show_evaluation, show_training

KIND = "strong generalisation"
METRICS = {"recall@20": 0.49, "ndcg@10": 0.4, "ndcg@100": 0.57, "coverage@20": 0.2, "popularity_lift@20": 1.7}
OVER = {name: {"difference": 0.1, "standard_error": 0.01, "low": 0.07, "high": 0.13, "users": 470} for name in METRICS}
REPORT: dict[str, Any] = {
    "tried": 2,
    "of": 2,
    "cut": False,
    "chosen": "edlae",
    "evaluated": True,
    "split": {
        "kind": KIND,
        "question": "random",
        "train_users": 700,
        "test_users": 470,
        "splits": 5,
    },
    "metrics": METRICS,
    "intervals": {name: [value - 0.02, value + 0.02] for name, value in METRICS.items()},
    "popularity": METRICS,
    "over_popularity": OVER,
    "baselines": {"popularity": {"metrics": METRICS, "over": OVER}, "item-kNN": {"metrics": METRICS, "over": OVER}},
}


def shown(capsys: pytest.CaptureFixture[str], **more: Any) -> str:
    record = {"state": "succeeded", "catalog": "films", "data": {}, "report": REPORT | more, "promoted": True}
    show_training(record | {"version": "v", "why": "so"})
    return capsys.readouterr().out


def test_the_headline_is_a_mean_with_its_interval_users_and_splits(capsys: pytest.CaptureFixture[str]) -> None:
    line = "recall@20 0.490 ±0.020, ndcg@100 0.570 ±0.020 over 470 users, 5 splits"
    assert headline(REPORT) == line
    found = shown(capsys)
    assert line in found
    assert "strong generalisation: trained on 700 users, other users asked for hidden items:" in found
    assert "item-kNN" in found
    assert re.search(r"popularity_lift@20\W+1.700 ±0.020", found)


def test_plus_minus_is_half_of_the_interval_everywhere_and_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    found = shown(capsys)
    assert "+0.100 ±0.030" in found
    assert " ".join(found.split()).count("± is half of the 95 % interval, by bootstrap over test users") == 1
    without_ends = {name: {"difference": 0.1, "standard_error": 0.01} for name in METRICS}
    beside = {"popularity": {"metrics": METRICS, "over": without_ends}}
    assert "+0.100 ±0.020" in shown(capsys, baselines=beside)


def test_the_reason_of_an_earlier_training_names_its_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    why = "worse than popularity by 0.2000 ± 0.0100 ndcg@100 on test users"
    record = {"state": "succeeded", "catalog": "films", "data": {}, "report": REPORT, "promoted": False}
    show_training(record | {"version": "v", "why": why})
    found = " ".join(capsys.readouterr().out.split())
    assert "worse than popularity by 0.2000 (standard error 0.0100) ndcg@100 on test users" in found


@pytest.mark.parametrize("excluded", [True, False])
def test_figures_of_lists_that_may_repeat_the_history_say_so(
    capsys: pytest.CaptureFixture[str], excluded: bool
) -> None:
    found = shown(capsys, candidates=[{"config": {"exclude_seen": excluded}}])
    assert ("these figures count items that are new to the user" in found) is not excluded
    assert ("doublebill settings films --exclude-seen yes" in " ".join(found.split())) is not excluded


def test_the_calendar_is_named_with_its_day_and_newcomers(capsys: pytest.CaptureFixture[str]) -> None:
    split = {**REPORT["split"], "question": "calendar", "trained_until_ms": 86_400_000, "targets": "liked items"}
    new = {"users": 3, "metrics": METRICS, "baselines": {"popularity": METRICS}}
    found = shown(capsys, split=split, newcomers=new, random={"metrics": METRICS})
    assert "trained on 700 users until 1970-01-02, known users asked for liked items new to them later:" in found
    assert "3 users of whom nothing was known by then: ndcg@100 0.570, popularity 0.570" in found
    assert "with a random fifth of each history hidden: recall@20 0.490" in found


def test_a_training_of_the_champion_s_config_alone_is_not_called_a_search(capsys: pytest.CaptureFixture[str]) -> None:
    config = {"family": {"name": "knn"}}
    cut = {"cut": True, "tried": 1, "candidates": [{"config": config}]}
    words = "nothing was searched: the budget was enough for the champion's config only"
    assert words in " ".join(shown(capsys, champion={"config": config}, **cut).split())
    assert "nothing was searched" not in shown(capsys, champion={"config": {**config, "k": 7}}, **cut)
    assert "nothing was searched" not in shown(capsys, **cut)


def test_a_baseline_in_the_place_of_a_model_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert "the new version is the baseline recent popularity, in place of the model that was found" in shown(
        capsys, baseline="recent popularity", model={}
    )
    assert "the new version is the baseline" not in shown(capsys)


def test_a_champion_s_config_that_stays_is_said_with_the_difference(capsys: pytest.CaptureFixture[str]) -> None:
    challenger = {"over": {"ndcg@100": {"difference": 0.001, "standard_error": 0.004, "users": 60}}}
    words = "the best of the search is not clearly better (+0.0010 ndcg@100 on test users, standard error 0.0040)"
    assert words in shown(capsys, challenger=challenger, champion={"refreshed": True})
    assert words not in shown(capsys, challenger=challenger, champion={"refreshed": False})


def test_a_report_of_an_older_training_is_shown_too(capsys: pytest.CaptureFixture[str]) -> None:
    old = {name: value for name, value in REPORT.items() if name != "baselines"}
    old["split"] = {
        "kind": KIND,
        "seed": 1,
        "train_users": 7,
        "validation_users": 1,
        "test_users": 2,
    }
    show_training(
        {
            "state": "succeeded",
            "catalog": "films",
            "data": {},
            "report": old,
            "promoted": True,
            "version": "v",
            "why": "so",
        }
    )
    assert "over popularity" in capsys.readouterr().out


def test_segments_without_figures_are_said_to_be_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    figures = {"ndcg@100": 0.3, "users": 9, "hidden": 12}
    segments = {"cold items": {"users": 0, "hidden": 0}, "short histories": {}, "long histories": {}, "head": figures}
    report = {**REPORT, "split": {**REPORT["split"], "seed": 1}, "segments": segments}
    show_evaluation({"catalog": "films", "version": "v", "report": report})
    words = "short histories, long histories: left out, because too few users have them or the rest of them"
    assert words in " ".join(capsys.readouterr().out.split())
    show_evaluation({"catalog": "films", "version": "v", "report": {**report, "segments": {"head": figures}}})
    assert "left out" not in capsys.readouterr().out


def test_baselines_and_segments_have_intervals_and_few_users_no_figures(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console.out, "_width", 200)
    ends = {"recall@20": [0.46, 0.52], "ndcg@100": [0.26, 0.34]}
    figures = {"recall@20": 0.49, "ndcg@100": 0.3, "users": 40, "hidden": 90, "intervals": ends}
    popular = {"metrics": {"recall@20": 0.1, "ndcg@100": 0.07}, "over": OVER}
    segments = {"cold items": figures | {"beside": {"popularity": popular}}, "short": figures | {"users": 9}, "new": {}}
    beside = {"popularity": {"metrics": METRICS, "intervals": {"ndcg@100": [0.52, 0.62]}, "over": OVER}}
    split = {**REPORT["split"], "seed": 1}
    show_evaluation(
        {
            "catalog": "films",
            "version": "v",
            "report": {**REPORT, "baselines": beside, "split": split, "segments": segments},
        }
    )
    found = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert "0.570 ±0.020 0.570 ±0.050 +0.100 ±0.030" in found
    assert "over popularity" in found
    for cell in ("0.490 ±0.030", "0.300 ±0.040", "0.070"):
        assert cell in found
    assert "short 9 90 too few users" in found
    assert "new left out" in found
    assert found.count("0.490 ±0.030") == 1


def test_suspicious_users_without_a_number_are_said_to_be_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    suspicious = {"busy": {}, "one_item": {"fewer_than": 3}}
    report = {"density": 0.5, "items_without_metadata": 0, "suspicious": suspicious, "drift": None}
    data = {"events": 9, "users": 4, "items": 2, "duplicates": 0, "report": report}
    show_training(
        {
            "state": "succeeded",
            "catalog": "films",
            "data": data,
            "report": REPORT,
            "promoted": True,
            "version": "v",
            "why": "so",
        }
    )
    found = " ".join(capsys.readouterr().out.split())
    assert f"suspicious users with very many events on one day: {LEFT_OUT}" in found
    assert "all with the same item" not in found
