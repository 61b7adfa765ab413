"""The command `callers`: who may ask is shown, and declared by a file."""

import json
from pathlib import Path

import pytest

from doublebill.service.access import caller_registry
from doublebill.service.access.caller_registry import KEY
from doublebill_local.host.home import Home

CALLERS = {
    "callers": [
        {
            "name": "web-shop",
            "principal": "arn:aws:iam::123456789012:role/shop",
            "grants": [{"catalogs": "[movies]*", "rights": ["read", "write"]}],
            "requests_per_day": 100000,
        },
        {
            "name": "app",
            "jwt": {"claim": "client_id", "value": "app-1"},
            "grants": [{"catalogs": "*", "rights": ["read"]}],
            "user_claim": "sub",
        },
    ]
}


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def file(tmp_path) -> Path:
    file = tmp_path / "callers.json"
    file.write_text(json.dumps(CALLERS))
    return file


def test_where_none_are_declared_there_is_an_owner(run, home):
    ran = run("callers")
    assert (ran.code, ran.out) == (0, "no callers are declared: the account's owner may do everything\n")
    assert json.loads(run("callers", "--json").out) == {"callers": None}


def test_a_file_declares_callers_and_shows_them(run, home, file):
    ran = run("callers", file)
    assert (ran.code, ran.err) == (0, "")
    for told in (
        "web-shop",
        "arn:aws:iam::123456789012:role/shop",
        "read write: [movies]*",
        "100,000",
        "client_id = app-1",
        "only the user in sub",
    ):
        assert told in ran.out
    assert run("callers").out == ran.out


def test_declared_callers_as_json_can_be_declared_again(run, home, file):
    told = run("callers", file, "--json").out
    assert json.loads(told) == CALLERS
    file.write_text(told)
    assert json.loads(run("callers", file, "--json").out) == CALLERS


def test_a_file_that_is_not_valid_is_refused_and_changes_nothing(run, home, file):
    run("callers", file)
    before = Home(home).objects().get(KEY).data
    file.write_text('{"callers": [{"name": "x", "principal": "shop", "grants": []}]}')
    ran = run("callers", file)
    assert (ran.code, ran.out) == (2, "")
    assert "callers[0].principal: 'shop' is not valid; use the ARN of a role or user" in ran.err
    assert Home(home).objects().get(KEY).data == before


def test_a_file_that_is_not_there_is_bad_input(run, home):
    ran = run("callers", "nowhere.json")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no file" in ran.err


def test_callers_that_somebody_broke_are_reported_and_can_be_declared_anew(run, home, file):
    Home(home).objects().put(KEY, b"{")
    assert run("callers").code == 2
    assert run("callers", file).code == 0
    assert len(caller_registry.stored(Home(home).objects()).entries or ()) == 2
