from dataclasses import replace

from doublebill.model.config import Config, Edlae, Factors, Prior
from doublebill_local.report.report_parts import LineChart
from doublebill_local.report.search_sections import search_sections

COMMAND = "doublebill run films 1"
KERNEL = Config(Edlae())


def trial(stage: str, config: Config, reached: float, taken: bool = False) -> dict[str, object]:
    """A trial of a stage as a run records it."""
    fields = {"stage": stage, "question": "calendar", "config": config.to_json()}
    return {**fields, "ndcg@100": reached, "taken": taken}


def test_the_numbers_that_stages_compare_are_curves() -> None:
    curve = [{"epoch": 1, "train": 0.9, "held_out": 0.95}, {"epoch": 2, "train": 0.7, "held_out": 0.8}]
    report = {
        "tried": 2,
        "of": 3,
        "decided_by": "validation ndcg@100",
        "chosen": str(KERNEL),
        "candidates": [
            {"config": KERNEL.to_json(), "validation": {"ndcg@100": 0.5}},
            {"config": Config(Factors()).to_json(), "failed": "singular", "curve": curve},
        ],
        "refined": [
            *(trial("half-life", replace(KERNEL, half_life=value), 0.5 + value / 100) for value in (0.0, 8.0, 4.0)),
            *(trial("recency", replace(KERNEL, prior=Prior(30.0, 0.0, days)), 0.6) for days in (1.0, 7.0)),
            *(trial("edges", replace(KERNEL, k=k), k / 1000) for k in (100, 200)),
            trial("transitions", replace(KERNEL, transitions=0.3), 0.5),
            trial("transitions", replace(KERNEL, transitions=1.0), 0.4),
            trial("transitions", replace(KERNEL, transitions=1.0, half_life=4.0), 0.6),
        ],
        "left_out": [{"stage": "order", "why": "the time was up"}],
    }
    sections = {one.title: one for one in search_sections(report, COMMAND)}
    assert sections["Configs tried"].tables[0].rows[1][1] == "failed: singular"
    charts = {chart.title: chart for one in sections.values() for chart in one.charts if isinstance(chart, LineChart)}
    assert charts["Stage half-life"].lines == {"validation": [(0.0, 0.5), (4.0, 0.54), (8.0, 0.58)]}
    assert charts["Stage recency"].lines["validation"] == [(1.0, 0.6), (7.0, 0.6)]
    assert charts["Accuracy against size"].lines["validation"] == [(100.0, 0.1), (200.0, 0.2)]
    assert charts["Stage transitions"].lines["half-life 4"] == [(1.0, 0.6)]
    [learning] = [chart for title, chart in charts.items() if title.startswith("Learning curve")]
    assert learning.lines["held_out"] == [(1, 0.95), (2, 0.8)]


def test_what_a_run_did_not_compare_is_said() -> None:
    [section] = search_sections({"tried": 0}, COMMAND)
    assert section.words == ["No configs were compared in this run."]
    report = {"tried": 1, "of": 1, "decided_by": "", "chosen": "", "candidates": [{"config": KERNEL.to_json()}]}
    words = [line for one in search_sections(report, COMMAND) for line in one.words]
    assert sum(line.startswith(("No half-lives", "No priors", "No sizes", "Only one size")) for line in words) == 4
