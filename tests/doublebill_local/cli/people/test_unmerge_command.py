"""The command `unmerge`: two users who were merged have their own histories again."""

import json

from doublebill.service.ingesting.ingest import ingest
from doublebill.service.ingesting.merging import merge
from doublebill_local.host.home import Home
from worlds import FIRST_MS


def test_a_merge_is_cancelled_on_the_command_line(run, tmp_path):
    intake = Home(tmp_path / "home").intake()
    events = [{"user_id": user, "item_id": user, "kind": "play"} for user in ("ann", "phone")]
    ingest(intake, "films", events, FIRST_MS + 10**12)
    merge(intake, "films", "ann", "phone", FIRST_MS + 10**12)
    assert "the merge was cancelled" in run("unmerge", "films", "ann", "phone").out
    assert json.loads(run("unmerge", "films", "ann", "phone", "--json").out)["cancelled"] is False
    shown = json.loads(run("export-user", "films", "phone", "--json").out)
    assert (len(shown["merges"]), shown["n_events"]) == (1, 1)
    assert run("unmerge", "films", "ann", "other").code == 2
