from doublebill_local.display.imports import report_lines

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
    "ignored": 1,
    "bad": {"rating: … is not valid": {"rows": 7, "first_line": 12}},
}


def test_a_data_report_is_shown_in_a_few_lines():
    assert list(report_lines(REPORT)) == [
        "kinds: 12,000 play, 3 rate",
        "values of play: 1 to 19, most of them 1 to 10",
        "values of rate: 0.5 × 1, 5 × 2",
        "times: 2022-01-01 to 2023-12-31, events on 700 days, none on 3 days after 2022-05-01; 4 events without a time",
        "duplicates: 2, which count once",
        "no event: 1 rows",
        "bad: 7 rows, the first in line 12, rating: … is not valid",
    ]


def test_what_is_not_there_is_not_shown():
    assert list(report_lines({})) == []
    assert list(report_lines({"kinds": {"play": 1}, "values": {}, "times": {"without": 1}, "duplicates": 0})) == [
        "kinds: 1 play",
        "times: none",
    ]
