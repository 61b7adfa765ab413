"""Priors between trainings: what a training would count, whole at every moment, and of the version that serves."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from clocks import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.event_table import EventTable
from doublebill.events import Event
from doublebill.fit.clean import clean
from doublebill.fit.fit_recommender import fit
from doublebill.model import artifact
from doublebill.model.config import Config, Knn, Prior
from doublebill.model.priors.visits import DAY_MS
from doublebill.service.catalog import catalogs, trending
from doublebill.service.recommending import recommendations
from doublebill.service.recommending.history import History
from doublebill.service.recommending.requests import RecommendationOptions
from doublebill.service.registry import champions, prior_refresh, recent_priors, versions
from doublebill.service.registry.recent_priors import KEPT_MS, read_pointer
from doublebill.service.serving.warm_models import Serving, Warm
from doublebill.stores.objects import Objects
from fake_records import MemoryRecords
from fakes import Killed, MemoryObjects, StoppingObjects
from trainings import fill
from worlds import FIRST_MS, checkerboard

CONFIG = Config(Knn("cosine"), prior=Prior(weight=10.0, half_life_days=2.0))
OLD = checkerboard()
NOW_MS = FIRST_MS + 10 * DAY_MS


def later(*items: int, days: int = 3, user: str = "user-00") -> list[Event]:
    """Views of some items, days after all others."""
    return [Event(user, f"item-{item:02d}", "view", 1.0, FIRST_MS + days * DAY_MS + item) for item in items]


LATER = later(3, 3, 5) + later(3, days=5, user="user-01") + later(7, days=5, user="user-02")


def publish(objects: Objects, events: list[Event], config: Config = CONFIG) -> str:
    """Trains a version with that config on events, and makes it champion."""
    cleaned = clean(events, {})
    dumped = artifact.dump(fit(cleaned.catalog, cleaned.interactions, config, recent=cleaned.recent(config)))
    catalogs.ensure(objects, "films")
    versions.publish(objects, "films", dumped)
    champions.promote(objects, "films", dumped.version, FIRST_MS)
    return dumped.version


def refresh(objects: Objects, *events: Event, now_ms: int = NOW_MS) -> bool:
    return prior_refresh.refresh(objects, "films", EventTable.of(events), now_ms)


def warm(objects: Objects, tmp_path) -> Warm:
    return Warm(objects, MemoryRecords(), tmp_path, Clock())


def serving(objects: Objects, tmp_path) -> Serving:
    return warm(objects, tmp_path).serving("films", Deadline(Clock(), 60))


def stored(objects: MemoryObjects) -> Mapping[str, bytes]:
    return {key: one.data for key, one in objects.held.items() if key.startswith("priors/films/")}


@pytest.fixture
def objects() -> MemoryObjects:
    return MemoryObjects()


class TestTheCounts:
    def test_are_those_of_a_training_that_reads_the_later_events_too(self, objects, tmp_path):
        publish(objects, OLD)
        assert refresh(objects, *OLD, *LATER)
        refreshed = serving(objects, tmp_path).recommender.recent
        wanted = clean(OLD + LATER, {}).recent(CONFIG)
        assert refreshed.newest_ms == wanted.newest_ms
        np.testing.assert_allclose(refreshed.counts, wanted.counts, rtol=1e-6)
        assert not np.allclose(refreshed.counts, clean(OLD, {}).recent(CONFIG).counts)

    def test_are_those_of_a_training_after_pauses_too(self, objects, tmp_path):
        publish(objects, OLD)
        after = later(3, 5, days=4_000) + later(3, days=4_001, user="user-01") + later(7, days=4_300, user="user-02")
        assert refresh(objects, *after)
        refreshed = serving(objects, tmp_path).recommender.recent
        wanted = clean(OLD + after, {}).recent(CONFIG)
        assert refreshed.newest_ms == wanted.newest_ms
        np.testing.assert_allclose(refreshed.counts, wanted.counts, rtol=1e-6)
        assert refreshed.counts[refreshed.counts > 0].min() > 1

    def test_a_user_counts_once_a_day(self, objects, tmp_path):
        publish(objects, OLD)
        refresh(objects, *later(3))
        once = read_pointer(objects, "films")
        refresh(objects, *later(3), *later(3), replace(later(3)[0], timestamp=later(3)[0].timestamp - 1))
        assert read_pointer(objects, "films") == once

    def test_skips_and_items_that_the_version_lacks_count_nothing(self, objects):
        publish(objects, OLD)
        skipped = [replace(event, kind="skip") for event in later(3)]
        assert not refresh(objects, *skipped, *later(99))
        assert read_pointer(objects, "films") == recent_priors.NO_PRIORS

    def test_nothing_is_counted_for_a_version_without_a_prior(self, objects):
        publish(objects, OLD, replace(CONFIG, prior=None))
        assert not refresh(objects, *LATER)
        assert not [key for key in objects.held if key.startswith("priors/")]

    def test_equal_events_leave_all_as_it_is(self, objects):
        publish(objects, OLD)
        assert refresh(objects, *LATER)
        assert not refresh(objects, *LATER, now_ms=NOW_MS + 5)

    def test_the_scheduled_job_counts_the_log(self, objects):
        publish(objects, OLD)
        fill(objects, LATER, now_ms=NOW_MS)
        told = trending.refresh_all(
            objects, lambda stores, catalog, events: prior_refresh.refresh(stores, catalog, events, NOW_MS)
        )
        assert told["priors"] == ["films"]
        assert stored(objects)


class TestServing:
    def test_a_warm_environment_takes_up_recent_visits_and_names_them(self, objects, tmp_path):
        publish(objects, OLD)
        clock = Clock()
        models = Warm(objects, MemoryRecords(), tmp_path, clock)

        def answer():
            given = models.serving("films", Deadline(clock, clock.seconds + 60))
            return recommendations.recommend("films", given, History(()), RecommendationOptions(n=1, explain=True), 0)

        before = answer()
        refresh(objects, *later(7), *later(7, user="user-01"))
        assert answer() | {"recommendation_id": 0} == before | {"recommendation_id": 0}
        clock.seconds += 6
        after = answer()
        (entry,) = after["recommendations"]
        assert (entry["item_id"], entry["reason"]) == ("item-07", "because of recent popularity")
        assert entry["contributions"] == [{"prior": "recent", "contribution": entry["score"], "share": 1.0}]
        (digest,) = (one.digest for one in read_pointer(objects, "films").versions.values())
        assert after["prior"] == digest != before["prior"]
        assert after["degraded"] is False

    @pytest.mark.parametrize("data", [None, b"", b"\x93NUMPY", b"other bytes"])
    def test_a_bad_object_leaves_the_prior_of_the_training(self, objects, tmp_path, data):
        publish(objects, OLD)
        refresh(objects, *LATER)
        (key,) = stored(objects)
        objects.delete(key)
        if data is not None:
            objects.put(key, data)
        found = serving(objects, tmp_path)
        assert found.recommender.recent.counts.tolist() == clean(OLD, {}).recent(CONFIG).counts.tolist()
        problem = "missing" if data is None else "damaged"
        assert found.degraded == f"recent popularity could not be checked: its object is {problem}"

    def test_a_bad_pointer_leaves_it_too_and_the_next_refresh_mends_it(self, objects, tmp_path):
        publish(objects, OLD)
        objects.put(recent_priors.pointer_key("films"), b"{}")
        assert "recent popularity could not be checked" in serving(objects, tmp_path).degraded
        assert refresh(objects, *LATER)
        assert serving(objects, tmp_path).degraded is None

    def test_another_version_never_serves_with_it(self, objects, tmp_path):
        first = publish(objects, OLD)
        second = publish(objects, OLD, replace(CONFIG, k=3))
        refresh(objects, *LATER)
        champions.roll_back(objects, "films", NOW_MS)
        found = serving(objects, tmp_path)
        assert found.version == first
        assert found.recommender.recent.counts.tolist() == clean(OLD, {}).recent(CONFIG).counts.tolist()
        champions.challenge(objects, "films", second, 0.5)
        refresh(objects, *LATER)
        assert set(read_pointer(objects, "films").versions) == {first, second}


class TestObjects:
    def test_superseded_ones_are_deleted_after_a_day(self, objects):
        publish(objects, OLD)
        refresh(objects, *later(3), now_ms=NOW_MS)
        (first,) = stored(objects)
        refresh(objects, *LATER, now_ms=NOW_MS + 1)
        assert first in stored(objects)
        refresh(objects, *LATER, now_ms=NOW_MS + 2 + KEPT_MS)
        assert first not in stored(objects)
        assert len(stored(objects)) == 1
        assert not read_pointer(objects, "films").superseded

    def test_a_refresh_that_dies_leaves_one_whole_prior_and_no_object(self, objects, tmp_path):
        publish(objects, OLD)
        refresh(objects, *later(3))
        outcomes = set()
        for moment in ("before", "after"):
            for stop_at in range(40):
                fresh = objects.copy()
                try:
                    refresh(StoppingObjects(fresh, stop_at, moment), *LATER, now_ms=NOW_MS + 1)
                    break
                except Killed:
                    found = serving(fresh, tmp_path / f"{moment}{stop_at}")
                    assert found.degraded is None
                    outcomes.add(found.recommender.recent.newest_ms)
                refresh(fresh, *LATER, now_ms=NOW_MS + 2)
                refresh(fresh, *LATER, now_ms=NOW_MS + 3 + KEPT_MS)
                assert len(stored(fresh)) == 1
        assert outcomes == {later(3)[0].timestamp, LATER[-1].timestamp}
