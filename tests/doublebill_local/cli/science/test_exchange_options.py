import csv
import json
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def written(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The split of the tiny world as files."""
    from doublebill_local.cli import app

    folder = tmp_path_factory.mktemp("split") / "of tiny"
    assert app.main(["evaluate", "tiny", "--write-split", str(folder), "--seed", "5", "--home", str(trained)]) == 0
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_split_is_written_without_ids_of_users(written: Path) -> None:
    description = json.loads((written / "split.json").read_text())
    assert {path.name for path in written.iterdir()} == {
        "items.csv",
        "train.csv",
        "validation.csv",
        "test.csv",
        "split.json",
    }
    assert (description["split"], description["seed"], description["items"]) == ("random", 5, 12)
    train, test = rows(written / "train.csv"), rows(written / "test.csv")
    assert {row["user"] for row in train} == {str(n) for n in range(description["train_users"])}
    assert {row["user"] for row in test} == {f"t{n}" for n in range(description["test_users"])}
    assert {row["part"] for row in test} == {"fold_in", "target"}
    users = sum(description[f"{part}_users"] for part in ("train", "validation", "test"))
    assert (users, len(train) + len(test) + len(rows(written / "validation.csv"))) == (20, 100)
    assert {row["item_id"] for row in train} <= {row["item_id"] for row in rows(written / "items.csv")}
    assert b"user-" not in b"".join(path.read_bytes() for path in written.iterdir())


def test_predictions_are_measured_beside_the_champion(run, trained: Path, written: Path, tmp_path: Path) -> None:
    targets = [row for row in rows(written / "test.csv") if row["part"] == "target"]
    mine = tmp_path / "mine.jsonl"
    mine.write_text("\n".join(json.dumps({"user": one["user"], "item": one["item_id"], "rank": 1}) for one in targets))
    words = ("evaluate", "tiny", "--predictions", mine, "--read-split", written)
    told = json.loads(run(*words, "--json", home=trained).out)
    assert told["split"]["seed"] == 5
    assert told["metrics"]["ndcg@100"]["predictions"] == 1.0  # it knew the answers
    shown = run(*words, home=trained).out
    assert "fitted again without the test users" in shown
    assert "left out: 0 of users who are not tested" in shown


def test_a_split_of_other_data_is_refused(run, world: tuple[Path, Path], written: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.csv"
    few.write_text("".join(line for line in world[0].read_text().splitlines(True) if "item-11" not in line))
    assert run("import", "tiny", "--events", few).code == 0
    mine = tmp_path / "mine.csv"
    mine.write_text("user_id,item_id,score\nt0,item-1,1\n")
    ran = run("evaluate", "tiny", "--predictions", mine, "--read-split", written)
    assert (ran.code, ran.out) == (2, "")
    assert "events came or went since it was written" in ran.err


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "its header has 'nothing'"),
        (b"user,item\nt0,a\n", "its header has 'item, user'"),
        (b"user,item,score\n", "has no rows"),
        (b"user,item,score\nt0,item-1,nan\n", "line 2, score: 'nan' is not valid"),
        (b"user,item,rank\nt0,item-1,\n", "line 2, score: missing"),
        (b"user,item,score\n,item-1,3\n", "line 2, user: '' is not valid"),
        (b'{"user": "t0", "score": 1}\n', "line 1, item: missing"),
        (b'{"user": "t0"\n', "line 1: is no JSON object"),
        (b"\xff\xfeab", "no text in UTF-8"),
        (b"user,item,score\nann,item-1,3\n", "none of the 1 rows is of a test user"),
    ],
)
def test_wrong_predictions_are_named_by_line(run, trained: Path, tmp_path: Path, content: bytes, problem: str) -> None:
    file = tmp_path / "mine"
    file.write_bytes(content)
    ran = run("evaluate", "tiny", "--predictions", file, home=trained)
    assert (ran.code, ran.out) == (2, "")
    assert problem in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ["--read-split", "nowhere"],
        ["--write-split", "x", "--predictions", "y"],
        ["--write-split", ""],
        ["--predictions", "nowhere"],
        ["--predictions", __file__, "--read-split", "nowhere"],
    ],
)
def test_options_that_do_not_go_together_are_refused(run, trained: Path, words: list[str]) -> None:
    ran = run("evaluate", "tiny", *words, home=trained)
    assert (ran.code, ran.out) == (2, "")
    assert words[0].removeprefix("--predictions") in ran.err
