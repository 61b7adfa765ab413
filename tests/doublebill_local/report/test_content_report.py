from doublebill.service.content import generation
from doublebill.service.content.requests import ContentRequest
from doublebill_local.report.chart_words import chart_words
from doublebill_local.report.content_report import MadeContent, content_report
from doublebill_local.report.report_parts import HeatChart


def test_a_report_on_levels_has_range_controls_variety_and_the_commands_of_each() -> None:
    request = ContentRequest(spec={"width": 9, "height": 7}, seed=7, count=8)
    answer = generation.generate("chamber", request, lambda: 7)
    made = MadeContent("chamber", answer, 7, 8, ("width=9", "height=7"), ["<svg/>"] * 2)
    report = content_report(made)
    assert [one.title for one in report.sections] == ["Batch", "Controls", "Expressive range", "Gallery"]
    [controls] = report.sections[1].tables
    assert controls.command == "doublebill generate chamber --seed 7 --count 8 --spec width=9 --spec height=7"
    rows = {row[0]: row[1:] for row in controls.rows}
    assert rows["width"][:5] == ["9", "8 of 8", "9", "9", "9"]
    assert rows["player key"][0] == "any"
    heat = [one for one in report.sections[2].charts if isinstance(one, HeatChart)]
    assert all(sum(map(sum, one.counts)) == 8 for one in heat)
    assert "cells have any" in chart_words(heat[0])
    assert [one.command for one in report.sections[3].pictures][1].startswith(
        "doublebill generate chamber --seed '7#1'"
    )


def test_a_report_on_texts_lists_them() -> None:
    answer = generation.generate("names", ContentRequest(seed=7, count=3), lambda: 7)
    report = content_report(MadeContent("names", answer, 7, 3, (), ()))
    assert len(report.sections[-1].tables[0].rows) == 3
