from typing import Any

import pytest

from doublebill.model.config import Config, Knn, Private
from doublebill_local.display.imports import LEFT_OUT
from doublebill_local.report.catalog_report import RecordedVersion, catalog_report
from doublebill_local.report.html_report import html_report

CARD = {
    "version": "0" * 32,
    "champion": True,
    "promoted": True,
    "why": "a test",
    "run": "1",
    "created": "2026-11-30T00:00:00+00:00",
    "parent": None,
    "size_bytes": 10,
    "format": 1,
    "config": Config(Knn()).to_json(),
    "platform": {},
}
NOTHING = {"imports": [], "skipped": []}
METRICS = {"recall@20": 0.5, "ndcg@10": 0.4, "ndcg@100": 0.3}
OVER = {"ndcg@100": {"difference": 0.1, "standard_error": 0.01, "low": 0.08, "high": 0.12, "users": 9}}


def test_a_private_version_shows_that_its_numbers_are_secret() -> None:
    config = Config(Private()).to_json()
    card = {
        **CARD,
        "config": config,
        "privacy": {"epsilon": 1.0},
        "report": {"evaluated": False, "why": "secret noise"},
    }
    page = html_report(catalog_report(RecordedVersion("films", card, {"data": {}}, NOTHING)))
    assert "No quality was measured: secret noise." in page
    assert "are secret" in page
    assert "noise is secret" in page


def test_a_run_of_earlier_code_gives_a_report_without_what_it_did_not_record() -> None:
    report = {
        "evaluated": True,
        "split": {"kind": "strong generalisation", "seed": 1, "train_users": 8, "validation_users": 1, "test_users": 1},
        "metrics": METRICS,
        "intervals": {},
        "segments": {"head items": {"users": 0, "hidden": 0}},
        "popularity": METRICS,
        "over_popularity": OVER,
    }
    page = html_report(
        catalog_report(RecordedVersion("films", {**CARD, "report": report}, {"data": {"users": 9}}, NOTHING))
    )
    assert "older than the measure of popularity lift" in page
    assert "before there were privacy cards" in page
    assert "+0.1000 (+0.0800 to +0.1200)" in page
    assert "all events came by requests" in page


def test_the_model_that_a_baseline_beat_stands_beside_it() -> None:
    report: dict[str, Any] = {
        "evaluated": True,
        "split": {"kind": "x", "question": "random", "train_users": 8, "test_users": 9, "splits": 2},
        "metrics": METRICS,
        "intervals": {"ndcg@100": [0.2, 0.4], "recall@20": [0.4, 0.6]},
        "segments": {},
        "popularity": METRICS,
        "over_popularity": OVER,
        "baselines": {"popularity": {"metrics": METRICS, "over": OVER}},
        "baseline": "item-kNN",
        "model": {"metrics": METRICS, "over": OVER},
    }
    parts = catalog_report(RecordedVersion("films", {**CARD, "report": report}, {"data": {}}, NOTHING))
    [means, differences] = parts.sections[0].tables
    assert means.heads == ["metric", "item-kNN", "popularity", "model that was chosen"]
    assert differences.rows[-1][-1] == "-0.1000 (-0.1200 to -0.0800)"
    measure = f"doublebill evaluate films --version {'0' * 32} --split random"
    again = f"{measure} measures again on the same 2 splits, of the rows that are there today."
    assert again in parts.sections[0].words
    report["split"]["splits_planned"] = 3
    cut = catalog_report(RecordedVersion("films", {**CARD, "report": report}, {"data": {}}, NOTHING)).sections[0].words
    assert f"The clock cut the training after 2 of 3 splits; {measure} measures on all of them." in cut


@pytest.mark.parametrize("values", [{"bins": []}, {"counts": {}}])
def test_numbers_of_too_few_users_are_said_to_be_left_out(values: dict[str, Any]) -> None:
    report = {"kinds": {}, "values": {"rate": values}, "weights": values, "density": 0.1, "suspicious": {"busy": {}}}
    data = {"users": 4, "interactions": 24, "report": report}
    parts = catalog_report(RecordedVersion("films", {**CARD, "report": {"evaluated": False}}, {"data": data}, NOTHING))
    [events] = [section for section in parts.sections if section.title == "Events"]
    assert events.words == [
        f"Events by kind: {LEFT_OUT}.",
        f"Values of rate events: {LEFT_OUT}.",
        f"Weights of pairs of a user and an item: {LEFT_OUT}.",
    ]
    [facts] = events.tables
    assert ["suspicious: more than 1,000 events on one day", LEFT_OUT] in facts.rows
    assert html_report(parts)


@pytest.mark.parametrize(
    ("values", "label", "words"),
    [
        (
            {"bins": [[1.0, 32_000.9, 9]]},
            "1 to <32,001",
            "recorded by earlier code: many values are rounded to two digits",
        ),
        (
            {"bins": [[None, 2.0, 9], [2.0, None, 4]], "hidden": 3},
            "below 2",
            "For privacy bins of fewer than 3 users are joined with the next",
        ),
        (
            {"bins": [[1.0, 2.0, 9]], "hidden": 0, "range": [1.0, 1.5]},
            "1 to <2",
            "no value is left out. Values of play events: 1 to 1.5.",
        ),
    ],
)
def test_a_histogram_says_what_its_edges_contain_and_what_is_hidden(
    values: dict[str, Any], label: str, words: str
) -> None:
    data = {"users": 4, "interactions": 24, "report": {"kinds": {"play": 9}, "values": {"play": values}}}
    parts = catalog_report(RecordedVersion("films", {**CARD, "report": {"evaluated": False}}, {"data": data}, NOTHING))
    [events] = [section for section in parts.sections if section.title == "Events"]
    assert [label, "9"] in [list(row) for row in events.tables[-1].rows]
    [sentence] = events.words
    assert words in sentence


def test_a_segment_without_figures_is_said_to_be_of_too_few_users_or_the_rest() -> None:
    figures = {"recall@20": 0.5, "ndcg@100": 0.3, "users": 19, "hidden": 12}
    report = {
        "evaluated": True,
        "split": {"kind": "x", "question": "random", "train_users": 8, "test_users": 9},
        "metrics": METRICS,
        "intervals": {},
        "segments": {"cold items": figures, "head items": {}, "tail items": {}},
        "popularity": METRICS,
        "over_popularity": OVER,
    }
    parts = catalog_report(RecordedVersion("films", {**CARD, "report": report}, {"data": {}}, NOTHING))
    [segments] = [section for section in parts.sections if section.title.startswith("Head")]
    assert segments.words[-1] == (
        "No figures of head items and tail items: left out, because too few users have them or the rest of them."
    )
    report["segments"]["head items"] = report["segments"]["tail items"] = {"users": 0, "hidden": 0}
    parts = catalog_report(RecordedVersion("films", {**CARD, "report": report}, {"data": {}}, NOTHING))
    [segments] = [section for section in parts.sections if section.title.startswith("Head")]
    assert (len(segments.words), len(segments.charts)) == (1, 1)
    report["segments"] = {"head items": {}, "tail items": {}}
    parts = catalog_report(RecordedVersion("films", {**CARD, "report": report}, {"data": {}}, NOTHING))
    [segments] = [section for section in parts.sections if section.title.startswith("Head")]
    assert (len(segments.words), segments.charts) == (2, [])
