import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from doublebill.errors import InvalidInput
from doublebill_local.cli.science import search_options
from doublebill_local.cli.science.search_options import SearchOptions


def file(folder: Path, content: object) -> str:
    path = folder / "file.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return str(path)


def test_a_config_and_a_grid_are_read_from_files(tmp_path: Path) -> None:
    request = SearchOptions(config=file(tmp_path, {"k": 7}), budget=3.0).request(force=True, skip_damaged=False)
    assert (request.force, request.budget_seconds, request.configs) == (True, 3.0, ({"k": 7},))
    grid = SearchOptions(try_=file(tmp_path, {"k": [7, 8]})).request(force=False, skip_damaged=False)
    assert grid.configs == ({"k": 7}, {"k": 8})
    assert SearchOptions().request(force=False, skip_damaged=False).configs == ()


def test_a_config_may_come_through_a_pipe_which_is_read_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(pipe.write_bytes, b'{"k": 7}')
        request = SearchOptions(config=str(pipe)).request(force=False, skip_damaged=False)
    assert request.configs == ({"k": 7},)


def test_a_file_that_is_read_twice_may_be_no_pipe(run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    ran = run("import", "songs", tmp_path / "pipe")
    assert (ran.code, ran.out) == (2, "")
    assert "is a pipe, and it is read twice; write it to a file first" in ran.err


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"k": 7', "--config: .*line 1, column 8: expecting"),
        (b"\xff\xfe\x00", "--config: .*is not JSON"),
        (b"[" * 100_000, "--config: .*is not JSON"),
        (b"", "--config: .*line 1, column 1"),
        (b"[1]", "--config: a list of 1 is not valid"),
        (b'{"k": [7, 8]}', r"--config.k: a list of 2 is not valid"),
    ],
)
def test_a_file_that_has_no_config_is_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    with pytest.raises(InvalidInput, match=problem):
        SearchOptions(config=file(tmp_path, content)).request(force=False, skip_damaged=False)


def test_a_huge_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_options, "MOST_BYTES", 10)
    with pytest.raises(InvalidInput, match="larger than 10 bytes"):
        SearchOptions(config=file(tmp_path, b" " * 11)).request(force=False, skip_damaged=False)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (["tiny", "--config", "nowhere.json"], "--config"),
        (["tiny", "--config", "a", "--try", "b"], "--try"),
        (["--corpus", "names", "--config", "a"], "--config"),
        (["--corpus", "names", "--try", "a"], "--try"),
        (["tiny", "--budget", "nan"], "--budget"),
    ],
)
def test_options_that_cannot_be_are_named(run, words: list[str], field: str) -> None:
    ran = run("train", *words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"doublebill: {field}: ")


def test_a_training_with_a_grid_says_that_its_search_was_restricted(
    run, world: tuple[Path, Path], tmp_path: Path
) -> None:
    assert run("import", "tiny", "--events", world[0]).code == 0
    ran = run("train", "tiny", "--try", file(tmp_path, {"family": "knn", "k": [1, 2]}))
    assert "tried 2 of 2 configs that were sent with the training; best on validation users: cosine, k " in ran.out
    (entry,) = json.loads(run("runs", "tiny", "--json").out)["runs"]
    assert (entry["restricted"], entry["tried"]) == (True, 2)
