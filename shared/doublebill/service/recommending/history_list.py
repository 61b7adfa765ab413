"""The history of a user as answers count it, newest item first, page by page."""

import base64
import binascii
import json
from typing import Annotated, NotRequired, TypedDict

from msgspec import Meta

from doublebill.errors import StoreUnavailable, Unsatisfiable
from doublebill.history.reading import HistoryContent, Met
from doublebill.schema import Input
from doublebill.service.recommending.history import History
from doublebill.service.recommending.requests import Count
from doublebill.values.event_kinds import RATE, EventKinds

CURSOR_LENGTH = 2000
TIME_LENGTH = 64


class HistoryOptions(Input, frozen=True):
    """The number of items, the place to go on from, and the time of the history, now unless it is named."""

    n: Count = 50
    cursor: Annotated[str, Meta(max_length=CURSOR_LENGTH, description="the next_cursor of an earlier answer")] = ""
    as_of: Annotated[str, Meta(max_length=TIME_LENGTH, description="a time: the history as it was then")] = ""


class HistoryEntry(TypedDict):
    """One item of a history."""

    item_id: str
    count: int
    """Number of the events that count."""
    weight: float
    """Sum of their weights; below 0 the item counts against, and is never recommended."""
    kinds: dict[str, int]
    """Number of the events that count, by kind."""
    verdict: NotRequired[str]
    """Kind of the newest verdict on the item."""
    rating: NotRequired[float]
    """The newest rating, where that verdict is one."""
    timestamp: NotRequired[float]
    """Unix time of the newest event in seconds, where it is known."""


class HistoryList(TypedDict):
    """The items of a history, newest first."""

    catalog: str
    items: list[HistoryEntry]
    older: int
    """Number of items further back, which only count as seen or disliked; their ids are not kept."""
    next_cursor: NotRequired[str]


def history_list(catalog: str, history: History, kinds: EventKinds, options: HistoryOptions) -> HistoryList:
    """Returns a page of the history.

    Raises:
        StoreUnavailable: when the history could not be read.
        InvalidInput: when the cursor is none.
    """
    if history.stored is None:
        raise StoreUnavailable(history.degraded or "the history could not be read")
    content = history.stored.content(kinds)
    ordered = sorted(content.items, key=_place)
    after = _read_cursor(options.cursor)
    rest = [met for met in ordered if after is None or _place(met) > after]
    page = rest[: options.n]
    listed = HistoryList(catalog=catalog, items=list(map(_entry, page)), older=_n_older(content))
    if len(rest) > len(page):
        listed["next_cursor"] = _cursor(page[-1])
    return listed


def _n_older(content: HistoryContent) -> int:
    return len(content.older.hashes)


def _entry(met: Met) -> HistoryEntry:
    entry = HistoryEntry(item_id=met.item_id, count=met.count, weight=met.weight, kinds=dict(met.kinds))
    if met.verdict:
        entry["verdict"] = met.verdict.kind
        if met.verdict.kind == RATE:
            entry["rating"] = met.verdict.value
    if met.last:
        entry["timestamp"] = met.last / 1000
    return entry


def _place(met: Met) -> tuple[int, str]:
    """Returns the key that orders the items, newest first."""
    return -met.last, met.item_id


def _cursor(met: Met) -> str:
    return base64.urlsafe_b64encode(json.dumps(_place(met)).encode()).decode()


def _read_cursor(cursor: str) -> tuple[int, str] | None:
    if not cursor:
        return None
    try:
        time, item_id = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
        return int(time), str(item_id)
    except (binascii.Error, ValueError, TypeError) as wrong:
        raise Unsatisfiable.of_value("cursor", cursor, "the next_cursor of an earlier answer") from wrong
