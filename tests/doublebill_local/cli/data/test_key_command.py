"""The command `key`: files that only their owner may read, and a key that no output shows."""

import json
import stat


def imported(run, tmp_path):
    events = tmp_path / "events.csv"
    events.write_text("user,item,plays\n" + "".join(f"u{n},i{n % 3},1\n" for n in range(9)))
    assert run("import", "films", "--events", str(events)).code == 0
    return tmp_path / "home" / "pseudonym.key"


def test_a_lost_key_is_an_error_and_is_restored_from_a_backup(run, tmp_path):
    key = imported(run, tmp_path)
    secret, backup = key.read_text(), tmp_path / "backup.json"
    shown = run("key", "backup", str(backup))
    assert shown.code == 0
    assert secret not in shown.out + shown.err
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    key.unlink()
    for command in (("recommend", "films", "--user", "u1"), ("key", "backup", str(tmp_path / "other.json"))):
        refused = run(*command)
        assert (refused.code, key.exists()) == (1, False)
        assert "doublebill key restore FILE" in refused.err.replace("\n", " ")
    assert run("key", "restore", str(backup)).code == 0
    assert key.read_text() == secret
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert json.loads(run("key", "restore", str(backup), "--json").out)["changed"] is False


def test_a_backup_writes_over_no_file(run, tmp_path):
    imported(run, tmp_path)
    taken = tmp_path / "taken"
    taken.write_text("mine")
    refused = run("key", "backup", str(taken))
    assert (refused.code, taken.read_text()) == (2, "mine")


def test_a_key_rotates_while_events_are_stored_and_no_output_shows_it(run, tmp_path):
    key = imported(run, tmp_path)
    before = json.loads(run("history", "films", "u1", "--json").out)
    rotated = run("key", "rotate", "--json")
    assert rotated.code == 0
    keys = json.loads(key.read_text())["keys"]
    assert len(keys) == len(json.loads(rotated.out)["keys"]) == 2
    assert not any(one["key"] in rotated.out + rotated.err for one in keys)
    assert json.loads(run("history", "films", "u1", "--json").out)["items"] == before["items"]
    assert "stay readable" in run("key", "rotate").out


def test_wrong_words_are_refused(run):
    assert run("key", "backup").code == 2
    assert run("key", "rotate", "file").code == 2
    assert run("key", "show").code == 2


def test_a_key_is_protected_by_a_passphrase_and_commands_need_it_from_then_on(run, tmp_path, monkeypatch):
    key = imported(run, tmp_path)
    before = json.loads(run("history", "films", "u1", "--json").out)
    assert "DOUBLEBILL_PASSPHRASE" in run("key", "protect").err
    monkeypatch.setenv("DOUBLEBILL_PASSPHRASE", "a passphrase of tests")
    assert "protected by the passphrase" in run("key", "protect").out
    assert '"keys"' not in key.read_text()
    assert json.loads(run("history", "films", "u1", "--json").out) == before
    monkeypatch.delenv("DOUBLEBILL_PASSPHRASE")
    refused = run("history", "films", "u1")
    assert (refused.code, "set DOUBLEBILL_PASSPHRASE" in refused.err) == (1, True)
