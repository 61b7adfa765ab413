"""The events of a user that count, found one by one: the slow way that faster ones are compared with."""

from collections.abc import Iterable

from doublebill.events import Event
from doublebill.values.event_kinds import DEFAULT_KINDS, EventKinds


def counting(newest: Iterable[Event], kinds: EventKinds = DEFAULT_KINDS) -> list[Event]:
    """Returns the events of one user that count, oldest first, from all of them, newest first.

    Of several verdicts on an item the newest counts, and nothing that was before a dislike or another verdict that
    silences; an event id counts once.
    """
    judged: dict[str, str] = {}
    event_ids: set[str] = set()
    kept = []
    for event in newest:
        verdict = judged.get(event.item_id, "")
        silenced = verdict in kinds.silencing or (verdict and event.kind in kinds.verdicts)
        if not silenced and event.event_id not in event_ids:
            kept.append(event)
        if event.kind in kinds.verdicts:
            judged.setdefault(event.item_id, event.kind)
        event_ids |= {event.event_id} - {""}
    return kept[::-1]
