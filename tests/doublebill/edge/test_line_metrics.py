"""Measures: which metrics a log line becomes, and how many there can be."""

import json
import random
import sys
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from clocks import Clock
from doublebill.edge.line_metrics import MOST_CATALOGS, MOST_TOGETHER, UNITS, Measures, RequestLines, counts_of
from doublebill.edge.settings import WatchSettings
from stacks import follow_stdout


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


# ---- a share of the requests with lines of their own ----------------------------------------------------------------


class Log:
    """The lines of requests to one environment, of which a share is written."""

    def __init__(self, share: float, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.clock = Clock()
        patch.setattr("doublebill.edge.clock.now_ms", self.clock.now_ms)
        measures = Measures.of("tested-lines", WatchSettings(measured_catalogs="films"))
        self._lines = RequestLines(measures, Logger(service="tested-lines", level="INFO", stream=sys.stdout), share)
        follow_stdout("tested-lines")
        self._capsys = capsys
        self.written: list[dict[str, Any]] = []

    def answer(self, request: int, milliseconds: float = 1.0, catalog: str = "films", whole: bool = False) -> None:
        request_id = str(uuid.UUID(int=random.Random(request).getrandbits(128)))
        self._lines.write(request_id, {"Milliseconds": milliseconds, "Failed": 0}, catalog, {}, whole)
        self.written += [json.loads(line) for line in self._capsys.readouterr().out.splitlines()]

    def values(self, name: str, catalog: str | None = None) -> list[float]:
        """Returns all values of a metric."""
        lines = [line for line in self.written if catalog is None or line.get("catalog") == catalog]
        lists = [line[name] if isinstance(line[name], list) else [line[name]] for line in lines]
        return [value for some in lists for value in some]

    @property
    def whole(self) -> int:
        """Returns the number of requests with a line of their own."""
        return sum(line["message"] == "answered" for line in self.written)


@pytest.fixture
def log_of(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[[float], Log]:
    """Returns the log of an environment that writes this share."""
    return lambda share: Log(share, capsys, monkeypatch)


@pytest.mark.parametrize(("share", "fewest", "most"), [(0.0, 1, 1), (0.1, 70, 130), (1.0, 1000, 1000)])
def test_about_the_share_has_lines_of_its_own(
    log_of: Callable[[float], Log], share: float, fewest: int, most: int
) -> None:
    log = log_of(share)
    for request in range(1000):
        log.answer(request)
    assert fewest <= log.whole <= most


def test_the_metrics_are_those_of_all_requests_whatever_the_share_is(log_of: Callable[[float], Log]) -> None:
    log = log_of(0.05)
    for request in range(1000):
        log.answer(request, milliseconds=request)
    log.clock.seconds += 10
    log.answer(1000, milliseconds=1000)
    assert sorted(log.values("Milliseconds")) == list(range(1001))
    assert log.values("Failed") == [0] * 1001
    assert len(log.written) - log.whole < 60
    for line in log.written:
        assert len(line["Failed"]) <= MOST_TOGETHER if isinstance(line["Failed"], list) else True


def test_an_environment_never_owes_more_than_a_tenth_of_its_requests(log_of: Callable[[float], Log]) -> None:
    log = log_of(0.0)
    for request in range(1, 2001):
        log.answer(request)
        assert request - len(log.values("Failed")) <= min(request / 10, 100)


def test_metrics_wait_ten_seconds_at_most_and_count_for_the_time_when_they_arose(
    log_of: Callable[[float], Log],
) -> None:
    log = log_of(0.0)
    for request in range(200):
        log.answer(request)
    began = log.clock.now_ms()
    log.answer(200, milliseconds=77)
    log.clock.seconds += 9.9
    log.answer(201)
    assert 77 not in log.values("Milliseconds")
    log.clock.seconds += 0.2
    log.answer(202, whole=True)
    assert 77 in log.values("Milliseconds")
    together = next(line for line in log.written if isinstance(line["Failed"], list) and 77 in line["Milliseconds"])
    assert began - 1000 <= together["_aws"]["Timestamp"] <= began


def test_catalogs_with_metrics_of_their_own_are_kept_apart(log_of: Callable[[float], Log]) -> None:
    log = log_of(0.0)
    for request in range(100):
        log.answer(request, milliseconds=request % 2, catalog="films" if request % 2 else "music")
    log.clock.seconds += 10
    log.answer(100, catalog="music")
    assert log.values("Milliseconds", "films") == [1] * 50
    assert {name for line in log.written for name in [line.get("catalog")]} == {"music", "films", None}
