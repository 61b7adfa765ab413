"""The command `items`: what it shows and removes."""

import json

from doublebill_local.host.home import Home


def put(tmp_path, *items):
    from doublebill.service.catalog import catalogs

    catalogs.put_items(Home(tmp_path / "home").objects(), "films", catalogs.check_items(items), 1)


def test_items_are_shown_and_unknown_ones_named(run, tmp_path):
    put(tmp_path, {"item_id": "m", "title": "M", "tags": ["crime"], "year": 1931, "attributes": {"minutes": 117}})
    shown = run("items", "films", "m", "nobody")
    assert shown.code == 0
    assert all(word in shown.out for word in ("crime", "1931", "minutes 117", "not in films: nobody"))
    answer = json.loads(run("items", "films", "m", "--json").out)
    assert [item["title"] for item in answer["items"]] == ["M"]


def test_items_are_removed(run, tmp_path):
    put(tmp_path, {"item_id": "m"}, {"item_id": "n"})
    assert "removed 1 item;" in run("items", "remove", "films", "m", "nobody").out
    answer = json.loads(run("items", "films", "m", "n", "--json").out)
    assert ([item["item_id"] for item in answer["items"]], answer["unknown_items"]) == (["n"], ["m"])


def test_wrong_words_are_refused_with_a_fix(run, tmp_path):
    assert run("items").code == 2
    assert "ITEM: missing; name at least one item" in run("items", "films").err
    assert run("items", "films", "").code == 2
    missing = run("items", "films", "m")
    assert (missing.code, "no catalog 'films'" in missing.err) == (3, True)
