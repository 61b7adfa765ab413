import pytest

from doublebill.event_table import EventTable
from doublebill.events import Event
from doublebill.service.catalog.imported.data_report import DataReport
from doublebill.service.catalog.imported.holders import Holders
from doublebill_local.display.imports import LEFT_OUT, report_lines, show_import, show_imports

REPORT = {
    "kinds": {"play": 12_000, "rate": 3},
    "values": {
        "play": {"bins": [[1.0, 10.0, 400], [10.0, 19.0, 2]]},
        "rate": {"counts": {"0.5": 1, "5": 2}},
    },
    "times": {
        "first": "2022-01-01T00:00:00Z",
        "last": "2023-12-31T23:00:00Z",
        "days": 700,
        "longest_gap": {"days": 3, "after": "2022-05-01", "before": "2022-05-05"},
        "without": 4,
    },
    "duplicates": 2,
    "unvalued": {"view": 3},
    "zeros": 1,
    "ignored": 1,
    "bad": {"rating: … is not valid": {"rows": 7, "first_line": 12, "fix": "use a number"}},
}


def test_a_data_report_is_shown_in_a_few_lines():
    assert list(report_lines(REPORT)) == [
        "kinds: 12,000 play, 3 rate",
        "values of play: 1 to 19, most of them 1 to <10",
        "values of rate: 0.5 × 1, 5 × 2",
        "times: 2022-01-01 to 2023-12-31, events on 700 days, none on 3 days after 2022-05-01; 4 events without a time",
        "no value: 3 rows, each of which counts as one view",
        "value 0: 1 event, which counts for nothing in a training",
        "duplicates: 2 rows are equal to earlier ones and do not count",
        "no event: 1 row",
        "bad: 7 rows, the first in line 12, rating: … is not valid; use a number",
    ]


def test_the_range_is_exact_and_open_ends_say_why():
    whole = {"bins": [[1.0, 2.0, 3], [100_000, 200_000, 40]], "range": [1.0, 135_200.5], "hidden": 0}
    assert list(report_lines({"values": {"play": whole}})) == [
        "values of play: 1 to 135,200, most of them 100,000 to <200,000"
    ]
    open_ends = {"bins": [[None, 2.0, 3], [2.0, 2.5, 40], [2.5, None, 4]], "hidden": 3}
    [line] = report_lines({"values": {"play": open_ends}})
    assert line.startswith("values of play: below 2 to 2.5 or more, most of them 2 to <2.5 (values of fewer than 3 ")


def test_equal_rows_of_a_plain_play_log_name_the_columns_that_count_each_play():
    plain = {"kinds": {"play": 5}, "values": {}, "times": {"without": 5}, "duplicates": 1}
    said = "duplicates: 1 row is equal to an earlier one and does not count"
    more = "give a column of times (--time), or of counts (--weight), to count what happened more than once"
    assert list(report_lines(plain))[-1] == f"{said}: {more}"
    for differing in (
        {"values": {"play": {"counts": {"1": 3, "2": 2}}}},
        {"times": {"first": "2022-01-01", "last": "2022-01-02", "days": 2, "without": 0}},
    ):
        assert list(report_lines({**plain, **differing}))[-1] == said


TWO_PAUSES = (
    "nothing happened between 2013-09-05 and 2026-11-30, and for more than a week 1 time more; "
    "each of these pauses counts as one day"
)


@pytest.mark.parametrize(
    ("pauses", "words"),
    [(1, "nothing happened between 2013-09-05 and 2026-11-30; it counts as one day"), (2, TWO_PAUSES)],
)
def test_the_pauses_of_a_training_are_shown(pauses, words):
    gap = {"days": 4833, "after": "2013-09-05", "before": "2026-11-30"}
    times = {**REPORT["times"], "longest_gap": gap, "pauses": pauses}
    assert words in list(report_lines({"times": times}))


def test_what_is_not_there_is_not_shown():
    assert list(report_lines({})) == []
    assert list(report_lines({"kinds": {"play": 1}, "values": {}, "times": {"without": 1}, "duplicates": 0})) == [
        "kinds: 1 play",
        "times: none",
    ]


@pytest.mark.parametrize("values", [{"bins": []}, {"counts": {}}])
def test_values_of_too_few_users_are_said_to_be_left_out(values):
    assert list(report_lines({"values": {"rate": values}})) == [
        f"values of rate: {LEFT_OUT}",
    ]


def test_the_values_of_four_users_who_share_none_are_shown_without_a_number():
    report = DataReport(holders=Holders(3))
    report.note(
        EventTable.of(Event(f"u{user}", f"i{n}", "rate", 6.0 * user + n) for user in range(4) for n in range(6))
    )
    values = report.to_json()["values"]
    assert values == {"rate": {"bins": [], "hidden": 3}}
    [line] = report_lines({"values": values})
    assert line == f"values of rate: {LEFT_OUT}"


def test_kinds_are_said_to_be_left_out_only_where_there_are_events():
    assert next(report_lines({"kinds": {}, "times": {"without": 7}})) == f"kinds: {LEFT_OUT}"
    assert list(report_lines({"kinds": {}, "times": {"without": 0}})) == ["times: none"]


def test_one_row_is_not_shown_as_many(capsys):
    file = {"accepted": 1, "users": 1, "items": 1, "quarantined": 1, "repeated": False, "subject": "events"}
    times = {"first": "2022-01-01T00:00:00Z", "last": "2022-01-01T00:00:00Z", "days": 1, "without": 1}
    show_import({"catalog": "shop", "events": {**file, "report": {"times": times}}})
    shown = capsys.readouterr().out
    assert "1 event of 1 user and 1 item; 1 bad row in quarantine" in shown
    assert "events on 1 day; 1 event without a time" in shown


def test_the_ids_of_imports_are_shown_whole_in_a_narrow_terminal(capsys):
    numbers = {"accepted": 396, "quarantined": 4, "users": 30, "items": 20, "imported_ms": 1_795_908_172_352}
    import_id = "265571ba47157b10cfbca7592bc680d3"
    one = {"import_id": import_id, "kind": "events", "file": "a long name of a file.csv", **numbers}
    show_imports({"imports": [one], "skipped": []})
    assert import_id in capsys.readouterr().out
