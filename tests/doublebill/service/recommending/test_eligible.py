"""Eligible items: which of a history must not come back."""

import numpy as np

from doublebill.service.recommending.eligible import eligible_items
from doublebill.service.recommending.history import History
from doublebill.service.recommending.numbered_history import NumberedHistory
from doublebill.service.recommending.requests import HistoryItem, RecommendationOptions
from doublebill.values.event_kinds import DEFAULT_KINDS
from tiny_servings import lettered


def shown(exclude_seen: bool | None, *excluded: np.ndarray) -> str:
    """The letters of a to d that may be shown to somebody who dislikes a and likes b."""
    serving = lettered("abcd", {"ab": 1})
    history = NumberedHistory.of(
        serving.recommender, History([HistoryItem("a", -1.0), HistoryItem("b")]), DEFAULT_KINDS
    )
    options = RecommendationOptions(exclude_seen=exclude_seen, filter={"item_id": {"any": ["a", "b", "c"]}})
    eligible = eligible_items(serving, history, options, *excluded)
    items = serving.recommender.ranker.most_popular(4, eligible)
    return "".join(sorted(serving.recommender.catalog.item_ids[item] for item in items.tolist()))


def test_items_that_count_against_are_never_eligible() -> None:
    assert shown(exclude_seen=False) == "bc"
    assert shown(exclude_seen=True) == "c"
    assert shown(exclude_seen=None) == "c"


def test_excluded_items_are_not_eligible_and_unknown_ones_exclude_none() -> None:
    assert shown(False, np.array([2, -1], np.int32)) == "b"
