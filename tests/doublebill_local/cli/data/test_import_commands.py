"""The command `imports`, and `import --replace` and `--again`."""

import json


def listed(run, catalog="films"):
    return json.loads(run("imports", catalog, "--json").out)["imports"]


def test_a_repeated_file_asks_and_a_corrected_one_replaces_it(run, world, tmp_path):
    events, items = world
    run("import", "films", "--events", events, "--items", items)
    by_kind = {entry["kind"]: entry["import_id"] for entry in listed(run)}
    assert sorted(by_kind) == ["events", "items"]
    assert "events.csv" in run("imports", "films").out
    asked = run("import", "films", "--events", events, "--kind", "view")
    assert asked.code == 2
    assert f"--replace {by_kind['events']}" in asked.err
    assert len(listed(run)) == 2
    corrected = tmp_path / "corrected.csv"
    corrected.write_text(events.read_text().replace("item-0,1,", "item-0,2,"))
    replaced = run("import", "films", "--events", corrected, "--replace", by_kind["events"])
    assert (replaced.code, f"replaced import {by_kind['events']}" in replaced.out) == (0, True)
    assert {entry.get("file") for entry in listed(run)} == {"corrected.csv", "items.csv"}
    assert run("import", "films", "--events", events, "--again").code == 0
    assert len(listed(run)) == 3


def test_an_import_is_removed(run, world):
    events, _ = world
    run("import", "films", "--events", events)
    (entry,) = listed(run)
    removed = run("imports", "remove", "films", entry["import_id"])
    assert "forgets them with the next training" in removed.out
    assert listed(run) == []
    assert run("imports", "remove", "films", entry["import_id"]).code == 3
    assert run("imports", "nowhere").code == 3
    assert run("imports").code == 2


def test_items_are_imported_into_a_new_home_before_any_event(run, world):
    events, items = world
    assert run("import", "films", "--items", items).code == 0
    assert run("import", "films", "--events", events).code == 0


def test_an_import_is_named_by_its_beginning_or_its_candidates_are(run, world, tmp_path):
    events, items = world
    assert run("import", "films", "--events", events, "--items", items).code == 0
    by_kind = {entry["kind"]: entry["import_id"] for entry in listed(run)}
    nobody = run("imports", "remove", "films", "zz")
    assert (nobody.code, "has no import 'zz'" in nobody.err) == (3, True)
    both = run("imports", "remove", "films", "")
    assert both.code == 3
    corrected = tmp_path / "corrected.csv"
    corrected.write_text(events.read_text().replace("item-0,1,", "item-0,2,"))
    assert run("import", "films", "--events", corrected, "--replace", by_kind["events"][:8]).code == 0
    assert run("imports", "remove", "films", by_kind["items"][:8]).code == 0
    assert [entry["kind"] for entry in listed(run)] == ["events"]


def test_a_replacement_of_nothing_is_refused_also_for_a_file_that_counts_already(run, world):
    events, items = world
    assert run("import", "films", "--events", events).code == 0
    assert run("import", "films", "--events", events, "--replace", "nope").code == 3
    assert run("import", "films", "--items", items, "--replace", "nope").code == 2
    assert run("import", "films", "--events", events, "--replace", listed(run)[0]["import_id"]).code == 0
