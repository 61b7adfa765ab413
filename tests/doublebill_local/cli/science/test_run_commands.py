import json
from pathlib import Path

from doublebill_local.display.run_tables import config_label, show_run, show_runs
from doublebill_local.display.versions import show_models


def test_runs_are_listed_with_version_figures_and_configs(run, trained: Path, document) -> None:
    (entry,) = document("runs", "tiny")["runs"]
    assert (entry["state"], entry["promoted"], entry["tried"], entry["restricted"]) == ("succeeded", True, 1, False)
    shown = run("runs", "tiny", home=trained).out
    for words in (entry["run"], entry["version"], "promoted", f"tried 1 of {entry['of']} configs", "ndcg@100"):
        assert words in shown
    assert run("runs", "nothing", home=trained).code == 3
    assert run("runs", "tiny", "-n", 0, home=trained).code == 2


def test_a_run_shows_every_config_it_tried_by_id_or_version(run, trained: Path, document) -> None:
    (entry,) = document("runs", "tiny")["runs"]
    record = document("run", "tiny", entry["run"])
    assert document("run", "tiny", entry["version"]) == record
    assert record["run"] == entry["run"]
    shown = run("run", "tiny", entry["run"], home=trained).out
    assert f"run {entry['run']} of tiny" in shown
    left_out = record["report"]["left_out"]
    assert len([one for one in left_out if "config" in one]) == entry["of"] - 1
    for one in left_out:
        name = config_label(one["config"]) if "config" in one else f"more of stage {one['stage']}"
        assert f"left out: {name}, since the budget was spent" in " ".join(shown.split())
    assert config_label(record["report"]["candidates"][0]["config"]) in shown
    assert "above popularity" in shown
    for wanted in ("0" * 32, "../x", "", "1700000000000-zz"):
        ran = run("run", "tiny", wanted, home=trained)
        assert (ran.code, ran.out) == (3, "")


def test_a_run_of_a_newer_or_older_code_is_shown_as_it_is(capsys) -> None:
    trials = [
        {"stage": "prior", "config": {"family": {"name": "later"}}, "validation": {"ndcg@100": 0.5}, "seconds": 1.25},
        {"config": {"k": 7}, "failed": "not fitted", "curve": [{"training": 2.0, "validation": None}] * 2},
    ]
    report = {"tried": 2, "of": 2, "cut": False, "candidates": trials, "restricted": True}
    show_run({"run": "r", "catalog": "c", "created": "2026-01-01", "state": "running", "report": report})
    shown = capsys.readouterr().out
    for words in ("prior", "0.5000", "1.2", "k 7: not fitted", "2 epochs, training 2 → 2", "2 epochs"):
        assert words in shown
    before = {"tried": 2, "of": 5, "cut": True, "candidates": trials}
    show_run({"run": "r", "catalog": "c", "created": "2026-01-01", "state": "running", "report": before})
    assert "left out: 3 configs, because the time was up" in capsys.readouterr().out


def test_failed_and_damaged_runs_are_listed_too(capsys) -> None:
    run = {"run": "r", "created": "2026-01-01T00:00", "state": "failed", "seconds": None, "version": None}
    run |= {"promoted": False, "why": "no events", "headline": {}, "warnings": [f"w{n}" for n in range(5)]}
    show_runs({"catalog": "c", "runs": [run], "more": 2, "skipped": [{"name": "x", "problem": "x cannot be read"}]})
    shown = capsys.readouterr().out
    for words in ("failed", "no events", "warning: w2", "2 more warnings", "x cannot be read", "2 older runs"):
        assert words in shown
    assert "w3" not in shown


def test_a_catalog_that_was_not_trained_has_no_runs(run, world: tuple[Path, Path]) -> None:
    assert run("import", "tiny", "--items", world[1]).code == 0
    assert "has not been trained" in run("runs", "tiny").out
    assert json.loads(run("runs", "tiny", "--json").out)["runs"] == []


def test_models_are_shown_with_the_warnings_of_their_runs(capsys) -> None:
    model = {"version": "0" * 32, "created": "2026-01-01T00:00", "champion": True, "report": {}}
    show_models({"catalog": "c", "models": [{**model, "warnings": ["users fell"]}]})
    assert f"warning of {'0' * 32}: users fell" in capsys.readouterr().out
