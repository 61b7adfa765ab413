"""Clicks: how often the answers of each version led to something, beside how many answers it gave.

Records under `_answers#<catalog>`: of each version that answered, the counters `answers` and `clicks`. They are counted
where it happens and may miss some; the event log, which keeps what events quote, tells the clicks exactly.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypedDict

from doublebill.events import Event
from doublebill.model.catalog import check_catalog_name
from doublebill.service.registry import recommendation_ids
from doublebill.service.registry.ab_test import interval
from doublebill.stores.records import Records

KEPT_SECONDS = 400 * 86_400
"""How long a version's counters stay after the last addition."""


class Online(TypedDict):
    """What a version's answers led to."""

    answers: int
    clicks: int
    click_through: float
    """Clicks per answer."""
    interval: tuple[float, float] | None
    """Where it lies with 95 % confidence; null where an answer was clicked more than once on average."""


def answers_key(catalog: str) -> str:
    """Under which the counters of a catalog's versions stand."""
    return f"_answers#{check_catalog_name(catalog)}"


def of(events: Iterable[Event]) -> dict[str, int]:
    """The clicks by version: positive events that quote one of its answers, once per user, item and answer."""
    clicked = {(e.user, e.item_id, e.recommendation_id) for e in events if e.recommendation_id and e.weight > 0}
    quoted = (recommendation_ids.parse(recommendation_id) for _, _, recommendation_id in clicked)
    return dict(Counter(found[0] for found in quoted if found))


def count(records: Records, catalog: str, clicked: Mapping[str, int], now: int) -> None:
    """Adds the clicks on versions that have answered; what else is quoted leaves no trace.

    A request sent twice counts twice.

    Raises:
        StoreUnavailable: when they cannot be counted, or not all of them.
    """
    answered = records.counts(answers_key(catalog), now)
    for version in sorted(answered.keys() & clicked.keys()):
        records.add(answers_key(catalog), version, {"clicks": clicked[version]}, now + KEPT_SECONDS)


def online(records: Records, catalog: str, now: int) -> dict[str, Online]:
    """What the answers of each version that gave some led to.

    Raises:
        StoreUnavailable: when the records do not tell.
    """
    counted = records.counts(answers_key(catalog), now)
    return {version: _told(counts) for version, counts in counted.items() if counts.get("answers", 0) > 0}


def _told(counts: Mapping[str, int]) -> Online:
    answers, clicks = counts["answers"], counts.get("clicks", 0)
    return Online(answers=answers, clicks=clicks, click_through=clicks / answers, interval=interval(clicks, answers))
