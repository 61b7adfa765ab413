import json
from collections import Counter

import pytest

from doublebill.event_table import EventTable
from doublebill.events import Event
from doublebill.service.catalog.imported import data_report
from doublebill.service.catalog.imported.data_report import DataReport, histogram

DAY = 86_400_000


def report_of(*tables: list[Event]) -> dict:
    report = DataReport()
    for events in tables:
        report.note(EventTable.of(events))
    return json.loads(json.dumps(report.to_json()))


def test_kinds_values_and_times_are_counted_over_all_tables():
    found = report_of(
        [Event("u", "a", "rate", 4.5, 10 * DAY), Event("u", "b", "rate", 2, 10 * DAY + 1000), Event("u", "a", "play")],
        [Event("v", "a", "rate", 4.5, 14 * DAY), Event("v", "c", "play", 1, 15 * DAY)],
    )
    assert found == {
        "kinds": {"play": 2, "rate": 3},
        "values": {"rate": {"counts": {"2": 1, "4.5": 2}}},
        "times": {
            "first": "1970-01-11T00:00:00Z",
            "last": "1970-01-16T00:00:00Z",
            "days": 3,
            "longest_gap": {"days": 3, "after": "1970-01-11", "before": "1970-01-15"},
            "without": 1,
        },
    }


def test_events_without_times_have_no_range():
    assert report_of([Event("u", "a", "play")])["times"] == {"without": 1}
    assert report_of()["times"] == {"without": 0}


def test_many_values_are_counted_in_bins():
    bins = histogram(Counter({float(value): 2 for value in range(101)}))["bins"]
    assert len(bins) == 11
    assert bins[0] == [0.0, 10.0, 20]
    assert bins[-1] == [100.0, 110.0, 2]


def test_very_many_values_are_rounded(monkeypatch):
    monkeypatch.setattr(data_report, "KEPT_VALUES", 50)
    report = DataReport()
    for start in range(0, 10_000, 100):
        report.note(EventTable.of(Event("u", "a", "play", float(start + value)) for value in range(100)))
    assert sum(report.values["play"].values()) == 10_000
    assert len(report.values["play"]) < 400


@pytest.mark.parametrize("value", [1e-9, 1e9, -10.0])
def test_any_value_is_shown_in_short(value):
    assert histogram(Counter({value: 1, 0.0: 1}))["counts"] == {f"{one:g}": 1 for one in sorted([value, 0.0])}
