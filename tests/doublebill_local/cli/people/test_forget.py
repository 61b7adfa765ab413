"""The commands `forget`, `erasures` and `receipt`: one user, several from a file, and the proof."""

import json
from functools import partial

import pytest

from doublebill.events import Event
from doublebill.service.catalog.stored_events import LATE_MS
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
