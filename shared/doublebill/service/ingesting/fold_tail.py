"""Folding the tail of a history into its page, so that an answer reads items and not events.

About every `FOLD_EVERY`th event makes its request fold: which one is a matter of its sort key, so that nobody counts.
Whatever dies on the way, no event is lost or counted twice: the page is written first, with the marks of the events
that it took up, and those are skipped in the tail until they have been removed there. Of two that fold at once the
second is refused by the revision of the page.
"""

from collections.abc import Iterable
from zlib import crc32

from doublebill.events import Event
from doublebill.history.folding import fold
from doublebill.history.page import from_bytes, to_bytes
from doublebill.history.reading import LIVE
from doublebill.stores.histories import Histories, StoredPage, sort_key
from doublebill.values.event_kinds import EventKinds

FOLD_EVERY = 32
"""Mean length of a tail."""

FOLDED_AT_ONCE = 2000
"""Most events that one request folds; a longer tail, of a store from before there were pages, takes several."""


def users_due(events: Iterable[Event]) -> set[str]:
    """Returns the users whose tail is folded now that these events have been added to it."""
    return {event.user for event in events if crc32(sort_key(event).encode()) % FOLD_EVERY == 0}


def fold_tail(histories: Histories, catalog: str, user: str, kinds: EventKinds, now: int) -> bool:
    """Folds the oldest events of the user's tail into the page, and removes them from the tail.

    Returns False where there is nothing to fold, or another request has just folded.
    """
    found = histories.foldable(catalog, user, LIVE, FOLDED_AT_ONCE)
    if not found.tail:
        return False
    page = fold(from_bytes(found.page) if found.page else None, found.tail, kinds, now)
    expires = max([page.expires, *(one.expires for one in found.tail)])
    if not histories.swap_page(catalog, StoredPage(user, LIVE, to_bytes(page), expires), found.revision):
        return False
    histories.remove(catalog, [(user, one.key) for one in found.tail])
    return True
