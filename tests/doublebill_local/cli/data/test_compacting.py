"""The command `compact`: joins what is settled, and names what is damaged."""

import json

from doublebill_local.host.home import Home
from trainings import fill
from worlds import checkerboard


def test_a_log_is_compacted_and_the_outcome_shown(run, tmp_path):
    objects = Home(tmp_path / "home").objects()
    fill(objects, checkerboard())
    shown = run("compact", "films")
    assert (shown.code, shown.out) == (
        0,
        (
            "1 requests with 100 events were joined; the log of films has 1 blocks\n"
            "0 requests with 0 items were joined; its metadata have 0 blocks\n"
        ),
    )
    assert json.loads(run("compact", "films", "--json").out) == {
        "catalog": "films",
        "requests": 0,
        "rows": 0,
        "blocks": 1,
        "damaged": [],
        "metadata": {"catalog": "films", "requests": 0, "rows": 0, "blocks": 0, "damaged": []},
    }


def test_a_damaged_request_is_named(run, tmp_path):
    objects = Home(tmp_path / "home").objects()
    fill(objects, checkerboard())
    (key,) = objects.keys("events/")
    objects.put(key, b"")
    assert f"left as it is: {key}" in run("compact", "films").out.replace("\n", " ").replace("  ", " ")


def test_an_unknown_catalog_has_nothing_to_compact(run):
    assert run("compact", "films").code == 3
