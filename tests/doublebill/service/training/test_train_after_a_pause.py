"""An old export that goes live: months of events, years without any, then a handful."""

from dataclasses import replace

import numpy as np
import pytest

from doublebill.events import Event
from doublebill.model.config import Config, Knn, Prior
from doublebill.service.training.train import train
from fakes import MemoryObjects
from trainings import fill, training
from worlds import FIRST_MS

DAY_MS = 86_400_000
NOW_MS = FIRST_MS + 200 * DAY_MS
AGEING = Config(Knn("cosine"), recency_days=7.0, prior=Prior(weight=0.5, half_life_days=3.0), exclude_seen=True)
"""Everything in it that counts less with age."""


def export(years: int = 0) -> list[Event]:
    """90 days in which 80 users of two tastes meet 24 items, so many years before the live events."""
    chance, events = np.random.default_rng(7), []
    for user in range(80):
        taste = np.arange(user % 2, 24, 2)
        for item in chance.permutation(taste)[:9].tolist():
            time = FIRST_MS + int(chance.integers(90)) * DAY_MS + len(events)
            events.append(Event(f"user-{user:02d}", f"item-{item:02d}", "view", 1.0, time - years * 365 * DAY_MS))
    return events


LIVE = [Event(f"user-{user:02d}", "item-00", "view", 1.0, FIRST_MS + 91 * DAY_MS + user) for user in range(5)]


def trained_on(events, live, now_ms: int = NOW_MS):
    """The store of a catalog of an import and of live events, and the record of its training."""
    objects = MemoryObjects()
    fill(objects, [*events, *live])
    return objects, train(training(objects, now_ms, configs=(AGEING.to_json(),)))


def test_a_handful_of_live_events_after_years_leaves_the_model_as_good_as_it_was() -> None:
    _, before = trained_on(export(years=13), [])
    _, after = trained_on(export(years=13), LIVE)
    assert min(one["report"]["metrics"]["ndcg@10"] for one in (before, after)) > 0.65
    assert max(one["report"]["popularity"]["ndcg@10"] for one in (before, after)) < 0.4


@pytest.mark.parametrize("years", [1, 13])
def test_how_long_a_pause_was_changes_no_byte_of_the_version(years) -> None:
    (_, at_once), (_, later) = trained_on(export(), LIVE), trained_on(export(years), LIVE)
    assert "pauses" not in at_once["data"]["report"]["times"]
    assert later["data"]["report"]["times"]["pauses"] == 1
    assert later["version"] == at_once["version"]


def test_the_pauses_of_a_training_are_dates_as_they_were() -> None:
    _, record = trained_on(export(years=13), LIVE)
    longest = record["data"]["report"]["times"]["longest_gap"]
    assert longest == {"after": "2011-02-14", "before": "2024-02-13", "days": 4746}
    assert record["data"]["newest"].startswith("2024-02-13")


def test_weeks_without_a_long_pause_are_none() -> None:
    weekly = [replace(event, timestamp=event.timestamp // (7 * DAY_MS) * 7 * DAY_MS) for event in export()]
    _, record = trained_on(weekly, [])
    assert "pauses" not in record["data"]["report"]["times"]
