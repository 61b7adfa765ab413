"""The command `privacy`: a page for people and JSON for machines."""

import json

from doublebill_local.host.home import Home
from trainings import fill, trained
from worlds import FIRST_MS, checkerboard


def test_the_card_of_the_champion_is_shown_as_a_page(run, tmp_path):
    objects = Home(tmp_path / "home").objects()
    fill(objects, checkerboard(users=8, items=8))
    version = trained(objects, FIRST_MS, force=True)["version"]
    page = run("privacy", "films").out
    assert version in page
    assert "users of a pair of items, at least" in page
    assert "Not covered" in page
    assert json.loads(run("privacy", "films", version, "--json").out)["privacy_card"]["minimum_users"] == 3
    assert run("privacy", "films", "0" * 32).code == 3
