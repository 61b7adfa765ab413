"""Click-through: the responses of each version, and the clicks that they led to.

Records under `_answers#<catalog>`: for each version that has served, the counters `answers` and `clicks`. They are
counted where it happens and may miss some; the event log keeps the recommendation ids, and so the exact clicks.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypedDict

from doublebill.events import Event
from doublebill.model.catalog import check_catalog_name
from doublebill.service.registry import recommendation_ids
from doublebill.service.registry.ab_test import interval
from doublebill.stores.records import Records
from doublebill.values.event_kinds import DEFAULT_KINDS, EventKinds

KEPT_SECONDS = 400 * 86_400
"""Lifetime of a version's counters after the last addition."""


class Online(TypedDict):
    """The click-through of one version."""

    answers: int
    clicks: int
    click_through: float
    """Clicks per response."""
    interval: tuple[float, float] | None
    """Its 95 % confidence interval; null where a response was clicked more than once on average."""


def answers_key(catalog: str) -> str:
    """Returns the key of the counters of a catalog's versions."""
    return f"_answers#{check_catalog_name(catalog)}"


def of(events: Iterable[Event], kinds: EventKinds = DEFAULT_KINDS) -> dict[str, int]:
    """Returns the clicks by version: positive events with a recommendation id, once per user, item and id."""
    clicked = {(e.user, e.item_id, e.recommendation_id) for e in events if e.recommendation_id and kinds.weight(e) > 0}
    quoted = (recommendation_ids.parse(recommendation_id) for _, _, recommendation_id in clicked)
    return dict(Counter(found[0] for found in quoted if found))


def count(records: Records, catalog: str, clicked: Mapping[str, int], now: int) -> None:
    """Adds the clicks of versions that have served; others leave no trace.

    A request sent twice counts twice.

    Raises:
        StoreUnavailable: when the clicks, or some of them, cannot be counted.
    """
    counted = records.counts(answers_key(catalog), now)
    for version in sorted(counted.keys() & clicked.keys()):
        records.add(answers_key(catalog), version, {"clicks": clicked[version]}, now + KEPT_SECONDS)


def online(records: Records, catalog: str, now: int) -> dict[str, Online]:
    """Returns the click-through of each version that has served.

    Raises:
        StoreUnavailable: when the records cannot be read.
    """
    counted = records.counts(answers_key(catalog), now)
    return {version: _click_through(counts) for version, counts in counted.items() if counts.get("answers", 0) > 0}


def _click_through(counts: Mapping[str, int]) -> Online:
    answers, clicks = counts["answers"], counts.get("clicks", 0)
    return Online(answers=answers, clicks=clicks, click_through=clicks / answers, interval=interval(clicks, answers))
