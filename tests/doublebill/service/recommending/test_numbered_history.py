"""Numbered histories: what a model makes of a history in which items come twice or are unknown."""

from pathlib import Path

import numpy as np
import pytest

from clocks import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.service.recommending.history import History
from doublebill.service.recommending.numbered_history import NumberedHistory
from doublebill.service.recommending.requests import HistoryItem
from doublebill.service.serving.warm_models import Serving, Warm
from doublebill.values.event_kinds import DEFAULT_KINDS
from fake_records import MemoryRecords
from fakes import MemoryObjects
from trainings import fill, trained
from worlds import FIRST_MS, checkerboard


@pytest.fixture
def serving(tmp_path: Path) -> Serving:
    objects = MemoryObjects()
    fill(objects, checkerboard())
    trained(objects, FIRST_MS)
    return Warm(objects, MemoryRecords(), tmp_path, Clock()).serving("films", Deadline(Clock(), 60))


def test_of_an_item_met_twice_the_newest_time_and_the_newest_rating_count(serving: Serving) -> None:
    history = [
        HistoryItem("item-02", 1.0, 50.0, 4.0),
        HistoryItem("item-00", 1.0, rating=1.0),
        HistoryItem("item-02", 2.0, 40.0, 1.0),
        HistoryItem("item-00", -2.0, rating=3.0),
        HistoryItem("nope", 1.0, 60.0, 5.0),
        HistoryItem("item-04", 1.0, 70.0),
    ]
    numbered = NumberedHistory.of(serving.recommender, History(history), DEFAULT_KINDS)
    assert [serving.recommender.catalog.item_ids[item] for item in numbered.items] == ["item-02", "item-00", "item-04"]
    expected = serving.recommender.config.weigh(np.array([3.0, -1.0, 1.0]), np.array([50.0, 0.0, 70.0]))
    assert numbered.weights.tolist() == expected.tolist()
    assert numbered.liked.tolist() == [True, False, True]
    assert numbered.timestamps.tolist() == [50.0, 0.0, 70.0]
    np.testing.assert_array_equal(numbered.ratings, [4.0, 3.0, np.nan])
    assert numbered.unknown == ["nope"]


def test_of_an_empty_history_nothing_is_numbered(serving: Serving) -> None:
    numbered = NumberedHistory.of(serving.recommender, History(), DEFAULT_KINDS)
    assert (len(numbered.items), len(numbered.weights), len(numbered.ratings), numbered.unknown) == (0, 0, 0, [])
