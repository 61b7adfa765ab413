"""Bins of values: printed edges contain what is counted, on a logarithmic scale where values span much."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.event_table import EventTable
from doublebill.events import Event
from doublebill.service.catalog.imported import data_report
from doublebill.service.catalog.imported.data_report import DataReport, histogram
from doublebill.service.catalog.imported.holders import Holders
from doublebill.service.catalog.imported.value_bins import binned, rounded_down


@pytest.mark.parametrize(
    ("value", "rounded"),
    [(352_698.0, 350_000.0), (1.996, 1.9), (9.96, 9.9), (0.0, 0.0), (-2.04, -2.1), (2.0, 2.0), (0.7, 0.7), (99.6, 99)],
)
def test_values_are_rounded_down_to_two_digits(value: float, rounded: float) -> None:
    assert rounded_down(value) == rounded


def test_wide_values_have_edges_on_a_logarithmic_scale() -> None:
    bins = [(low, high, len(values)) for low, high, values in binned([float(n) for n in range(1, 352)])]
    assert bins == [
        (1, 2, 1), (2, 5, 3), (5, 10, 5), (10, 20, 10), (20, 50, 30), (50, 100, 50), (100, 200, 100), (200, 500, 152),
    ]  # fmt: skip
    assert [edge for edge, *_ in binned([0.0, 3.0, 400.0])][:2] == [0, 2]
    assert [one[:2] for one in binned([1.0, 10.0**8])][:2] == [(1, 10), (10, 100)]


def test_narrow_values_have_edges_of_one_width() -> None:
    assert binned([0.05, 0.3])[0][:2] == (0.05, 0.1)
    assert [one[:2] for one in binned([-10.0, 0.0, 10.0])] == [(low, low + 2.0) for low in range(-10, 12, 2)]
    assert [one[:2] for one in binned([100_000.0, 100_999.0])][-1] == (100_900, 101_000)
    assert [one[:2] for one in binned([100_000.0], rounded=True)] == [(100_000, 110_000)]


@given(
    st.lists(st.floats(-1e6, 1e6, allow_subnormal=False).filter(lambda one: one == 0 or abs(one) > 1e-6), min_size=2)
)
def test_each_bin_contains_what_it_counts_though_values_are_rounded(values: list[float]) -> None:
    exact = np.array(values)
    bins = binned(sorted({*map(rounded_down, values)}), rounded=True)
    assert bins[0][2]
    assert bins[-1][2]
    for low, high, of_bin in bins:
        counted = sum(rounded_down(value) in of_bin for value in values)
        assert counted == ((exact >= low) & (exact < high)).sum()


def test_bins_of_few_users_are_joined_and_nothing_is_left_out() -> None:
    counts, holders = Counter[float](), Holders(3)
    rows = [(user, float(value)) for user in range(4) for value in range(50, 90)] + [(9, 1.0), (9, 13_883.0)]
    for user, value in rows:
        counts[value] += 1
        holders.note([("", value)], np.zeros(1, np.int64), np.array([user]))
    found = histogram(counts, holders)
    assert found == {"bins": [], "hidden": 3}
    everyone = [(user, value) for user in range(4) for value in (1.0, 13_883.0)]
    for user, value in everyone:
        counts[value] += 1
        holders.note([("", value)], np.zeros(1, np.int64), np.array([user]))
    bins = histogram(counts, holders)["bins"]
    assert (bins[0], bins[-1]) == ([None, 2, 5], [10_000, None, 5])
    assert [50, 100, 160] in bins
    assert sum(rows for *_, rows in bins) == sum(counts.values())
    assert histogram(counts, Holders(3)) == {"bins": [], "hidden": 3}


def test_the_range_of_a_file_is_exact_though_its_values_are_rounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_report, "KEPT_VALUES", 50)
    report = DataReport()
    for start in (0, 100, 352_599):
        report.note(EventTable.of(Event("u", "a", "play", float(start + value)) for value in range(1, 100)))
    found = report.to_json()["values"]["play"]
    assert found["range"] == [1, 352_698]
    assert sum(rows for *_, rows in found["bins"]) == 297
    assert found["bins"][-1] == [200_000, 500_000, 99]
