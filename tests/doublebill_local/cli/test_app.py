"""The command line: every command on small files; what it prints, where, and with which exit code it ends."""

import contextlib
import gzip
import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from doublebill.edge.clock import now_ms
from doublebill.games.kinds import KINDS
from doublebill.games.text.kinds import TEXTS
from doublebill.service.content import generation
from doublebill.service.ingesting.ingest import ingest
from doublebill.service.registry import model_list
from doublebill.service.registry.runs import iso
from doublebill.times.retention import DAY_MS
from doublebill_local.cli import app
from doublebill_local.cli.command_table import COMMANDS, Command
from doublebill_local.host.home import Home
from doublebill_local.locations import HOME_VARIABLE
from processes import PATIENCE_SECONDS

NAMES = tuple(command.name for command in COMMANDS)
VERSION = re.compile(r"\b[0-9a-f]{32}\b")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, world: tuple[Path, Path]) -> Path:
    """A home in which the tiny world is trained as `tiny`; whoever changes it takes `own`."""
    home = tmp_path_factory.mktemp("trained")
    events, items = map(str, world)
    assert app.main(["import", "tiny", "--events", events, "--items", items, "--home", str(home)]) == 0
    assert app.main(["train", "tiny", "--home", str(home)]) == 0
    return home


@pytest.fixture
def own(trained: Path, tmp_path: Path) -> Path:
    """A copy of the trained home."""
    return shutil.copytree(trained, tmp_path / "home")


def stored(home: Path) -> dict[str, bytes]:
    """Every object of a home, by its key."""
    objects = Home(home).objects()
    return {key: objects.get(key).data for key in objects.keys("")}


def document(ran) -> dict[str, Any]:
    """The one JSON document that a command printed, and nothing else."""
    assert (ran.code, ran.err) == (0, "")
    told: dict[str, Any] = json.loads(ran.out)
    return told


# ---- import ---------------------------------------------------------------------------------------------------------


def test_an_import_says_what_it_stored(run, world: tuple[Path, Path]) -> None:
    ran = run("import", "tiny", "--events", world[0], "--items", world[1])
    assert (ran.code, ran.err) == (0, "")
    items, events, *facts = ran.out.splitlines()
    assert items == "imported into tiny: 12 items"
    assert events == "imported into tiny: 100 events of 20 users and 12 items"
    assert "  kinds: 100 play" in facts


def test_an_import_as_json(run, world: tuple[Path, Path]) -> None:
    told = document(run("import", "tiny", "--events", world[0], "--items", world[1], "--json"))
    assert told.keys() == {"catalog", "items", "events"}
    counts = {"accepted": 100, "quarantined": 0, "users": 20, "items": 12, "repeated": False}
    assert told["events"].items() >= counts.items()
    assert told["items"]["accepted"] == 12


def test_importing_the_same_file_again_changes_nothing(run, own: Path, world: tuple[Path, Path]) -> None:
    before = stored(own)
    ran = run("import", "tiny", "--events", world[0])
    assert ran.code == 0
    assert "the same file was imported before; nothing changed" in ran.out
    assert stored(own) == before


def test_columns_may_be_mapped_by_name_or_number(run, tmp_path: Path) -> None:
    named, numbered = tmp_path / "named.csv", tmp_path / "numbered.tsv"
    named.write_text("who,song,stars,when\nann,a,5,1700000000\nbob,b,3,1700000001\n")
    numbered.write_text("1700000000\tann\ta\n1700000001\tbob\tb\n")
    columns = ["--user", "who", "--item", "song", "--rating", "stars", "--time", "when"]
    assert document(run("import", "a", "--events", named, *columns, "--json"))["events"]["accepted"] == 2
    columns = ["--user", 2, "--item", 3, "--time", 1, "--kind", "like"]
    assert document(run("import", "b", "--events", numbered, *columns, "--json"))["events"]["accepted"] == 2


def test_a_file_may_be_gzipped(run, tmp_path: Path, world: tuple[Path, Path]) -> None:
    file = tmp_path / "events.csv.gz"
    file.write_bytes(gzip.compress(world[0].read_bytes()))
    assert document(run("import", "tiny", "--events", file, "--json"))["events"]["accepted"] == 100


BAD_ROWS = "user_id,item_id,rating,timestamp\nann,a,5,1700000000\nbob,,3,1700000001\ncyd,c,NaN,1700000002\n"


def test_too_many_bad_rows_are_refused_with_the_first_of_them_and_nothing_is_stored(run, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(BAD_ROWS)
    ran = run("import", "tiny", "--events", file)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("doublebill: bad.csv: 2 of 3 rows are bad, more than the 5% allowed; nothing was stored.")
    assert "line 3, item_id: missing" in ran.err
    assert [key for key in stored(tmp_path / "home") if not key.startswith(("quarantine/", "keys/"))] == []
    assert run("models", "tiny").code == 3


def test_as_many_bad_rows_as_are_allowed_go_to_the_quarantine(run, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(BAD_ROWS)
    told = document(run("import", "tiny", "--events", file, "--max-bad", "0.7", "--json"))["events"]
    assert (told["accepted"], told["quarantined"]) == (1, 2)
    assert f"quarantine/tiny/{told['import_id']}.jsonl.gz" in stored(tmp_path / "home")


def test_a_catalog_says_whether_recommendations_leave_out_seen_items(run, world: tuple[Path, Path]) -> None:
    assert run("import", "tiny", "--events", world[0], "--exclude-seen", "yes").code == 0
    assert run("train", "tiny").code == 0
    told = document(run("recommend", "tiny", "--history", "item-0", "-n", 500, "--json"))
    assert "item-0" not in [one["item_id"] for one in told["recommendations"]]


# ---- train, models, promote, rollback -------------------------------------------------------------------------------


def test_a_training_tells_its_steps_on_stderr_and_its_outcome_on_stdout(run, own: Path) -> None:
    ran = run("train", "tiny")
    assert ran.code == 0
    assert "reading events" in ran.err
    assert re.search(r"version [0-9a-f]{32} is champion now", ran.out)


def test_a_training_as_json_is_the_record_of_the_run(run, own: Path) -> None:
    told = document(run("train", "tiny", "--json"))
    assert told["state"] == "succeeded"
    assert told.keys() >= {"run", "catalog", "version", "parent", "promoted", "why", "report", "data", "platform"}


def test_a_training_tells_what_was_tried_and_measured(run, own: Path) -> None:
    ran = run("train", "tiny")
    shown = ran.out
    tried = re.search(r"tried (\d+) of (\d+) configs; best on validation users: \w+.*\n", shown)
    assert tried
    assert int(tried[1]) + ran.err.count(" … left out: ") == int(tried[2])
    assert re.search(r"recall@20 \d\.\d{3} ±\d\.\d{3}, .* over \d+ users, \d splits?\n", shown)
    assert "strong generalisation: trained on " in shown
    assert "ndcg@100" in shown
    assert re.search(r"(above|below|equal to) the champion's config", shown)
    assert re.search(r"with the newest fifth of each history hidden: recall@20 \d\.\d{3}, ndcg@10 ", shown)


def test_a_training_may_be_given_little_time(run, own: Path) -> None:
    report = document(run("train", "tiny", "--budget", 0, "--json"))["report"]
    assert (report["tried"], report["cut"]) == (1, True)
    assert re.search(
        r"tried 1 of \d+ configs, because the budget was spent; best on", run("train", "tiny", "--budget", 0).out
    )


def test_training_what_is_not_there_or_has_no_events_is_refused(run, world: tuple[Path, Path]) -> None:
    assert run("train", "tiny").code == 3
    assert run("import", "tiny", "--items", world[1]).code == 0
    ran = run("train", "tiny")
    assert (ran.code, ran.out) == (1, "")
    assert "doublebill: catalog 'tiny' has no events to train on" in ran.err


def test_versions_are_listed_whole_promoted_and_rolled_back(run, own: Path, tmp_path: Path) -> None:
    first = document(run("models", "tiny", "--json"))["champion"]
    more = tmp_path / "more.csv"
    more.write_text("user_id,item_id,plays,timestamp\nuser-0,item-1,9,1800000000\n")
    assert run("import", "tiny", "--events", more).code == 0
    second = document(run("train", "tiny", "--force", "--json"))["version"]
    told = document(run("models", "tiny", "--json"))
    assert told["catalog"] == "tiny"
    assert [(model["version"], model["champion"]) for model in told["models"]] == [(second, True), (first, False)]
    assert all(model.keys() >= {"version", "champion", "created", "report"} for model in told["models"])
    shown = run("models", "tiny").out
    assert VERSION.findall(shown) == [second, first]
    assert "champion" in next(line for line in shown.splitlines() if second in line)

    assert run("rollback", "tiny").out == f"champion of tiny: {first} (was {second})\n"
    assert run("promote", "tiny", first).out == f"champion of tiny: {first}\n"
    assert document(run("promote", "tiny", second, "--json"))["version"] == second
    assert document(run("models", "tiny", "--json"))["champion"] == second
    assert document(run("rollback", "tiny", "--json")).items() >= {"catalog": "tiny", "version": first}.items()


def test_a_version_may_be_named_by_its_first_digits(run, own: Path) -> None:
    version = document(run("models", "tiny", "--json"))["champion"]
    assert document(run("promote", "tiny", version[:6], "--json"))["version"] == version
    assert document(run("privacy", "tiny", version[:12], "--json"))["version"] == version
    objects = Home(own).objects()
    objects.create(f"artifacts/tiny/{version[:8]}{'0' * 24}/manifest.json", b"{}")
    several = run("promote", "tiny", version[:8])
    assert (several.code, "2 versions begin so; use one of" in several.err) == (2, True)
    none = run("promote", "tiny", "0" * 7)
    assert (none.code, "has no version 0000000…; `doublebill models tiny` lists them" in none.err) == (3, True)
    few = run("promote", "tiny", version[:5])
    assert (few.code, "use a version, 32 hexadecimal digits, or its first 6 or more" in few.err) == (2, True)


def test_each_rollback_goes_one_champion_further_back(run, own: Path, tmp_path: Path) -> None:
    champions = [document(run("models", "tiny", "--json"))["champion"]]
    for number in (1, 2):
        more = tmp_path / f"more-{number}.csv"
        more.write_text(f"user_id,item_id,plays,timestamp\nuser-0,item-{number},9,180000000{number}\n")
        assert run("import", "tiny", "--events", more).code == 0
        champions.append(document(run("train", "tiny", "--force", "--json"))["version"])
    first, second, third = champions
    assert run("rollback", "tiny").out == f"champion of tiny: {second} (was {third})\n"
    assert run("rollback", "tiny").out == f"champion of tiny: {first} (was {second})\n"
    assert run("rollback", "tiny").code == 3


def test_a_rollback_to_a_version_with_erased_users_trains_and_the_next_goes_further(run, own: Path) -> None:
    first = document(run("models", "tiny", "--json"))["champion"]
    assert run("forget", "tiny", "user-3").code == 0
    present = document(run("models", "tiny", "--json"))["champion"]
    assert present != first
    answer = document(run("rollback", "tiny", "--json"))
    assert answer["run"] == answer["training_id"]
    assert answer["previous"] == []
    assert run("rollback", "tiny").code == 3


# ---- evaluate, verify ------------------------------------------------------------------------------------------------


def test_a_version_is_verified_also_after_more_events_came(run, own: Path, tmp_path: Path) -> None:
    version = document(run("models", "tiny", "--json"))["champion"]
    more = tmp_path / "more.csv"
    more.write_text("user_id,item_id,plays,timestamp\nuser-0,item-1,9,1800000000\n")
    assert run("import", "tiny", "--events", more).code == 0
    before = stored(own)
    ran = run("verify", version)
    assert ran.code == 0
    assert re.fullmatch(rf"version {version} of tiny: training it again as in run \S+ gives the same bytes\n", ran.out)
    assert "fitting the chosen config on all users" in ran.err
    told = document(run("verify", version, "--catalog", "tiny", "--json"))
    assert (told["version"], told["outcome"], told["differences"]) == (version, "same", [])
    assert stored(own) == before


def test_what_is_not_as_it_was_is_named_by_verify(run, own: Path) -> None:
    version = document(run("models", "tiny", "--json"))["champion"]
    file = own / "objects" / "artifacts" / "tiny" / version / "popularity.npy"
    file.write_bytes(file.read_bytes()[:-1] + b"\0")
    ran = run("verify", version)
    assert ran.code == 1
    assert "gives other bytes:\n  stored popularity.npy: its bytes have changed\n" in ran.out
    shutil.rmtree(own / "objects" / "imports")
    ran = run("verify", version)
    assert ran.code == 1
    assert re.search(r"cannot be trained again as in run \S+:\n(  .*\n)*  import \w+: found 0 parts", ran.out)


def test_another_platform_is_named_by_verify(run, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = document(run("models", "tiny", "--json"))["champion"]
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "64")
    ran = run("verify", version)
    assert ran.code == 0
    assert re.search(r"this platform differs from that of the run; .*:\n  threads: \d+ then, 64 now\n", ran.out)


def test_a_config_is_evaluated_again_on_other_users(run, trained: Path) -> None:
    ran = run("evaluate", "tiny", "--seed", 5, home=trained)
    assert ran.code == 0
    assert "strong generalisation, seed 5" in ran.out
    for name in ("recall@20", "ndcg@100", "map@10", "gini@10", "auc", "head items", "tail items"):
        assert name in ran.out
    told = document(run("evaluate", "tiny", "--split", "newest", "--json", home=trained))
    assert told.keys() == {"catalog", "version", "config", "report"}
    assert told["report"]["split"]["kind"] == "strong generalisation, newest hidden"
    version = told["version"]
    assert document(run("evaluate", "tiny", "--version", version, "--split", "newest", "--json", home=trained)) == told


def test_by_default_a_config_is_evaluated_on_the_test_users_of_a_training(run, trained: Path) -> None:
    told = document(run("evaluate", "tiny", "--json", home=trained))
    (version,) = [one for one in document(run("models", "tiny", "--json", home=trained))["models"] if one["champion"]]
    for name in ("split", "metrics"):
        assert told["report"][name] == version["report"][name]


def test_the_help_of_evaluate_says_that_the_config_is_fitted_again(run) -> None:
    assert "Fit a version's config again without test users" in plain(run("--help").out)
    assert "chose and fitted the version without them" in plain(run("evaluate", "--help").out)


def test_without_enough_users_nothing_is_evaluated_and_that_is_reported(run, tmp_path: Path) -> None:
    few = tmp_path / "few.csv"
    few.write_text("user_id,item_id\nann,a\nann,b\nbob,a\nbob,b\n")
    assert run("import", "few", "--events", few).code == 0
    assert run("train", "few").code == 0
    ran = run("evaluate", "few")
    assert ran.code == 1
    assert "not evaluated: too few users" in ran.out
    timeless = run("evaluate", "few", "--split", "calendar")
    assert timeless.code == 1
    assert "no times are known; use another --split (random needs no times), or import more events" in timeless.out


def test_there_must_be_something_to_evaluate_and_to_verify(run, trained: Path) -> None:
    assert run("verify", "0" * 32, home=trained).code == 3
    assert run("verify", "0" * 32, "--catalog", "tiny", home=trained).code == 3
    assert run("evaluate", "nothing", home=trained).code == 3
    assert run("evaluate", "tiny", "--version", "0" * 32, home=trained).code == 3


def test_there_must_be_something_to_roll_back_to_and_to_promote(run, trained: Path) -> None:
    assert run("rollback", "tiny", home=trained).code == 3
    assert run("promote", "tiny", "0" * 32, home=trained).code == 3
    ran = run("promote", "tiny", "latest", home=trained)
    assert (ran.code, ran.err.split(":")[1]) == (2, " version")


# ---- recommend, neighbours ------------------------------------------------------------------------------------------


def test_a_history_gets_recommendations_and_their_reasons(run, trained: Path) -> None:
    ran = run("recommend", "tiny", "--history", "item-0,item-2", "-n", 3, "--explain", home=trained)
    assert (ran.code, ran.err) == (0, "")
    numbered = [line for line in ran.out.splitlines() if re.match(r" +\d\. Title \d+  \S+$", line)]
    assert len(numbered) == 3
    assert "because of Title" in ran.out
    assert re.search(r"\d%", ran.out)


def test_recommendations_as_json_have_the_shape_of_the_api(run, trained: Path) -> None:
    told = document(
        run("recommend", "tiny", "--history", "item-0, item-2", "-n", 3, "--explain", "--json", home=trained)
    )
    assert told.keys() == {
        "catalog",
        "model_version",
        "recommendation_id",
        "cold",
        "degraded",
        "unknown_items",
        "recommendations",
        "next_cursor",
    }
    assert (told["catalog"], told["cold"], told["degraded"], told["unknown_items"]) == ("tiny", False, False, [])
    for one in told["recommendations"]:
        assert one.keys() == {"item_id", "score", "title", "contributions", "reason"}
        assert sum(part["contribution"] for part in one["contributions"]) == pytest.approx(one["score"], abs=1e-6)
        assert sum(part["share"] for part in one["contributions"]) == pytest.approx(1)


def test_a_user_gets_the_item_that_was_left_out(run, trained: Path) -> None:
    home = Home(trained)
    assert home.intake().pseudonyms.of("films", "user-4") != "user-4"
    told = document(run("recommend", "tiny", "--user", "user-4", "--json", "-n", 12, home=trained))
    unseen = [one["item_id"] for one in told["recommendations"] if one["item_id"] in ("item-4", *ODD)]
    assert unseen[0] == "item-4"


ODD = tuple(f"item-{item}" for item in range(1, 12, 2))


def test_a_history_of_nothing_known_gets_what_is_popular_and_says_so(run, trained: Path) -> None:
    ran = run("recommend", "tiny", "--history", "item-99", "-n", 2, home=trained)
    assert ran.out.startswith("not in the catalog: item-99\nnothing is known of this taste yet")
    assert document(run("recommend", "tiny", "--user", "nobody", "--json", home=trained))["cold"] is True
    assert document(run("recommend", "tiny", "--history", "", "--json", home=trained))["cold"] is True


def test_neighbours_are_listed_most_similar_first(run, trained: Path) -> None:
    told = document(run("neighbours", "tiny", "item-2", "-n", 3, "--json", home=trained))
    assert told["item_id"] == "item-2"
    scores = [one["score"] for one in told["neighbours"]]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 3
    shown = run("neighbours", "tiny", "item-2", "-n", 3, home=trained)
    assert [line.split("  ")[1].partition(" ")[2] for line in shown.out.splitlines()] == [
        one["title"] for one in told["neighbours"]
    ]


def test_without_a_catalog_a_model_or_the_item_nothing_is_found(run, trained: Path, world: tuple[Path, Path]) -> None:
    assert run("recommend", "nothing", "--user", "ann", home=trained).code == 3
    assert run("neighbours", "tiny", "item-99", home=trained).code == 3
    assert run("import", "tiny", "--events", world[0]).code == 0
    ran = run("recommend", "tiny", "--user", "user-0")
    assert (ran.code, ran.err) == (3, "doublebill: catalog 'tiny' has no model yet: nothing was trained\n")


# ---- corpora --------------------------------------------------------------------------------------------------------

ELVES = ["Aldra", "Belwen", "Cormir", "Delan", "Ferris", "Galdor", "Helwyn", "Joran", "Karsin", "Loreth"]


def test_a_corpus_is_kept_learned_from_and_generated_from(run, tmp_path):
    (tmp_path / "elves.txt").write_text("\n".join(ELVES))
    kept = run("import", "--corpus", "names/elves", tmp_path / "elves.txt", "--licence", "CC0")
    assert (kept.code, kept.out) == (
        0,
        "kept 10 examples of names/elves\n",
    )
    learned = run("train", "--corpus", "names/elves")
    assert learned.code == 0
    version = re.search(r"learned names/elves from 10 examples: model_version ([0-9a-f]{32})\n", learned.out)[1]
    asked = ("generate", "names", "--corpus", "elves", "--seed", 7, "--count", 3, "--json")
    answer = document(run(*asked))
    assert (answer["corpus"], answer["model_version"], answer["licence"]) == ("elves", version, "CC0")
    assert document(run(*asked, "--model-version", version)) == answer
    again = document(run("train", "--corpus", "names/elves", "--json"))
    assert (again["model_version"], len(again["models"])) == (version, 1)


def test_levels_of_a_corpus_mean_what_its_legend_says(run, tmp_path):
    (tmp_path / "rooms.txt").write_text("XXXXX\nX---X\nX-X-X\nX---X\nXXXXX\n\n-----\n-XXX-\n---X-\n-X-X-\n-----\n")
    (tmp_path / "legend.json").write_text('{"X": "wall", "-": "floor"}')
    import_ = ("import", "--corpus", "maze", tmp_path / "rooms.txt")
    assert "is not valid" in run(*import_).err
    assert run(*import_, "--legend", tmp_path / "legend.json").code == 0
    assert run("train", "--corpus", "maze").code == 0
    answer = document(run("generate", "maze", "--corpus", "own", "--seed", 1, "--json"))
    assert set("".join(answer["items"][0]["grid"])) <= set("#.")


@pytest.mark.parametrize(
    ("words", "field", "code"),
    [
        (["import", "--corpus", "names"], "CATALOG | FILE", 2),
        (["import", "--corpus", "names", "nowhere.txt"], "FILE", 2),
        (["import", "--corpus", "castles", __file__], "'castles'", 3),
        (["import", "--corpus", "quests", __file__], "kind", 2),
        (["import", "--corpus", "names/Elves", __file__], "corpus", 2),
        (["import", "--corpus", "names/people", __file__], "corpus", 2),
        (["import", "--corpus", "names", __file__, "--events", __file__], "--corpus", 2),
        (["import", "one", "two"], "FILE", 2),
        (["train"], "CATALOG", 2),
        (["train", "tiny", "--corpus", "names"], "CATALOG", 2),
        (["train", "--corpus", "names/gnomes"], "'gnomes'", 3),
        (["generate", "names", "--corpus", "gnomes"], "'gnomes'", 3),
        (["generate", "maze", "--model-version", "0" * 32], "model_version", 3),
    ],
)
def test_what_is_no_corpus_is_refused_by_name(run, words, field, code):
    ran = run(*words)
    assert (ran.code, ran.out) == (code, "")
    assert field in ran.err


# ---- generate -------------------------------------------------------------------------------------------------------


def test_levels_are_written_as_files_with_what_they_refer_to(run, tmp_path):
    asked = ("generate", "maze", "--seed", 7, "--count", 2, "--format", "tiled", "--theme", "ice", "--out")
    ran = run(*asked, f"{tmp_path}/mazes/", "--json")
    assert {Path(path) for path in document(ran)["files"]} == set((tmp_path / "mazes").iterdir())
    assert {path.suffix for path in (tmp_path / "mazes").iterdir()} == {".tmj", ".png", ".world"}
    ran = run("generate", "maze", "--seed", 7, "--format", "png", "--out", tmp_path / "maze.png")
    assert (ran.code, ran.out) == (0, f"wrote {tmp_path / 'maze.png'}\n")
    assert (tmp_path / "maze.png").read_bytes().startswith(b"\x89PNG")


def test_a_solution_stands_in_files_only_where_it_is_asked_for(run, tmp_path):
    asked = ("generate", "sokoban", "--seed", 4, "--format", "xsb", "--out", tmp_path / "level.xsb")
    assert run(*asked).code == 0
    assert "Solution" not in (tmp_path / "level.xsb").read_text()
    assert run(*asked, "--solution").code == 0
    assert "Solution" in (tmp_path / "level.xsb").read_text()


def test_a_level_is_drawn_with_its_seed_and_measures(run) -> None:
    ran = run("generate", "chamber", "--seed", "a seed", "--spec", '{"width": 16, "height": 12}')
    assert (ran.code, ran.err) == (0, "")
    *drawn, told = ran.out.splitlines()
    assert {"P", "D", "K"} <= set("".join(drawn))
    assert told.startswith("seed a seed; ")
    assert "width 16" in told


def test_levels_as_json_are_of_the_shape_of_the_api_and_the_same_for_the_same_seed(run) -> None:
    asked = ("generate", "maze", "--seed", 7, "--count", 2, "--json")
    told = document(run(*asked))
    assert (told["kind"], len(told["items"])) == ("maze", 2)
    for item in told["items"]:
        assert item.keys() >= {"seed", "grid", "legend", "certificate", "controls", "attempts", "fallback"}
        assert len(item["certificate"]["moves"]) == item["certificate"]["length"]
    assert document(run(*asked)) == told
    assert json.loads(run(*asked[:-1], "--format", "json").out) == told


def test_more_levels_than_one_request_has_are_made_as_a_batch(run, tmp_path, monkeypatch) -> None:
    asked = ("generate", "maze", "--seed", 7, "--count", 101, "--spec", "width=4", "--spec", "height=4")
    told = document(run(*asked, "--json"))
    assert len(told["items"]) == 101
    run(*asked, "--format", "csv", "--out", f"{tmp_path}/mazes/")
    assert len(list((tmp_path / "mazes").iterdir())) == 101
    usual = generation.generation_request
    monkeypatch.setattr(generation, "generation_request", lambda *whole: replace(usual(*whole), steps=3_000))
    few = document(run("generate", "maze", "--seed", 7, "--count", 40, "--spec", "width=4", "--json"))
    assert len(few["items"]) == 40


def test_a_file_of_specs_gives_an_item_each(run, tmp_path) -> None:
    specs = tmp_path / "specs.json"
    specs.write_text('[{"width": 9}, {"width": 12}]')
    answer = document(run("generate", "maze", "--specs", specs, "--unlike", "cells", "--json"))
    assert [len(item["grid"][0]) for item in answer["items"]] == [9, 12]
    assert answer["variety"]["unlike"] == "cells"
    specs.write_text('[{}, {"width": 2}]')
    assert "specs[1].width" in run("generate", "maze", "--specs", specs).err


def test_a_level_without_a_seed_names_the_one_it_took(run) -> None:
    seeds = {document(run("generate", "maze", "--json"))["items"][0]["seed"] for _ in range(3)}
    assert len(seeds) == 3


# ---- what is wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["import"], "CATALOG"),
        (["import", "tiny"], "FILE"),
        (["import", "tiny", "--events", "missing.csv"], "--events"),
        (["import", "tiny", "--events", "."], "--events"),
        (["import", "tiny", "--items", "missing.csv"], "--items"),
        (["import", "tiny", "--events", "empty.csv"], "empty.csv"),
        (["import", "tiny", "--events", "half.csv.gz"], "half.csv.gz"),
        (["import", "tiny", "--events", "prose.txt"], "prose.txt"),
        (["import", "tiny", "--events", "good.csv", "--user", "who"], "good.csv"),
        (["import", "tiny", "--events", "good.csv", "--kind", "nod"], "kind"),
        (["import", "tiny", "--events", "good.csv", "--max-bad", "nan"], "--max-bad"),
        (["import", "tiny", "--events", "good.csv", "--max-bad", "1.5"], "--max-bad"),
        (["import", "Tiny Catalog", "--events", "good.csv"], "catalog"),
        (["import", "../tiny", "--events", "good.csv"], "catalog"),
        (["train", ""], "catalog"),
        (["train", "tiny", "--budget", "-1"], "--budget"),
        (["train", "tiny", "--budget", "nan"], "--budget"),
        (["verify", "latest"], "version"),
        (["verify", "0" * 32, "--catalog", "Tiny"], "catalog"),
        (["evaluate", "a/b"], "catalog"),
        (["evaluate", "tiny", "--version", "latest"], "version"),
        (["evaluate", "tiny", "--seed", "-1"], "--seed"),
        (["models", "a/b"], "catalog"),
        (["recommend", "Tiny", "--user", "ann"], "catalog"),
        (["recommend", "tiny", "--user", ""], "user_id"),
        (["recommend", "tiny", "--user", "ann", "-n", "0"], "n"),
        (["recommend", "tiny", "--user", "ann", "-n", "501"], "n"),
        (["recommend", "tiny", "--history", "a" * 300], "history[0]"),
        (["recommend", "tiny", "--user", "\udcff"], "user_id"),
        (["neighbours", "tiny", "item-0", "-n", "-1"], "n"),
        (["neighbours", "tiny", "\udcff"], "item_id"),
        (["neighbours", "tiny", ""], "item_id"),
        (["generate", "maze", "--count", "0"], "count"),
        (["generate", "maze", "--specs", "no-such.json"], "--specs"),
        (["generate", "maze", "--specs", "no-such.json", "--spec", '{"width": 9}'], "--spec"),
        (["generate", "maze", "--format", "png"], "--out"),
        (["generate", "maze", "--out", "maze.txt"], "--out"),
        (["generate", "names", "--format", "png", "--out", "names.png"], "format"),
        (["generate", "crypt", "--format", "xsb", "--out", "crypt.xsb"], "format"),
        (["generate", "maze", "--format", "png", "--tile-pixels", "17", "--out", "maze.png"], "tile_pixels"),
        (["generate", "maze", "--format", "tmx", "--count", "2", "--out", "mazes.tmx"], "--out"),
        (["generate", "maze", "--format", "svg", "--out", "no/such/folder/maze.svg"], "--out"),
        (["generate", "maze", "--seed", ""], "seed"),
        (["generate", "maze", "--spec", "{"], "--spec"),
        (["generate", "maze", "--spec", "[" * 100_000], "--spec"),
        (["generate", "maze", "--spec", '{"width": ' + "1" * 5000 + "}"], "--spec"),
        (["generate", "maze", "--spec", "[]"], "spec"),
        (["generate", "maze", "--spec", '{"width": NaN}'], "spec.width"),
        (["generate", "maze", "--spec", '{"wide": 5}'], "spec.wide"),
        (["generate", "chamber", "--spec", '{"width": 3, "height": 3, "enemies": [9, 9]}'], "spec"),
    ],
)
def test_wrong_input_is_named_in_one_line(
    words: list[str], names: str, run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.csv").touch()
    (tmp_path / "prose.txt").write_text("It was a dark and stormy night.\nThe rain fell in torrents.\n")
    (tmp_path / "good.csv").write_text("user_id,item_id\nann,a\n")
    (tmp_path / "half.csv.gz").write_bytes(gzip.compress(b"user_id,item_id\nann,a\n" * 100)[:40])
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert re.match(rf"doublebill: .*{re.escape(names)}\S*: .*; .*\n\Z", ran.err), ran.err
    assert len(ran.err) < 1000


@pytest.mark.parametrize(
    "words",
    [
        ["sing"],
        ["models"],
        ["models", "tiny", "other"],
        ["models", "tiny", "--jso"],
        ["recommend", "tiny"],
        ["recommend", "tiny", "--user", "a", "--history", "b"],
        ["recommend", "tiny", "--user", "a", "-n", "few"],
        ["recommend", "tiny", "--user", "a", "-n", "2.5"],
        ["import", "tiny", "--max-bad", "some"],
        ["generate", "maze", "--format", "jpeg"],
        ["up", "--port", "http"],
        ["train", "tiny", "--budget", "all"],
        ["verify"],
        ["evaluate", "tiny", "--split", "weak"],
        ["evaluate", "tiny", "--seed", "one"],
    ],
)
def test_wrong_usage_is_explained_with_the_help_that_shows_the_right_one(words: list[str], run) -> None:
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    command = " ".join(["doublebill", *words[:1]]) if words[0] in NAMES else "doublebill"
    assert re.match(rf"doublebill: .+\ntry: {command} --help\n\Z", ran.err), ran.err


def test_no_words_show_the_help_on_stderr() -> None:
    ran = process()
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("Usage: doublebill COMMAND")


def test_a_kind_that_there_is_not_is_not_found(run) -> None:
    ran = run("generate", "castle")
    known = ", ".join([*KINDS, *TEXTS])
    assert (ran.code, ran.err) == (3, f"doublebill: there is no kind 'castle' of content; there are {known}\n")


def test_a_home_that_is_a_file_is_refused(run, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for words in (["models", "tiny"], ["up", "--port", 0], ["demo"]):
        ran = run(*words, home=file)
        assert (ran.code, ran.err) == (2, f"doublebill: --home: {str(file)!r} is a file; name a folder\n")


def test_what_the_system_refuses_is_reported_in_one_line(
    run, world: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Path.open

    def refuse(path: Path, *options: Any, **more: Any) -> Any:
        if path == world[0]:
            raise PermissionError(13, "Permission denied", "events.csv")
        return opened(path, *options, **more)

    monkeypatch.setattr(Path, "open", refuse)
    ran = run("import", "tiny", "--events", world[0])
    assert (ran.code, ran.err) == (2, "doublebill: events.csv: Permission denied; name a file that can be read\n")


def test_an_interruption_has_its_exit_code(run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(model_list, "models", interrupt)
    ran = run("models", "tiny")
    assert (ran.code, ran.err) == (130, "doublebill: interrupted\n")


def test_a_stack_without_a_region_is_reported_in_one_line(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    ran = run("models", "tiny", "--stack", "mine")
    assert (ran.code, ran.err) == (1, "doublebill: stack 'mine': You must specify a region.\n")


# ---- as a process ---------------------------------------------------------------------------------------------------


def process(*words: object, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "doublebill_local", *map(str, words)]
    environment = {**os.environ, **variables}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )


WITHOUT = {"--home": {"deploy"}, "--json": {"deploy", "mcp"}}
"""Commands that work on no state, and those whose answer another program prints or reads in its own form."""


def plain(shown: str) -> str:
    """The words of a help page, without its boxes."""
    return " ".join(re.sub(r"[│╭╮╰╯─]", " ", shown).split())


def test_help_lists_every_command_and_the_exit_codes() -> None:
    ran = process("--help")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert tuple(re.findall(r"^│ (\w[\w-]*) ", ran.stdout, re.MULTILINE)) == NAMES
    codes = "1 refused or failed, 2 wrong usage or bad input, 3 not found, 4 not decided, 130 interrupted."
    assert f"Exit codes: 0 done, {codes}" in plain(ran.stdout)


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_every_command_has_its_help_with_examples(command: Command, run) -> None:
    ran = run(command.name, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: doublebill {command.name} ")
    shown = plain(ran.out)
    assert command.summary in shown
    for option, without in WITHOUT.items():
        assert (option in shown) == (command.name not in without)
    for example in command.examples:
        assert f"doublebill {example}" in shown


@pytest.mark.parametrize("example", [example for command in COMMANDS for example in command.examples])
def test_every_example_in_the_help_is_understood(example: str) -> None:
    words = shlex.split(example)
    command, bound, ignored = app.command_line().parse_args(words)
    assert command.__name__.strip("_").replace("_", "-") == words[0]
    assert (bound.arguments != {}, ignored) == (len(words) > 1, {})


def test_help_of_all_commands_loads_none_of_them() -> None:
    heavy = "{'numpy', 'boto3', 'scipy', 'pandas'} & set(sys.modules)"
    code = f"import sys; from doublebill_local.cli.app import main; main(['--help']); print({heavy}, file=sys.stderr)"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=True
    )
    assert ran.stderr == "set()\n"


def test_completion_for_a_shell_knows_every_command_and_option() -> None:
    script = app.command_line().generate_completion(shell="bash")
    for word in (*NAMES, "--exclude-seen", "--budget", "--stack"):
        assert word in script


def test_the_variable_names_the_home(trained: Path) -> None:
    ran = process("models", "tiny", "--json", **{HOME_VARIABLE: str(trained)})
    assert ran.returncode == 0
    assert json.loads(ran.stdout)["champion"]


def test_a_reader_that_has_seen_enough_is_no_error(trained: Path) -> None:
    for words in (["--json"], []):
        command = [sys.executable, "-m", "doublebill_local", "models", "tiny", "--home", str(trained), *words]
        reading, writing = os.pipe()
        os.close(reading)
        ran = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, timeout=PATIENCE_SECONDS, check=False)
        os.close(writing)
        assert (ran.returncode, ran.stderr) == (0, b"")


def test_what_a_terminal_cannot_show_is_escaped(trained: Path) -> None:
    words = ("recommend", "tiny", "--history", "grün", "--home", trained)
    ran = process(*words, PYTHONIOENCODING="ascii")
    assert (ran.returncode, ran.stdout.splitlines()[0]) == (0, r"not in the catalog: gr\xfcn")
    ran = process(*words, "--json", PYTHONIOENCODING="ascii")
    assert json.loads(ran.stdout)["unknown_items"] == ["grün"]


def test_a_history_is_listed_for_people_and_for_machines(run, trained: Path, tmp_path: Path) -> None:
    plays = tmp_path / "plays.csv"
    rows = [f"listener,item-{n % 2},play,{1_700_000_000 + n}" for n in range(5)]
    plays.write_text("\n".join(["user_id,item_id,kind,timestamp", *rows, "listener,item-1,dislike,1700000003"]) + "\n")
    home = tmp_path / "home"
    assert run("import", "tiny", "--events", plays, home=home).code == 0
    ran = run("history", "tiny", "listener", home=home)
    assert ran.out.splitlines() == [
        "item-0  3 × play, weight 3  2023-11-14 22:13",
        "item-1  dislike, play, weight -1  2023-11-14 22:13",
    ]
    told = document(run("history", "tiny", "listener", "-n", 1, "--json", home=home))
    assert [one["item_id"] for one in told["items"]] == ["item-0"]
    assert "item-1" in run("history", "tiny", "listener", "--cursor", told["next_cursor"], home=home).out
    assert "no events" in run("history", "tiny", "nobody", home=home).out
    assert run("history", "none", "listener", home=home).code == 3
    past = run("history", "tiny", "listener", "--as-of", "2000-01-01", "--json", home=home)
    assert document(past)["items"] == []
    for days, items in ((1, told["items"]), (500, [])):  # by then the rows have expired
        then = iso(now_ms() + days * DAY_MS)
        assert (
            document(run("history", "tiny", "listener", "-n", 1, "--as-of", then, "--json", home=home))["items"]
            == items
        )
    assert "--as-of: 'soon' is not valid" in run("history", "tiny", "listener", "--as-of", "soon", home=home).err


# ---- yesterday's answers --------------------------------------------------------------------------------------------


def items_of(answer: dict[str, Any]) -> list[tuple[str, float]]:
    """The recommended items of an answer, with their scores."""
    return [(one["item_id"], one["score"]) for one in answer["recommendations"]]


def test_an_earlier_answer_is_made_again_after_the_user_went_on(run, own: Path, tmp_path: Path) -> None:
    before = document(run("recommend", "tiny", "--user", "user-1", "-n", 3, "--json"))
    plays = tmp_path / "later.csv"
    plays.write_text("user_id,item_id\n" + "".join(f"user-1,item-{item}\n" for item in (0, 2, 4, 6)))
    assert run("import", "tiny", "--events", plays).code == 0
    today = document(run("recommend", "tiny", "--user", "user-1", "-n", 3, "--json"))
    assert items_of(today) != items_of(before)

    version, _, moment = before["recommendation_id"].partition("-")
    then = ("--at", str(int(moment, 16)), "--version", version)
    again = document(run("recommend", "tiny", "--user", "user-1", "-n", 3, *then, "--json"))
    assert items_of(again) == items_of(before)
    assert again["recommendation_id"] == before["recommendation_id"]
    assert again["replayed"]["version"] == version
    explain = ("explain", "tiny", "--recommendation", before["recommendation_id"])
    explained = document(run(*explain, "--user", "user-1", "-n", 3, "--json"))
    assert items_of(explained) == items_of(before)
    assert explained["recommendations"][0]["contributions"]
    assert "--user: events of 0 users quote this recommendation" in run(*explain).err

    click = {"user_id": "user-1", "item_id": "item-3", "kind": "play", "recommendation_id": before["recommendation_id"]}
    intake = Home(own).intake()
    assert ingest(intake, "tiny", [click], now_ms()).accepted == 1
    ran = run(*explain, "-n", 3)
    assert ran.code == 0
    assert f"by version {version}" in ran.out
    assert "led to events with: item-3" in ran.out
    assert "because of" in ran.out


@pytest.mark.parametrize(
    ("words", "code", "problem"),
    [
        (("recommend", "--history", "item-0", "--at", "soon"), 2, "--at: 'soon' is not valid"),
        (("recommend", "--history", "item-0", "--at", "2001-01-01"), 3, "no version of catalog 'tiny' was champion at"),
        (("recommend", "--history", "item-0", "--at", "2100-01-01"), 2, "--at: 2100-01-01 is in the future"),
        (("recommend", "--history", "item-0", "--version", "x"), 2, "version"),
        (("recommend", "--history", "item-0", "--version", "0" * 32), 3, "has no version"),
        (("explain", "--recommendation", "r1"), 2, "take the recommendation_id of an answer or a log line"),
    ],
)
def test_what_was_not_is_refused_in_words(run, trained: Path, words: tuple[str, ...], code: int, problem: str) -> None:
    command, *options = words
    ran = run(command, "tiny", *options, home=trained)
    assert (ran.code, problem in ran.err) == (code, True), ran.err


class TestRepair:
    @pytest.fixture
    def home(self, run, tmp_path: Path) -> Path:
        home, plays = tmp_path / "home", tmp_path / "plays.csv"
        rows = [f"user-{n % 3},item-{n % 4},play,{1_700_000_000 + n}" for n in range(30)]
        plays.write_text("\n".join(["user_id,item_id,kind,timestamp", *rows]) + "\n")
        assert run("import", "tiny", "--events", plays, home=home).code == 0
        return home

    @staticmethod
    def history(run, home: Path) -> str:
        return str(run("history", "tiny", "user-1", "--json", home=home).out)

    @pytest.mark.parametrize("fault", ["missing", "no database", "cut", "never made"])
    def test_lost_histories_name_the_command_that_makes_them_again(self, run, home: Path, fault: str) -> None:
        before = self.history(run, home)
        file = home / "histories.sqlite"
        with contextlib.closing(sqlite3.connect(file)) as connection:  # all that was written into the file itself
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for beside in home.glob("histories.sqlite-*"):
            beside.unlink()
        if fault in ("missing", "never made"):
            file.unlink()
        else:
            file.write_bytes(b"no database" * 1000 if fault == "no database" else file.read_bytes()[:5000])
        if fault == "never made":  # another store made the file for its own tables
            assert run("models", "tiny", home=home).code == 0
        for command in (("history", "tiny", "user-1"), ("import", "tiny", "--events", home.parent / "plays.csv")):
            ran = run(*command, home=home)
            assert ran.code == 1
            assert "run: doublebill repair" in ran.err
        ran = run("repair", home=home)
        assert ran.code == 0, ran.err
        assert "tiny: 3 histories of 30 stored events" in ran.out
        assert bool(list(home.glob("histories.sqlite.damaged-1"))) == (fault in ("no database", "cut"))
        assert self.history(run, home) == before

    def test_a_repair_of_whole_histories_changes_nothing(self, run, home: Path) -> None:
        before = self.history(run, home)
        told = document(run("repair", "tiny", "--json", home=home))
        assert told == {"set_aside": None, "catalogs": [{"catalog": "tiny", "users": 3, "events": 30}]}
        assert self.history(run, home) == before
        assert run("repair", "none", home=home).code == 3
