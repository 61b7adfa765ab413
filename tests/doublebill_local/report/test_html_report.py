import re

from doublebill_local.report.html_report import MOST_ROWS, html_report
from doublebill_local.report.report_parts import BarChart, FigureTable, Picture, ReportParts, Section

HOSTILE = '<script>alert("x")</script><img src=x onerror=y>\'&'


def parts(*rows: tuple[str, ...]) -> ReportParts:
    """A report whose every text is hostile."""
    table = FigureTable(HOSTILE, [HOSTILE, "b"], rows, HOSTILE)
    picture = Picture(HOSTILE, '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', HOSTILE)
    section = Section(HOSTILE, [HOSTILE], [table], [BarChart(HOSTILE, "n", [("x", 1.0)])], [picture])
    return ReportParts(HOSTILE, HOSTILE, [section])


def test_every_text_is_escaped() -> None:
    page = html_report(parts((HOSTILE, HOSTILE)))
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;") >= 10


def test_a_page_loads_nothing_and_links_only_within_itself() -> None:
    page = html_report(parts(("a", "b")), lambda chart: "<svg></svg>")
    assert re.findall(r'(?:href|src)="([^"]*)"', page) == ["data:,", "#content", "#part-1"]
    assert "http:" not in page
    assert "https:" not in page
    assert "default-src 'none'" in page
    assert "@media print" in page


def test_a_table_stands_beside_every_chart_and_long_ones_are_cut() -> None:
    page = html_report(parts(*[(f"row {n}", "x" * 1000) for n in range(MOST_ROWS + 3)]), lambda chart: "<svg></svg>")
    assert page.count("<tr>") == MOST_ROWS + 2
    assert "and 3 more" in page
    assert "x" * 401 not in page
    assert page.count("<figure>") == 2
    assert html_report(parts(("a", "b"))).count("<figure>") == 1
