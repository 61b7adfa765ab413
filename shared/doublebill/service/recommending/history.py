"""Histories: the items that a user interacted with, as sent or as stored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from doublebill.concurrency.deadline import Deadline
from doublebill.errors import InvalidInput, StoreUnavailable
from doublebill.events import HISTORY_LENGTH
from doublebill.history.folding import TailEvent
from doublebill.history.moved_pages import moved_pages
from doublebill.history.page import Page, from_bytes
from doublebill.history.reading import NONE_OLDER, HistoryContent, Met, Older, read
from doublebill.service.recommending.requests import HistoryItem
from doublebill.stores.histories import Histories, Stored
from doublebill.values.event_kinds import RATE, EventKinds

UNREAD = "the history could not be read"


@dataclass(frozen=True, eq=False)
class StoredHistory:
    """The stored history of one user."""

    pages: Mapping[str, Page]
    """By source."""
    tail: Sequence[TailEvent]
    """Newest first."""
    now: int
    """Unix seconds when it was read."""

    @classmethod
    def of(cls, stored: Stored, now: int) -> "StoredHistory":
        """Returns the history in stored bytes.

        Raises:
            StoreUnavailable: when a page is damaged.
        """
        return cls({source: from_bytes(page) for source, page in stored.pages.items()}, stored.tail, now)

    def content(self, kinds: EventKinds) -> HistoryContent:
        """Returns the items that the events add up to."""
        return read(self.pages, self.tail[::-1], kinds, self.now)


@dataclass(frozen=True)
class History:
    """The items that a user interacted with, as a request brings them or as they are stored."""

    items: Sequence[HistoryItem] = ()
    """Those of a request, oldest first."""
    stored: StoredHistory | None = None
    user: str | None = None
    """The pseudonym, where it is somebody's stored history and the key could be read."""
    degraded: str | None = None
    """Why it is not the whole history."""

    def entries(self, kinds: EventKinds) -> tuple[Sequence[HistoryItem], Older]:
        """Returns the newest items, in order of their first events, and the older ones, weighed by these kinds."""
        if self.stored is None:
            return self.items, NONE_OLDER
        content = self.stored.content(kinds)
        return [_entry(met) for met in content.items], content.older


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
    names_of: Callable[[str, str], Sequence[str]]
    """Gives the pseudonyms of a user of a catalog, the newest first."""
    consistent: bool = True
    """Whether an event counts as soon as it was accepted; otherwise a moment later, for half the price of a read."""

    def of(self, catalog: str, user_id: str, now_ms: int, deadline: Deadline) -> History:
        """Returns the user's history; empty for an unknown user, and where the store fails, with the reason."""
        return self._read(catalog, lambda: self.names_of(catalog, user_id), now_ms, deadline)

    def of_names(self, catalog: str, names: Sequence[str], now_ms: int, deadline: Deadline) -> History:
        """Returns the same of a user by the pseudonyms, the newest first."""
        return self._read(catalog, lambda: names, now_ms, deadline)

    def _read(self, catalog: str, names: Callable[[], Sequence[str]], now_ms: int, deadline: Deadline) -> History:
        def read_stored() -> tuple[str, StoredHistory]:
            users, now = names(), now_ms // 1000
            stored = read_as_one(self.histories, catalog, users, now, self.consistent)
            return users[0], StoredHistory.of(stored, now)

        try:
            user, stored = deadline.bounded("the history", read_stored)
        except StoreUnavailable:
            return History(degraded=UNREAD)
        return History(stored=stored, user=user)

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
        return sent_history(request.history or ())


def sent_history(sent: Sequence[str | HistoryItem]) -> History:
    """Returns the history that a request brings."""
    return History([entry if isinstance(entry, HistoryItem) else HistoryItem(entry) for entry in sent])


def read_as_one(histories: Histories, catalog: str, names: Sequence[str], now: int, consistent: bool = True) -> Stored:
    """Returns what is stored of one user under several pseudonyms, as if it had been taken over by the first."""
    found = [histories.read(catalog, name, HISTORY_LENGTH, now, consistent) for name in names]
    if len(found) == 1:
        return found[0]
    pages: dict[str, bytes] = {}
    for name, one in zip(names[1:], found[1:], strict=True):
        pages |= moved_pages(one.pages, name)
    tail = {row.key: row for one in reversed(found) for row in one.tail}
    newest = sorted(tail.values(), key=lambda row: row.key, reverse=True)
    return Stored({**pages, **found[0].pages}, newest[:HISTORY_LENGTH])


def _entry(met: Met) -> HistoryItem:
    rating = met.verdict.value if met.verdict and met.verdict.kind == RATE else None
    return HistoryItem(met.item_id, met.weight, met.last / 1000, rating)
