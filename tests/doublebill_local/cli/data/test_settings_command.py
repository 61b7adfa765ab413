"""The command `settings`: what it shows, changes and refuses."""

import json

import pytest


def settings(run, *words):
    return json.loads(run("settings", "films", *words, "--json").out)


def test_settings_are_changed_one_by_one_and_shown(run):
    changed = settings(run, "--kind", "addtocart=2", "--kind", "returned=-1,verdict", "--rating-scale=-10..10")
    assert changed["kinds"]["addtocart"] == {"weight": 2.0, "verdict": False, "repeats": False}
    assert changed["kinds"]["returned"] == {"weight": -1.0, "verdict": True, "repeats": False}
    assert changed["rating_scale"] == [-10.0, 10.0]
    again = settings(run, "--unrated", "0", "--exclude-seen", "yes")
    assert (again["rating_scale"], again["unrated"], again["exclude_seen"]) == ([-10.0, 10.0], 0.0, True)
    shown = run("settings", "films").out
    assert all(word in shown for word in ("addtocart", "rating scale: -10..10", "not rated: 0", "history: yes"))


def test_a_scale_that_was_set_can_be_learnt_again(run):
    settings(run, "--rating-scale", "1..5", "--unrated", "0")
    assert settings(run, "--rating-scale", "learnt", "--unrated", "none")["rating_scale"] is None
    assert "rating scale: learnt from the ratings" in run("settings", "films").out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--kind", "cart"), "--kind: 'cart' is not valid; use NAME=WEIGHT"),
        (("--kind", "cart=x"), "--kind: 'x' is not valid; use a number"),
        (("--kind", "cart=1,often"), "--kind: 'cart=1,often' is not valid"),
        (("--kind", "Cart=1"), "kinds.Cart: 'Cart' is not valid; use a name of"),
        (("--rating-scale", "5..1"), "--rating-scale: '5..1' is not valid"),
        (("--unrated", "many"), "--unrated: 'many' is not valid"),
    ],
)
def test_wrong_settings_are_refused_with_a_fix(run, words, complaint):
    refused = run("settings", "films", *words)
    assert refused.code == 2
    assert complaint in refused.err.replace("\n", " ")


def test_the_settings_of_a_catalog_that_is_not_there_are_not_found(run):
    assert run("settings", "films").code == 3


def test_an_import_may_have_events_of_an_added_kind(run, tmp_path):
    file = tmp_path / "events.csv"
    file.write_text("user,item,kind\nann,a,view\nann,b,addtocart\n")
    refused = run("import", "films", "--events", str(file))
    assert refused.code == 2
    assert "'addtocart' (1); say what they mean, with KIND one of play, view" in refused.err.replace("\n", " ")
    settings(run, "--kind", "addtocart=2")
    assert json.loads(run("import", "films", "--events", str(file), "--json").out)["events"]["accepted"] == 2
