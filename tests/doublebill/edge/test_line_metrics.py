"""Measures: which metrics a log line becomes, and how many there can be."""

import json
import sys
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from doublebill.edge.line_metrics import MOST_CATALOGS, UNITS, Measures, counts_of
from doublebill.edge.settings import WatchSettings


def directive(measures: Measures, catalog: str = "") -> dict[str, Any]:
    fields: dict[str, Any] = measures.fields({"Failed": 1}, catalog)
    [found] = fields["_aws"]["CloudWatchMetrics"]
    return dict(found)


def test_metrics_are_counted_by_function_and_stage() -> None:
    measures = Measures.of("events", WatchSettings(stage="prod"))
    assert directive(measures)["Dimensions"] == [["service", "stage"]]
    assert directive(measures)["Metrics"] == [{"Name": "Failed", "Unit": "Count"}]
    assert measures.fields({"Failed": 1})["stage"] == "prod"


def test_only_catalogs_of_the_settings_have_metrics_of_their_own() -> None:
    measures = Measures.of("events", WatchSettings(measured_catalogs="films, music"))
    assert directive(measures, "music")["Dimensions"] == [["service", "stage"], ["service", "stage", "catalog"]]
    assert directive(measures, "anything-a-caller-sends")["Dimensions"] == [["service", "stage"]]
    assert measures.fields({}, "anything-a-caller-sends")["catalog"] == "anything-a-caller-sends"


def test_a_long_list_of_catalogs_is_cut() -> None:
    names = [f"c{n}" for n in range(MOST_CATALOGS + 5)]
    measures = Measures.of("events", WatchSettings(measured_catalogs=",".join(names)))
    assert measures.catalogs == set(names[:MOST_CATALOGS])


def test_metrics_are_written_whatever_the_log_level_is(capsys: pytest.CaptureFixture[str]) -> None:
    measures = Measures.of("tested-alone", WatchSettings())
    for level in ("INFO", "WARNING"):
        logger = Logger(service="tested-alone", level=level, stream=sys.stdout)
        logger.setLevel(level)
        measures.write(logger, "trained", {"Trained": 1}, "films", version="v")
    whole, alone = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (whole["message"], whole["version"], whole["catalog"], whole["Trained"]) == ("trained", "v", "films", 1)
    assert "message" not in alone
    assert (alone["service"], alone["Trained"], alone["_aws"]["CloudWatchMetrics"][0]["Namespace"]) == (
        "tested-alone",
        1,
        "doublebill",
    )


@pytest.mark.parametrize(
    ("content", "counts"),
    [
        ({}, {"Degraded": 0}),
        ({"degraded": "late", "cold": True}, {"Degraded": 1, "Cold": 1}),
        ({"accepted": 3}, {"Degraded": 0}),
        ({"accepted": 3, "rejected": [{}, {}]}, {"Degraded": 0, "Accepted": 3, "Rejected": 2}),
    ],
)
def test_the_content_of_a_response_is_counted(content: dict[str, Any], counts: dict[str, int]) -> None:
    assert counts_of(content) == counts
    assert counts.keys() <= UNITS.keys()
