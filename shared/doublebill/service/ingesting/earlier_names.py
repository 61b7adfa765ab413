"""Earlier names: users who were stored under an earlier key are joined with their newest name when they are seen again.

Only a request that brings a user id can tell which names are those of one user. So each writer, before it stores
anything of a user under the newest name, looks whether there is a history under an earlier one. If so, the alias is
stored first, which trainings follow; then the history is taken over. Killed anywhere, the next request goes on.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from doublebill.errors import StoreUnavailable
from doublebill.events import HISTORY_LENGTH
from doublebill.history.moved_pages import moved_pages
from doublebill.history.page import from_bytes
from doublebill.pseudonyms import Pseudonyms
from doublebill.service.catalog import merged_names, user_aliases
from doublebill.stores.histories import Histories, StoredPage
from doublebill.stores.objects import Objects

AT_ONCE = 16
"""Users who are looked up side by side."""


@dataclass(frozen=True)
class Names:
    """Gives users of a catalog their pseudonyms, and notes the earlier ones."""

    pseudonyms: Pseudonyms
    catalog: str
    earlier: dict[str, Sequence[str]] = field(default_factory=dict)
    """The earlier names of each user, by the newest; empty while there is one key."""

    def of(self, user_id: str) -> str:
        """Returns the newest pseudonym of a user."""
        newest, *earlier = self.pseudonyms.every(self.catalog, user_id)
        if earlier:
            self.earlier[newest] = earlier
        return newest


def join_earlier_names(objects: Objects, histories: Histories, names: Names, now_ms: int) -> None:
    """Joins the users with what is stored of them under earlier names, which expires as it would have.

    Raises:
        StoreUnavailable: when an alias could not be stored.
    """
    if not names.earlier:
        return
    pairs = [(earlier, user) for user, every in names.earlier.items() for earlier in every]
    merged = merged_names.waiting(objects, names.catalog) & {earlier for earlier, _ in pairs}

    def join(pair: tuple[str, str]) -> None:
        if pair[0] in merged or _may_have_history(histories, names.catalog, pair[0], now_ms // 1000):
            user_aliases.append_earlier_name(objects, names.catalog, *pair, now_ms)
            _try_to_take_over(histories, names.catalog, pair, now_ms // 1000)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in pool.map(join, pairs):
            pass
    if merged:
        merged_names.take_out(objects, names.catalog, merged)


def take_over(histories: Histories, catalog: str, one: str, other: str, now: int) -> int:
    """Moves the history of `one` to `other`, and returns the number of pages and events; repeat it after a crash.

    Each page becomes a source of its own. The newest `HISTORY_LENGTH` events of the tail, all that a response reads,
    keep their times and event ids; all expires as it would have. An event of `one` that arrives between copying and
    removing may be missing in the history; it is in the log.
    """
    stored = histories.read(catalog, one, HISTORY_LENGTH, now, consistent=True)
    pages = moved_pages(stored.pages, one)
    histories.put_pages(
        catalog, [StoredPage(other, source, data, from_bytes(data).expires) for source, data in pages.items()]
    )
    histories.add_expiring(catalog, [(replace(row.event, user=other), row.expires) for row in stored.tail])
    histories.forget(catalog, one)
    return len(pages) + len(stored.tail)


def _may_have_history(histories: Histories, catalog: str, user: str, now: int) -> bool:
    """Checks for a history of a pseudonym; where the store fails nobody can tell, and an alias too many is no harm."""
    try:
        stored = histories.read(catalog, user, 1, now, consistent=True)
    except StoreUnavailable:
        return True
    return bool(stored.pages or stored.tail)


def _try_to_take_over(histories: Histories, catalog: str, pair: tuple[str, str], now: int) -> None:
    """Moves a history, unless the store fails: both names are read, and a later request moves it."""
    try:
        take_over(histories, catalog, *pair, now)
    except StoreUnavailable:
        return
