"""Sections on the search: the configs tried, learning curves, and what each stage compared."""

from collections.abc import Iterator, Mapping, Sequence

from doublebill_local.display.run_tables import config_label
from doublebill_local.display.trainings import DECIDES, cut_short
from doublebill_local.report.figures import Json, figure
from doublebill_local.report.report_parts import Chart, FigureTable, LineChart, Section

CURVES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "half-life": ("half-life in newer items, 0 for none", ("half_life",)),
    "transitions": ("weight of transitions", ("transitions",)),
    "popularity": ("power of popularity by which scores are divided", ("damping",)),
    "verdicts": ("weight of items that were rated and not liked", ("others",)),
    "ratings": ("share of edges of what users liked", ("liked_edges",)),
    "recency": ("half-life of the prior in days", ("prior", "half_life_days")),
    "recency power": ("power of the prior", ("prior", "power")),
    "recency weight": ("weight of the prior", ("prior", "weight")),
}
"""Stages whose trials differ in one number: the number in words, and where a config has it."""

OFFERED = {
    "half-life": "half-lives of histories",
    "recency": "priors of recent popularity",
    "edges": "sizes of the model (edges an item)",
}
"""Curves that readers look for; a sentence says which of them a run does not have."""


def search_sections(report: Json, command: str) -> Iterator[Section]:
    """Yields the sections on the search of a run."""
    candidates, refined = report.get("candidates", []), report.get("refined", [])
    if not report.get("tried"):
        yield Section("Search", ["No configs were compared in this run."])
        return
    yield _tried(report, candidates, command)
    if curves := [one for one in candidates if one.get("curve")]:
        yield _learning_curves(curves, command)
    yield _stages(refined, command)
    yield _sizes(candidates, refined, command)


def _tried(report: Json, candidates: Sequence[Json], command: str) -> Section:
    rows = [[config_label(one["config"]), _reached(one)] for one in candidates]
    cut = f" before {cut_short(report)}" if report.get("cut") else ""
    tried = f"Tried {report['tried']} of {report['of']} configs{cut}"
    words = [f"{tried}, decided by {report['decided_by']}: {report['chosen']}."]
    tables = [FigureTable("Configs tried, on validation users", ["config", DECIDES], rows, command)]
    if left_out := report.get("left_out"):
        named = [
            [config_label(one["config"]) if "config" in one else f"more of stage {one['stage']}", one["why"]]
            for one in left_out
        ]
        tables.append(FigureTable("Left out", ["config", "reason"], named, command))
    return Section("Configs tried", words, tables)


def _reached(trial: Json) -> str:
    """Returns the metric of a trial, or why it has none."""
    if "failed" in trial:
        return f"failed: {trial['failed']}"
    return figure((trial.get("validation") or trial).get(DECIDES))


def _learning_curves(candidates: Sequence[Json], command: str) -> Section:
    charts: list[Chart] = []
    rows = []
    for one in candidates:
        epochs: Sequence[Mapping[str, float]] = one["curve"]
        names = [name for name, value in epochs[0].items() if isinstance(value, float)]
        label = config_label(one["config"])
        lines = {name: [(place + 1, epoch[name]) for place, epoch in enumerate(epochs)] for name in names}
        charts.append(LineChart(f"Learning curve: {label}", "epoch", "loss", lines))
        rows += [[label, name, figure(epochs[0][name]), figure(epochs[-1][name]), str(len(epochs))] for name in names]
    heads = ["config", "loss", "first epoch", "last epoch", "epochs"]
    return Section("Learning curves", [], [FigureTable("Losses", heads, rows, command)], charts)


def _stages(refined: Sequence[Json], command: str) -> Section:
    stages = list(dict.fromkeys(str(one["stage"]) for one in refined if "stage" in one))
    rows, charts = [], []
    for stage in stages:
        trials = [one for one in refined if one.get("stage") == stage]
        rows += [
            [stage, str(one["question"]), _changed(trials[0]["config"], one["config"]), _reached(one), _taken(one)]
            for one in trials
        ]
        lines = _lines(stage, trials) if stage in CURVES else {}
        if any(len(points) > 1 for points in lines.values()):
            question = f"{DECIDES}, {trials[0]['question']} split"
            charts.append(LineChart(f"Stage {stage}", CURVES[stage][0], question, lines))
    words = [
        "After the kernel, one aspect after the other is compared on validation users; the best goes on to the next.",
        *_missing(stages),
    ]
    heads = ["stage", "split", "config, as far as it differs", DECIDES, "taken"]
    return Section("What each stage compared", words, [FigureTable("Trials of stages", heads, rows, command)], charts)


def _missing(stages: Sequence[str]) -> Iterator[str]:
    for stage, words in OFFERED.items():
        if stage not in stages:
            yield f"No {words} were compared: the search found no reason to, in data like these or in its time."


def _taken(trial: Json) -> str:
    return "yes" if trial.get("taken") else ""


def _changed(first: Json, config: Json) -> str:
    """Returns the fields in which a config of a stage differs from the one that the stage began with."""
    if config == first:
        return "as before"
    old, new = ({**one, **one.get("family", {})} for one in (first, config))
    names = [name for name in {**new, **old} if name != "family" and old.get(name) != new.get(name)]
    return ", ".join(f"{name.replace('_', ' ')} {_brief(new.get(name))}" for name in names)


def _brief(value: object) -> str:
    match value:
        case Mapping():
            return " ".join(f"{name.replace('_', ' ')} {_brief(one)}" for name, one in value.items())
        case None:
            return "as usual"
        case bool():
            return figure(value)
        case float():
            return f"{value:g}"
        case _:
            return str(value)


def _lines(stage: str, trials: Sequence[Json]) -> dict[str, list[tuple[float, float]]]:
    """Returns the points of a stage, on a line for each half-life where it compares these beside its own number."""
    if stage != "transitions":
        return {"validation": _points(trials, CURVES[stage][1])}
    half_lives = dict.fromkeys(one["config"]["half_life"] for one in trials)
    return {
        f"half-life {value:g}": _points(
            [one for one in trials if one["config"]["half_life"] == value], CURVES[stage][1]
        )
        for value in half_lives
    }


def _points(trials: Sequence[Json], path: Sequence[str]) -> list[tuple[float, float]]:
    """Returns the number that differs and the metric, of each trial that has both."""
    points: list[tuple[float, float]] = []
    for one in trials:
        value: object = one["config"]
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        if isinstance(value, int | float) and DECIDES in one:
            points.append((float(value), float(one[DECIDES])))
    return sorted(points)


def _sizes(candidates: Sequence[Json], refined: Sequence[Json], command: str) -> Section:
    """Returns accuracy against size, from the stage that compares numbers of edges."""
    trials = [one for one in refined if one.get("stage") == "edges" and DECIDES in one]
    if len({one["config"]["k"] for one in trials}) < 2:
        kept = candidates[0]["config"]["k"] if candidates else "its"
        words = f"Only one size was tried: {kept} edges an item on average. Train with --config to compare others."
        return Section("Accuracy against size", [words])
    rows = [[str(one["config"]["k"]), _changed(trials[0]["config"], one["config"]), _reached(one)] for one in trials]
    points = sorted((float(one["config"]["k"]), float(one[DECIDES])) for one in trials)
    chart = LineChart("Accuracy against size", "edges an item, on average", DECIDES, {"validation": points})
    heads = ["edges an item", "config, as far as it differs", DECIDES]
    return Section("Accuracy against size", [], [FigureTable("On validation users", heads, rows, command)], [chart])
