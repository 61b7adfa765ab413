"""Runs as people see them: a list of trainings, and everything that one of them tried."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from doublebill.model.config import Config
from doublebill_local.display.console import Answer, numbered, out, table
from doublebill_local.display.trainings import show_training

MEASURED = ("recall@20", "ndcg@100")
"""Metrics of each trial, of those that its record has."""

MOST_WARNINGS = 3
"""Of each run in a list."""


def show_runs(answer: Answer) -> None:
    """Prints each run in a line or two, with its warnings."""
    for run in answer["runs"]:
        created = run["created"][:16].replace("T", " ")
        seconds = f"  {run['seconds']:.1f} s" if run["seconds"] is not None else ""
        out.print(f"[bold]{run['run']}[/]  {created}  {_outcome(run)}{seconds}")
        for line in _lines(run):
            out.print(f"  {line}", markup=False)
    for one in answer.get("skipped", []):
        out.print(f"[yellow]left out[/]: {one['problem']}")
    if answer["more"]:
        out.print(f"and {numbered(answer['more'], 'older runs')}; list more with -n")
    if not answer["runs"]:
        out.print(f"{answer['catalog']} has not been trained")


def _outcome(run: Answer) -> str:
    return ("promoted" if run["promoted"] else "not promoted") if run["state"] == "succeeded" else str(run["state"])


def _lines(run: Answer) -> Iterator[str]:
    if run["version"]:
        restricted = " that were sent with it" if run["restricted"] else ""
        yield f"version {run['version']}, tried {run['tried']} of {numbered(run['of'], 'configs')}{restricted}"
    figures = [f"{name} {_figure(one)}" for name, one in run["headline"].items()]
    if figures:
        yield ", ".join(figures)
    if run["why"] and not run["promoted"]:
        yield run["why"]
    yield from (f"warning: {warning}" for warning in run["warnings"][:MOST_WARNINGS])
    if len(run["warnings"]) > MOST_WARNINGS:
        yield f"and {numbered(len(run['warnings']) - MOST_WARNINGS, 'more warnings')}"


def _figure(headline: Answer) -> str:
    if headline["low"] is None:
        return f"{headline['mean']:.3f}"
    return f"{headline['mean']:.3f} ({headline['low']:.3f}–{headline['high']:.3f})"


def show_run(record: Answer) -> None:
    """Prints a run: when it ran, every config that it tried, then its data and its measurements."""
    created, ended = record["created"][:16].replace("T", " "), "started_ms" in record and "finished_ms" in record
    seconds = f", {(record['finished_ms'] - record['started_ms']) / 1000:.1f} s" if ended else ""
    out.print(f"run [bold]{record['run']}[/] of {record['catalog']}, {created}: {record['state']}{seconds}")
    report = record.get("report")
    if report is not None:
        _show_tried(report)
    if record["state"] in ("succeeded", "failed"):
        show_training(record)


def _show_tried(report: Answer) -> None:
    """Prints a table of all trials, the curves of those that have one, and how many configs were left out."""
    trials = [*report.get("candidates", []), *report.get("refined", [])]
    seconds = any("seconds" in one for one in trials)
    tried = table("stage", "config", *MEASURED, *(["s"] if seconds else []))
    for one in trials:
        tried.add_row(*_cells(one), *([f"{one['seconds']:.1f}" if "seconds" in one else ""] if seconds else []))
    if trials:
        out.print(tried)
    for one in trials:
        if one.get("curve"):
            out.print(f"curve of {config_label(one['config'])}: {_curve(one['curve'])}", markup=False)
    for one in report.get("left_out", []):
        name = config_label(one["config"]) if "config" in one else f"more of stage {one['stage']}"
        out.print(f"left out: {name}, since {one['why']}", markup=False)
    left_out = report.get("of", 0) - report.get("tried", 0)
    if "left_out" not in report and report.get("tried") and left_out > 0:
        out.print(f"left out: {numbered(left_out, 'configs')}{', because the time was up' if report['cut'] else ''}")


def _cells(trial: Answer) -> Sequence[str]:
    """Returns the stage, config and metrics of a trial; comparisons of a refinement name only what they change."""
    if "config" in trial:
        label = config_label(trial["config"])
    else:
        label = ", ".join(f"{name.replace('_', ' ')} {trial[name]}" for name in ("half_life", "transitions"))
    metrics = trial.get("validation") or {name.removeprefix("newest "): trial[name] for name in trial}
    if "failed" in trial:
        label = f"{label}: {trial['failed']}"
    stage = str(trial.get("stage") or ("kernel" if "config" in trial else "refined"))
    return [stage, label, *(f"{metrics[name]:.4f}" if name in metrics else "" for name in MEASURED)]


def config_label(config: Mapping[str, Any]) -> str:
    """Returns a config in words; one that this code does not understand with its fields."""
    try:
        return str(Config.from_json(config))
    except (KeyError, TypeError, ValueError, AttributeError):
        return ", ".join(f"{name} {value}" for name, value in config.items())


def _curve(epochs: Sequence[Mapping[str, float]]) -> str:
    """Returns the first and the last epoch of a curve: `30 epochs, train .91 → .63, held out .93 → .71`."""
    first, last = epochs[0], epochs[-1]
    changes = [f"{name} {first[name]:.4g} → {last[name]:.4g}" for name in first if isinstance(first[name], float)]
    return ", ".join([numbered(len(epochs), "epochs"), *changes])
