"""Histories: the items that a user interacted with, as sent or as stored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from doublebill.concurrency.deadline import Deadline
from doublebill.errors import InvalidInput, StoreUnavailable
from doublebill.events import HISTORY_LENGTH, Event, counting
from doublebill.service.recommending.requests import HistoryItem
from doublebill.stores.histories import Histories
from doublebill.values.event_kinds import RATE, EventKinds

UNREAD = "the history could not be read"


@dataclass(frozen=True)
class History:
    """The items that a user interacted with, as a request brings them or as they are stored."""

    items: Sequence[HistoryItem] = ()
    """Those of a request, oldest first."""
    newest: Sequence[Event] = ()
    """The stored events, newest first."""
    user: str | None = None
    """The pseudonym, where it is somebody's stored history and the key could be read."""
    degraded: str | None = None
    """Why it is not the whole history."""

    def entries(self, kinds: EventKinds) -> Sequence[HistoryItem]:
        """Returns the items, oldest first; those stored as events of these kinds count."""
        return self.items or [_entry(event, kinds) for event in counting(self.newest, kinds)]


class PersonalRequest(Protocol):
    """A request that names a user or brings a history."""

    @property
    def user_id(self) -> str | None: ...
    @property
    def history(self) -> Sequence[str | HistoryItem] | None: ...


@dataclass(frozen=True)
class UserHistories:
    """The stored histories, found by user id."""

    histories: Histories
    pseudonym_of: Callable[[str], str]

    def of(self, catalog: str, user_id: str, now_ms: int, deadline: Deadline) -> History:
        """Returns the user's history; empty for an unknown user, and where the store fails, with the reason."""
        return self._read(catalog, lambda: self.pseudonym_of(user_id), now_ms, deadline)

    def of_pseudonym(self, catalog: str, user: str, now_ms: int, deadline: Deadline) -> History:
        """Returns the same of a user by the pseudonym."""
        return self._read(catalog, lambda: user, now_ms, deadline)

    def _read(self, catalog: str, pseudonym: Callable[[], str], now_ms: int, deadline: Deadline) -> History:
        def read() -> tuple[str, list[Event]]:
            user = pseudonym()
            return user, self.histories.newest(catalog, user, HISTORY_LENGTH, now_ms // 1000, consistent=True)

        try:
            user, newest = deadline.bounded("the history", read)
        except StoreUnavailable:
            return History(degraded=UNREAD)
        return History(newest=newest, user=user)

    def of_request(self, catalog: str, request: PersonalRequest, now_ms: int, deadline: Deadline) -> History:
        """Returns the history of the request, or the stored one of the user whom it names.

        Raises:
            InvalidInput: when the request names both a user and a history, or neither.
        """
        if (request.history is None) == (request.user_id is None):
            problem = "missing" if request.history is None else "given beside history"
            raise InvalidInput.one("user_id", problem, "give user_id or history")
        if request.user_id is not None:
            return self.of(catalog, request.user_id, now_ms, deadline)
        sent = request.history or ()
        return History([entry if isinstance(entry, HistoryItem) else HistoryItem(entry) for entry in sent])


def _entry(event: Event, kinds: EventKinds) -> HistoryItem:
    rating = event.value if event.kind == RATE else None
    return HistoryItem(event.item_id, kinds.weight(event), event.timestamp / 1000, rating)
