"""Real films out of a wheel: fake wheels, the real pip, no network."""

import hashlib
import subprocess
import zipfile
from pathlib import Path

import pytest

from doublebill_local.demo import films
from doublebill_local.demo.films import ROBIN, TERMS, fetch_films

EVENTS = "user_id:token\titem_id:token\trating:float\ttimestamp:float\n196\t242\t3\t881250949\n"
ITEMS = "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n242\tKolya\t1996\tComedy\n"


def make_wheel(folder: Path, **files: str) -> Path:
    """A wheel that pip accepts, with `files` where the real one has its examples."""
    folder.mkdir(exist_ok=True)
    path = folder / "recbole-1.2.1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("recbole-1.2.1.dist-info/METADATA", "Metadata-Version: 2.1\nName: recbole\nVersion: 1.2.1\n")
        archive.writestr("recbole-1.2.1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        archive.writestr("recbole-1.2.1.dist-info/RECORD", "")
        archive.writestr("recbole/__init__.py", "raise SystemExit('nothing of the package is to run')")
        for ending, content in files.items():
            archive.writestr(f"recbole/dataset_example/ml-100k/ml-100k.{ending}", content)
    return path


def lock(wheel: Path, path: Path) -> Path:
    path.write_text(f"recbole==1.2.1 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
    return path


@pytest.fixture(autouse=True)
def no_index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """pip finds wheels in the folder that this gives back, and nowhere else."""
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL", "PIP_REQUIRE_VIRTUALENV"):
        monkeypatch.delenv(name, raising=False)
    found = tmp_path / "found"
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(found))
    return found


def test_both_text_files_come_out_of_the_wheel_and_nothing_else(no_index: Path, tmp_path: Path) -> None:
    wheel = make_wheel(no_index, inter=EVENTS, item=ITEMS, user="somebody")
    fetched = fetch_films(tmp_path / "films", lock(wheel, tmp_path / "films.txt"))
    assert fetched.reason == ""
    assert fetched.files is not None
    assert fetched.files.events.read_text() == EVENTS
    assert fetched.files.items.read_text() == ITEMS
    assert sorted(path.name for path in (tmp_path / "films").iterdir()) == ["ml-100k.inter", "ml-100k.item"]


def test_what_is_there_already_is_not_downloaded_again(
    no_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requirements = lock(make_wheel(no_index, inter=EVENTS, item=ITEMS), tmp_path / "films.txt")
    first = fetch_films(tmp_path / "films", requirements)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("a second download"))
    assert fetch_films(tmp_path / "films", requirements) == first


def test_without_network_the_reason_says_what_pip_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    requirements = tmp_path / "films.txt"
    requirements.write_text(f"recbole==1.2.1 --hash=sha256:{'0' * 64}\n")
    fetched = fetch_films(tmp_path / "films", requirements)
    assert fetched.files is None
    assert fetched.reason == "pip could not download the wheel: No matching distribution found for recbole==1.2.1"
    assert not (tmp_path / "films").exists()


def test_a_wheel_with_another_hash_is_refused(no_index: Path, tmp_path: Path) -> None:
    requirements = lock(make_wheel(no_index, inter=EVENTS, item=ITEMS), tmp_path / "films.txt")
    make_wheel(no_index, inter=EVENTS + "1\t1\t5\t0\n", item=ITEMS)
    fetched = fetch_films(tmp_path / "films", requirements)
    assert fetched.files is None
    assert "DO NOT MATCH THE HASHES" in fetched.reason
    assert not (tmp_path / "films").exists()


def test_a_wheel_without_one_of_the_files_leaves_nothing(no_index: Path, tmp_path: Path) -> None:
    wheel = make_wheel(no_index, item=ITEMS)
    fetched = fetch_films(tmp_path / "films", lock(wheel, tmp_path / "films.txt"))
    assert fetched.files is None
    assert "ml-100k.inter" in fetched.reason
    assert not (tmp_path / "films").exists()


def test_a_disk_that_fails_half_way_leaves_no_partial_file(
    no_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = make_wheel(no_index, inter=EVENTS, item=ITEMS)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    fetched = fetch_films(tmp_path / "films", lock(wheel, tmp_path / "films.txt"))
    assert fetched.files is None
    assert "No space left on device" in fetched.reason
    assert list((tmp_path / "films").iterdir()) == []


def test_an_index_that_never_answers_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "TIMEOUT_SECONDS", 0.01)
    fetched = fetch_films(tmp_path / "films")
    assert fetched.files is None
    assert "did not answer within" in fetched.reason
    assert not (tmp_path / "films").exists()


def test_outside_a_checkout_the_reason_names_the_missing_lock(tmp_path: Path) -> None:
    fetched = fetch_films(tmp_path / "films", tmp_path / "absent.txt")
    assert fetched.files is None
    assert "absent.txt" in fetched.reason


def test_the_lock_of_the_project_pins_the_wheel_that_is_read() -> None:
    assert films.REQUIREMENTS.read_text().count("recbole==1.2.1") == 1
    assert "--hash=sha256:" in films.REQUIREMENTS.read_text()


def test_terms_name_owner_limits_and_citation() -> None:
    for words in ("GroupLens", "research", "redistributed", "commercially", "10.1145/2827872"):
        assert words in TERMS


def test_robin_likes_distinct_films_and_turns_to_another() -> None:
    ids = [item for item, _ in ROBIN.history]
    assert len(set(ids)) == len(ids)
    assert ROBIN.later[0] not in ids
