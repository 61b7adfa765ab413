"""The command `export-user`: by user id and by support id, as JSON and as a file that only its owner may read."""

import json
import stat

from doublebill.events import Event
from doublebill_local.host.home import Home
from trainings import fill


def test_everything_that_is_stored_of_a_user_is_written(run, tmp_path):
    home = Home(tmp_path / "home")
    ann = home.intake().pseudonyms.of("films", "ann")
    fill(home.objects(), [Event(ann, "a", "play"), Event("other", "b", "play")])
    whole = json.loads(run("export-user", "films", "ann", "--json").out)
    assert [one["item_id"] for one in whole["events"]] == ["a"]
    file = tmp_path / "ann.json"
    shown = run("export-user", "films", "--support-id", ann, "--file", file)
    assert (shown.code, "1 events, 0 items" in shown.out) == (0, True)
    assert json.loads(file.read_text()) == {name: value for name, value in whole.items() if name != "file"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "exists" in run("export-user", "films", "ann", "--file", file).err


def test_a_user_is_named_in_one_way_and_a_catalog_must_be_there(run, tmp_path):
    home = Home(tmp_path / "home")
    home.intake()
    fill(home.objects(), [Event("other", "b", "play")])
    for words in ((), ("ann", "--support-id", "x")):
        assert run("export-user", "films", *words).code == 2
    assert run("export-user", "none", "ann").code == 3
