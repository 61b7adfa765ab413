"""The command `catalogs`: the list, and what it asks before a catalog is removed."""

import json

from doublebill.model.items import Item
from doublebill.service.catalog import catalogs
from doublebill_local.host.home import Home


def test_catalogs_are_listed(run, tmp_path):
    catalogs.put_items(Home(tmp_path / "home").objects(), "films", [Item("m")], 1)
    assert "films" in run("catalogs").out
    assert json.loads(run("catalogs", "--json").out)["catalogs"] == [{"catalog": "films", "champion": None}]


def test_a_catalog_is_removed_only_when_yes_is_said(run, tmp_path, world):
    events, items = world
    assert run("import", "films", "--events", events, "--items", items).code == 0
    refused = run("catalogs", "remove", "films")
    assert refused.code == 2
    assert "--yes: missing; films would be removed for good, with " in refused.err
    assert "objects of imports" in refused.err
    answer = json.loads(run("catalogs", "remove", "films", "--yes", "--json").out)
    assert (answer["removed"], answer["histories"]) == (True, 20)
    assert json.loads(run("catalogs", "--json").out)["catalogs"] == []
    assert run("catalogs", "remove", "films", "--yes").code == 3
    assert run("import", "films", "--events", events).code == 0


def test_other_words_are_refused(run):
    for words in (["remove"], ["films"], ["remove", "a", "b"], ["delete", "films"]):
        assert run("catalogs", *words).code == 2
