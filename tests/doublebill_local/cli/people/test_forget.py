"""The commands `forget`, `erasures` and `receipt`: one user, several from a file, and the proof."""

import json
from functools import partial

import pytest

from doublebill.edge.clock import now_ms
from doublebill.errors import Unfittable
from doublebill.events import Event
from doublebill.service.catalog.stored_events import LATE_MS
from doublebill.service.people import erasure_record
from doublebill.service.registry import runs
from doublebill.service.training import train as train_module
from doublebill_local.cli import own_trainings
from doublebill_local.cli.people import forget
from doublebill_local.host.home import Home
from trainings import fill, logged
from worlds import FIRST_MS


@pytest.fixture
def home(tmp_path) -> Home:
    home = Home(tmp_path / "home")
    users = map(partial(home.intake().pseudonyms.of, "films"), ("ann", "bob", "c d", "é"))
    fill(home.objects(), [Event(user, "a", "play") for user in users], now_ms=FIRST_MS)
    return home


def test_a_user_is_erased_and_the_receipt_proves_itself(run, home, tmp_path, monkeypatch):
    erased = json.loads(run("forget", "films", "ann", "--json").out)
    assert (erased["state"], erased["events"], len(logged(home.objects()))) == ("sweeping", 1, 3)
    assert erased["erasure_id"] in run("erasures", "films").out
    file = tmp_path / "receipt.json"
    words = ("erasures", "films", erased["erasure_id"], "--file", file)
    assert "no receipt yet" in run(*words).err
    now_ms = forget.now_ms
    monkeypatch.setattr(forget, "now_ms", lambda: now_ms() + LATE_MS + 1)
    assert "complete" in run(*words).out
    assert run("receipt", file).code == 0
    file.write_text(file.read_text().replace('"events": 1', '"events": 2'))
    changed = run("receipt", file)
    assert (changed.code, "changed" in changed.out) == (1, True)


def test_several_users_are_erased_from_a_file(run, home, tmp_path):
    gone = tmp_path / "gone.txt"
    gone.write_text("ann\n\nc d\né\n", "utf-8")
    shown = run("forget", "films", "--users", gone)
    assert (shown.code, "3 events" in shown.out) == (0, True)
    assert [event.user for event in logged(home.objects())] == [home.intake().pseudonyms.of("films", "bob")]


def test_only_the_end_of_a_line_ends_a_user_id(run, home, tmp_path):
    gone = tmp_path / "gone.txt"
    gone.write_bytes("x\u2028bob\r\nx\x85bob\nx\x0bann\nc d\r\n".encode())
    assert run("forget", "films", "--users", gone).code == 0
    of = partial(home.intake().pseudonyms.of, "films")
    assert {event.user for event in logged(home.objects())} == {of("ann"), of("bob"), of("é")}


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ((), "USER"),
        (("ann", "--support-id", "x"), "USER"),
        (("ann", "--users", "gone.txt"), "--users"),
        (("--users", "none.txt"), "--users"),
    ],
)
def test_users_are_named_in_one_way(run, home, words, field):
    refused = run("forget", "films", *words)
    assert (refused.code, field in refused.err, len(logged(home.objects()))) == (2, True, 4)


def test_what_is_no_receipt_is_refused(run, home, tmp_path):
    file = tmp_path / "receipt.json"
    for content in ("x", "[1]", "3"):
        file.write_text(content)
        assert run("receipt", file).code == 2
    assert run("erasures", "none").code == 3
    assert "nobody" in run("erasures", "films").out


@pytest.fixture
def trained(run, world) -> None:
    assert run("import", "tiny", "--events", world[0]).code == 0
    assert run("train", "tiny").code == 0


def test_an_erasure_trains_in_the_command_itself_and_ends_with_a_receipt(run, trained, tmp_path, monkeypatch):
    shown = run("forget", "tiny", "user-3", "--json")
    erased = json.loads(shown.out)
    objects = Home(tmp_path / "home").objects()
    ended = runs.read(objects, "tiny", erased["training_id"], now_ms())
    assert (ended["state"], ended["promoted"], erased["state"]) == ("succeeded", True, "sweeping")
    assert "reason" not in erased
    real_ms = forget.now_ms
    monkeypatch.setattr(forget, "now_ms", lambda: real_ms() + LATE_MS + 1)
    receipt = json.loads(run("erasures", "tiny", erased["erasure_id"], "--json").out)["receipt"]
    assert (receipt["champion"], receipt["training_id"]) == (ended["version"], ended["run"])


def test_an_erasure_whose_training_was_interrupted_begins_another_at_once(run, trained, tmp_path, monkeypatch):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    objects = Home(tmp_path / "home").objects()
    words = ["forget", "tiny", "user-3"]
    for _ in range(3):
        with monkeypatch.context() as patched:
            patched.setattr(train_module, "read_and_clean", interrupt)
            assert run(*words).code == 130
        (record,) = erasure_record.every(objects, "tiny")
        words = ["erasures", "tiny", record["erasure_id"]]
        assert runs.read(objects, "tiny", record["training_id"], now_ms())["error"] == "interrupted"
    ended = json.loads(run(*words, "--json").out)
    assert runs.read(objects, "tiny", ended["training_id"], now_ms())["promoted"]


def test_an_erasure_whose_training_fails_says_so_and_stands(run, trained, monkeypatch):
    def fail(*_: object) -> None:
        raise Unfittable("no config can be fitted")

    monkeypatch.setattr(train_module, "read_and_clean", fail)
    shown = run("forget", "tiny", "user-3")
    assert (shown.code, shown.err.count("the training failed: no config can be fitted")) == (0, 2)
    assert "failed: no config can be fitted; the next begins after 2" in shown.out


def test_what_ends_a_command_before_it_trains_lets_the_next_training_begin(run, trained, monkeypatch):
    def end(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(own_trainings, "train_here", end)
        assert run("forget", "tiny", "user-3").code == 130
    assert run("train", "tiny", "--force").code == 0


def test_an_unknown_user_is_erased_only_where_that_is_wanted(run, home):
    refused = run("forget", "films", "C99999-nope")
    assert (refused.code, "--even-if-unknown" in refused.err, refused.out) == (3, True, "")
    assert "C99999" not in refused.err
    assert "nobody" in run("erasures", "films").out
    erased = run("forget", "films", "C99999-nope", "--even-if-unknown", "--json")
    assert (erased.code, json.loads(erased.out)["events"]) == (0, 0)


def test_before_an_erasure_is_made_its_consequences_are_said(run, home):
    shown = run("forget", "films", "ann")
    assert "the earlier ones are refused" in shown.err
    assert "fits its config again on the data of today" in shown.err
