"""Clicks: counted for versions that answered, kept for a while, told with what they mean."""

import pytest

from doublebill.errors import InvalidInput
from doublebill.events import Event
from doublebill.service.registry import click_through, recommendation_ids
from doublebill.service.registry.ab_test import interval
from fake_records import MemoryRecords

NOW = 1_800_000_000
VERSION, OTHER = "a" * 32, "b" * 32


def answered(**counts: int) -> MemoryRecords:
    made = MemoryRecords()
    made.add(click_through.answers_key("films"), VERSION, counts, NOW + 1)
    return made


def test_an_answer_that_nobody_clicked_has_clicks_of_nought():
    told = click_through.online(answered(answers=4), "films", NOW)
    assert told == {VERSION: {"answers": 4, "clicks": 0, "click_through": 0.0, "interval": interval(0, 4)}}


def test_each_addition_lets_the_counters_live_on():
    records = answered(answers=4)
    click_through.count(records, "films", {VERSION: 2}, NOW)
    assert click_through.online(records, "films", NOW + click_through.KEPT_SECONDS - 1)[VERSION]["clicks"] == 2
    assert click_through.online(records, "films", NOW + click_through.KEPT_SECONDS) == {}


def test_versions_that_only_have_clicks_tell_nothing():
    assert click_through.online(answered(clicks=4), "films", NOW) == {}


def test_what_is_no_recommendation_id_is_no_click():
    quoted = ["", "something", recommendation_ids.make(VERSION, 1), recommendation_ids.make(OTHER, 2)]
    events = [Event("user", "item", "view", recommendation_id=one) for one in quoted]
    assert click_through.of(events) == {VERSION: 1, OTHER: 1}


def test_counters_stand_under_their_catalog():
    assert click_through.answers_key("films") == "_answers#films"
    with pytest.raises(InvalidInput, match="catalog"):
        click_through.answers_key("Films#")
